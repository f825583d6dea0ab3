"""Pairs of sentences of the same words, in orders that do or do not change what is said: paws and pawsx."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.lab import relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.meaning import Clause, Compound
from xstilts.lab.speech import PIVOT
from xstilts.lab.translation import faithful
from xstilts.lab.twins.pairs import written
from xstilts.lab.twins.twin import Twin, only_in, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.pairs import Pair
    from xstilts.lab.twins.twin import Row

LABELS = ("not_paraphrase", "paraphrase")
_NOISE = 0.03

_REVERSED = {"and": "and", "because": "so", "so": "because"}

Sentence = Clause | Compound


def scrambled(item: str) -> Pair:
    """Two sentences that share nearly all words, and whether they say the same."""
    draws = Draws("scrambled", item)
    told = _told(draws)
    label = draws.pick(LABELS)
    if label == "paraphrase":
        other = _restated(draws, told)
    else:
        other = _exchanged(draws, told)
        # most are restated too, so that neither order nor spelling is a cue
        other = _restated(draws, other) if draws.chance(0.65) else other
    return told, other, draws.pick(LABELS) if draws.chance(_NOISE) else label


def _told(draws: Draws) -> Sentence:
    """A sentence with something to exchange: two clauses, or one whose subject and object could change places."""
    if draws.chance(0.35):
        cause, effect, _ = world.cause_and_effect(draws)
        return Compound(effect, "because", cause) if draws.chance(0.5) else Compound(cause, "so", effect)
    while True:
        clause = world.event(draws, 0.5, draws.pick(("see", "hear", "follow")))
        if relations.swap_roles(draws, clause) and (
            relations.reorder(draws, clause) or relations.reword(draws, clause)
        ):
            break
    if draws.chance(0.5):
        return clause
    other = world.event(draws, 0.3)
    while other.verb == clause.verb or other.subject.noun in (
        clause.subject.noun,
        clause.object and clause.object.noun,
    ):
        other = world.event(draws, 0.3)
    return Compound(clause, "and", other)


def _restated(draws: Draws, told: Sentence) -> Sentence:
    """The same in another order, or with one word for another that means the same."""
    if isinstance(told, Clause):
        return relations.paraphrase(draws, told)
    first = relations.paraphrase(draws, told.first, 0.0) if draws.chance(0.3) else told.first
    if first != told.first:
        return replace(told, first=first)
    return Compound(told.second, _REVERSED[told.link], told.first)


def _exchanged(draws: Draws, told: Sentence) -> Sentence:
    """Something else in the same words: who does what to whom, or what follows from what, is the other way round."""
    if isinstance(told, Clause):
        swapped = relations.swap_roles(draws, told) or told
        qualities = (told.subject.adjective, told.object.adjective if told.object else "")
        if told.object and qualities[0] != qualities[1] and draws.chance(0.5):
            return replace(
                told,
                subject=replace(told.subject, adjective=qualities[1]),
                object=replace(told.object, adjective=qualities[0]),
            )
        return swapped
    if told.link != "and":
        if draws.chance(0.5):
            return replace(told, link=_REVERSED[told.link])
        return Compound(told.second, told.link, told.first)
    first, second = told.first, told.second
    if draws.chance(0.4):
        return replace(told, first=relations.swap_roles(draws, first) or first)
    return replace(told, first=replace(first, subject=second.subject), second=replace(second, subject=first.subject))


@lru_cache(maxsize=4)
def _pairs(split: str, size: int) -> tuple[Pair, ...]:
    return tuple(scrambled(f"paws-{split}-{i}") for i in range(size))


def paws(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of paws."""
    return written("paws", language, split, _pairs(split, size), translate)


def pawsx(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of pawsx: its dev and test sets are parts of the dev set of paws, in every language."""
    part = paws(language, "dev", _PAWS["dev"], translate)[_BEGINS[split] : _BEGINS[split] + size]
    return [{**row, "id": f"pawsx-{split}-{i}"} for i, row in enumerate(part)]


_PAWS = {"train": 2000, "dev": 700, "test": 300}
_PAWSX = {"dev": 300, "test": 400}
_BEGINS = {"dev": 0, "test": _PAWSX["dev"]}

TWINS: tuple[Twin, ...] = (
    Twin("paws", Kind.CLASSIFICATION, _PAWS, only_in((PIVOT,), _PAWS), paws, LABELS),
    Twin("pawsx", Kind.CLASSIFICATION, _PAWSX, trained_in_pivot(_PAWSX), pawsx, LABELS),
)
