"""A head trained on PAN-X reads MasakhaNER: it says what it can, and what it cannot say or see is missed."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts import evaluation
from xstilts.encoding import ENCODINGS, EncodingOptions
from xstilts.tasks import TASKS

TAGGING = ENCODINGS.get("tagging")
PANX, MASAKHANER = TASKS.get("panx"), TASKS.get("masakhaner")


def logits(word: np.ndarray, said: list[str]) -> np.ndarray:
    """What a head with PAN-X's labels gives that says these tags: high at the tag, on every token of its word."""
    numbers = [PANX.labels.index(tag) for tag in said]
    return np.eye(len(PANX.labels), dtype=np.float32)[[numbers[index] if index >= 0 else 0 for index in word]]


def answers(tokens: list[str], tags: list[str], said: list[str], tokenizer, examples, max_length: int = 32):
    """The predictions table of one sentence, encoded with the target's labels and decoded with the head's."""
    options = EncodingOptions(max_length=max_length)
    data = examples("tagging", {"id": "a", "tokens": tokens, "tags": tags})
    features = TAGGING.encode(data, tokenizer, options, MASAKHANER.labels)
    outputs = [logits(features.ragged("word")[0], said)]
    return TAGGING.decode(data, features, outputs, options, PANX.labels)


def scores(table) -> dict[str, float]:
    rows = evaluation.score(
        table, evaluation.Scoring("tagging", MASAKHANER.metrics, MASAKHANER.labels, MASAKHANER.rule)
    )
    return {row["metric"]: row["value"] for row in rows}


def test_the_heads_labels_begin_the_targets() -> None:
    assert MASAKHANER.labels[: len(PANX.labels)] == PANX.labels
    assert set(MASAKHANER.labels) - set(PANX.labels) == {"B-DATE", "I-DATE"}


def test_a_date_is_missed_and_the_rest_is_scored(tokenizer, examples) -> None:
    tokens, tags = ["ada", "sang", "on", "monday"], ["B-PER", "O", "O", "B-DATE"]
    table = answers(tokens, tags, ["B-PER", "O", "O", "B-ORG"], tokenizer, examples)
    assert table.column("prediction").to_pylist() == [["B-PER", "O", "O", "B-ORG"]]
    found = scores(table)
    # gold PER and DATE, said PER and ORG: one of two and two; without dates one of one, and two said
    assert (found["f1"], found["precision"], found["recall"]) == (50, 50, 50)
    assert found["f1.no_date"] == pytest.approx(200 / 3)


def test_names_beyond_the_cut_count_as_missed(tokenizer, examples) -> None:
    tokens, tags = ["ada", "went", "to", "eli"], ["B-PER", "O", "O", "B-LOC"]
    # <s> ▁ a d a ▁ w e </s> hold the first word whole and the second's beginning
    table = answers(tokens, tags, tags, tokenizer, examples, max_length=9)
    assert table.column("prediction").to_pylist() == [["B-PER", "O", "", ""]]
    assert table.column("lost").to_pylist() == [2]
    # one of two names found, none falsely said; over the words that were seen it would be 100
    found = scores(table)
    assert (found["precision"], found["recall"]) == (100, 50)
    assert found["f1"] == found["f1.no_date"] == pytest.approx(200 / 3)


def test_a_name_that_the_cut_divides_is_missed(tokenizer, examples) -> None:
    tokens, tags = ["ada", "eli"], ["B-PER", "I-PER"]
    table = answers(tokens, tags, tags, tokenizer, examples, max_length=6)
    assert table.column("prediction").to_pylist() == [["B-PER", ""]]
    assert scores(table)["f1"] == 0
