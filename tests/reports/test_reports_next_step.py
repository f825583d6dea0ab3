"""What a report advises: each rule by the numbers that call for it, and the first that holds before all others."""

from __future__ import annotations

import pytest
from test_reports_findings import FACTS, row

from xstilts.execution.outcome import Failure, Outcome
from xstilts.reports.plan_shapes import Plan
from xstilts.reports.report import Report
from xstilts.reports.text.card import CARD_COLUMNS, card_rows
from xstilts.reports.text.next_step import next_step
from xstilts.statistics import analyse
from xstilts.statistics.inference.intervals import paired_gain
from xstilts.statistics.inference.power import power_of

NONE = (60.0, 60.0, 60.0)


def made(gains, facts=(), pivot=80.0, start=60.0, error=0.0, **report):
    """A report of arms by their gain in German of each seed, from where none starts there."""
    rows = [
        row(arm, str(seed), code, level, error)
        for arm, own in {"none": (0.0, 0.0, 0.0), **gains}.items()
        for seed, gain in enumerate(own, 1)
        for code, level in (("en", pivot), ("de", start + gain))
    ]
    return Report(analyse(rows, {**FACTS, "arms": ["none", *gains], **dict(facts)}), **report)


def step(report):
    (answer,) = report.rows("bases")
    return next_step(report, answer)


def nodes(*keys):
    return [{"key": key, "kind": kind, "label": key, "parents": parents, "model": model, "cached": False, "cost": {}}
            for key, kind, parents, model in keys]  # fmt: skip


SURE, UNSURE = (5.0, 5.1, 5.2), (0.0, 1.0, 2.0)


def test_an_unfinished_study_is_finished_first() -> None:
    plan = Plan(nodes=nodes(("a", "train", [], None), ("b", "score", [], None)), warnings=[], totals={})
    outcome = Outcome(failed={"a": Failure("m", None, "E")}, not_run={"b": "a"})
    found = step(made({"nli": SURE}, plan=plan, outcome=outcome))
    assert (found.rule, found.seeds) == ("finish", None)
    assert found.sentence.startswith("1 of 2 pieces of work failed and 1 did not run.")


def test_without_a_number_something_is_missing() -> None:
    assert step(Report(analyse([], FACTS))).rule == "finish"


@pytest.mark.parametrize(("must", "gains"), [("help", (-1.0, 0.0, 1.0)), ("not-help", SURE)])
def test_controls_that_fail_are_explained_before_any_gain_is_believed(must, gains) -> None:
    found = step(made({"nli": SURE, "qa": gains}, {"must": {"qa": must}}))
    assert found.rule == "controls"
    assert "qa did not do what it must" in found.sentence


@pytest.mark.parametrize(("must", "gains"), [("not-help", (-1.0, 0.0, 1.0)), ("help", SURE), ("help", (5.0,))])
def test_controls_that_hold_or_say_nothing_are_in_nobodys_way(must, gains) -> None:
    assert step(made({"nli": SURE, "qa": gains}, {"must": {"qa": must}})).rule == "export"


def test_what_learned_nothing_is_mended_first() -> None:
    found = step(made({"nli": (-20.0, -19.9, -20.1)}, pivot=40.0))  # 40 percent is one answer to everything
    assert found.rule == "nothing-learned"
    assert "learned xnli" in found.sentence


def test_one_seed_asks_for_as_many_as_intervals_need() -> None:
    found = step(made({"nli": (5.0,)}))
    assert (found.rule, found.seeds) == ("one-seed", 5)
    assert "at least 5 seeds" in found.sentence


def test_seeds_that_do_not_differ_ask_for_items() -> None:
    found = step(made({"nli": (2.0, 2.0, 2.0)}))
    assert found.rule == "no-spread"
    assert "All 3 seeds gave the same gain" in found.sentence


def test_a_sure_loss_is_not_used() -> None:
    found = step(made({"nli": (-5.0, -5.1, -5.2)}))
    assert found.rule == "do-not-use"
    assert "the best, nli, loses 5.1 points" in found.sentence


def on_two_targets(xnli, pawsx):
    """A report of one arm by its gains of each seed on two targets, from 60."""
    rows = [
        {**row(arm, str(seed), "de", 60.0 + (gain if arm == "nli" else 0.0)), "target": target}
        for target, own in (("xnli", xnli), ("pawsx", pawsx))
        for arm in ("none", "nli")
        for seed, gain in enumerate(own, 1)
    ]
    targets = {name: dict(FACTS["targets"]["xnli"]) for name in ("xnli", "pawsx")}
    return Report(analyse(rows, {**FACTS, "arms": ["none", "nli"], "targets": targets}))


