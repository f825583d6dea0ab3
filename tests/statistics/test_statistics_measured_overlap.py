"""Which measured overlaps mark a cell, and what a measured leak does to the answer."""

from __future__ import annotations

import pytest

from xstilts.statistics import Facts, analyse
from xstilts.statistics.tables.measured_overlap import OVERLAP_COLUMNS, measured_warnings


def shared(arms="mine", same_id=0.0, same_text=0.0, shared_ngram=0.0, target="xnli", language="de", **more):
    row = {
        "train_task": "own", "train_language": "en", "target": target, "language": language, "n_train": 50, "n": 200,
        "same_id": same_id, "same_text": same_text, "shared_ngram": shared_ngram, "arms": arms,
    } | more  # fmt: skip
    assert tuple(row) == OVERLAP_COLUMNS
    return row


def known(code, arm="mine", target="xnli", base="*"):
    return {"code": code, "cell": {"base": base, "arm": arm, "target": target, "language": "*"}, "message": "known"}


@pytest.mark.parametrize(
    ("rows", "warnings", "codes"),
    [
        ([], [], {}),
        ([shared(same_text=1.0)], [], {}),
        ([shared(same_text=1.5)], [], {("mine", "xnli"): "overlap"}),
        ([shared(same_id=1.5)], [], {("mine", "xnli"): "overlap"}),
        ([shared(same_text=10.0)], [], {("mine", "xnli"): "overlap"}),
        ([shared(same_text=10.5)], [], {("mine", "xnli"): "leak"}),
        ([shared(shared_ngram=90.0)], [], {}),
        ([shared(same_text=50.0, arms="")], [], {}),
        ([shared(same_text=50.0, arms="a b")], [], {("a", "xnli"): "leak", ("b", "xnli"): "leak"}),
        ([shared(same_text=2), shared(same_text=20, language="sw")], [], {("mine", "xnli"): "leak"}),
        ([shared(same_text=2), shared(same_id=3, target="udpos")], [],
         {("mine", "xnli"): "overlap", ("mine", "udpos"): "overlap"}),
        ([shared(same_text=2)], [known("overlap")], {}),
        ([shared(same_text=2)], [known("degenerate")], {}),
        ([shared(same_text=20)], [known("overlap")], {("mine", "xnli"): "leak"}),
        ([shared(same_text=20)], [known("leak")], {}),
        ([shared(same_text=2)], [known("hidden-stage")], {("mine", "xnli"): "overlap"}),
        ([shared(same_text=2)], [known("leak", arm="other")], {("mine", "xnli"): "overlap"}),
        ([shared(same_text=2)], [known("leak", arm="*")], {}),
        ([shared(same_text=2)], [known("leak", base="one of two")], {("mine", "xnli"): "overlap"}),
    ],
)  # fmt: skip
def test_what_marks_a_cell(rows, warnings, codes):
    found = measured_warnings(rows, warnings)
    assert {(one["cell"]["arm"], one["cell"]["target"]): one["code"] for one in found} == codes
    assert len(found) == len(codes)


def test_the_message_names_the_worst_language_and_how_it_shares():
    rows = [shared(same_text=2), shared(same_id=31.25, same_text=3, language="sw"), shared(same_text=4, language="th")]
    (found,) = measured_warnings(rows)
    assert found["message"] == "measured: 31.2 % of the items in sw have the id of an item of own in en."
    assert found["cell"] == {"base": "*", "arm": "mine", "target": "xnli", "language": "*"}


FACTS = {
    "pivot": "en",
    "arms": ["none", "mine", "clean"],
    "bases": ["b"],
    "targets": {"xnli": {"metric": "accuracy"}, "udpos": {"metric": "f1"}},
}


def scores():
    gains = {("mine", "xnli"): 9.0, ("mine", "udpos"): 1.0, ("clean", "xnli"): 2.0, ("clean", "udpos"): 2.0}
    metrics = {"xnli": "accuracy", "udpos": "f1"}
    return [
        {"base": "b", "arm": arm, "target": target, "seed": seed, "language": "de", "metric": metric, "split": "test",
         "value": 50.0 + gains.get((arm, target), 0.0) + 0.1 * int(seed), "n": 10}
        for arm in FACTS["arms"] for target, metric in metrics.items() for seed in "12"
    ]  # fmt: skip


def test_a_measured_leak_stays_out_of_the_answer_and_a_mark_does_not():
    free, marked, leaking = (
        analyse(scores(), FACTS, overlaps=rows) for rows in ([], [shared(same_text=5)], [shared(same_text=50)])
    )
    assert [one["answer"]["bases"][0]["arm"] for one in (free, marked, leaking)] == ["mine", "mine", "clean"]
    ranked = {row["arm"]: row["excluded"] for row in leaking["answer"]["bases"][0]["ranking"]}
    assert ranked == {"clean": [], "mine": ["xnli"]}
    assert [one["code"] for one in marked["facts"]["warnings"]] == ["overlap"]
    assert Facts.parse(leaking["facts"]).unfair("b", "mine", "xnli")[0].startswith("measured: 50.0 %")
    assert free["facts"] == FACTS


def test_rows_are_kept_in_one_order_with_the_documented_columns():
    rows = [shared(language="sw"), {**shared(), "more": 1}]
    kept = analyse(scores(), FACTS, overlaps=rows)["answer"]["overlaps"]
    assert kept == [shared(), shared(language="sw")]
    assert analyse(scores(), FACTS, overlaps=rows[::-1])["answer"]["overlaps"] == kept
