"""Controls that must show: judged by the gain matrix's own intervals, and no part of the answer."""

from __future__ import annotations

import pytest
from statistics_mixes import facts, row, scores

from xstilts.reports.grid import grids
from xstilts.reports.numbers import interval, points
from xstilts.statistics import Facts, analyse
from xstilts.statistics.tables.chosen_arms import chosen_rows

MUST = {"only": "help", "half": "not-help"}
TARGET = {"targets": {"nli": {"metric": "accuracy", "languages": ["qaa", "qab", "qac", "qba"]}}}


def shown(gains, must=MUST, **changes):
    """The analysis of a study whose arms gain so much, give or take what a seed does, and what it says of controls."""
    known = facts(series=[], must=must, **(TARGET | changes))
    rows = [
        row(arm, "nli", seed, code, 50 + gain + (0.1 * seed if arm != "none" else 0))
        for arm, gain in {"none": 0.0, "full": 0.5, **gains}.items()
        for seed in (1, 2, 3, 4)
        for code in ("qaa", "qab", "qac", "qba")
    ]
    analysis = analyse(rows, known)
    (only,) = analysis["answer"]["must_show"]
    return analysis, only


@pytest.mark.parametrize(
    ("only", "half", "behaves", "said"),
    [
        (5.0, -2.0, True, "controls from lab behave: only, which must help, does (+5.2 points"),
        (5.0, -0.25, True, "half, which must not, is not seen to (0.0 points"),
        (-1.0, -2.0, False, "believed before that is explained: only, which must help, is not seen to (−0.8 points"),
        (5.0, 3.0, False, "do not behave, so no gain of this study should be believed"),
        (5.0, 3.0, False, "half, which must not, does (+3.2 points"),
    ],
)
def test_what_controls_did_is_said_plainly(only, half, behaves, said):
    _, got = shown({"only": only, "half": half})
    assert got["behaves"] is behaves
    assert said in got["sentence"]


def test_the_sentence_has_the_numbers_of_the_gain_matrix():
    analysis, got = shown({"only": 5.0, "half": -2.0})
    (grid,) = grids(analysis)
    for arm in MUST:
        cell = grid.cells[arm, "nli"]
        assert f"({points(cell.gain)} points on nli, 95 % interval {interval(cell.low, cell.high)})" in got[
            "sentence"
        ].replace("95%", "95 %")


def test_an_interval_is_needed_and_a_cell_that_did_not_run_is_named():
    known = facts(series=[], must=MUST, **TARGET)
    one_seed = [one for one in scores() if one["seed"] == 1 and one["target"] == "nli" and one["arm"] != "half"]
    (got,) = analyse(one_seed, known)["answer"]["must_show"]
    assert got["behaves"] is None
    assert "cannot all be judged" in got["sentence"]
    assert "only, which must help, could not be judged (+1.3 points on nli, no interval)" in got["sentence"]
    assert "half, which must not, could not be judged (did not run on nli)" in got["sentence"]


def test_one_that_fails_is_worse_than_one_that_is_not_known():
    _, got = shown({"only": -1.0})
    assert got["behaves"] is False


def test_less_may_be_better():
    lower = {"targets": {"nli": TARGET["targets"]["nli"] | {"higher_is_better": False}}}
    _, got = shown({"only": -5.0, "half": 2.0}, **lower)
    assert got["behaves"] is True
    control = got["controls"][0]
    assert control["low"] < control["gain"] < control["high"]


def test_a_control_is_asked_only_where_it_runs():
    cut = [{"arm": "only", "target": "qa", "why": "it is run on nli only"}]
    (got,) = analyse(scores(), facts(must={"only": "help"}, cut=cut))["answer"]["must_show"]
    assert [control["target"] for control in got["controls"]] == ["nli"]


def test_controls_have_no_part_in_the_answer_nor_in_its_correction():
    analysis, _ = shown({"only": 5.0, "half": -2.0})
    (best,) = analysis["answer"]["bases"]
    assert [one["arm"] for one in best["ranking"]] == ["full"]
    assert best["p_corrected"] == best["p"]
    assert {one["arm"] for one in analysis["answer"]["multiverse"]} == {"full"}
    (grid,) = grids(analysis)
    assert grid.means["only"].cut.startswith("only is a control")
    assert grid.means["full"].gain == pytest.approx(0.75)


def test_a_study_of_controls_alone_has_no_answer_and_does_not_say_that_arms_failed():
    must = {"only": "help", "half": "help", "full": "help"}
    (best,) = analyse(scores(), facts(series=[], must=must))["answer"]["bases"]
    assert best["sentences"][0] == "From lab, no arm is compared with none: all are controls."
    (best,) = analyse([], facts(series=[]))["answer"]["bases"]
    assert "no arm finished" in best["sentences"][0]


def test_no_control_is_chosen_as_best_arm():
    dev = [row(arm, "nli", s, "qaa", 90.0 if arm == "only" else 80.0, split="dev/a") for arm in ("none", "only", "full")
           for s in (1, 2)]  # fmt: skip
    known = Facts.parse(facts(series=[], must=MUST, selection_split="dev/a", **TARGET))
    rows = [one for one in scores() if one["target"] == "nli"]
    assert "only" not in {one["arm"] for one in chosen_rows([*rows, *dev], known)}


def test_a_study_without_such_controls_keeps_its_tables_as_they_were():
    assert "must_show" not in analyse(scores(), facts())["answer"]


def test_lab_controls_are_called_so():
    _, got = shown({"only": 5.0, "half": -2.0}, source="lab")
    assert got["sentence"].startswith("In the lab the controls from lab behave")


def test_a_target_of_controls_alone_has_no_part_in_any_mean():
    cut = [{"arm": "full", "target": "qa", "why": "qa is for controls"}]
    rows = [one for one in scores() if (one["arm"], one["target"]) != ("full", "qa")]
    analysis = analyse(rows, facts(series=[], must=MUST, cut=cut))
    (best,) = analysis["answer"]["bases"]
    (full,) = best["ranking"]
    assert (full["targets"], full["cut"], full["excluded"]) == (["nli"], [], [])
    assert "ran on fewer" not in best["sentences"][1]
    (grid,) = grids(analysis)
    assert not grid.means["full"].fewer_targets
    assert Facts.parse(facts(cut=cut)).asked == ["nli", "qa"]  # other arms that are asked about run on it
