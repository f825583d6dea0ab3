"""Verdicts on directions: thresholds, reasons for not running, joint resampling, what is left out."""

from __future__ import annotations

import json

import numpy as np
import pytest
from claims_toy import NINE, beside_mlm, claim, part, phase, single, study

from xstilts.claims import bearing, chosen, judge, load, save
from xstilts.claims.measured_gains import DRAWS, resampled
from xstilts.errors import InputError, StoreError

X = {"any": ["xnli", "udpos"]}
HELPS = claim([part("gains_above", ["squad"], X)])


def verdict(assertion, analysis):
    return judge([claim(assertion)], analysis)[0]


@pytest.mark.parametrize(
    ("gains", "expected", "confidence"),
    [
        ([1.0, 2.0, 3.0], "supported", 1.0),
        ([-1.0, -2.0, -3.0], "contradicted", 0.0),
        ([0.0, 0.0, 0.0], "contradicted", 0.0),
        ([5.0, -4.0, 1.0], "inconclusive", None),
    ],
)
def test_supported_and_contradicted_need_both_the_study_and_its_resamples(gains, expected, confidence):
    said = judge([HELPS], study({"squad": {"xnli": gains}}))[0]
    assert said["verdict"] == expected
    assert 0.05 < said["confidence"] < 0.95 if confidence is None else said["confidence"] == confidence
    assert said["evidence"] == "real"
    assert "resampled studies" in said["confidence_meaning"]


def test_the_threshold_is_95_in_100_resamples():
    # one seed of n loses more than the others gain together: it decides whether it is drawn at all
    def share(n):
        gains = [-100.0] + [1.0] * (n - 1)
        return judge([HELPS], study({"squad": {"xnli": gains}}))[0]

    drawn = resampled(8, "so")
    assert share(8)["confidence"] == pytest.approx(float((drawn[:, 0] == 0).mean()))
    assert share(8)["verdict"] == "inconclusive"  # does not hold, but in a third of the resamples it would
    assert drawn.shape == (DRAWS, 8) and (drawn.sum(axis=1) == 8).all()


def test_one_seed_gives_no_confidence_and_no_verdict():
    said = judge([HELPS], study({"squad": {"xnli": [4.0]}}))[0]
    assert (said["verdict"], said["confidence"], said["confidence_meaning"]) == ("inconclusive", None, "")
    assert "too few seeds" in said["reason"]
    assert said["by_base"][0]["measured"][0]["gain"] == 4.0


def test_two_seeds_cannot_choose_the_best_arm_in_two_ways():
    best = [part("best_per_target", [{"every": "plain"}], X)]
    said = verdict(best, study({"squad": {"xnli": [4.0, 5.0]}, "mnli": {"xnli": [1.0, 2.0]}}))
    assert (said["verdict"], said["confidence"]) == ("inconclusive", None)
    three = verdict(best, study({"squad": {"xnli": [4.0, 5.0, 6.0]}, "mnli": {"xnli": [1.0, 2.0, 1.0]}}))
    assert (three["verdict"], three["confidence"]) == ("supported", 1.0)


def test_seeds_are_drawn_once_for_all_arms():
    # both arms swing by 20 points with the seed, but squad is always one point ahead
    swing = [-10.0, 10.0, -7.0, 8.0, 3.0]
    analysis = study({"squad": {"xnli": [v + 1 for v in swing]}, "mnli": {"xnli": swing}})
    said = verdict([part("best_arm", ["squad"], X, rivals=[{"trains": ["mnli"]}])], analysis)
    assert (said["verdict"], said["confidence"]) == ("supported", 1.0)
    # drawn apart, squad would be ahead in little more than half of the resamples
    squad, mnli = (resampled(5, name) @ np.array(swing) / 5 for name in ("first", "second"))
    assert float((squad + 1 > mnli).mean()) < 0.7


def test_parts_must_hold_in_the_same_resample():
    # xnli gains only where seed 1 is drawn often, udpos only where seed 2 is: seldom both
    analysis = study({"squad": {"xnli": [9.0, -8.0, 0.1], "udpos": [-8.0, 9.0, 0.1]}})
    parts = [part("gains_above", ["squad"], {"all": [target]}) for target in ("xnli", "udpos")]
    said = verdict(parts, analysis)
    alone = [own["confidence"] for own in said["by_base"][0]["parts"]]
    assert min(alone) > 0.5
    assert said["confidence"] < min(alone) - 0.2


