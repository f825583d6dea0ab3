"""Capitals that get lost or stand where they don't belong: what phones, haste and a stuck key do.

NoiseQA (Ravichander et al. 2021, arXiv 2102.08345, section 3) finds lost capitals in what people type and in what a
recogniser writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.noise.changes import again, change, pick
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Undefined, Way
from xstilts.noise.scripts import CASED, named, script_of

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD = regex.compile(r"\p{Cased}[\p{L}\p{M}'’]*")
_CAPITAL = regex.compile(r"[\p{Lu}\p{Lt}][\p{L}\p{M}'’]*")
_PREFERRED = 4
"""How many times likelier a word with a capital is spoiled than another: people drop more capitals than they add."""

_LOST, _ALL = 0.8, 0.9
_DOTTED = frozenset({"tr", "az", "azb", "crh", "tt-Latn", "gag"})
"""Languages in which the capital of i is İ, and the small letter of I is ı."""


def _places(text: str) -> list[int]:
    capitals = [match.start() for match in _CAPITAL.finditer(text)]
    return [match.start() for match in _WORD.finditer(text)] + (_PREFERRED - 1) * capitals


def _small(word: str) -> str:
    return word.lower()


def _dotted_small(word: str) -> str:
    return word.replace("I", "ı").replace("İ", "i").lower()


def _large(word: str) -> str:
    return word.upper()


def _dotted_large(word: str) -> str:
    return word.replace("i", "İ").upper()


def _edit(small: Callable[[str], str], large: Callable[[str], str]) -> Callable[[str, int, float], Edit | None]:
    def edit(text: str, place: int, draw: float) -> Edit | None:
        match = _WORD.match(text, place)
        if match is None:
            return None
        word = match[0]
        if draw < _LOST and small(word) != word:
            return change(text, place, match.end(), small(word))
        if draw < _ALL and large(word) != word:
            return change(text, place, match.end(), large(word))
        letter = pick(range(len(word)), again(draw))
        old = word[letter]
        turned = small(old) if small(old) != old else large(old)
        return change(text, place + letter, place + letter + 1, turned)

    return edit


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    del dictionary
    if script_of(language) not in CASED:
        return Undefined(f"{named(language)} has no capitals")
    if language in _DOTTED:
        return Way(_edit(_dotted_small, _dotted_large), _places)
    return Way(_edit(_small, _large), _places)


NOISES.register(
    "casing",
    Noise("casing", "capitals get lost or stand where they don't belong", "after NoiseQA (arXiv 2102.08345)", _of),
)
