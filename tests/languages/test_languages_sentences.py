"""Sentences of a text without knowing the language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.languages.sentences import sentence_at, sentence_spans, split_sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It cost 3.5. Why? No!", ["It cost 3.5.", "Why?", "No!"]),
        ("一。二？三", ["一。", "二？", "三"]),
        ("यह है। वह", ["यह है।", "वह"]),
        ("هل؟ نعم\nلا", ["هل؟", "نعم", "لا"]),
        ("  ", []),
    ],
)
def test_sentences_end_at_the_marks_of_many_scripts(text: str, parts: list[str]) -> None:
    assert list(split_sentences(text)) == parts


@given(st.text("ab .?!。\n", max_size=30))
def test_spans_cover_all_but_white_space_in_order(text: str) -> None:
    spans = list(sentence_spans(text))
    inside = "".join(text[start:end] for start, end in spans)
    assert "".join(inside.split()) == "".join(text.split())
    assert spans == sorted(spans)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)


@pytest.mark.parametrize(
    ("place", "sentence"),
    [(0, "One."), (3, "One."), (4, "Two two."), (6, "Two two."), (13, "Two two."), (15, "Three"), (99, "Three")],
)
def test_the_sentence_at_a_place_is_the_one_around_it_or_the_next(place: int, sentence: str) -> None:
    assert sentence_at("One.  Two two. Three", place) == sentence


def test_a_text_without_sentences_has_none_at_any_place() -> None:
    assert sentence_at(" \n", 1) == ""
