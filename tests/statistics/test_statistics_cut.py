from __future__ import annotations

import pytest
from statistics_mixes import facts, scores

from xstilts.statistics import Facts, analyse, cluster_rows
from xstilts.statistics.answer import answers

CUT = {"arm": "full", "target": "qa", "why": "a variant"}


def answer(rows, **changes):
    known = Facts.parse(facts(**changes))
    return answers(cluster_rows(rows, known), known)[0]


def without(arm, target):
    return [row for row in scores() if (row["arm"], row["target"]) != (arm, target)]


def test_a_cut_cell_is_left_out_of_its_arms_mean_which_names_the_rest():
    got = answer(without("full", "qa"), cut=[CUT])
    full = next(arm for arm in got["ranking"] if arm["arm"] == "full")
    assert (full["targets"], full["cut"], full["n_seeds"], full["gain"]) == (["nli"], ["qa"], 4, pytest.approx(4.0))
    missing = answer(without("full", "qa"))
    assert "full" not in {arm["arm"] for arm in missing["ranking"]}  # missing without a reason: no mean


def test_an_arm_with_cut_cells_is_best_only_among_its_like():
    rows = [row | {"value": row["value"] + 5 * (row["arm"] == "full")} for row in without("full", "qa")]
    got = answer(rows, cut=[CUT])
    assert got["ranking"][0]["arm"] == "full"
    assert (got["arm"], got["n_arms"]) == ("half", 2)
    assert "best of 2 arms on all fair targets (1 arm ran on fewer)" in got["sentences"][1]
    every = [{"arm": arm, "target": "qa", "why": "time"} for arm in ("only", "half", "full")]
    rows = [row for row in rows if row["target"] == "nli" or row["arm"] == "none"]
    assert answer(rows, cut=every)["arm"] == "full"


def test_fewer_seeds_on_purpose_are_no_gap_and_fewer_targets_without_names_neither():
    rows = [row for row in scores() if row["arm"] != "full" or (row["seed"] < 3 and row["target"] == "nli")]
    got = answer(rows, cut=[CUT | {"target": ""}])
    full = next(arm for arm in got["ranking"] if arm["arm"] == "full")
    assert (full["targets"], full["cut"], full["n_seeds"]) == (["nli"], ["qa"], 2)


def test_cut_cells_are_no_questions():
    plain, cut = (analyse(scores(), facts(**more))["answer"]["outlook"] for more in ({}, {"cut": [CUT]}))
    assert "6 questions" in plain
    assert "5 questions" in cut