def test_nested_seeds_are_drawn_by_their_first_part():
    seeds = ["1.1", "1.2", "2.1", "2.2"]
    analysis = study({"squad": {"xnli": [5.0, 7.0, -1.0, -3.0]}}, seeds=seeds)
    said = judge([HELPS], analysis)[0]
    drawn = resampled(2, "so")
    # units: seed 1 gains 6, seed 2 loses 2; it fails only where seed 2 is drawn twice
    assert said["confidence"] == pytest.approx(float((drawn[:, 1] < 2).mean()))
    assert said["compared"][0]["n_seeds"] == 2
    assert said["compared"][0]["seeds"] == seeds


def test_what_a_study_lacks_is_named():
    analysis = study({"squad": {"xnli": [1.0, 2.0]}})
    said = verdict([part("gains_above", ["squad", "mnli"], {"all": ["xnli", "tydiqa"]})], analysis)
    assert (said["verdict"], said["evidence"], said["confidence"], said["bears"]) == ("not run", None, None, False)
    assert said["reason"] == (
        "this study lacks an arm that trains on mnli and nothing else, in the pivot; the target tydiqa"
    )
    assert said["by_base"][0]["measured"][0]["arm"] == "squad"


def test_a_chain_that_did_not_finish_is_named_and_nothing_is_averaged_over_it():
    analysis = study({"squad": {"xnli": [1.0, 2.0], "udpos": [None, None]}})
    said = judge([HELPS], analysis)[0]
    assert (said["verdict"], said["bears"]) == ("not run", True)
    assert said["reason"] == "b: squad on udpos did not finish"


def test_seeds_that_lack_a_cell_are_left_out():
    said = judge([HELPS], study({"squad": {"xnli": [1.0, 2.0, 3.0], "udpos": [1.0, None, 3.0]}}))[0]
    assert said["compared"][0]["seeds"] == ["1", "3"]


def test_nothing_measured_yet():
    analysis = study({"squad": {"xnli": [None]}})
    said = judge([HELPS], analysis | {"scores": [], "clusters": []})[0]
    assert (said["verdict"], said["reason"]) == ("not run", "b: nothing is measured yet")


def test_degenerate_and_leaking_cells_are_left_out_and_named():
    gains = {"squad": {"xnli": [1.0, 2.0], "udpos": [-9.0, -9.0]}}
    said = judge([HELPS], study(gains, warnings=[("leak", "squad", "udpos")]))[0]
    assert said["verdict"] == "supported"
    assert said["by_base"][0]["left_out"] == [{"arm": "squad", "target": "udpos", "why": "squad is leak"}]
    assert said["by_base"][0]["measured"][0]["targets"] == ["xnli"]
    both = [("leak", "squad", "udpos"), ("degenerate", "squad", "xnli")]
    said = judge([HELPS], study(gains, warnings=both))[0]
    assert (said["verdict"], said["reason"]) == ("not run", "b: every cell of squad is degenerate, leaks or was cut")


def test_a_verdict_says_what_the_base_was_trained_on_before():
    """The cell counts as it is; who reads the verdict is told."""
    gains = {"mnli": {"udpos": [2.0, 2.1, 1.9]}, "squad": {"udpos": [2.0, 2.1, 1.9]}}
    plain, marked = (
        judge([HELPS], study(gains, warnings=own))[0] for own in ([], [("hidden-stage", "squad", "udpos")])
    )
    assert (marked["verdict"], marked["confidence"]) == (plain["verdict"], plain["confidence"])
    (said,) = marked["by_base"][0]["hidden_stages"]
    assert marked["reason"] == f"{plain['reason']}; {said}"
    assert plain["by_base"][0]["hidden_stages"] == []


def test_a_cell_that_was_cut_on_purpose_is_left_out_and_not_missing():
    gains = {"squad": {"xnli": [1.0, 2.0], "udpos": [None, None]}}
    missing = judge([HELPS], study(gains))[0]
    assert (missing["verdict"], missing["reason"]) == ("not run", "b: squad on udpos did not finish")
    said = judge([HELPS], study(gains, cut=[{"arm": "squad", "target": "udpos", "why": "too dear"}]))[0]
    assert said["verdict"] == "supported"
    assert said["by_base"][0]["left_out"] == [{"arm": "squad", "target": "udpos", "why": "too dear"}]


