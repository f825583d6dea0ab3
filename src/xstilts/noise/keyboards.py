"""Where letters lie on the keyboards of many languages, and which lie beside each other.

``data/keyboards.json`` holds the layouts of xkb-data (``tools/keyboard_layouts.py`` makes it); their licence stands
beside it. Korean is written with two sets of jamo, which xkb-data leaves to the input method (KS X 5002); the lab has
keyboards of its own.
"""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from xstilts.lab import keyboard as lab_keyboard
from xstilts.lab.speech import SPEECHES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_INDENTS = {"E": 0.0, "D": 1.5, "C": 1.75, "B": 1.25}
"""How far right the first key of a row is, in keys; the row B begins with the key beside the shift."""
_REACH = 1.01
"""How far right or left a neighbour is at most, in keys."""
_MIDDLE = 6.3
"""Keys left of it are the left hand's: between T and Y, G and H, B and N."""
_HANGUL = ({"D": "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "C": "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "B": " ㅋㅌㅊㅍㅠㅜㅡ"}, {"D": "ㅃㅉㄸㄲㅆ   ㅒㅖ"})
_KATAKANA_AFTER_HIRAGANA = 0x60


@dataclass(frozen=True)
class Key:
    """A letter's place.

    Attributes:
        near: All its neighbours, of its own sort: letters beside letters, vowel signs beside vowel signs.
        beside: Those to its right and left.
        above: Those in the rows next to its own.
        left: Whether the left hand types it.
    """

    near: str
    beside: str
    above: str
    left: bool


@cache
def keys_of(language: str) -> Mapping[str, Key]:
    """Letter to its place on the keyboard of a language; empty for one without a layout."""
    found: dict[str, Key] = {}
    for level in _levels(language):
        for letter, key in _neighbours(level):
            found.setdefault(letter, key)
    return found


def _levels(language: str) -> Iterable[Mapping[str, str]]:
    if language in SPEECHES:
        return [dict(zip("DCB", lab_keyboard.rows(language), strict=True))]
    if language == "ko":
        return _HANGUL
    table = _table()
    levels: list[dict[str, str]] = table["layouts"].get(table["languages"].get(language), [])
    if language == "ja":  # one key for both kana, and text has more hiragana
        levels = [*levels, *({row: _hiragana(keys) for row, keys in level.items()} for level in levels)]
    return levels


def _hiragana(katakana: str) -> str:
    return "".join(chr(ord(c) - _KATAKANA_AFTER_HIRAGANA) if "ァ" <= c <= "ヶ" else " " for c in katakana)


@cache
def _table() -> dict[str, Any]:
    text = files("xstilts.noise").joinpath("data", "keyboards.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def _neighbours(rows: Mapping[str, str]) -> Iterator[tuple[str, Key]]:
    names = list(_INDENTS)
    keys = [
        (letter, _INDENTS[row] + place, names.index(row))
        for row, letters in rows.items()
        for place, letter in enumerate(letters)
        if letter != " "
    ]
    for letter, x, row in keys:
        near = {
            other: r == row
            for other, x2, r in keys
            if other != letter and abs(x - x2) <= _REACH and abs(row - r) <= 1 and is_sign(other) == is_sign(letter)
        }
        beside, above = ("".join(sorted(other for other in near if near[other] is same)) for same in (True, False))
        yield letter, Key(beside + above, beside, above, x < _MIDDLE)


def is_sign(stroke: str) -> bool:
    """Whether a stroke is a vowel sign, an accent or another mark that stands on a letter."""
    return unicodedata.category(stroke)[0] == "M"
