"""Noisy variants: answers as of the whole noisy set, clean answers where nothing changed, and flips by hand."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from test_evaluation_answering import LABELS, OPTIONS, ROWS, model_for
from test_evaluation_retrieval import DE, EN

from xstilts.errors import InputError
from xstilts.evaluation import EncodedSplit, Request, SearchOptions, predict, retrieve_all
from xstilts.evaluation.under_noise import NoisySplit, Variant, answers_under_noise, flips
from xstilts.tasks.base import Kind

CHANGED = [1, 4]
NOISE = {
    Kind.CLASSIFICATION: {"text": "w5 w6 w7 w8"},
    Kind.MULTIPLE_CHOICE: {"choices": ["w20 w21", "w22"]},
    Kind.TAGGING: {"tokens": None},
    Kind.SPAN_QA: {"question": "w9"},
}


def spoiled(kind: Kind, row: dict[str, Any]) -> dict[str, Any]:
    """The row with other words and the same labels."""
    if kind is Kind.TAGGING:
        return {**row, "tokens": row["tokens"][::-1]}
    return {**row, **NOISE[kind]}


def test_a_variant_names_the_row_of_every_item() -> None:
    assert Variant("typo", 3, [1, 3], [0, 2]).places(4).tolist() == [0, 4, 2, 6]
    assert Variant("typo", 3, [], []).places(2).tolist() == [0, 1]


@pytest.mark.parametrize("kind", list(ROWS))
def test_answers_under_noise_are_those_to_the_whole_noisy_set(kind, encoder, encoded, facts) -> None:
    rows = ROWS[kind]
    noisy = [spoiled(kind, row) if place in CHANGED else row for place, row in enumerate(rows)]
    model, request = model_for(encoder, kind), Request(kind, LABELS)

    def split(given: list[dict[str, Any]]) -> EncodedSplit:
        return EncodedSplit(*encoded(kind, given, OPTIONS, LABELS), OPTIONS)

    clean, whole = (predict(model, request, split(given), facts) for given in (rows, noisy))
    unique = split([noisy[4], noisy[1]])
    variants = [Variant("a", 3, CHANGED, [1, 0]), Variant("b", 1, [4], [0]), Variant("none", 0, [], [])]
    parts = {"de": NoisySplit(split(rows), unique, variants, clean), "fr": NoisySplit(split(rows), unique, [], clean)}
    found = {one.name: answers for one, answers in answers_under_noise(model, request, parts, facts)}
    assert [answers.language for answers in found.values()] == ["de"] * 3
    assert found["a", 3].table.column("id").to_pylist() == [row["id"] for row in rows]
    assert found["a", 3].table.column("prediction") == whole.column("prediction")
    assert found["none", 0].table.equals(clean)
    same = [place for place in range(len(rows)) if place not in CHANGED]
    assert found["a", 3].table.take(same).equals(clean.take(same))
    assert found["b", 1].table.take([1]).equals(clean.take([1]))


def test_a_search_under_noise_is_that_of_the_noisy_texts(encoder, encoded, facts) -> None:
    spoil = {"q1": "w30 w31", "de_0": "w9 w9", "de_2": "w1 w2"}
    search = SearchOptions([{"layer": 1, "pooling": "mean"}], [{"pool": "multilingual"}, {"pool": "mono"}])

    def split(given: list[dict[str, Any]]) -> EncodedSplit:
        return EncodedSplit(*encoded("retrieval", given, OPTIONS), OPTIONS)

    noisy = [{**row, "text": spoil.get(row["id"], row["text"])} for row in DE]
    rows = [place for place, row in enumerate(DE) if row["id"] in spoil]
    unique = split([noisy[place] for place in rows])
    variants = [Variant("a", 3, rows, range(len(rows))), Variant("none", 0, [], [])]
    parts = {"de": NoisySplit(split(DE), unique, variants), "en": NoisySplit(split(EN), split(EN), [])}
    found = list(answers_under_noise(encoder, Request("retrieval", search=search), parts, facts))

    def expected(german: list[dict[str, Any]]) -> list[Any]:
        given = {"de": split(german), "en": split(EN)}
        return [one for one in retrieve_all(encoder, given, facts, search) if one.language == "de"]

    for name, german in (("a", noisy), ("none", DE)):
        own = [answers for one, answers in found if one.noise == name]
        for one, known in zip(own, expected(german), strict=True):
            assert one.setting == known.setting
            assert one.table.column("prediction") == known.table.column("prediction")
            assert one.candidates == known.candidates
            if name == "none":
                assert one.table.equals(known.table)


def table(predictions: list[Any], ids: str = "abc") -> pa.Table:
    return pa.table({"id": list(ids[: len(predictions)]), "prediction": predictions})


@pytest.mark.parametrize(
    ("kind", "before", "after", "said"),
    [
        (Kind.CLASSIFICATION, ["no", "yes", "no"], ["no", "no", "no"], (100 / 3, 3)),
        (Kind.SPAN_QA, ["in 1905", ""], ["1905", ""], (50, 2)),
        # words are counted, not sentences
        (Kind.TAGGING, [["N", "V"], ["N", "N", ""]], [["N", "N"], ["V", "N", "V"]], (60, 5)),
        # the first candidate counts
        (Kind.RETRIEVAL, [["x", "y"], ["y"], []], [["x", "z"], ["z"], ["x"]], (200 / 3, 3)),
    ],
)
def test_flips_by_hand(kind: Kind, before: list[Any], after: list[Any], said: tuple[float, int]) -> None:
    found = flips(kind, table(before), table(after))
    assert found is not None
    assert (found.rate, found.n) == (pytest.approx(said[0]), said[1])
    assert flips(kind, table(before), table(before)).rate == 0  # type: ignore[union-attr]


def test_nothing_flips_where_nothing_is_said() -> None:
    assert flips(Kind.MASKED_LM, table([]), table([])) is None
    assert flips(Kind.CLASSIFICATION, table([]), table([])) is None


def test_other_items_are_no_flips() -> None:
    with pytest.raises(InputError, match="other items"):
        flips(Kind.CLASSIFICATION, table(["no"]), table(["no"], "x"))
