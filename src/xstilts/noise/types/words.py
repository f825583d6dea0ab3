"""Words that get lost, come twice, or change places: what hurried dictation and editing leave behind.

As in the operations of easy data augmentation (Wei & Zou 2019, EDA, arXiv 1901.11196, section 2), with a word repeated
in the place of a synonym put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.languages.words import word_spans
from xstilts.noise import clusters
from xstilts.noise.edits import distance
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_SOURCE = "after Wei & Zou 2019 (EDA, arXiv 1901.11196), section 2"


def _starts(text: str) -> Sequence[int]:
    return [start for start, _ in word_spans(text)]


def _word(text: str, place: int) -> tuple[int, int]:
    """The word that begins at ``place``, and the blank after it if there is one."""
    start, end = next(word_spans(text[place:]))
    return place + start, place + end


def _lost(text: str, place: int, draw: float) -> Edit:
    del draw
    start, end = _word(text, place)
    if text[end : end + 1].isspace():
        end += 1
    return Edit(start, end, "", clusters.count(text[start:end]))


def _twice(text: str, place: int, draw: float) -> Edit:
    del draw
    start, end = _word(text, place)
    more = " " + text[start:end] if text[end : end + 1].isspace() else text[start:end]
    return Edit(end, end, more, clusters.count(more))


def _exchanged(text: str, place: int, draw: float) -> Edit | None:
    """The word and the next one exchanged."""
    del draw
    start, end = _word(text, place)
    following = next(word_spans(text[end:]), None)
    if following is None:
        return None
    next_start, next_end = end + following[0], end + following[1]
    new = text[next_start:next_end] + text[end:next_start] + text[start:end]
    cost = distance(text[start:next_end], new)
    return Edit(start, next_end, new, cost) if cost else None


def _everywhere(way: Way) -> Callable[[str, Dictionary], Way]:
    def of(language: str, dictionary: Dictionary) -> Way:
        del language, dictionary
        return way

    return of


NOISES.register(
    "word-drop",
    Noise("word-drop", "words get lost", _SOURCE, _everywhere(Way(_lost, _starts)), keeps_words=False),
)
NOISES.register(
    "word-repeat",
    Noise("word-repeat", "words come twice", _SOURCE, _everywhere(Way(_twice, _starts)), keeps_words=False),
)
NOISES.register(
    "word-swap",
    Noise(
        "word-swap",
        "neighbouring words change places",
        _SOURCE,
        _everywhere(Way(_exchanged, _starts)),
        keeps_words=False,
    ),
)
