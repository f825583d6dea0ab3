"""Words that get lost, come twice, or change places: what hurried dictation and editing leave behind.

As in the operations of easy data augmentation (Wei & Zou 2019, EDA, arXiv 1901.11196, section 2), with a word repeated
in the place of a synonym put in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.languages.words import UNSPACED, word_spans
from xstilts.noise import clusters
from xstilts.noise.changes import change
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.noise.clusters import Span

_SOURCE = "after Wei & Zou 2019 (EDA, arXiv 1901.11196), section 2"

_BLANK, _UNSPACED = re.compile(r"\s"), re.compile(f"[{UNSPACED}]")


def _starts(text: str) -> Sequence[int]:
    if text.isascii():
        return [start for start, _ in word_spans(text)]
    return [start for start, _ in word_spans(text) if clusters.around(text, start)[0] == start]


def _next(text: str, place: int) -> Span | None:
    """Where the first word from ``place`` on lies, its last letter with all its marks; None if there is none.

    Only so much of the text is looked at as holds it: texts may be long.
    """
    while place < len(text):
        blank = _BLANK.search(text, place)
        stop = blank.start() if blank else len(text)
        for start, end in word_spans(text[place:stop]):
            return place + start, clusters.around(text, place + end - 1)[1]
        place = stop + 1
    return None


def _lost(text: str, place: int, draw: float) -> Edit | None:
    del draw
    found = _next(text, place)
    if found is None:
        return None
    start, end = found
    return change(text, start, end + 1 if text[end : end + 1].isspace() else end, "")


def _twice(text: str, place: int, draw: float) -> Edit | None:
    del draw
    found = _next(text, place)
    if found is None:
        return None
    start, end = found
    word = text[start:end]
    return change(text, end, end, word if _UNSPACED.match(word) else f" {word}")


def _exchanged(text: str, place: int, draw: float) -> Edit | None:
    """The word and the next one exchanged, what lies between them stays."""
    del draw
    first = _next(text, place)
    second = _next(text, first[1]) if first else None
    if first is None or second is None:
        return None
    start, end = first[0], second[1]
    return change(text, start, end, text[second[0] : end] + text[first[1] : second[0]] + text[start : first[1]])


def _everywhere(edit: Callable[[str, int, float], Edit | None]) -> Callable[[str, Dictionary], Way]:
    way = Way(edit, _starts)

    def of(language: str, dictionary: Dictionary) -> Way:
        del language, dictionary
        return way

    return of


for _name, _title, _edit in (
    ("word-drop", "words get lost", _lost),
    ("word-repeat", "words come twice", _twice),
    ("word-swap", "neighbouring words change places", _exchanged),
):
    NOISES.register(_name, Noise(_name, _title, _SOURCE, _everywhere(_edit), keeps_words=False))
