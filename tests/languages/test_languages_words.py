"""Words of a text without knowing the language."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.languages.words import word_spans


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" – ... ", []),
        ("The (old) mill,\ttoo.", ["The", "old", "mill", "too"]),
        ("well-kept e.g. 3.5 €", ["well-kept", "e.g", "3.5"]),
        ("雾很大。", ["雾", "很", "大"]),
        ("iPhone很大 ok", ["iPhone", "很", "大", "ok"]),
        ("नमस्ते दुनिया।", ["नमस्ते", "दुनिया"]),
    ],
)
def test_words(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end in word_spans(text)] == words


@given(st.text())
def test_words_follow_one_another_and_leave_no_letter_out(text: str) -> None:
    spans = list(word_spans(text))
    assert all(start < end for start, end in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    covered = {at for span in spans for at in range(*span)}
    assert {at for at, letter in enumerate(text) if letter.isalnum()} <= covered
    assert not any(text[at].isspace() for at in covered)
