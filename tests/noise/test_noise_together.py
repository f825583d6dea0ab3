"""Many texts at once come out as each of them alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.noise import NOISES, RATES, Stream, Way, corrupt, way_of

TEXTS = st.lists(st.text(st.characters(max_codepoint=127), max_size=60) | st.sampled_from(["aa bb", "Été", "a\r\nb"]))
LANGUAGES = [("typo", "en"), ("multypo", "en"), ("typo", "fr"), ("multypo", "de"), ("typo", "ru"), ("typo", "ko")]


@pytest.mark.parametrize(("name", "language"), LANGUAGES)
@settings(max_examples=40, deadline=None)
@given(texts=TEXTS, rate=st.sampled_from([*RATES, 0.5, 1.0]))
def test_at_once_is_as_one_after_the_other(name: str, language: str, texts: list[str], rate: float) -> None:
    way, stream = way_of(NOISES.get(name), language, {}), Stream(0, name, language)
    assert way.propose is not None
    found = corrupt(texts, map(str, range(len(texts))), way, rate, stream)
    assert found == corrupt(texts, map(str, range(len(texts))), Way(way.edit), rate, stream)
