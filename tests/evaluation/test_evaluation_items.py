"""What a table of predictions says beyond its scores, for every kind of task."""

from __future__ import annotations

import pyarrow as pa
import pytest

from xstilts.evaluation.items import class_counts, constants, uncertainties
from xstilts.evaluation.score import Scoring
from xstilts.statistics.inference.jackknife import GROUPS, error_of

LABELS = ("entailment", "neutral", "contradiction")


def table(gold, prediction, **more):
    return pa.table({"id": [f"q{n}" for n in range(len(gold))], "gold": gold, "prediction": prediction, **more})


def labelled():
    """Ten of twelve are right; “neutral” is never said."""
    gold = ["entailment"] * 6 + ["contradiction"] * 4 + ["neutral"] * 2
    return table(gold, [*gold[:10], "entailment", "entailment"])


def test_a_proportion_has_wilsons_interval() -> None:
    accuracy, f1 = uncertainties(labelled(), Scoring("classification", ["accuracy", "macro_f1"], LABELS))
    assert (accuracy["metric"], accuracy["how"]) == ("accuracy", "wilson")
    assert (accuracy["low"], accuracy["high"]) == (pytest.approx(55.20, abs=0.01), pytest.approx(95.30, abs=0.01))
    assert accuracy["error"] == pytest.approx(100 * (10 / 12 * 2 / 12 / 11) ** 0.5)
    assert f1["how"] == "jackknife"
    assert 0 < f1["error"] < 40
    assert f1["high"] <= 100


def test_moves_come_from_the_ids_and_hold_the_error() -> None:
    (sure,) = uncertainties(labelled(), Scoring("classification", ["accuracy"], LABELS))
    assert sure["moves"].shape == (GROUPS,)
    assert error_of(sure["moves"]) == pytest.approx(sure["error"], rel=0.4)
    shuffled = labelled().take([11, *range(11)])
    (again,) = uncertainties(shuffled, Scoring("classification", ["accuracy"], LABELS))
    assert list(again["moves"]) == pytest.approx(list(sure["moves"]))


def test_one_answer_to_everything_is_the_most_frequent_one() -> None:
    assert constants(labelled(), Scoring("classification", ["accuracy"], LABELS)) == {"accuracy": pytest.approx(50.0)}
    choices = table([1, 1, 0], [1, 1, 1], scores=[[0.0, 1.0]] * 3)
    assert constants(choices, Scoring("multiple_choice", ["accuracy"])) == {"accuracy": pytest.approx(200 / 3)}
    tags = table([["O", "B-PER"], ["O", "O"]], [["O", "O"], ["O", "O"]])
    assert constants(tags, Scoring("tagging", ["f1", "accuracy"])) == {"f1": 0.0, "accuracy": 75.0}


def test_no_answer_is_the_one_answer_to_questions() -> None:
    asked = table([["tree"], ["house"]], ["tree", ""])
    assert constants(asked, Scoring("span_qa", ["f1", "exact_match"])) == {"f1": 0.0, "exact_match": 0.0}
    some = table([["tree"], []], ["tree", ""], span=["tree", ""], null_score=[0.0, 1.0])
    found = constants(some, Scoring("span_qa", ["f1", "best_f1"], rule="squad2"))
    assert found == {"f1": 50.0}  # a best threshold needs more than an answer


def test_searches_have_no_answer_to_everything() -> None:
    found = table([["a"]], [["a", "b"]])
    assert constants(found, Scoring("retrieval", ["accuracy"])) == {}
    assert class_counts("retrieval", found) is None
    assert [one["how"] for one in uncertainties(found, Scoring("retrieval", ["accuracy", "hubness@10"]))] == ["wilson"]


def test_classes_are_counted_in_every_kind() -> None:
    assert class_counts("classification", labelled()) == {
        "gold": {"contradiction": 4, "entailment": 6, "neutral": 2},
        "said": {"contradiction": 4, "entailment": 8},
    }
    assert class_counts("multiple_choice", table([0, 2], [2, 2])) == {
        "gold": {"choice 1": 1, "choice 3": 1},
        "said": {"choice 3": 2},
    }
    tags = table([["O", "B-PER", "I-PER"], ["B-LOC"]], [["O", "O", ""], ["O"]])
    assert class_counts("tagging", tags) == {"gold": {"LOC": 1, "O": 1, "PER": 2}, "said": {"O": 4}}
    assert class_counts("span_qa", table([["a"], []], ["", None])) == {
        "gold": {"(an answer)": 1, "(no answer)": 1},
        "said": {"(no answer)": 2},
    }
