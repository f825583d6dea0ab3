"""Where letters lie, and what lies beside them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from xstilts.languages import LANGUAGES
from xstilts.noise.keyboards import is_sign, keys_of

REAL = os.environ.get("XSTILTS_DATA")


@pytest.mark.parametrize(
    ("language", "letter", "beside", "above"),
    [
        ("en", "g", "fh", "btvy"),
        ("en", "q", "w", "a"),
        ("en", "G", "FH", "BTVY"),
        ("de", "z", "tu", "gh"),
        ("fr", "a", "z", "qé"),
        ("ru", "п", "ар", "енми"),
        ("ko", "ㅎ", "ㄹㅗ", "ㅅㅛㅍㅠ"),
        ("qaa", "b", "pt", "ae"),
    ],
)
def test_neighbours(language: str, letter: str, beside: str, above: str) -> None:
    key = keys_of(language)[letter]
    assert (set(key.beside), set(key.above)) == (set(beside), set(above))


def test_letters_have_letters_beside_them_and_signs_have_signs() -> None:
    keys = keys_of("hi")
    assert set(keys["ा"].near) <= set("ौैाीूोे्िुॉृ")
    assert not set(keys["क"].near) & set("ौैाीूोे्िुॉृ")


def test_a_key_for_both_kana() -> None:
    assert {chr(ord(letter) - 0x60) for letter in keys_of("ja")["カ"].near} == set(keys_of("ja")["か"].near)


def test_hands() -> None:
    keys = keys_of("en")
    assert [letter for letter in "qwertyuiopasdfghjklzxcvbnm" if keys[letter].left] == list("qwertasdfgzxcvb")


def test_all_languages_of_xtreme_r_but_chinese_have_a_layout() -> None:
    assert [row.code for row in LANGUAGES if row.xtreme_r and not keys_of(row.code)] == ["zh"]


@pytest.mark.skipif(not REAL, reason="XSTILTS_DATA names no folder with the neighbours that were derived elsewhere")
def test_the_same_neighbours_as_derived_elsewhere() -> None:
    found = json.loads((Path(str(REAL)) / "noise/xkb/neighbours.json").read_text(encoding="utf-8"))
    same, letters = 0, 0
    for language, told in found.items():
        keys = keys_of(language) if language not in ("ko", "zh") else {}
        for letter in keys.keys() & told["n"].keys():
            near, wanted = set(keys[letter].near), set(told["n"][letter])
            assert near <= wanted, (language, letter)
            letters += 1
            same += near == {other for other in (wanted - {letter}) & keys.keys() if is_sign(other) == is_sign(letter)}
    assert letters > 3000
    assert same > 0.9 * letters  # there, a letter that lies on several keys has the neighbours of all
