"""``predict``: one model, or a baseline, on one target, in every language, to per-example predictions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from xstilts.runners.answers import under_noise
from xstilts.runners.answers.answering_model import exchanging, request_of, trained_model, untrained_model
from xstilts.runners.answers.baseline import by_ngrams
from xstilts.runners.answers.predictions import Writer, named
from xstilts.runners.loading import Prepared, prepared, report, tokenizer_of
from xstilts.store.payloads import AnswersPayload, NgramPayload, NoisyPredictPayload, PredictPayload
from xstilts.store.roles import PortionRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.evaluation import Answers
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the predictions of each language, a row group per setting, and the index of them."""
    asked = node.asked(AnswersPayload)
    if isinstance(asked, NoisyPredictPayload):
        under_noise.write(asked, node, context)
        return
    parts = [prepared(context, role) for role in asked.answer or PortionRole.among(node.parents)]
    with Writer(context.work) as writer:
        found = by_ngrams(asked, context, parts) if isinstance(asked, NgramPayload) else _by_model(node, context, parts)
        for answers in found:
            part = next(part for part in parts if part.language == answers.language)
            writer.add(part.language, answers, named(asked, part))


def _by_model(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    """One language after the other, each with its own update in place where there are such."""
    from xstilts import evaluation
    from xstilts.encoding import TokenizerFacts

    asked = node.asked(PredictPayload)
    model = untrained_model(node, context) if asked.baseline else trained_model(node, context)
    facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
    put, places = exchanging(node, context, model), {part.language: place for place, part in enumerate(parts)}
    ranks = asked.kind is Kind.RETRIEVAL and not asked.tuned_on  # all languages at once

    def read(language: str) -> evaluation.EncodedSplit:
        if not ranks:
            report(context, places[language], len(parts), note=language)
        if put is not None:
            put(language)
        part, role = parts[places[language]].part, asked.tuned_on.get(language)
        return part._replace(tuned_on=prepared(context, role).part) if role else part

    told = evaluation.Resources(progress=partial(report, context) if ranks else None)
    return evaluation.answers(model, request_of(asked, model), list(places), read, facts, told)
