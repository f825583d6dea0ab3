"""Accents, vowel signs, tone marks, nuktas and seats of hamza that get lost: one mark of a letter at a time.

After the practice of typing without them, which work on restoring them describes (Náplava et al. 2018, "Diacritics
Restoration Using Neural Networks", LREC). Marks are those of Unicode's canonical decomposition. A virama stays: without
it, letters that were joined would be parted and another vowel be read.
"""

from __future__ import annotations

import unicodedata
from functools import cache

import regex

from xstilts.lab.lexicon import lexicon
from xstilts.lab.speech import SPEECHES
from xstilts.noise.changes import again, change, pick
from xstilts.noise.noise import NOISES, Dictionary, Edit, Noise, Undefined, Way
from xstilts.noise.scripts import named, script_of

_STROKES = {
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ø": "o",
    "Ø": "O",
    "ħ": "h",
    "Ħ": "H",
    "ŧ": "t",
    "Ŧ": "T",
    "ı": "i",
}
"""Letters that people write without what sets them apart, and that Unicode does not decompose."""

_MARKLESS = frozenset(
    {"Hans", "Hant", "Hani", "Jpan", "Hang", "Geor", "Armn", "Ethi", "Cher", "Tfng", "Yiii", "Vaii", "Olck"}
)
"""Scripts whose letters have no marks that writers leave out."""

_BARE = frozenset(
    {"en", "sw", "id", "ms", "so", "zu", "xh", "ss", "nr", "ts", "sn", "rn", "rw", "ny", "la", "ia", "tl", "sr"}
)
"""Languages whose ordinary spelling has no accents though others of their script have."""

_UNPOINTED = frozenset({"he"})

_LETTER = r"\p{L}\p{M}*?"
_KEPT = r"\p{CCC=9}\p{Me}\u0f90-\u0fbc\ufe00-\ufe0f\U000e0100-\U000e01ef"
"""Viramas, signs that enclose, Tibetan letters below others, and selectors of a variant."""


@cache
def _composed() -> str:
    """The letters that Unicode decomposes into a letter and marks."""
    return "".join(letter for letter in map(chr, range(0xC0, 0x2000)) if _bare(letter) != letter)


def _bare(letter: str) -> str:
    """The letter a mark poorer in NFD; itself where it has none to lose."""
    parts = unicodedata.normalize("NFD", letter)
    return parts if parts[1:] and unicodedata.category(parts[1])[0] == "M" else letter


@cache
def _place() -> regex.Pattern[str]:
    return regex.compile(rf"[{_composed()}{''.join(_STROKES)}]|(?<={_LETTER})[\p{{M}}--[{_KEPT}]]", regex.V1)


def _places(text: str) -> list[int]:
    return [] if text.isascii() else [match.start() for match in _place().finditer(text)]


def _edit(text: str, place: int, draw: float) -> Edit | None:
    here = text[place]
    if here in _STROKES:
        return change(text, place, place + 1, _STROKES[here])
    parts = unicodedata.normalize("NFD", here)
    lost = pick(range(1, len(parts)), again(draw)) if len(parts) > 1 else 0
    left = unicodedata.normalize("NFC", parts[:lost] + parts[lost + 1 :])
    return change(text, place, place + 1, left)


def _of(language: str, dictionary: Dictionary) -> Way | Undefined:
    del dictionary
    if script_of(language) in _MARKLESS:
        return Undefined(f"{named(language)} has no marks that writers leave out")
    if language in _UNPOINTED:
        return Undefined("it is written without vowel points as a rule")
    if language in _BARE or (language in SPEECHES and not any(map(_places, lexicon(language).values()))):
        return Undefined("its spelling has no accents and no other marks on letters")
    return Way(_edit, _places)


NOISES.register(
    "diacritics",
    Noise(
        "diacritics",
        "accents, vowel signs and other marks of letters get lost",
        "practice described by Náplava et al. 2018 (LREC); marks of Unicode's canonical decomposition",
        _of,
    ),
)
