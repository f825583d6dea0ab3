"""Scripts of India in Latin letters.

Their blocks in Unicode have the same order, so one table serves them all. It is ISO 15919 without its marks, with what
people write beside it (Roark et al. 2020, "Processing South Asian Languages Written in the Latin Script: the Dakshina
Dataset", LREC, arXiv 2007.01176). In the north, the vowel that a consonant carries falls silent at the end of a word
and between two spoken ones (Ohala 1983, "Aspects of Hindi Phonology"); people then do not write it.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

BLOCKS: Mapping[str, int] = MappingProxyType(
    {
        "Deva": 0x900, "Beng": 0x980, "Guru": 0xA00, "Gujr": 0xA80, "Taml": 0xB80, "Telu": 0xC00, "Knda": 0xC80,
        "Mlym": 0xD00,
    }
)  # fmt: skip
"""Script to where its block begins."""

_SILENT_INSIDE = frozenset({"Deva", "Guru", "Gujr"})
_SILENT_AT_THE_END = _SILENT_INSIDE | {"Beng"}
_SPOKEN = frozenset({"sa"})
"""Languages in which no vowel falls silent."""

_CONSONANTS = [
    "k",
    "kh",
    "g",
    "gh",
    "n",
    "ch",
    "chh/ch",
    "j",
    "jh",
    "n",
    "t",
    "th",
    "d",
    "dh",
    "n",
    "t",
    "th",
    "d",
    "dh",
    "n",
    "n",
    "p",
    "ph/f",
    "b",
    "bh",
    "m",
    "y",
    "r",
    "r",
    "l",
    "l",
    "zh/l",
    "v/w",
    "sh",
    "sh",
    "s",
    "h",
]
_VOWELS = ["a", "a/aa", "i", "i/ee", "u", "u/oo", "ri", "li", "e", "e", "e", "ai", "o", "o", "o", "au"]
_FIRST_CONSONANT, _FIRST_VOWEL, _FIRST_SIGN, _NUKTA, _VIRAMA, _FIRST_DIGIT = 0x15, 0x05, 0x3E, 0x3C, 0x4D, 0x66
_NASALS = (0x00, 0x01, 0x02, 0x70)
"""Candrabindu, anusvara and tippi; the anusvara of Tamil is none that words have."""

_DOUBLING = 0x71
_NUKTAS: Mapping[str, str] = MappingProxyType(
    {"k": "q", "kh": "kh", "g": "gh/g", "j": "z", "d": "r/d", "dh": "rh", "ph": "f", "y": "y", "s": "sh", "l": "l"}
)
"""What a consonant with a nukta is, by the consonant without."""

_OWN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "Beng": {"য": "j/y", "ব": "b", "শ": "sh/s", "ষ": "sh", "ৰ": "r", "ৱ": "w"},
        "Taml": {"க": "k/g", "ச": "s/ch", "ட": "t/d", "த": "th/t", "ப": "p/b", "ற": "r", "ழ": "zh/l"},
        "Telu": {"త": "t/th", "ద": "d"},
        "Mlym": {"ത": "th/t", "റ": "r", "ഴ": "zh"},
    }
)
_ENDS: Mapping[str, str] = MappingProxyType({"ৎ": "t", "ൺ": "n", "ൻ": "n", "ർ": "r", "ൽ": "l", "ൾ": "l", "ൿ": "k"})
"""Letters for a consonant without a vowel."""


@dataclass
class _Syllable:
    """A consonant, its vowel (None: the one it carries unwritten) and what follows the vowel."""

    consonant: str
    vowel: str | None
    tail: str = ""


def romanised(word: str, script: str, language: str, style: int) -> str | None:
    """A word in Latin letters; None where it has a sign that the table does not know."""
    found = _syllables(unicodedata.normalize("NFC", word), script, style)
    if found is None:
        return None
    if script in _SILENT_AT_THE_END and language not in _SPOKEN:
        _fall_silent(found, script)
    carried = "o" if script == "Beng" else "a"
    parts = []
    for at, one in enumerate(found):
        following = found[at + 1].consonant if at + 1 < len(found) else ""
        parts += [one.consonant, carried if one.vowel is None else one.vowel, _nasal(one.tail, following, script)]
    return "".join(parts)


def _syllables(word: str, script: str, style: int) -> list[_Syllable] | None:
    """The syllables of a word; None where a sign stands where it can't."""
    found: list[_Syllable] = []
    doubled = False
    for letter in word.replace("\u200c", "").replace("\u200d", ""):
        place = ord(letter) - BLOCKS[script]
        if letter in _ENDS:
            found.append(_Syllable(_ENDS[letter], ""))
        elif 0 <= place - _FIRST_CONSONANT < len(_CONSONANTS):
            ways = _OWN.get(script, {}).get(letter) or _CONSONANTS[place - _FIRST_CONSONANT]
            consonant = _chosen(ways, style)
            found.append(_Syllable(consonant[0] + consonant if doubled else consonant, None))
            doubled = False
        elif 0 <= place - _FIRST_VOWEL < len(_VOWELS):
            found.append(_Syllable("", _chosen(_VOWELS[place - _FIRST_VOWEL], style)))
        elif 0 <= place - _FIRST_DIGIT < 10:
            found.append(_Syllable("", str(place - _FIRST_DIGIT)))
        elif not found:
            return None
        elif place == _DOUBLING and script == "Guru":
            doubled = True
        elif not _add_sign(found[-1], place, style):
            return None
    return found


def _add_sign(syllable: _Syllable, place: int, style: int) -> bool:
    """Whether a sign at this place of its block belongs to a syllable; then it is added."""
    if place == _VIRAMA:
        syllable.vowel = ""
    elif place == _NUKTA:
        syllable.consonant = _chosen(_NUKTAS.get(syllable.consonant, syllable.consonant), style)
    elif place in _NASALS:
        syllable.tail = "n"
    elif place == 0x03:
        syllable.tail = "h"
    elif 0 <= place - _FIRST_SIGN < len(_VOWELS) - 1:
        syllable.vowel = _chosen(_VOWELS[place - _FIRST_SIGN + 1], style)
    else:
        return False
    return True


def _chosen(ways: str, style: int) -> str:
    several = ways.split("/")
    return several[style % len(several)]


def _fall_silent(syllables: list[_Syllable], script: str) -> None:
    """Take out the unwritten vowels that are not spoken: at the end, then from there on inside."""
    last = syllables[-1]
    in_a_group = len(syllables) > 1 and syllables[-2].vowel == ""
    stays = in_a_group and (script == "Beng" or last.consonant in ("y", "r", "l", "v", "w", "m", "n"))
    if len(syllables) > 1 and last.vowel is None and not last.tail and not stays:
        last.vowel = ""
    if script not in _SILENT_INSIDE:
        return
    for at in range(len(syllables) - 2, 0, -1):
        before, here, after = syllables[at - 1 : at + 2]
        if here.vowel is None and not here.tail and before.vowel != "" and after.consonant and after.vowel != "":
            here.vowel = ""


def _nasal(tail: str, following: str, script: str) -> str:
    """The nasal after a vowel as the next consonant makes it."""
    if tail != "n":
        return tail
    if script == "Beng":
        return "ng" if not following else "n"
    at_the_end = "m" if script in ("Telu", "Knda", "Mlym") else "n"
    return at_the_end if not following else "m" if following[0] in "pbm" else "n"