@pytest.mark.parametrize(
    "changes",
    [
        {"control": {"control": "shuffled-labels", "of": "other"}},
        {"changes": {"training": {"lora_rank": 8}}},
        {"stages": [phase("mlm", name="languages"), phase("squad")]},
        {"stages": [phase("squad", says={"view": "random-task"})]},
    ],
)
def test_a_control_or_an_arm_with_other_parameters_is_not_the_arm_of_a_claim(changes):
    analysis = study({"squad": {"xnli": [1.0, 2.0]}}, trains={"squad": single("squad") | changes})
    assert judge([HELPS], analysis)[0]["verdict"] != "supported"


def test_arms_with_no_fair_target_in_common_are_not_compared():
    gains = {arm: {"xnli": [1.0, 2.0], "udpos": [1.0, 2.0]} for arm in ("squad", "mnli")}
    warnings = [("leak", "squad", "xnli"), ("leak", "mnli", "udpos")]
    best = [part("best_arm", ["squad"], X, rivals=[{"trains": ["mnli"]}])]
    assert verdict(best, study(gains, warnings=warnings))["reason"] == "b: no target is fair to all arms compared"


def test_no_benefit_comes_with_an_equivalence_test():
    said = verdict(
        [part("no_benefit", ["squad"], {"all": ["xnli"]}, points=1.0)], study({"squad": {"xnli": [0.1, -0.1, 0.05]}})
    )
    row = said["by_base"][0]["measured"][0]
    assert (said["verdict"], row["equivalent"], row["equivalence_margin"]) == ("supported", True, 1.0)
    assert row["equivalence_p"] < 0.05


def test_bases_that_disagree_are_inconclusive():
    analysis = study({"squad": {"xnli": [1.0, 2.0]}}, bases=("b", "c"))
    for row in analysis["clusters"]:
        if row["base"] == "c":
            row["seed_gains"] = [-1.0, -2.0]
    said = judge([HELPS], analysis)[0]
    assert [own["verdict"] for own in said["by_base"]] == ["supported", "contradicted"]
    assert (said["verdict"], said["confidence"], len(said["compared"])) == ("inconclusive", 0.5, 2)


def test_lower_is_better_is_turned_round():
    analysis = study({"squad": {"xnli": [-1.0, -2.0]}})
    analysis["facts"]["targets"]["xnli"]["higher_is_better"] = False
    assert judge([HELPS], analysis)[0]["verdict"] == "supported"


def test_procedures_are_not_run_and_say_why():
    said = judge(chosen(["C8"]), study({"squad": {"xnli": [1.0, 2.0]}}))[0]
    assert (said["verdict"], said["reason"]) == ("not run", "procedure or description: nothing to measure")
    assert (said["bears"], said["numbers"]["verdict"]) == (False, None)


def test_equal_input_gives_equal_verdicts():
    analysis = study({"squad": {"xnli": [5.0, -4.0, 1.0]}})
    assert judge(chosen([]), analysis) == judge(chosen([]), analysis)


# The claims of the paper on invented results


def results(targets, *, seeds=3, arms=NINE, extra=()):
    """Every arm gains 1 plus its place on every target, all nine together 20."""
    gains = {arm: {t: [1.0 + place + 0.1 * s for s in range(seeds)] for t in targets} for place, arm in enumerate(arms)}
    gains["everything"] = {t: [20.0 + 0.1 * s for s in range(seeds)] for t in targets}
    gains |= dict(extra)
    return gains


def test_claims_of_the_paper_hold_where_results_are_as_it_says():
    targets = ("xnli", "udpos", "tydiqa", "bucc2018", "tatoeba")
    trains = {"everything": single(*NINE), "with_mlm": beside_mlm("squad"), "german": single("squad", languages=["de"])}
    low = {target: [0.5, 0.6, 0.7] for target in targets}
    gains = results(targets, extra={"with_mlm": low, "german": low}.items())
    for own in gains.values():
        own["xnli"] = [0.0, 0.1, -0.1]
    said = {entry["id"]: entry for entry in judge(chosen([]), study(gains, trains=trains, source="lab"))}
    assert {one: said[one]["verdict"] for one in ("C1", "C2", "C3", "C4", "C5", "C5'", "C6")} == dict.fromkeys(
        ("C1", "C2", "C3", "C4", "C5", "C5'", "C6"), "supported"
    )
    assert all(said[one]["evidence"] == "lab" for one in ("C1", "C6"))
    assert said["C6"]["by_base"][0]["compared"]["arms"] == ["squad", "with_mlm", "german"]
    assert bearing(list(said.values())).startswith("7 of 18 claims bear on this question")


