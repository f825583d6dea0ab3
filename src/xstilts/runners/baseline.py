"""``predict`` without a model: the character-n-gram baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.runners.loading import prepared, report
from xstilts.runners.predictions import Answered
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.runners.context import Context
    from xstilts.runners.loading import Prepared
    from xstilts.store.payloads import NgramPayload


def by_ngrams(asked: NgramPayload, context: Context, parts: Sequence[Prepared]) -> Iterator[Answered]:
    """Learn from the node's training portions where the kind has something to learn; then answer every language."""
    if asked.kind is Kind.RETRIEVAL:
        return _mined(asked, context, parts) if asked.tuned_on else _retrieved(asked, parts)
    return _answered(asked, context, parts)


def _retrieved(asked: NgramPayload, parts: Sequence[Prepared]) -> Iterator[Answered]:
    from xstilts.evaluation import retrieve_by_ngrams

    texts = {part.language: part.examples for part in parts}
    found = retrieve_by_ngrams(texts, asked.variants, shared=asked.shared_pool, held_out=asked.held_out)
    for one in found:
        yield Answered(one.language, one.setting, one.table, one.candidates)


def _mined(asked: NgramPayload, context: Context, parts: Sequence[Prepared]) -> Iterator[Answered]:
    from xstilts.evaluation import mine_by_ngrams

    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        tuned_on = prepared(context, asked.tuned_on[part.language])
        yield Answered(part.language, {}, mine_by_ngrams(part.examples, tuned_on.examples))


def _answered(asked: NgramPayload, context: Context, parts: Sequence[Prepared]) -> Iterator[Answered]:
    from xstilts.evaluation.baselines import learn

    answer = learn(asked.kind, [prepared(context, role).examples for role in asked.learn], asked.labels)
    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        yield Answered(part.language, {}, answer(part.examples))
