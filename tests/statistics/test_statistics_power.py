from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.power import TTestPower

from xstilts.errors import InputError
from xstilts.statistics import Facts, analyse, cluster_rows
from xstilts.statistics.inference.effects import effect
from xstilts.statistics.inference.intervals import effect_size, paired_gain
from xstilts.statistics.inference.power import detectable_effect, outlook, power_of, seeds_needed
from xstilts.statistics.tables.collapse import collapsed, without
from xstilts.statistics.tables.multiverse import AGREED, MIXED, multiverse


@pytest.mark.parametrize(("size", "n", "alpha"), [(1.0, 5, 0.05), (0.5, 10, 0.01), (3.0, 3, 0.05), (0.2, 30, 0.05)])
def test_power_is_that_of_statsmodels(size, n, alpha):
    assert power_of(size, n, alpha) == pytest.approx(TTestPower().power(size, n, alpha), abs=1e-4)


def test_power_without_an_effect_is_the_level():
    assert power_of(0, 4, 0.05) == pytest.approx(0.05, abs=1e-5)


@settings(max_examples=10)
@given(st.integers(2, 12), st.floats(0.001, 0.2))
def test_the_detectable_effect_has_the_wanted_power(n, alpha):
    assert power_of(detectable_effect(n, alpha), n, alpha) == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize(("size", "questions"), [(1.0, 1), (1.0, 5), (0.5, 2), (3.0, 1)])
