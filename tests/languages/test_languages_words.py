"""Words of a text without knowing the language."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.languages.blanks import is_blank, spaced_words
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  a\t b ", ["a", "b"]),
        ("1\u00a0000\u2009m", ["1\u00a0000\u2009m"]),
        ("\u3000 x\x0b", ["\u3000", "x\x0b"]),
        ("", []),
    ],
)
def test_words_between_spaces(text: str, words: list[str]) -> None:
    assert spaced_words(text) == words


@pytest.mark.parametrize(
    "text", ["", " \t", "\u00a0", "\u200b\ufeff\u2060", "\u3164", "\ufe0f", "\u200e\r\n", "\u2800"]
)
def test_blank_text_shows_nothing(text: str) -> None:
    assert is_blank(text)


@given(st.text(), st.sampled_from("a.Ж中\u0301\ue000—١"))
def test_text_with_ink_is_not_blank(text: str, letter: str) -> None:
    assert not is_blank(text + letter)
