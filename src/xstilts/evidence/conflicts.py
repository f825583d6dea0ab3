"""Pairs of findings on the same cell: do they agree, contradict each other, or speak of different things?

``MNLI helps XNLI`` and ``MNLI does not help XNLI`` conflict; with XQuAD in one of them they differ in data.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Literal

from xstilts.evidence.alignment import content
from xstilts.evidence.lexicon import trains

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.evidence.finding import Finding, Number, Scope

Relation = Literal["agree", "conflict", "different scope"]
AXES = ("factors", "data", "metrics", "languages", "models", "split")
CLOSE = 1.5
"""Points by which two scores of one cell may differ and still agree: two published rows for one system differ by so
much (see ``claims.quoted_numbers``)."""
ALIKE = 0.25
"""Share of content words that two findings share at least, so that they may speak of one thing."""


@dataclass(frozen=True)
class Pair:
    """Two findings of different works.

    Attributes:
        one: Id of the first.
        other: Id of the second.
        relation: What they are to each other.
        axes: On which axes their scopes differ; empty unless the scope is different.
        reason: One sentence.
    """

    one: str
    other: str
    relation: Relation
    axes: tuple[str, ...]
    reason: str


def pairs(findings: Iterable[Finding]) -> tuple[Pair, ...]:
    """All pairs that say anything of each other, in an order that does not depend on the order of the findings."""
    ordered = sorted(findings, key=lambda one: one.id)
    return tuple(found for one, other in combinations(ordered, 2) if (found := compare(one, other)))


def compare(one: Finding, other: Finding) -> Pair | None:
    """What two findings are to each other; None where they are of one work, or have nothing to do with each other."""
    if one.passage.work == other.passage.work:
        return None
    verdict = _verdict(one, other)
    if verdict is None or not _same_subject(one, other):
        return None
    axes = differing(one, other)
    relation, reason = verdict
    if axes:  # two results on different things neither back nor contradict each other
        return Pair(one.id, other.id, "different scope", axes, f"{reason} They differ in {' and '.join(axes)}.")
    return Pair(one.id, other.id, relation, (), reason)


def differing(one: Finding, other: Finding) -> tuple[str, ...]:
    """Axes on which they do not speak of the same.

    Both say something there and share nothing; or one alone names a language, training data or test data.
    """
    parts = zip(_parts(one.scope), _parts(other.scope), strict=True)
    found = [axis for (axis, first), (_, second) in parts if _apart(axis, first, second)]
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=16384)
def _parts(scope: Scope) -> tuple[tuple[str, frozenset[str]], ...]:
    """The names on each axis; of data, those to train on and those to test on apart too."""
    named = {axis: _names(scope, axis) for axis in AXES}
    roles = tuple(("data", frozenset(name for name in named["data"] if trains(name) is role)) for role in (True, False))
    return (*named.items(), *roles)


def _apart(axis: str, first: frozenset[str], second: frozenset[str]) -> bool:
    alone = axis in ("languages", "data") and bool(first) != bool(second)
    return alone or bool(first and second and not first & second)


def _names(scope: Scope, axis: str) -> frozenset[str]:
    names = getattr(scope, axis)
    return frozenset({names} - {""}) if isinstance(names, str) else frozenset(names)


@lru_cache(maxsize=16384)
def _done(scope: Scope) -> frozenset[str]:
    """What was done: the factors that were varied, and what was trained on."""
    return frozenset(scope.factors) | {name for name in scope.data if trains(name) is True}


@lru_cache(maxsize=16384)
def _measured(scope: Scope) -> frozenset[str]:
    """What it was measured on, and by what."""
    return frozenset(scope.metrics) | {name for name in scope.data if trains(name) is not True}


def _same_subject(one: Finding, other: Finding) -> bool:
    """Whether both name what was done and what was measured, share a name, and a quarter of the shorter one's words.

    ``Our method improves transfer`` and ``such models suffer`` name neither: each is about its own paper.
    """
    named = [(part(one.scope), part(other.scope)) for part in (_done, _measured)]
    if not all(mine and theirs for mine, theirs in named) or not any(mine & theirs for mine, theirs in named):
        return False
    first, second = (content(side.passage.text) for side in (one, other))
    least = min(len(first), len(second))
    return least > 0 and len(first & second) / least >= ALIKE


def _verdict(one: Finding, other: Finding) -> tuple[Relation, str] | None:
    if one.direction and other.direction:
        if one.direction == other.direction:
            return "agree", f"Both say {_WAYS[one.direction]}."
        return "conflict", f"One says {_WAYS[one.direction]}, the other {_WAYS[other.direction]}."
    scores = _scores(one, other)
    if scores is None:
        return None
    first, second = scores
    near = abs(first.value - second.value) <= CLOSE
    return ("agree" if near else "conflict"), f"{first.metric}: {first.raw.strip()} and {second.raw.strip()}."


_WAYS = {"up": "it goes up", "down": "it goes down", "same": "nothing changes", "": ""}


def _scores(one: Finding, other: Finding) -> tuple[Number, Number] | None:
    """The first two scores in one metric and unit."""
    for first in one.numbers:
        for second in other.numbers:
            if first.metric and (first.metric, first.unit, first.role) == (second.metric, second.unit, second.role):
                return first, second
    return None
