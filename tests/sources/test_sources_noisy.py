"""Examples with noise: what changes, and that what is said of them is still true."""

from __future__ import annotations

from typing import Any

import datasets
import pytest
from hypothesis import given
from hypothesis import strategies as st

from letter_noise import AWAY, DOUBLED
from xstilts.errors import DataError, InputError
from xstilts.noise import NOISES
from xstilts.sources import arrow, noisy
from xstilts.sources.noisy import Noised
from xstilts.tasks.base import Kind

PAIR = {"id": "a", "text": "one two three four", "text_pair": "five six seven", "label": "yes"}
CHOICE = {
    "id": "a",
    "context": "it rained all day",
    "question": "so",
    "choices": ["we got wet", "we got dry"],
    "label": 1,
}
ASKED = {
    "id": "a", "context": "the long boat left the old port", "question": "what left now",
    "answer_texts": ["long boat"], "answer_starts": [4],
}  # fmt: skip
TAGGED = {"id": "a", "tokens": ["Ada", "went", "home"], "tags": ["N", "V", "N"]}
SEARCHED = [
    {"id": "q", "role": "query", "text": "where is the boat", "gold": ["c"]},
    {"id": "c", "role": "candidate", "text": "the boat is here", "gold": []},
]


def data(kind: Kind, *examples: dict[str, Any]) -> datasets.Dataset:
    return datasets.Dataset(arrow.table(kind, examples))


def one(kind: Kind, examples: list[dict[str, Any]], noised: Noised, **languages: str) -> list[dict[str, Any]]:
    """All examples after a noise."""
    spoken = {**noisy.spoken(kind, "en"), **languages}
    (changed,) = noisy.corrupted(kind, data(kind, *examples), [noised], spoken)
    return list(arrow.rows(noisy.with_changes(kind, data(kind, *examples), changed)))


def swap(where: noisy.Where = "both", severity: int = 5, **more: Any) -> Noised:
    return Noised(NOISES.get("word-swap"), severity, where, **more)


@pytest.mark.parametrize(
    ("kind", "example", "where", "may_change"),
    [
        (Kind.CLASSIFICATION, PAIR, "context", {"text"}),
        (Kind.CLASSIFICATION, PAIR, "query", {"text_pair"}),
        (Kind.MULTIPLE_CHOICE, CHOICE, "context", {"context"}),
        (Kind.MULTIPLE_CHOICE, CHOICE, "query", {"question", "choices"}),
        (Kind.SPAN_QA, ASKED, "query", {"question"}),
        (Kind.SPAN_QA, ASKED, "context", {"context", "answer_texts", "answer_starts"}),
    ],
)
def test_nothing_changes_but_the_part_that_is_named(
    kind: Kind, example: dict[str, Any], where: noisy.Where, may_change: set[str]
):
    many = [{**example, "id": str(number)} for number in range(20)]
    after = one(kind, many, Noised(DOUBLED, 5, where))
    changed = {name for old, new in zip(many, after, strict=True) for name in new if old[name] != new[name]}
    assert changed
    assert changed <= may_change


@pytest.mark.parametrize(("where", "role"), [("query", "query"), ("pool", "candidate")])
def test_of_a_search_one_side_changes_and_the_ids_stay(where: noisy.Where, role: str):
    many = [
        {**row, "id": f"{row['id']}{n}", "gold": [f"{name}{n}" for name in row["gold"]]}
        for n in range(20)
        for row in SEARCHED
    ]
    after = one(Kind.RETRIEVAL, many, swap(where))
    assert {old["role"] for old, new in zip(many, after, strict=True) if old != new} == {role}
    assert [(row["id"], row["gold"]) for row in after] == [(row["id"], row["gold"]) for row in many]


def test_rows_that_a_noise_leaves_alone_are_not_told():
    many = [{**PAIR, "id": str(number)} for number in range(60)]
    (changed,) = noisy.corrupted(
        Kind.CLASSIFICATION,
        data(Kind.CLASSIFICATION, *many),
        [Noised(DOUBLED, 1)],
        noisy.spoken(Kind.CLASSIFICATION, "en"),
    )
    assert 0 < len(changed.rows) < 60
    assert all(many[row] != example for row, example in zip(changed.rows, changed.examples, strict=True))
    assert 0 < changed.edit_rate < 0.16
    assert len(changed.clean) == len(changed.noisy) == 120


def test_a_text_is_spoiled_alike_in_one_part_and_in_both():
    many = [{**PAIR, "id": str(number)} for number in range(20)]
    both, part = (one(Kind.CLASSIFICATION, many, swap(where)) for where in ("both", "query"))
    assert [row["text_pair"] for row in both] == [row["text_pair"] for row in part]


def test_answers_are_protected_where_they_stand():
    many = [{**ASKED, "id": str(number)} for number in range(40)]
    after = one(Kind.SPAN_QA, many, Noised(DOUBLED, 5, "context"))
    assert any(row["answer_starts"] != [4] for row in after)
    for row in after:
        assert row["answer_texts"] == ["long boat"]
        assert row["context"][row["answer_starts"][0] :].startswith("long boat")


def test_answers_are_followed_to_what_stands_there_now():
    many = [{**ASKED, "id": str(number)} for number in range(40)]
    after = one(Kind.SPAN_QA, many, Noised(DOUBLED, 5, "context", "follow"))
    assert any(row["answer_texts"] != ["long boat"] for row in after)
    for row in after:
        (start,), (text,) = row["answer_starts"], row["answer_texts"]
        assert row["context"][start : start + len(text)] == text
        assert text.strip()


