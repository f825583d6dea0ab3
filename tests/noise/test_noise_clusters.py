"""Grapheme clusters: counted and found without splitting the whole text, and still the same ones."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from xstilts.noise import clusters

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=" "), max_size=12)


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("", 0),
        ("abc", 3),
        ("naïve", 5),
        ("e\u0301t", 2),
        ("हिन्दी", 2),
        ("한국", 2),
        ("👩‍👩‍👧 ok", 4),
        ("กำ", 1),
        ("a\r\nb", 3),
    ],
)
def test_how_many_clusters(text: str, n: int) -> None:
    assert clusters.count(text) == len(clusters.split(text)) == n


@given(st.lists(TEXT, max_size=3))
def test_a_text_is_its_clusters(words: list[str]) -> None:
    text = " ".join(words)
    assert "".join(clusters.split(text)) == text
    assert clusters.split(text) == regex.findall(r"\X", text)


@given(TEXT, st.data())
def test_the_cluster_around_a_place_is_one_of_the_texts(text: str, data: st.DataObject) -> None:
    spans = [match.span() for match in regex.finditer(r"\X", text)]
    for place in [data.draw(st.integers(0, len(text) - 1))] if text else []:
        found = clusters.around(text, place)
        assert found[0] <= place < found[1]
        assert found in spans or (text.isascii() and found == (place, place + 1))


def test_a_place_in_the_second_word() -> None:
    text = "der हिन्दी Text"
    assert text[slice(*clusters.around(text, 7))] == "न्दी"
    assert clusters.around(text, 3) == (3, 4)
    assert clusters.after(text, len(text)) == (len(text), len(text))
