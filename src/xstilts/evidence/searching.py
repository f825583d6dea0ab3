"""What databases are asked for a question: each factor with the setting that the question is about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.evidence.lexicon import lexicon
from xstilts.literature.query import Concept

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.question import Question
    from xstilts.literature.query import Query

MOST_WORDS = 8
"""Synonyms of a concept in a query: services refuse long ones."""
_SUBJECTS = ("factor", "task", "data", "metric", "model", "language", "resource")
"""Axes that a paper may be found by, the first that the question names."""


def concepts(question: Question) -> tuple[tuple[Concept, ...], ...]:
    """Groups of concepts, one for each query: a paper needs all of a group.

    ``intermediate training on mixed languages, across languages`` gives the groups (intermediate, transfer) and
    (mix, transfer); papers on both are in both.
    """
    axis = next(one for one in (*_SUBJECTS, "setting", "modality") if question.named(one))
    across = "transfer" in question.named("setting") and axis != "setting"
    setting = (_concept("setting", "transfer"),) if across else ()
    return tuple((_concept(axis, name), *setting) for name in question.named(axis))


def _concept(axis: str, name: str) -> Concept:
    return Concept(name, (lexicon().words(axis, name) or (name,))[:MOST_WORDS])


def queries(question: Question, bounds: Query) -> tuple[Query, ...]:
    """The queries of a question, with the years and the limit of ``bounds``, whose concepts do not count."""
    groups: Sequence[tuple[Concept, ...]] = concepts(question)
    return tuple(replace(bounds, concepts=group) for group in groups)
