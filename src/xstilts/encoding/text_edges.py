"""Where a piece of text may begin and end, so that what a reader sees as one letter is never cut.

Tokens end where the tokenizer's normaliser lets them: before a combining mark, inside a Hangul syllable or an emoji of
several characters, behind an invisible mark. Answers end at grapheme clusters instead (Unicode Standard Annex 29), and
neither blanks nor invisible marks are part of their edges.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

_CLUSTER = regex.compile(r"\X")
# U+FFF9 to U+FFFB enclose annotations; other format characters, such as the Arabic number sign, are seen
_INVISIBLE = regex.compile(r"[\s\p{Cc}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]+")
_NON_JOINER, _JOINER = "\u200c", "\u200d"
_VIRAMA = 9
"""Canonical combining class of the signs that silence a consonant's vowel."""


class Edges(NamedTuple):
    """The edges of the visible clusters of one text of ``n`` characters.

    Attributes:
        begin: For a piece that begins at each character, where its first visible cluster begins (``n`` after the last);
            shape ``(n + 1,)``, int32.
        end: For a piece that ends before each character, where its last visible cluster ends (0 before the first), same
            shape.
    """

    begin: NDArray[np.int32]
    end: NDArray[np.int32]

    @classmethod
    def of(cls, text: str) -> Edges:
        """The edges of ``text``."""
        size = len(text)
        firsts, stops = np.arange(size, dtype=np.int32), np.arange(1, size + 1, dtype=np.int32)
        shown = np.ones(size, dtype=bool)
        for blank in _INVISIBLE.finditer(text):
            shown[blank.start() : blank.end()] = False
        for first, stop in _long_clusters(text):
            last = _visible_end(text, first, stop)
            firsts[first:last], stops[first:last] = first, last
            shown[first:last], shown[last:stop] = shown[first:last].any(), False
        # what lies between visible clusters: the next one's begin, the last one's end
        begin = np.append(np.where(shown, firsts, size), size)[::-1]
        end = np.append(0, np.where(shown, stops, 0))
        return cls(np.minimum.accumulate(begin)[::-1].astype(np.int32), np.maximum.accumulate(end).astype(np.int32))

    def trimmed(self, first: int, stop: int) -> tuple[int, int]:
        """A piece from ``first`` to before ``stop``, widened to whole clusters and without invisible edges.

        The piece is empty, with two equal numbers, where nothing in it is visible.
        """
        begin, end = int(self.begin[first]), int(self.end[stop])
        return (begin, end) if begin < end else (stop, stop)


def _long_clusters(text: str) -> Iterator[tuple[int, int]]:
    """First character and end of each cluster of more than one character."""
    if not text.isascii():
        yield from (found.span() for found in _CLUSTER.finditer(text) if len(found.group()) > 1)


def _visible_end(text: str, first: int, stop: int) -> int:
    """``stop`` without joiners at the cluster's end; one that shapes the letter before it at a word's end is kept."""
    end = stop
    while end > first + 1 and text[end - 1] in (_NON_JOINER, _JOINER):
        end -= 1
    if end < stop and text[end] == _JOINER and not text[stop : stop + 1].isalpha() and _is_shaped(text[end - 1]):
        return end + 1
    return end


def _is_shaped(letter: str) -> bool:
    return unicodedata.combining(letter) == _VIRAMA or unicodedata.bidirectional(letter) == "AL"
