"""Misread letters, by a table made for the test and by the one that is shipped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pytest

from xstilts.noise import NOISES, Undefined, Way, applied, clusters
from xstilts.noise.types import ocr

TABLE = {"en": {"m": [100, {"rn": 10}], "rn": [50, {"m": 10}], "e": [100, {"c": 5, "o": 5}], "é": [10, {"e": 1}],
                  "l": [100, {"": 1}]}}  # fmt: skip


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> Iterator[Way]:
    """The way of English by the table above."""
    for made in (ocr._readings, ocr._edit):
        made.cache_clear()
    monkeypatch.setattr(ocr, "_tables", lambda: TABLE)
    way = NOISES.get("ocr").of("en", {})
    assert isinstance(way, Way)
    yield way
    for made in (ocr._readings, ocr._edit):
        made.cache_clear()


@pytest.mark.parametrize(
    ("text", "place", "draw", "noisy"),
    [
        ("am", 1, 0.56, "arn"),  # misread 32 of 360 times: 0.1 / (2 * 32 / 360) = 0.5625
        ("am", 1, 0.57, None),
        ("barn", 2, 0.99, "bam"),  # a fifth is more than twice the usual
        ("he", 1, 0.28, "hc"),
        ("he", 1, 0.29, "ho"),
        ("he", 1, 0.57, None),
        ("thé", 2, 0.56, "the"),
        ("all", 1, 0.05, "al"),  # 0.01 / (2 * 32 / 360) = 0.05625
        ("all", 1, 0.06, None),
        ("x", 0, 0.0, None),
    ],
)
def test_a_letter_is_misread_as_often_as_it_was(by_hand: Way, text: str, place: int, draw: float, noisy: str) -> None:
    edit = by_hand.edit(text, place, draw)
    assert (None if edit is None else applied(text, [edit])) == noisy


def test_a_script_with_too_few_letters_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "_tables", lambda: TABLE)
    assert NOISES.get("ocr").of("ru", {}) == Undefined("no table says which letters of its script (Cyrl) are misread")


def test_the_table_has_letters_and_counts() -> None:
    assert {"en", "ru", "el"} <= ocr._tables().keys()
    for language, letters in ocr._tables().items():
        for letter, (printed, readings) in letters.items():
            assert clusters.count(letter) in (1, 2), (language, letter)
            assert 0 < sum(readings.values()) <= printed
            for reading in readings:
                assert reading != letter and unicodedata.is_normalized("NFC", reading)
                assert clusters.count(reading) <= 2 and not any(map(str.isspace, reading))
