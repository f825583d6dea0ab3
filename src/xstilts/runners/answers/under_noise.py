"""``predict`` under noise: all variants of all languages with one model, beside the answers to clean input."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from xstilts.runners.answers.answering_model import exchanging, request_of, trained_model
from xstilts.runners.answers.predictions import Writer, entries, named, table_of
from xstilts.runners.loading import prepared, report, tokenizer_of
from xstilts.runners.noisy import noisy_part
from xstilts.store.roles import CLEAN, NoisyRole, PortionRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import pyarrow as pa

    from xstilts.evaluation import EncodedSplit
    from xstilts.evaluation.under_noise import NoisySplit
    from xstilts.runners.context import Context
    from xstilts.runners.loading import Prepared
    from xstilts.runners.noisy import NoisyPart
    from xstilts.store.node import Node
    from xstilts.store.payloads import NoisyPredictPayload


def write(asked: NoisyPredictPayload, node: Node, context: Context) -> None:
    """Write the predictions of each language, a row group per variant and setting, and the index of them.

    The index says of each ``noise``, ``severity``, ``edit_rate`` and ``pieces_per_word`` (of clean and noisy text).
    """
    from xstilts import evaluation
    from xstilts.encoding import TokenizerFacts
    from xstilts.evaluation.under_noise import answers_under_noise

    roles = [PortionRole.parse(role) for role in asked.answer] or PortionRole.among(node.parents)
    clean = {role.language: prepared(context, role) for role in roles}
    noisy = {role.language: noisy_part(context, role.language) for role in NoisyRole.among(node.parents)}
    answered = {} if asked.kind is Kind.RETRIEVAL else _answered(context)
    parts: dict[str, NoisySplit] = {}
    for language, part in clean.items():
        if language in noisy or asked.kind is Kind.RETRIEVAL:
            parts[language] = _split(_tuned(asked, context, part), noisy.get(language), answered.get(language))
    model = trained_model(node, context)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    put = exchanging(node, context, model)
    told = evaluation.Resources(progress=partial(report, context))
    with Writer(context.work) as writer:
        for variant, answers in answers_under_noise(model, request_of(asked, model), parts, facts, told, put):
            said = noisy[answers.language].meta_of(variant.name)
            writer.add(answers.language, answers, named(asked, clean[answers.language]) | said)


def _tuned(asked: NoisyPredictPayload, context: Context, part: Prepared) -> EncodedSplit:
    """The clean examples; of mined pairs with the split on which the threshold is found."""
    role = asked.tuned_on.get(part.language)
    return part.part._replace(tuned_on=prepared(context, role).part) if role else part.part


def _split(clean: EncodedSplit, noisy: NoisyPart | None, answered: pa.Table | None) -> NoisySplit:
    """A language with its noisy examples; without any, its clean ones alone."""
    from xstilts.encoding.visual.grids import like
    from xstilts.evaluation.under_noise import NoisySplit

    if noisy is None:
        return NoisySplit(clean, clean, ())
    corrupted = noisy.examples.part
    corrupted = corrupted._replace(features=like(corrupted.features, clean.features))  # noise leaves images alone
    return NoisySplit(clean, corrupted, noisy.variants, answered)


def _answered(context: Context) -> dict[str, Any]:
    """Language to the predictions on clean input."""
    folder = context.parent(CLEAN)
    return {entry["language"]: table_of(folder, entry) for entry in entries(folder)}