def test_an_arm_that_loses_on_average_is_taken_where_it_surely_gains() -> None:
    lost = step(on_two_targets(SURE, (-15.0, -15.2, -15.3)))
    assert lost.rule == "do-not-use"
    assert lost.sentence.startswith("On average even the best, nli, loses 5.0 points. But nli gains 5.1 points on xnli")
    unsure = step(on_two_targets(SURE, (-5.0, -9.0, -13.0)))
    assert unsure.rule == "no-arm" and "But nli gains 5.1 points on xnli" in unsure.sentence
    assert "But" not in step(on_two_targets(UNSURE, (-5.0, -9.0, -13.0))).sentence


@pytest.mark.parametrize(("source", "lab"), [("files", False), ("lab", True)])
def test_a_sure_gain_is_exported_and_one_of_the_lab_is_repeated(source, lab) -> None:
    plan = Plan(
        nodes=nodes(("m" * 64, "train", [], None), ("p", "predict", [], "m" * 64), ("k", "score", ["p"], None)),
        warnings=[], totals={},
    )  # fmt: skip
    report = made({"nli": SURE}, {"source": source}, plan=plan, outcome=Outcome(["m" * 64, "p", "k"]))
    found = step(report)
    assert found.rule == "export"
    assert f"`xstilts export {'m' * 16} DIR`" in found.sentence
    assert ("repeat the study on real data" in found.sentence) is lab
    assert "`xstilts export KEY DIR`" in step(made({"nli": SURE})).sentence


def test_no_gain_asks_for_other_arms() -> None:
    assert step(made({"nli": (-2.0, -1.0, 1.0)})).rule == "no-arm"


@pytest.mark.parametrize("gains", [(0.0, 0.5, 1.0), (-1.0, -0.5, 0.5)])
def test_where_nearly_all_is_right_nothing_is_left_to_gain(gains) -> None:
    found = step(made({"nli": gains}, start=98.5))
    assert found.rule == "ceiling"
    assert "none scores 98.5 of 100 already, so at most 1.5 points can be gained" in found.sentence
    assert step(made({"nli": gains}, start=97.9)).rule != "ceiling"


def test_where_items_weigh_more_than_the_gain_seeds_are_not_asked_for() -> None:
    report = made({"nli": UNSURE}, error=2.0)
    (row_of_items,) = report.rows("answer_errors")
    spread = 1.959964 * row_of_items["error"]
    assert spread > 1.0
    found = step(report)
    assert (found.rule, found.seeds) == ("more-items", None)
    assert f"the gain of nli, +1.0 points, uncertain by ±{spread:.1f}" in found.sentence


def test_an_unsure_gain_asks_for_the_seeds_that_would_find_it() -> None:
    report = made({"nli": UNSURE, "qa": (-1.0, 0.0, 0.5)})
    found = step(report)
    # the gain is 1 and its standard deviation 1, and two arms are asked about
    assert power_of(1.0, found.seeds, 0.025) >= 0.8 > power_of(1.0, found.seeds - 1, 0.025)
    assert found.rule == "more-seeds"
    assert found.sentence.startswith(f"Run {found.seeds} seeds; 3 are too few.")
    assert "really is +1.0 points" in found.sentence
    assert "80% power (p ≤ 0.05 among 2 arms)" in found.sentence


def test_a_gain_too_small_to_find_is_taken_as_none() -> None:
    found = step(made({"nli": (-2.0, 0.1, 2.0)}))
    assert (found.rule, found.seeds) == ("too-small", 50)
    assert power_of(0.033 / 2.0, 50) < 0.8
    assert "Even 50 seeds would hardly find a gain of 0.0 points" in found.sentence


def test_the_card_has_the_rows_of_the_answer() -> None:
    report = made({"nli": UNSURE})
    (answer,), (card,) = report.rows("bases"), card_rows(report)
    assert tuple(card) == CARD_COLUMNS
    shared = ("base", "arm", "gain", "low", "high", "p_corrected", "n_seeds", "n_arms", "verdict")
    assert {name: card[name] for name in shared} == {name: answer[name] for name in shared}
    plain = paired_gain([61.0, 60.0, 62.0], NONE)
    assert (card["gain"], card["low"]) == pytest.approx((plain.mean, plain.low))
    assert (card["n_targets"], card["n_languages"], card["rule"]) == (1, 2, "more-seeds")
