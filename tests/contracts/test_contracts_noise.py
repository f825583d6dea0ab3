"""What holds for every noise: it finds by itself the noises that are added later."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.commands.noise_listing import entry
from xstilts.errors import InputError
from xstilts.languages import LANGUAGES
from xstilts.languages.words import word_spans
from xstilts.noise import NOISES, RATES, Corrupted, Noise, Stream, Way, applied, corrupt, moved, undefined, way_of
from xstilts.noise.clusters import count
from xstilts.noise.edits import distance
from xstilts.noise.sentences import SENTENCES

NAMES = NOISES.names()
COPIES = 150
FOUND = {said[start:end] for said in SENTENCES.values() for start, end in word_spans(said)}
WORDS = {word: [f"{word}{word[0]}", f"{word[1:]}x"] for word in sorted(FOUND)}
"""A dictionary for the noises that take one."""


def dictionary_of(noise: Noise) -> dict[str, list[str]]:
    return WORDS if noise.dictionary else {}


def spoken(name: str) -> list[str]:
    """The languages of the sentences that have a noise."""
    noise = NOISES.get(name)
    return [code for code in SENTENCES if not undefined(noise, code, dictionary_of(noise))]


def way(name: str, language: str) -> Way:
    return way_of(NOISES.get(name), language, dictionary_of(NOISES.get(name)))


@cache
def noisy(name: str, language: str, rate: float, seed: int = 0) -> list[Corrupted]:
    """Many noisy copies of a sentence."""
    texts, ids = [SENTENCES[language]] * COPIES, map(str, range(COPIES))
    return corrupt(texts, ids, way(name, language), rate, Stream(seed, name, language))


def realised(name: str, language: str, rate: float) -> float:
    said = SENTENCES[language]
    return sum(distance(said, found.text) for found in noisy(name, language, rate)) / COPIES / count(said)


ALL = [(name, code) for name in NAMES for code in spoken(name)]


@pytest.mark.parametrize("name", NAMES)
def test_names_can_be_written_with_a_severity_and_a_place(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name), "typo:3 and typo@query must say what they say"
    assert name != "clean"
    assert NOISES.get(name).name == name


@pytest.mark.parametrize("name", NAMES)
def test_what_people_read_is_there(name: str) -> None:
    noise = NOISES.get(name)
    assert noise.title and noise.title[-1] != "." and noise.source and noise.source[-1] != "."


@pytest.mark.parametrize("name", NAMES)
def test_a_language_has_it_or_says_why_not(name: str) -> None:
    noise = NOISES.get(name)
    for language in LANGUAGES:
        why = undefined(noise, language.code, {})
        if why:
            assert why[-1] not in ".!?" and len(why) > 10
            with pytest.raises(InputError, match=re.escape(f"not defined for {language.code}: {why}.")):
                way_of(noise, language.code, {})
        else:
            assert way_of(noise, language.code, {})


@pytest.mark.parametrize("name", NAMES)
def test_three_examples_in_three_scripts_show_it(name: str) -> None:
    if NOISES.get(name).dictionary:
        return
    shown = entry(name)["examples at severity 4"]
    assert len({LANGUAGES_BY_CODE[code].script for code in shown}) == 3
    assert all(pair["clean"] != pair["noisy"] for pair in shown.values())


LANGUAGES_BY_CODE = {language.code: language for language in LANGUAGES}


@pytest.mark.parametrize(("name", "language"), ALL)
def test_severity_zero_is_the_text_and_a_higher_one_spoils_what_a_lower_did(name: str, language: str) -> None:
    assert {found.text for found in noisy(name, language, 0.0)} == {SENTENCES[language]}
    for low, high in ((0.02, 0.08), (0.08, 0.16)):
        for few, many in zip(noisy(name, language, low), noisy(name, language, high), strict=True):
            assert {*few.edits} <= {*many.edits}


@pytest.mark.parametrize(("name", "language"), ALL)
def test_the_rate_comes_out_where_the_text_has_room(name: str, language: str) -> None:
    most = realised(name, language, 1.0)
    assert most > 0, "a noise that spoils nothing is not defined there"
    for rate in (0.08, 0.16):
        if rate < 0.6 * most:  # what is spoiled already leaves less room
            assert realised(name, language, rate) == pytest.approx(rate, rel=0.2)
        else:
            assert realised(name, language, rate) <= rate * 1.1


@pytest.mark.parametrize("name", NAMES)
def test_some_language_has_room_for_every_severity(name: str) -> None:
    assert any(realised(name, language, RATES[5]) > 0.14 for language in spoken(name))


@pytest.mark.parametrize(("name", "language"), ALL)
def test_text_stays_composed_and_an_edit_costs_what_it_says(name: str, language: str) -> None:
    said = SENTENCES[language]
    assert unicodedata.is_normalized("NFC", said)
    for found in noisy(name, language, 0.08):
        assert unicodedata.is_normalized("NFC", found.text)
        assert found.text == applied(said, found.edits)
    for edit in {edit for found in noisy(name, language, 0.08) for edit in found.edits}:
        assert distance(said, applied(said, [edit])) == edit.cost


@pytest.mark.parametrize("name", NAMES)
def test_draws_decide(name: str) -> None:
    language = max(spoken(name), key=lambda code: realised(name, code, 1.0))  # most room, so that draws can differ
    texts, ids = [SENTENCES[language]] * 20, [str(number) for number in range(20)]
    backwards = corrupt(texts, ids[::-1], way(name, language), 0.08, Stream(0, name, language))
    assert backwards == noisy(name, language, 0.08)[19::-1]
    assert noisy(name, language, 0.08, seed=1) != noisy(name, language, 0.08)


@pytest.mark.parametrize(("name", "language"), ALL)
def test_what_is_protected_stays(name: str, language: str) -> None:
    said = SENTENCES[language]
    span = (len(said) // 3, len(said) // 2)
    texts, ids = [said] * 40, map(str, range(40))
    for found in corrupt(texts, ids, way(name, language), 0.16, Stream(0, name, language), [[span]] * 40):
        start, end = moved(span, found.edits)
        assert found.text[start:end] == said[slice(*span)]


@pytest.mark.parametrize(("name", "language"), [pair for pair in ALL if NOISES.get(pair[0]).keeps_words])
def test_words_stay_as_many(name: str, language: str) -> None:
    said = SENTENCES[language]
    blanks = [(place, place + 1) for place, letter in enumerate(said) if letter == " "]
    texts, ids = [said] * 40, map(str, range(40))
    for found in corrupt(texts, ids, way(name, language), 0.16, Stream(0, name, language), [blanks] * 40):
        assert [*map(str.isspace, found.text)].count(True) == len(blanks)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_text_comes_out_as_text(name: str, data: st.DataObject) -> None:
    language = data.draw(st.sampled_from(spoken(name)))
    text = data.draw(st.lists(st.sampled_from([*SENTENCES.values()]) | st.text(max_size=20), max_size=3).map("".join))
    rate = data.draw(st.sampled_from([*RATES, 1.0]))
    found = corrupt([text], ["x"], way(name, language), rate, Stream(0, name, language))[0]
    found.text.encode("utf-8")
    assert found.text == applied(text, found.edits)
    assert all(text[edit.start : edit.end] != edit.text and edit.cost > 0 for edit in found.edits)


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_words_are_not_too_many(name: str) -> None:
    language = spoken(name)[0]
    words = SENTENCES[language].split()
    text = " ".join((words * (10_000 // len(words) + 1))[:10_000])
    found = corrupt([text], ["x"], way(name, language), 0.01, Stream(0, name, language))[0]
    assert sum(edit.cost for edit in found.edits) == pytest.approx(0.01 * count(text), abs=30)
