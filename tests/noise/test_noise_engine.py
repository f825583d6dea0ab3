"""How many edits a text gets, where, and what they depend on."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.noise import NOISES, RATES, Corrupted, Edit, Stream, Way, corrupt, edit_rate, rate_of, way_of
from xstilts.noise.engine import Stream as EngineStream

STREAM = Stream(0, "stars", "en")
TEXTS = [f"text number {n} is about the colour of the sea" for n in range(400)]
IDS = [str(n) for n in range(400)]


def star(text: str, place: int, draw: float) -> Edit | None:
    """A letter becomes a star; of what is no letter nothing can be made."""
    del draw
    return Edit(place, place + 1, "*", 1) if text[place].isalpha() else None


def block(text: str, place: int, draw: float) -> Edit | None:
    """Ten letters at once: an edit that costs more than most texts have to spend."""
    del draw
    return Edit(place, place + 10, "*" * 10, 10) if place + 10 <= len(text) else None


STARS, BLOCKS = Way(star), Way(block, lambda text: range(0, len(text), 10))


@pytest.mark.parametrize("way", [STARS, BLOCKS], ids=["cheap", "dear"])
@pytest.mark.parametrize("rate", RATES[1:])
def test_the_rate_comes_out(way: Way, rate: float) -> None:
    noisy = [found.text for found in corrupt(TEXTS, IDS, way, rate, STREAM)]
    cost, letters = (1 if way is STARS else 10), sum(map(len, TEXTS))
    # edits are drawn: four standard deviations of their number
    assert edit_rate(TEXTS, noisy) == pytest.approx(rate, abs=4 * (rate * cost / letters) ** 0.5)


def test_a_rate_of_zero_is_the_text_itself() -> None:
    assert corrupt(TEXTS, IDS, STARS, 0.0, STREAM) == [Corrupted(text) for text in TEXTS]


def test_a_text_gets_the_same_edits_in_any_company() -> None:
    together = corrupt(TEXTS, IDS, STARS, 0.08, STREAM)
    assert corrupt(TEXTS[::-1], IDS[::-1], STARS, 0.08, STREAM) == together[::-1]
    assert corrupt(TEXTS[7:8], IDS[7:8], STARS, 0.08, STREAM) == together[7:8]


@pytest.mark.parametrize(
    "other",
    [Stream(1, "stars", "en"), Stream(0, "moons", "en"), Stream(0, "stars", "de"), EngineStream(0, "stars", "en", 1)],
)
def test_seed_noise_language_and_epoch_change_the_draws(other: Stream) -> None:
    assert corrupt(TEXTS, IDS, STARS, 0.08, STREAM) != corrupt(TEXTS, IDS, STARS, 0.08, other)


@pytest.mark.parametrize("way", [STARS, Way(star, lambda text: range(len(text)))], ids=["by trying", "by places"])
def test_a_higher_rate_spoils_what_a_lower_one_did(way: Way) -> None:
    low, high = (corrupt(TEXTS, IDS, way, rate, STREAM) for rate in (0.04, 0.16))
    lost = sum(len({*few.edits} - {*many.edits}) for few, many in zip(low, high, strict=True))
    assert lost == 0


def test_kept_spans_stay() -> None:
    found = corrupt(["abcdefghij"], ["x"], STARS, 1.0, STREAM, [[(2, 5), (9, 10)]])
    assert found[0].text == "**cde****j"


def test_an_edit_that_would_reach_into_a_kept_span_is_not_made() -> None:
    assert corrupt(["a" * 20], ["x"], BLOCKS, 1.0, STREAM, [[(15, 16)]])[0].text == "*" * 10 + "a" * 10


@pytest.mark.parametrize("text", ["", " ", "... 123 ..."])
def test_a_text_without_places_stays(text: str) -> None:
    assert corrupt([text], ["x"], STARS, 0.16, STREAM) == [Corrupted(text)]


def test_the_only_letter_of_a_long_text_is_found() -> None:
    text = "1" * 300 + "a" + "2" * 300
    assert corrupt([text], ["x"], STARS, 0.01, STREAM)[0].text.count("*") == 1


def test_no_more_is_spoiled_than_there_is() -> None:
    assert corrupt(["abc" * 3], ["x"], STARS, 1.0, STREAM)[0].text == "*" * 9


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60), st.sampled_from(RATES), st.integers(0, 5))
def test_edits_are_sorted_and_apart(text: str, rate: float, seed: int) -> None:
    edits = corrupt([text], ["x"], STARS, rate, Stream(seed, "stars", "en"))[0].edits
    assert all(before.end <= after.start for before, after in pairwise(edits))


def test_severities() -> None:
    assert [rate_of(severity) for severity in range(6)] == [0, 0.01, 0.02, 0.04, 0.08, 0.16]
    with pytest.raises(InputError, match="no severity 6") as told:
        rate_of(6, "noise.0.severity")
    assert "noise.0.severity" in str(told.value)


def test_a_noise_that_a_language_has_not_says_why() -> None:
    with pytest.raises(InputError, match="typo is not defined for zh: an input method"):
        way_of(NOISES.get("typo"), "zh", {})


def test_a_place_may_be_named_more_often_than_the_text_has_letters() -> None:
    often = Way(star, lambda text: [*range(len(text))] * 9)
    assert corrupt(["abcdefghij"], ["x"], often, 1.0, STREAM)[0].text == "*" * 10
