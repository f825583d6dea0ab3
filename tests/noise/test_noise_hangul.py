"""Hangul syllables as keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.noise import hangul

SYLLABLE = st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3)


@pytest.mark.parametrize(
    ("syllable", "keys"), [("한", "ㅎㅏㄴ"), ("가", "ㄱㅏ"), ("쏘", "ㅆㅗ"), ("a", ""), ("ㅎ", ""), ("é", "")]
)
def test_the_keys_of_a_syllable(syllable: str, keys: str) -> None:
    assert "".join(hangul.strokes(syllable)) == keys


@given(SYLLABLE)
def test_there_and_back(syllable: str) -> None:
    assert hangul.syllable(hangul.strokes(syllable)) == syllable


@pytest.mark.parametrize("keys", ["ㅎ", "ㅏㅎ", "ㅎㅏㄸ", "ㅎㅏㄴㄱ", "ab", ""])
def test_what_makes_no_syllable(keys: str) -> None:
    assert hangul.syllable(tuple(keys)) == ""