def test_claims_of_the_paper_fail_where_results_are_the_other_way_round():
    targets = ("xnli", "tydiqa", "bucc2018", "tatoeba")
    gains = {arm: {t: [-v for v in own] for t, own in table.items()} for arm, table in results(targets).items()}
    for own in gains.values():
        own["xnli"] = [3.0, 3.5, 4.0]
    trains = {"everything": single(*NINE)}
    said = {entry["id"]: entry["verdict"] for entry in judge(chosen([]), study(gains, trains=trains))}
    assert [said[one] for one in ("C1", "C2", "C3", "C4")] == ["contradicted"] * 4


def test_one_part_without_its_arms_leaves_the_other_one_judged():
    gains = {"squad": {"xnli": [2.0, 3.0]}, "with_mlm": {"xnli": [1.0, 1.0]}}
    said = judge(chosen(["C6"]), study(gains, trains={"with_mlm": beside_mlm("squad")}))[0]
    assert (said["verdict"], said["bears"]) == ("not run", False)
    assert [own["verdict"] for own in said["by_base"][0]["parts"]] == ["supported", "not run"]


def test_how_many_claims_bear_on_a_question():
    none = study({"longer": {"sib200": [1.0, 2.0]}}, trains={"longer": {"stages": [phase(name="target")]}})
    assert bearing(judge(chosen([]), none)) == (
        "0 of 18 claims bear on this question: the study has the arms and targets that they speak of; "
        "0 could be judged."
    )


def test_verdicts_are_kept_as_json(tmp_path):
    entries = judge(chosen([]), study({"squad": {"xnli": [1.0, 2.0]}}))
    save(tmp_path, entries)
    assert load(tmp_path) == json.loads(json.dumps(entries)) == entries
    assert all({"id", "verdict", "evidence", "confidence", "compared"} <= set(entry) for entry in entries)
    with pytest.raises(StoreError, match="verdicts"):
        load(tmp_path / "elsewhere")


def under_noise(losses, **changes):
    """Tables in which an arm loses so much less under noise than none in each seed; its gains on clean text are −1."""
    made = study({arm: {"xnli": [-1.0] * len(own)} for arm, own in losses.items()}, **changes)
    rows = [
        {"base": "b", "arm": arm, "target": "xnli", "clustering": "zero-shot", "languages": "de",
         "seeds": [str(seed) for seed in range(1, len(own) + 1)], "seed_gains": own}
        for arm, own in losses.items()
    ]  # fmt: skip
    of_none = {"base": "b", "arm": "none", "target": "xnli", "clustering": "zero-shot", "seeds": None}
    means = rows[0] | {"target": "mean of targets", "seeds": None}
    return made | {"robustness": [*rows, of_none, means]}


def test_claims_about_noise_are_judged_by_differences_in_differences():
    analysis = under_noise({"squad": [1.0, 2.0, 3.0], "mnli": [0.5, 0.1, 0.2]})
    said = verdict([part("loses_less", ["squad"], {"any": ["xnli"]})], analysis)
    assert said["verdict"] == "supported"
    assert said["by_base"][0]["measured"][0]["gain"] == 2.0
    assert verdict([part("gains_above", ["squad"], {"any": ["xnli"]})], analysis)["verdict"] == "contradicted"
    best = part("loses_least", ["squad"], {"any": ["xnli"]}, rivals=[{"trains": ["mnli"]}])
    assert verdict([best], analysis)["verdict"] == "supported"


def test_claims_about_noise_do_not_run_without_noise():
    said = verdict([part("loses_less", ["squad"], {"any": ["xnli"]})], study({"squad": {"xnli": [1.0, 2.0, 3.0]}}))
    assert (said["verdict"], said["bears"]) == ("not run", True)


def test_one_claim_speaks_of_noise_or_of_clean_text():
    with pytest.raises(InputError, match="noise"):
        claim([part("loses_less", ["squad"], X), part("gains_above", ["squad"], X)])
