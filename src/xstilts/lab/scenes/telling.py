"""What is shown and what is said of it: the items of the twins that have pictures, before any language or drawing.

The sentence is drawn first and the label apart from it; the scene is made to fit both. So a sentence alone tells
nothing of its label, and whoever does better than guessing has looked at the picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.lab import concepts, relations, world
from xstilts.lab.draws import Draws

if TYPE_CHECKING:
    from xstilts.lab.meaning import Clause, Phrase
    from xstilts.lab.relations import Change

NLI_LABELS = ("entailment", "neutral", "contradiction")
FIT_LABELS = ("does_not_fit", "fits")
TRUE_LABELS = ("false", "true")
_DETAIL = 0.35
_NOISE = 0.04
"""Share of labels that are drawn anew."""
_GENERAL = 0.2
"""Share of nouns that the sentence calls by their category, whatever the label."""
_CONTRARY: dict[Change, float] = {relations.oppose: 0.5, relations.move: 0.5}
_OTHER: dict[Change, float] = {
    relations.shorten: 0.4,
    relations.recast: 0.4,
    relations.react: 0.1,
    relations.swap_roles: 0.1,
}


@dataclass(frozen=True)
class Item:
    """One item.

    Attributes:
        scenes: What each of its pictures shows.
        said: The sentence about them.
        label: Whether it is so.
    """

    scenes: tuple[Clause, ...]
    said: Clause
    label: str


def entailment(name: str) -> Item:
    """A picture and a sentence that follows from it, may be so beside it, or cannot be."""
    draws = Draws("visual-entailment", name)
    told = _told(draws)
    label = draws.pick(NLI_LABELS)
    shown = _shown(draws, told, label)
    said = _general(draws, told)
    return Item((shown,), said, draws.pick(NLI_LABELS) if draws.chance(_NOISE) else label)


def pair(name: str) -> Item:
    """Two pictures and a sentence that is true of one of them, or of none."""
    draws = Draws("visual-pair", name)
    told = _told(draws)
    label = draws.pick(TRUE_LABELS)
    others = [_shown(draws, told, draws.pick(NLI_LABELS[1:])) for _ in range(2)]
    if label == "true":
        others[draws.chance(0.5)] = _shown(draws, told, NLI_LABELS[0])
    said = _general(draws, told)
    return Item(tuple(others), said, draws.pick(TRUE_LABELS) if draws.chance(_NOISE) else label)


def caption(name: str) -> Item:
    """A picture and its caption, or that of another."""
    draws = Draws("visual-caption", name)
    shown = _told(draws)
    label = draws.pick(FIT_LABELS)
    return Item((shown,), shown if label == "fits" else _told(draws), label)


MADE = {"snli_ve": entailment, "xvnli": entailment, "nlvr2": pair, "marvl": pair, "scene_captions": caption}
"""Twin to what makes its items, which are called ``TWIN-SPLIT-NUMBER``."""


@lru_cache(maxsize=32768)
def item(name: str) -> Item:
    """The item called so.

    Raises:
        DataError: If there is no such item.
    """
    twin, _, rest = name.partition("-")
    split, _, number = rest.partition("-")
    if twin not in MADE or split not in ("train", "dev", "test") or not number.isdecimal():
        raise DataError(f"The lab has no picture {name!r}.", value=name)
    return MADE[twin](name)


def _told(draws: Draws) -> Clause:
    """An event with a place or a time, so that something can be otherwise and something left out."""
    told = world.event(draws, _DETAIL)
    while not (told.place or told.time):
        told = world.event(draws, _DETAIL)
    return told


def _shown(draws: Draws, told: Clause, label: str) -> Clause:
    """A scene of which a sentence is so (``entailment``), may be so (``neutral``) or cannot be (``contradiction``)."""
    if label == "contradiction":
        return relations.apply(draws, told, _CONTRARY) or told
    if label == "neutral":
        return relations.apply(draws, told, _OTHER) or told
    return (relations.add(draws, told) or told) if draws.chance(0.5) else told


def _general(draws: Draws, clause: Clause) -> Clause:
    """The clause with some of its nouns called by their category."""
    other = clause.object and _called(draws, clause.object)
    return replace(clause, subject=_called(draws, clause.subject), object=other)


def _called(draws: Draws, phrase: Phrase) -> Phrase:
    category = concepts.HYPERNYMS.get(phrase.noun)
    return replace(phrase, noun=category) if category and draws.chance(_GENERAL) else phrase
