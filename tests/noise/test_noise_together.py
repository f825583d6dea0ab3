"""Many texts at once come out as each of them alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.noise import NOISES, RATES, Stream, Way, corrupt, way_of

ODD = [
    "aa bb", "Été", "a\r\nb", "\u0301a", "ё\u0301лка", "a\u200db", "क्षि", "하나 ㄳ",
    "\U0001f600 a", "й\u3000й", "\ud800a",
]  # fmt: skip
LANGUAGES = {
    "en": "abcxyz ", "fr": "abcéàœ ", "de": "abcäß ", "ru": "абвйё ъ", "el": "αβγάς ", "ar": "ابتثلا\u064e ",
    "fa": "ابپچ\u200c ", "he": "אבגדם ", "ka": "აბგდ ", "hi": "कखािी् ", "ja": "あいアガ漢 ", "ko": "한가ㄱㅏㄳ ",
    "vi": "aăâđơư\u0300 ",
}  # fmt: skip
CASES = [(name, language) for name in ("typo", "multypo") for language in LANGUAGES]


@pytest.mark.parametrize(("name", "language"), CASES)
@settings(max_examples=25, deadline=None)
@given(data=st.data(), rate=st.sampled_from([*RATES, 0.5, 1.0]))
def test_at_once_is_as_one_after_the_other(name: str, language: str, data: st.DataObject, rate: float) -> None:
    letters = st.sampled_from(LANGUAGES[language]) | st.characters(max_codepoint=127)
    texts = data.draw(st.lists(st.text(letters, max_size=60) | st.sampled_from(ODD)))
    way, stream = way_of(NOISES.get(name), language, {}), Stream(0, name, language)
    assert way.together is not None
    found = corrupt(texts, map(str, range(len(texts))), way, rate, stream)
    assert found == corrupt(texts, map(str, range(len(texts))), Way(way.edit), rate, stream)


def test_letters_with_a_key_of_their_own_are_spoiled_at_once() -> None:
    takes = {code: way_of(NOISES.get("typo"), code, {}).together.takes for code in ("ru", "el", "fr", "hi", "ko")}
    assert takes["ru"]("Ёлка и ещё 漢字") and takes["fr"]("garçon") and not takes["el"]("λόγος")  # ό is two
    assert not takes["fr"]("naïve") and not takes["hi"]("की") and not takes["ko"]("한글") and takes["hi"]("कमल")
