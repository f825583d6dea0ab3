"""Marks of punctuation that get lost, come twice, are others, or stand where none belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from xstilts.languages.words import UNSPACED
from xstilts.noise.changes import again, change, pick
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Way
from xstilts.noise.scripts import marks_of

if TYPE_CHECKING:
    from collections.abc import Callable

_MARK = regex.compile(r"\p{P}")
_WORD_END = regex.compile(rf"(?<=[\p{{L}}\p{{N}}\p{{M}}])(?=\s)|(?<=[{UNSPACED}])(?=[{UNSPACED}])(?!\p{{M}})")
_PREFERRED = 3
"""How many times likelier a mark is spoiled than one is put in: people leave out more than they add."""

_LOST, _TWICE = 0.5, 0.7


def _places(text: str) -> list[int]:
    return _PREFERRED * [match.start() for match in _MARK.finditer(text)] + [
        match.start() for match in _WORD_END.finditer(text)
    ]


def holds_a_word(text: str, mark: int) -> bool:
    """Whether letters stand beside a mark, so that a word is left when the mark is lost."""
    before, after = text[mark - 1 : mark], text[mark + 1 : mark + 2]
    return before.isalnum() or after.isalnum()


def _edit(marks: str) -> Callable[[str, int, float], Edit | None]:
    def edit(text: str, place: int, draw: float) -> Edit | None:
        here = text[place]
        if not _MARK.match(here):
            return change(text, place, place, pick(marks, draw))
        if draw < _LOST:
            return change(text, place, place + 1, "") if holds_a_word(text, place) else None
        if here not in marks:
            return None
        if draw < _TWICE:
            return change(text, place, place, here)
        others = marks.replace(here, "")
        return change(text, place, place + 1, pick(others, again(draw))) if others else None

    return edit


def _of(language: str, dictionary: Dictionary) -> Way:
    del dictionary
    return Way(_edit(marks_of(language)), _places)


NOISES.register(
    "punctuation",
    Noise(
        "punctuation",
        "marks of punctuation get lost, come twice, are others, or stand where none belongs",
        "marks of each script from the Unicode core specification; the mixture is ours",
        _of,
    ),
)
