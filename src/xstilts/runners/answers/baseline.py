"""``predict`` without a model: the character-n-gram baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.runners.loading import prepared, report
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.evaluation import Answers
    from xstilts.runners.context import Context
    from xstilts.runners.loading import Prepared
    from xstilts.store.payloads import NgramPayload


def by_ngrams(asked: NgramPayload, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    """Learn from the node's training portions where the kind has something to learn; then answer every language."""
    if asked.kind is Kind.RETRIEVAL:
        return _mined(asked, context, parts) if asked.tuned_on else _retrieved(asked, parts)
    return _answered(asked, context, parts)


def _retrieved(asked: NgramPayload, parts: Sequence[Prepared]) -> Iterator[Answers]:
    from xstilts.evaluation import SearchOptions, retrieve_by_ngrams

    texts = {part.language: part.examples for part in parts}
    search = SearchOptions((), asked.variants, asked.shared_pool, asked.held_out)
    return retrieve_by_ngrams(texts, search)


def _mined(asked: NgramPayload, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    from xstilts.evaluation import Answers, mine_by_ngrams

    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        tuned_on = prepared(context, asked.tuned_on[part.language])
        yield Answers(part.language, {}, mine_by_ngrams(part.examples, tuned_on.examples))


def _answered(asked: NgramPayload, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    from xstilts.evaluation import Answers
    from xstilts.evaluation.baselines import learn

    answer = learn(asked.kind, [prepared(context, role).examples for role in asked.learn], asked.labels)
    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        yield Answers(part.language, {}, answer(part.examples))