def test_the_seeds_needed_are_the_fewest_with_the_wanted_power(size, questions):
    needed = seeds_needed(size, questions)
    assert power_of(size, needed, 0.05 / questions) >= 0.8
    assert needed == 2 or power_of(size, needed - 1, 0.05 / questions) < 0.8
    assert needed == -(-TTestPower().solve_power(size, power=0.8, alpha=0.05 / questions) // 1)


def test_a_gain_that_is_too_small_needs_more_seeds_than_anybody_runs():
    assert seeds_needed(0.1) is None
    assert seeds_needed(0.4, most=52) == 52
    assert seeds_needed(0.4, most=51) is None


@given(st.lists(st.floats(-9, 9), min_size=2, max_size=9).filter(lambda gains: np.std(gains) > 1e-3))
def test_an_effect_is_read_back_from_its_interval(gains):
    interval = paired_gain(gains, [0.0] * len(gains))
    half = (interval.high - interval.low) / 2
    expected = np.mean(gains) / np.std(gains, ddof=1)
    assert effect_size(interval.mean, half, len(gains), 0.95) == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_an_outlook_says_when_nothing_could_be_significant():
    assert "no result can be significant" in outlook(1, 4).sentence()
    three = outlook(3, 1)
    assert (three.sign_flip_p, three.without_normality) == (0.25, False)
    assert "p is at least 0.25" in three.sentence()
    assert outlook(10, 20).without_normality
    assert not outlook(10, 30).without_normality  # 2 / 1024 * 30 > .05
    assert outlook(5, 1).detectable == pytest.approx(TTestPower().solve_power(None, 5, 0.05, 0.8), rel=1e-3)


# --- effects ----------------------------------------------------------------------------------------------------------


def test_one_gain_on_three_scales_by_hand():
    got = effect([60.0], [50.0])
    assert (got.points, got.error_reduction) == (10.0, pytest.approx(0.2))
    assert got.log_odds == pytest.approx(math.log(1.5))
    assert not got.signs_differ


def test_scales_can_disagree():
    # + 4 points near the middle, - 3 points near the ceiling, where they are three quarters more error
    got = effect([54.0, 93.0], [50.0, 96.0])
    assert got.points > 0 > got.error_reduction
    assert got.signs_differ
    assert "+0.50 points" in got.note


def test_perfect_and_zero_scores_leave_a_scale_out():
    assert effect([100.0], [100.0]).error_reduction is None
    assert effect([10.0], [0.0]).log_odds is None
    with pytest.raises(InputError):
        effect([101.0], [50.0])


# --- collapsed runs ---------------------------------------------------------------------------------------------------

FACTS = {
    "pivot": "en",
    "arms": ["none", "mnli"],
    "targets": {"xnli": {"metric": "accuracy", "languages": ["en", "de", "ru", "sw"], "chance": 33.0}},
    "clusters": {
        "family": {"de": "ie", "ru": "ie", "sw": "nc"},
        "script": {"de": "Latn", "ru": "Cyrl", "sw": "Latn"},
    },
}


def row(arm, seed, language, value):
    return {
        "study": "s", "base": "b", "arm": arm, "target": "xnli", "seed": seed, "language": language, "split": "test",
        "metric": "accuracy", "value": value, "n": 100, "protocol": "xtreme", "source": "files", "selection": "last",
    }  # fmt: skip


def test_a_run_at_chance_is_found_and_can_be_left_out():
    rows = [row("none", seed, "en", value) for seed, value in enumerate((80.0, 79.0, 34.0))]
    rows += [row("mnli", seed, "en", value) for seed, value in enumerate((80.0, 79.0, 78.0))]
    found = collapsed(rows, Facts.parse(FACTS))
    assert [(run.arm, run.seed, run.why, run.others) for run in found] == [("none", "2", "at chance", 79.5)]
    assert len(without(rows, found)) == 5


def test_the_answer_is_given_once_more_without_what_collapsed():
    values = {"none": (80.0, 79.0, 34.0), "mnli": (81.0, 81.5, 80.0)}
    rows = [
        row(arm, seed, code, value)
        for arm, own in values.items()
        for seed, value in enumerate(own)
        for code in ("en", "de")
    ]
    again = without(rows, collapsed(rows, Facts.parse(FACTS)))
    languages = FACTS["targets"]["xnli"] | {"languages": ["en", "de"]}
    plain = FACTS | {"targets": {"xnli": languages}}
    answer, anew = analyse(rows, plain)["answer"], analyse(again, plain)["answer"]
    assert answer["without_collapsed"] == anew["bases"]
    assert [one["gain"] for one in anew["bases"]] == [1.75]
    assert answer["bases"][0]["gain"] > 10
    assert anew["without_collapsed"] == []


def test_a_run_far_below_the_others_is_found():
    rows = [row("none", seed, "en", value) for seed, value in enumerate((80.0, 79.0, 45.0))]
    assert [run.why for run in collapsed(rows, Facts.parse(FACTS))] == ["far below the other seeds"]


def test_a_task_that_was_never_learnt_is_no_collapse_and_two_seeds_say_nothing():
    low = [row("none", seed, "en", value) for seed, value in enumerate((33.0, 32.0, 33.0))]
    assert collapsed(low, Facts.parse(FACTS)) == []
    assert collapsed([row("none", 0, "en", 80.0), row("none", 1, "en", 33.0)], Facts.parse(FACTS)) == []


def test_only_headline_scores_of_the_studys_targets_that_should_be_high_can_collapse():
    rows = [row("none", seed, "en", value) for seed, value in enumerate((80.0, 79.0, 34.0))]
    lower = FACTS["targets"]["xnli"] | {"higher_is_better": False}
    assert collapsed(rows, Facts.parse(FACTS | {"targets": {"xnli": lower}})) == []
    for other in ({"metric": "f1"}, {"target": "xquad"}, {"split": "train"}):
        assert collapsed([one | other for one in rows], Facts.parse(FACTS | {"selection_split": "train"})) == [], other


# --- multiverse -------------------------------------------------------------------------------------------------------


def study(gains):
    """Three seeds; ``gains`` is language to gain, with a little spread between seeds."""
    rows = []
    for seed, shift in enumerate((-0.1, 0.0, 0.1)):
        for language in ("en", "de", "ru", "sw"):
            rows.append(row("none", seed, language, 50.0))
            rows.append(row("mnli", seed, language, 50.0 + gains.get(language, 0.0) + shift))
    return rows


def test_the_conclusion_can_depend_on_the_definition():
    facts = Facts.parse(FACTS)
    found = multiverse(cluster_rows(study({"de": 5.0, "ru": 5.0, "sw": -5.0}), facts), facts)[0]
    by_name = {entry["clustering"]: entry for entry in found["definitions"]}
    # languages alike: 5/3; families alike: (5 - 5) / 2; scripts alike: (0 + 5) / 2
    assert by_name["zero-shot"]["gain"] == pytest.approx(5 / 3)
    assert by_name["family"]["gain"] == pytest.approx(0, abs=1e-9)
    assert by_name["script"]["gain"] == pytest.approx(2.5)
    assert [entry["verdict"] for entry in found["definitions"]] == ["gain", "cannot tell", "gain"]
    assert (found["depends"], found["conclusion"]) == (True, MIXED)


def test_equal_gains_agree_under_every_definition():
    facts = Facts.parse(FACTS)
    found = multiverse(cluster_rows(study({"de": 3.0, "ru": 3.0, "sw": 3.0}), facts), facts)[0]
    assert (found["depends"], found["conclusion"]) == (False, AGREED)
    assert np.ptp([entry["gain"] for entry in found["definitions"]]) == pytest.approx(0, abs=1e-9)
