"""Slips on the keyboard, each worked out by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from xstilts.noise import NOISES, Edit, Stream, Way, clusters, corrupt, way_of
from xstilts.noise.keyboards import keys_of
from xstilts.noise.slips import Slips
from xstilts.noise.types.keyboard import Typist

ONLY = {name: Slips(**{other: float(other == name) for other in ("delete", "insert", "replace", "transpose")})
        for name in ("delete", "insert", "replace", "transpose")}  # fmt: skip


def typist(language: str, slip: str) -> Typist:
    return Typist(language, ONLY[slip])


@pytest.mark.parametrize(
    ("slip", "language", "text", "place", "draw", "edit"),
    [
        ("delete", "en", "cat", 1, 0.5, Edit(1, 2, "", 1)),
        ("insert", "en", "cat", 1, 0.0, Edit(1, 1, "s", 1)),
        ("insert", "en", "cat", 1, 0.5, Edit(2, 2, "s", 1)),
        ("replace", "en", "cat", 1, 0.99, Edit(1, 2, "z", 1)),
        ("replace", "en", "Cat", 0, 0.0, Edit(0, 1, "V", 1)),
        ("transpose", "en", "cat", 1, 0.5, Edit(1, 3, "ta", 2)),
        ("transpose", "en", "cat", 2, 0.5, None),
        ("transpose", "en", "see", 1, 0.5, None),
        ("transpose", "en", "at home", 1, 0.5, None),
        ("replace", "en", "3", 0, 0.5, None),
        ("delete", "es", "fé", 1, 0.1, Edit(1, 2, "", 1)),
        ("delete", "es", "fé", 1, 0.9, Edit(1, 2, "e", 1)),
        ("delete", "ko", "한", 0, 0.9, Edit(0, 1, "하", 1)),
        ("delete", "ko", "한", 0, 0.5, None),  # without its vowel it is no syllable
        ("replace", "ko", "한", 0, 0.7, Edit(0, 1, "함", 1)),
        ("delete", "hi", "की", 1, 0.9, Edit(0, 2, "क", 1)),
        ("delete", "en", "日", 0, 0.5, None),
    ],
)
def test_a_slip(slip: str, language: str, text: str, place: int, draw: float, edit: Edit | None) -> None:
    assert typist(language, slip).edit(text, place, draw) == edit


def test_slips_are_as_frequent_as_was_said() -> None:
    drawn = [n / 4000 for n in range(4000)]
    way = NOISES.get("multypo").of("en", {})
    assert isinstance(way, Way)
    found = Counter(_kind(way.edit("agent", 3, draw)) for draw in drawn)  # e and n: two hands
    shares = {"delete": 0.28, "insert": 0.15, "replace": 0.28, "transpose": 0.28}
    assert found == {slip: pytest.approx(4000 * share / 0.99, abs=2) for slip, share in shares.items()}


def _kind(edit: Edit | None) -> str:
    assert edit is not None
    if not edit.text:
        return "delete"
    return "insert" if edit.start == edit.end else "transpose" if edit.end - edit.start == 2 else "replace"


def test_nine_of_ten_neighbours_of_multypo_are_in_the_row() -> None:
    one = Typist("en", Slips(0, 0, 1, 0, beside=0.9))
    hit = Counter(str(one.edit("g", 0, n / 1000).text) for n in range(1000))  # type: ignore[union-attr]
    assert sum(hit[letter] for letter in keys_of("en")["g"].beside) == pytest.approx(900, abs=1)


def test_a_careful_typist_hits_the_first_letter() -> None:
    way = way_of(NOISES.get("multypo"), "en", {})
    texts = ["alpha beta gamma delta"] * 200
    for found in corrupt(texts, map(str, range(200)), way, 0.16, Stream(0, "multypo", "en")):
        assert [word[0] for word in found.text.split(" ")] == ["a", "b", "g", "d"]


SAID = {
    "hi": "मैं किताबें पढ़ता हूँ", "th": "ผมไปตลาดซื้อผัก", "ta": "நான் புத்தகம் படிக்கிறேன்", "my": "ဈေးသို့ သွားခဲ့သည်",
    "ko": "나는 책을 읽는다", "vi": "Tôi đọc một quyển sách", "ar": "أقرأ كتابا جديدا", "ja": "ほんをよみます",
}  # fmt: skip


@pytest.mark.parametrize("language", SAID)
def test_a_changed_cluster_is_one_cluster(language: str) -> None:
    one, said = Typist(language, Slips()), SAID[language]
    made = [one.edit(said, place, n / 17) for place in range(len(said)) for n in range(17)]
    assert any(made)
    for edit in filter(None, made):
        if edit.cost == 1 and edit.text:
            assert clusters.count(edit.text) == 1
