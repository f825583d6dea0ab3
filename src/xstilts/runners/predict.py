"""``predict``: one model, or a baseline, on one target, in every language, to per-example predictions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xstilts.runners.baseline import by_ngrams
from xstilts.runners.loading import Prepared, base_of, head_labels, prepared, report, tokenizer_of
from xstilts.runners.predictions import Writer
from xstilts.store.payloads import AnswersPayload, NgramPayload, PredictPayload
from xstilts.store.roles import MODEL, PortionRole, UpdateRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from transformers import PreTrainedModel

    from xstilts.evaluation import Answers
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the predictions of each language, a row group per setting, and the index of them."""
    asked = node.asked(AnswersPayload)
    parts = [prepared(context, role) for role in asked.answer or PortionRole.among(node.parents)]
    with Writer(context.work) as writer:
        found = by_ngrams(asked, context, parts) if isinstance(asked, NgramPayload) else _by_model(node, context, parts)
        for answers in found:
            part = next(part for part in parts if part.language == answers.language)
            more = {"language": _table_language(asked, part.language), "rejected": sum(part.meta["rejected"].values())}
            writer.add(part.language, answers, more)


def _table_language(asked: AnswersPayload, language: str) -> str:
    pair = asked.kind is Kind.RETRIEVAL and not asked.pooled
    return f"{language}>{asked.pivot}" if pair else language


def _by_model(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    """One language after the other, each with its own update in place where there are such."""
    from xstilts import evaluation
    from xstilts.encoding import TokenizerFacts

    asked = node.asked(PredictPayload)
    model = _untrained(node, context) if asked.baseline else _model(node, context)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    put, places = _exchanging(node, context, model), {part.language: place for place, part in enumerate(parts)}
    ranks = asked.kind is Kind.RETRIEVAL and not asked.tuned_on  # all languages at once

    def read(language: str) -> evaluation.EncodedSplit:
        if not ranks:
            report(context, places[language], len(parts), note=language)
        put(language)
        part, role = parts[places[language]].part, asked.tuned_on.get(language)
        return part._replace(tuned_on=prepared(context, role).part) if role else part

    search = evaluation.SearchOptions(asked.settings, asked.variants, asked.shared_pool, asked.held_out)
    labels = head_labels(model, asked.kind, asked.labels)
    request = evaluation.Request(asked.kind, labels, asked.rule, search)
    told = evaluation.Resources(progress=partial(report, context) if ranks else None)
    return evaluation.answers(model, request, list(places), read, facts, told)


def _exchanging(node: Node, context: Context, model: PreTrainedModel) -> Callable[[str], None]:
    """What puts a language's own update in place; nothing, for a model without updates."""
    roles = UpdateRole.among(node.parents)
    if not roles:
        return lambda language: None
    from xstilts.models.exchange import Updates

    folders = {role.language: context.parent(str(role)) / "encoder" for role in roles}
    return Updates(model.base_model, folders[node.asked(PredictPayload).pivot], folders).put


def _model(node: Node, context: Context) -> PreTrainedModel:
    """The trained model with its head, or the bare encoder for retrieval."""
    from xstilts.models.load import load_encoder
    from xstilts.models.stored import load_stored

    asked = node.asked(PredictPayload)
    if MODEL not in node.parents:
        return load_encoder(*base_of(node))[0]
    folder = context.parent(MODEL)
    if asked.kind is Kind.RETRIEVAL or asked.head is None:
        return load_encoder(folder / "encoder")[0]
    return load_stored(folder).model(asked.head)


def _untrained(node: Node, context: Context) -> PreTrainedModel:
    from xstilts.models.load import new_encoder, untrained_encoder

    architecture = node.asked(PredictPayload).architecture
    if architecture is not None:
        from xstilts.encoding import TokenizerFacts

        facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
        return new_encoder(architecture, facts, UNTRAINED_SEED)
    return untrained_encoder(*base_of(node), UNTRAINED_SEED)


UNTRAINED_SEED = 0
"""The weights of the untrained baseline are drawn from it."""
