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
    from xstilts.store.node import Node


def by_ngrams(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    """Learn from the node's training portions where the kind has something to learn; then answer every language."""
    said = node.payload
    if said["kind"] == Kind.RETRIEVAL:
        return _mined(node, context, parts) if "tuned_on" in said else _retrieved(node, parts)
    return _answered(node, context, parts)


def _retrieved(node: Node, parts: Sequence[Prepared]) -> Iterator[Answers]:
    from xstilts.evaluation import SearchOptions, retrieve_by_ngrams

    said = node.payload
    texts = {part.language: part.examples for part in parts}
    search = SearchOptions((), said.get("variants", [{}]), said.get("shared_pool", False), said.get("held_out", ()))
    return retrieve_by_ngrams(texts, search)


def _mined(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    from xstilts.evaluation import Answers, mine_by_ngrams

    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        tuned_on = prepared(context, node.payload["tuned_on"][part.language])
        yield Answers(part.language, {}, mine_by_ngrams(part.examples, tuned_on.examples))


def _answered(node: Node, context: Context, parts: Sequence[Prepared]) -> Iterator[Answers]:
    from xstilts.evaluation import Answers
    from xstilts.evaluation.baselines import learn

    said = node.payload
    answer = learn(said["kind"], [prepared(context, role).examples for role in said["learn"]], said["labels"])
    for done, part in enumerate(parts):
        report(context, done, len(parts), note=part.language)
        yield Answers(part.language, {}, answer(part.examples))
