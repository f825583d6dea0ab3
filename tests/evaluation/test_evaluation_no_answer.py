"""A model that knows questions without an answer: what it learns, says and scores; other tasks never hear of it."""

from __future__ import annotations

import pyarrow as pa
import pytest

from xstilts import evaluation
from xstilts.encoding import EncodingOptions, span_qa
from xstilts.evaluation import EncodedSplit, Request, Scoring
from xstilts.models.heads import attach_head
from xstilts.tasks.base import Kind
from xstilts.training.losses import loss_function

OPTIONS = EncodingOptions(max_length=24, stride=6)


def question(name: str, asked: str, *answers: tuple[str, int]) -> dict:
    return {"id": name, "question": asked, "context": "w10 w11 w12 w13", "answer_texts": [text for text, _ in answers],
            "answer_starts": [start for _, start in answers]}  # fmt: skip


ROWS = [
    question("first", "w1", ("w10", 0)),
    question("third", "w2", ("w12", 8)),
    question("none", "w3"),
    question("neither", "w4"),
]


@pytest.fixture
def learned(encoder, encoded, facts):
    """A tiny model after some steps on two questions with and two without an answer."""
    import numpy as np
    import torch

    examples, features = encoded(Kind.SPAN_QA, ROWS, OPTIONS)
    model = attach_head(encoder, Kind.SPAN_QA, (), seed=5).eval()
    loss = loss_function(model, Kind.SPAN_QA)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    batch = span_qa.collate(features, np.arange(len(features)), facts.pad_id)
    for _ in range(200):
        optimizer.zero_grad()
        loss(batch).backward()
        optimizer.step()
    return model, examples, features


def test_a_model_learns_when_there_is_no_answer(learned, facts) -> None:
    model, examples, features = learned
    table = evaluation.predict(
        model, Request(Kind.SPAN_QA, rule="squad2"), EncodedSplit(examples, features, OPTIONS), facts
    )
    assert table.column("prediction").to_pylist() == ["w10", "w12", "", ""]
    assert [score > 0 for score in table.column("null_score").to_pylist()] == [False, False, True, True]
    names = ["f1", "exact_match", "f1.no_answer", "exact_match.has_answer", "best_f1", "best_exact_match"]
    rows = evaluation.score(table, Scoring(Kind.SPAN_QA, names, rule="squad2"))
    assert {row["metric"]: row["value"] for row in rows} == dict.fromkeys(names, 100)


@pytest.mark.parametrize("rule", ["", "mlqa"])
def test_the_same_model_always_answers_where_the_rule_knows_no_empty_answers(learned, facts, rule: str) -> None:
    model, examples, features = learned
    table = evaluation.predict(
        model, Request(Kind.SPAN_QA, rule=rule), EncodedSplit(examples, features, OPTIONS), facts
    )
    assert table.column_names == ["id", "gold", "prediction", "truncated", "score"]
    assert all(table.column("prediction").to_pylist())
    forward = evaluation.forward(model, Kind.SPAN_QA, features, facts)
    assert table.equals(span_qa.decode(examples, features, forward, OPTIONS, ()))


def predictions(**columns) -> pa.Table:
    return pa.table({"id": ["a", "b"], "gold": pa.array([["Ada"], []], pa.list_(pa.string())), **columns})


def test_scores_follow_the_null_and_the_best_threshold_looks_behind_it() -> None:
    # the null wins by mistake for "Ada": a higher threshold would have given the right answer
    table = predictions(prediction=["", "Bo"], span=["Ada", "Bo"], null_score=[0.5, -1.0])
    names = ("exact_match", "exact_match.has_answer", "exact_match.no_answer", "best_exact_match")
    rows = evaluation.score(table, Scoring(Kind.SPAN_QA, names, rule="squad2"))
    # best: none answered 1; + Bo (wrong) 0; + Ada 1
    assert [row["value"] for row in rows] == [0, 0, 0, 50]
    surer = predictions(prediction=["", "Bo"], span=["Ada", "Bo"], null_score=[-2.0, -1.0])
    assert evaluation.score(surer, Scoring(Kind.SPAN_QA, ["best_exact_match"], rule="squad2"))[0]["value"] == 100


def test_a_table_without_null_scores_is_scored_as_it_is() -> None:
    table = predictions(prediction=["Ada", ""])
    assert evaluation.headline(table, Scoring(Kind.SPAN_QA, ["f1"], rule="squad2")) == 100


def test_of_a_pair_the_contexts_language_is_the_answers() -> None:
    table = pa.table({"id": ["a"], "gold": [["Hund"]], "prediction": ["der Hund"]})
    by = {
        language: evaluation.score(table, Scoring(Kind.SPAN_QA, ["exact_match"], rule="mlqa"), language=language)[0][
            "value"
        ]
        for language in ("de", "de+en", "en+de", "en")
    }
    assert by == {"de": 100, "de+en": 100, "en+de": 0, "en": 0}  # "der" is an article in German contexts only
