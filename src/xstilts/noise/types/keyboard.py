"""Slips on the keyboard: a key missed, hit besides, hit in the place of another, or two letters in the wrong order.

A stroke is one key: a letter, a vowel sign, a jamo of a Hangul syllable. A letter that is on no key of its own is taken
apart, one of its strokes is changed, and it is put together again: ``é`` loses its accent, ``한`` becomes ``함``. A
stroke is changed only where one letter is left.
"""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from xstilts.languages import get
from xstilts.noise import clusters, hangul
from xstilts.noise.changes import letter_changed, letters_exchanged
from xstilts.noise.keyboards import is_sign, keys_of
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Together, Undefined, Way
from xstilts.noise.slips import Slips, SlipsTogether

if TYPE_CHECKING:
    from collections.abc import Callable

Strokes = tuple[str, ...]


class Typist:
    """One who types a language and slips; :meth:`edit` is what comes of it."""

    def __init__(self, language: str, slips: Slips) -> None:
        self._keys = keys_of(language)
        self._careful, self._share = slips.careful, slips.beside
        self._deletes, self._inserts, self._replaces = slips.bounds
        self._strokes = lru_cache(maxsize=1 << 14)(self._taken_apart)

    def edit(self, text: str, place: int, draw: float) -> Edit | None:
        """The slip at a place of a text; None where there is no letter of the keyboard, or nothing would change."""
        start, end = clusters.around(text, place)
        strokes = self._strokes(text[start:end])
        if not strokes or (self._careful and (not start or text[start - 1].isspace())):
            return None
        if draw < self._deletes:
            return self._deleted(text, (start, end), strokes, draw / self._deletes)
        draw -= self._deletes
        if draw < self._inserts:
            draw = draw / self._inserts * 2
            found, at = self._beside(strokes[0], draw % 1.0), (start, end)[int(draw)]
            return letter_changed(text, at, at, found)
        draw -= self._inserts
        if draw < self._replaces:
            draw = draw / self._replaces * len(strokes)
            at, found = int(draw), self._beside(strokes[int(draw)], draw % 1.0)
            return _one_letter(text, (start, end), (*strokes[:at], found, *strokes[at + 1 :])) if found else None
        return self._transposed(text, (start, end), strokes)

    def types_singly(self, text: str) -> bool:
        """Whether each code point is a cluster, and each that is typed at all has a key of its own."""
        if text.isascii():
            return True
        return clusters.is_plain(text) and not any(self._strokes(one) for one in set(text).difference(self._keys))

    def _deleted(self, text: str, span: clusters.Span, strokes: Strokes, draw: float) -> Edit | None:
        at = int(draw * len(strokes))
        if not at:  # without its first stroke it is no letter any more
            return letter_changed(text, *span, "")
        return _one_letter(text, span, (*strokes[:at], *strokes[at + 1 :]))

    def _transposed(self, text: str, span: clusters.Span, strokes: Strokes) -> Edit | None:
        start, end = span
        stop = clusters.after(text, end)[1]
        others = self._strokes(text[end:stop])
        if not others or (self._careful and self._keys[strokes[0]].left == self._keys[others[0]].left):
            return None
        return letters_exchanged(text, start, end, stop)

    def _beside(self, stroke: str, draw: float) -> str:
        """A neighbour of a key, of its own sort: letters beside letters, signs beside signs; "" for none."""
        key = self._keys.get(stroke)
        if key is None:  # an accent on a dead key
            return ""
        near, share = key.near, self._share
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


def _one_letter(text: str, span: clusters.Span, strokes: Strokes) -> Edit | None:
    """A cluster replaced by what other strokes make, if that is one cluster again."""
    made = strokes[0] if len(strokes) == 1 else hangul.syllable(strokes)
    made = made or unicodedata.normalize("NFC", "".join(strokes))
    return letter_changed(text, *span, made) if clusters.count(made) == 1 else None


def _typing(slips: Slips) -> Callable[[str, Dictionary], Way | Undefined]:
    @cache
    def way(language: str) -> Way | Undefined:
        if keys_of(language):
            typist = Typist(language, slips)
            return Way(
                typist.edit, together=Together(typist.types_singly, SlipsTogether(keys_of(language), slips).propose)
            )
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
