"""Hangul syllables as the keys that make them: from ``한`` to ``ㅎㅏㄴ`` and back."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLACES = ("CHOSEONG", "JUNGSEONG", "JONGSEONG")
_FIRST, _LAST = "ㄱ", "ㅣ"


@cache
def _conjoining() -> Mapping[str, tuple[str, ...]]:
    """Letter of a keyboard to its forms as the first, middle and last of a syllable; "" for one that it has not."""
    found = {}
    for letter in map(chr, range(ord(_FIRST), ord(_LAST) + 1)):
        name = unicodedata.name(letter).removeprefix("HANGUL LETTER ")
        found[letter] = tuple(_named(f"HANGUL {place} {name}") for place in _PLACES)
    return found


def _named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return ""


@cache
def _letters() -> Mapping[str, str]:
    return {form: letter for letter, forms in _conjoining().items() for form in forms if form}


def strokes(syllable: str) -> tuple[str, ...]:
    """The keys of a syllable, in the order in which they are hit; none for what is no syllable."""
    letters = _letters()
    found = tuple(letters.get(jamo, "") for jamo in unicodedata.normalize("NFD", syllable))
    return found if len(found) > 1 and all(found) else ()


def syllable(keys: Sequence[str]) -> str:
    """The syllable that keys make: consonant, vowel and perhaps a consonant; "" if they make none."""
    forms = [_conjoining().get(key, ("", "", "")) for key in keys]
    if not 2 <= len(forms) <= len(_PLACES):
        return ""
    parts = [form[place] for place, form in enumerate(forms)]
    made = unicodedata.normalize("NFC", "".join(chain(parts))) if all(parts) else ""
    return made if len(made) == 1 else ""
