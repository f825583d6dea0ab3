"""Slips on the keyboard: a key missed, hit besides, hit in the place of another, or two letters in the wrong order.

A stroke is one key: a letter, a vowel sign, a jamo of a Hangul syllable. A letter that is on no key of its own is taken
apart, one of its strokes is changed, and it is put together again: ``é`` loses its accent, ``한`` becomes ``함``. A
stroke is changed only where one letter is left.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from xstilts.languages import get
from xstilts.noise import clusters, hangul
from xstilts.noise.edits import distance
from xstilts.noise.keyboards import is_sign, keys_of
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Undefined, Way

if TYPE_CHECKING:
    from collections.abc import Callable

Strokes = tuple[str, ...]


@dataclass(frozen=True)
class Slips:
    """How often which slip happens; the shares need not sum to 1.

    Attributes:
        delete, insert, replace, transpose: Their shares.
        beside: Share of the neighbours hit that are in the same row; None: all neighbours alike.
        careful: Whether the first letter of a word is safe, and letters change places only between two hands.
    """

    delete: float = 1.0
    insert: float = 1.0
    replace: float = 1.0
    transpose: float = 1.0
    beside: float | None = None
    careful: bool = False


class Typist:
    """One who types a language and slips; :meth:`edit` is what comes of it."""

    def __init__(self, language: str, slips: Slips) -> None:
        self._keys = keys_of(language)
        self._slips = slips
        total = slips.delete + slips.insert + slips.replace + slips.transpose
        self._deletes, self._inserts, self._replaces = slips.delete / total, slips.insert / total, slips.replace / total
        self._strokes = lru_cache(maxsize=1 << 14)(self._taken_apart)

    def edit(self, text: str, place: int, draw: float) -> Edit | None:
        """The slip at a place of a text; None where there is no letter of the keyboard, or nothing would change."""
        letter = text[place]
        strokes: Strokes
        if text.isascii():
            if letter not in self._keys:
                return None
            start, end, strokes = place, place + 1, (letter,)
        else:
            start, end = clusters.around(text, place)
            strokes = self._strokes(text[start:end])
        if not strokes or (self._slips.careful and (not start or text[start - 1].isspace())):
            return None
        if draw < self._deletes:
            return self._deleted((start, end), strokes, draw / self._deletes)
        draw -= self._deletes
        if draw < self._inserts:
            return self._inserted((start, end), strokes, draw / self._inserts)
        draw -= self._inserts
        if draw < self._replaces:
            return self._replaced((start, end), strokes, draw / self._replaces)
        return self._transposed(text, (start, end), strokes)

    def _deleted(self, span: clusters.Span, strokes: Strokes, draw: float) -> Edit | None:
        at = int(draw * len(strokes))
        if not at:  # without its first stroke it is no letter any more
            return Edit(*span, "", 1)
        return _one_letter(span, (*strokes[:at], *strokes[at + 1 :]))

    def _inserted(self, span: clusters.Span, strokes: Strokes, draw: float) -> Edit | None:
        at = span[int(draw * 2)]
        found = self._beside(strokes[0], draw * 2 % 1.0)
        return Edit(at, at, found, 1) if found else None

    def _replaced(self, span: clusters.Span, strokes: Strokes, draw: float) -> Edit | None:
        at = int(draw * len(strokes))
        found = self._beside(strokes[at], draw * len(strokes) % 1.0)
        return _one_letter(span, (*strokes[:at], found, *strokes[at + 1 :])) if found else None

    def _transposed(self, text: str, span: clusters.Span, strokes: Strokes) -> Edit | None:
        start, end = span
        following = text[slice(*clusters.after(text, end))]
        others = self._strokes(following) if following else ()
        if (
            not others
            or text[start:end] == following
            or (self._slips.careful and self._keys[strokes[0]].left == self._keys[others[0]].left)
        ):
            return None
        new = following + text[start:end]
        cost = 2 if len(new) == 2 else distance(text[start : end + len(following)], new)
        return Edit(start, end + len(following), new, cost) if cost else None

    def _beside(self, stroke: str, draw: float) -> str:
        """A neighbour of a key, of its own sort: letters beside letters, signs beside signs; "" for none."""
        key = self._keys.get(stroke)
        if key is None:  # an accent on a dead key
            return ""
        near, share = key.near, self._slips.beside
        if share is not None and key.beside and key.above:
            near, draw = (key.beside, draw / share) if draw < share else (key.above, (draw - share) / (1 - share))
        return near[int(draw * len(near))] if near else ""

    def _taken_apart(self, cluster: str) -> Strokes:
        """The strokes that make a cluster; none where its first is not on the keyboard, or another is no accent."""
        ways = ((cluster,), tuple(cluster), hangul.strokes(cluster), tuple(unicodedata.normalize("NFD", cluster)))
        for strokes in ways:
            if strokes and strokes[0] in self._keys and all(s in self._keys or is_sign(s) for s in strokes):
                return strokes
        return ()


def _one_letter(span: clusters.Span, strokes: Strokes) -> Edit | None:
    """A cluster replaced by what other strokes make, if that is one cluster again."""
    if len(strokes) == 1:
        return Edit(*span, strokes[0], 1)
    made = hangul.syllable(strokes) or unicodedata.normalize("NFC", "".join(strokes))
    return Edit(*span, made, 1) if clusters.count(made) == 1 else None


def _typing(slips: Slips) -> Callable[[str, Dictionary], Way | Undefined]:
    @cache
    def way(language: str) -> Way | Undefined:
        if keys_of(language):
            return Way(Typist(language, slips).edit)
        if get(language).script in ("Hans", "Hant", "Hani"):
            return Undefined("an input method makes its characters from letters that are not in the text")
        return Undefined("no keyboard layout is known for it")

    return lambda language, dictionary: way(language)


_LAYOUTS = "layouts of xkb-data 2.35.1 (X11)"

NOISES.register(
    "typo", Noise("typo", "slips on the keyboard of the language", f"{_LAYOUTS}; all slips alike", _typing(Slips()))
)
NOISES.register(
    "multypo",
    Noise(
        "multypo",
        "slips on the keyboard, as often as MulTypo has each",
        f"{_LAYOUTS}; shares of MulTypo 0.1.1 (github.com/cisnlp/multypo)",
        _typing(Slips(0.28, 0.15, 0.28, 0.28, beside=0.9, careful=True)),
    ),
)