def test_an_answer_of_which_nothing_would_be_left_is_protected():
    many = [{**ASKED, "id": str(n), "answer_texts": ["the", "old"], "answer_starts": [0, 23]} for n in range(40)]
    after = one(Kind.SPAN_QA, many, Noised(AWAY, 5, "context", "follow"))
    assert all(text.strip() for row in after for text in row["answer_texts"])
    assert any(row["context"] != ASKED["context"] for row in after)


def test_a_word_of_which_nothing_would_be_left_stays():
    after = one(Kind.TAGGING, [{**TAGGED, "id": str(n), "tokens": ["a", "b", "c"]} for n in range(20)], Noised(AWAY, 5))
    assert all(row["tokens"] == ["a", "b", "c"] for row in after)


TOKENS = st.lists(st.text(max_size=8), max_size=8)


@given(st.lists(TOKENS, max_size=4), st.integers(1, 5), st.sampled_from([DOUBLED, AWAY]))
def test_words_keep_their_number_whatever_they_are(sentences: list[list[str]], severity: int, noise: Any):
    examples = [{"id": str(n), "tokens": tokens, "tags": ["X"] * len(tokens)} for n, tokens in enumerate(sentences)]
    after = one(Kind.TAGGING, examples, Noised(noise, severity))
    for old, new in zip(examples, after, strict=True):
        assert len(new["tokens"]) == len(new["tags"]) == len(old["tokens"])
        assert all(word.strip() for word, before in zip(new["tokens"], old["tokens"], strict=True) if before.strip())


@given(st.text(min_size=1, max_size=40), st.data(), st.integers(1, 5), st.booleans())
def test_answers_are_true_whatever_the_text(context: str, drawn: st.DataObject, severity: int, follow: bool):
    start = drawn.draw(st.integers(0, len(context) - 1))
    end = drawn.draw(st.integers(start + 1, len(context)))
    example = {**ASKED, "context": context, "answer_texts": [context[start:end]], "answer_starts": [start]}
    noise = drawn.draw(st.sampled_from([DOUBLED, AWAY, NOISES.get("word-swap"), NOISES.get("word-drop")]))
    (row,) = one(Kind.SPAN_QA, [example], Noised(noise, severity, "both", "follow" if follow else "protect"))
    text, place = row["answer_texts"][0], row["answer_starts"][0]
    assert row["context"][place : place + len(text)] == text
    assert follow or text == context[start:end]


def test_languages_of_a_pair_are_those_of_its_parts():
    assert noisy.spoken(Kind.CLASSIFICATION, "de+en") == {"text": "de", "text_pair": "en"}
    assert noisy.spoken(Kind.MULTIPLE_CHOICE, "de+en") == {"context": "de", "question": "de", "choices": "en"}
    assert noisy.spoken(Kind.SPAN_QA, "de+en") == {"context": "de", "question": "en"}
    assert noisy.spoken(Kind.RETRIEVAL, "de", "en") == {"query": "de", "candidate": "en"}
    assert noisy.spoken(Kind.RETRIEVAL, "de") == {"query": "de", "candidate": "de"}
    assert noisy.spoken(Kind.TAGGING, "de") == {"tokens": "de"}


def test_a_language_without_the_noise_is_refused():
    with pytest.raises(InputError, match="letters-away is not defined for xx: it has no letters"):
        one(Kind.TAGGING, [TAGGED], Noised(AWAY, 3), tokens="xx")


def test_what_cannot_be_kept_true_is_refused():
    drop = NOISES.get("word-drop")
    assert "each word has a tag" in noisy.refusal(Kind.TAGGING, drop, "both")
    assert noisy.refusal(Kind.TAGGING, DOUBLED, "both") == ""
    assert "say where: pool" in noisy.refusal(Kind.RETRIEVAL, drop, "context")
    assert "allows where: both" in noisy.refusal(Kind.MASKED_LM, drop, "query")
    assert noisy.refusal(Kind.VISUAL_CLASSIFICATION, drop, "both") == ""
    assert "allows where: both" in noisy.refusal(Kind.VISUAL_CLASSIFICATION, drop, "query")
    with pytest.raises(DataError, match="one text per example"):
        one(Kind.CLASSIFICATION, [{**PAIR, "text_pair": ""}], swap("query"))


def test_a_share_of_the_training_examples_is_corrupted_by_seed_and_id():
    many = [{**PAIR, "id": str(number)} for number in range(400)]
    spoken = noisy.spoken(Kind.CLASSIFICATION, "en")

    def corrupted(examples: list[dict[str, Any]], seed: int, share: float) -> dict[str, Any]:
        found = noisy.augmented(Kind.CLASSIFICATION, data(Kind.CLASSIFICATION, *examples), swap(), spoken, seed, share)
        return {row["id"]: row for row in arrow.rows(found)}

    half, whole = corrupted(many, 1, 0.5), corrupted(many, 1, 1.0)
    changed = [row["id"] for row in many if half[row["id"]] != row]
    most = [row["id"] for row in many if whole[row["id"]] != row]
    assert set(changed) < set(most)
    assert 0.4 < len(changed) / len(most) < 0.6
    assert all(half[name] == whole[name] for name in changed)
    assert corrupted(many[::-1][:50], 1, 0.5) == {name: half[name] for name in [str(n) for n in range(399, 349, -1)]}
    assert corrupted(many, 2, 1.0) != whole
