"""Measures of robustness, with values worked out by hand."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_noises import SEVERITIES, facts, moved, of, row, study

from xstilts.statistics import SCORE_COLUMNS, Facts, analyse, load, paired_gain, save
from xstilts.statistics.robustness import measures
from xstilts.statistics.robustness.changes import mean_performance
from xstilts.statistics.robustness.degradation import DEGRADATION_COLUMNS, NOISE_COLUMNS
from xstilts.statistics.robustness.noisy_scores import Number, rates_of
from xstilts.statistics.robustness.table import ALL_TARGETS, ROBUSTNESS_COLUMNS
from xstilts.statistics.robustness.whole import robustness

LOSSES = {"none": {"typo": (4.0, 12.0), "ocr": (2.0, 6.0)}, "nli": {"typo": (2.0, 6.0), "ocr": (2.0, 2.0)}}


def zero_shot(made, arm, target="t"):
    return of(made["robustness"], arm=arm, target=target, clustering="zero-shot")


# each measure by itself


def test_mean_performance_takes_the_mean_of_each_type_first() -> None:
    scores = {"typo": [Number(70.0, 8), Number(60.0, 8), Number(50.0, 8)], "ocr": [Number(40.0, 8)]}
    assert mean_performance(scores) == Number(50.0, 8)


def test_relative_performance_is_in_percent_of_the_clean_score() -> None:
    assert measures.relative_performance(60.0, 80.0) == 75.0
    assert measures.relative_performance(60.0, 0.0) is None


def test_the_height_of_a_curve_is_the_area_below_it_by_its_width() -> None:
    # 0 to 4 %: mean of 80 and 60, a quarter of the width; 4 to 16 %: mean of 60 and 40
    assert measures.mean_height(80.0, [0.16, 0.04], [40.0, 60.0]) == pytest.approx(0.25 * 70 + 0.75 * 50)
    assert measures.mean_height(80.0, [0.0], [80.0]) is None


def test_the_worst_type_loses_most() -> None:
    assert measures.worst_type({"typo": -3.0, "ocr": -4.0, "case": -4.0}) == "case"
    assert measures.worst_type({"typo": 3.0, "ocr": 4.0}, higher_is_better=False) == "ocr"
    assert measures.worst_type({}) == ""


def test_a_line_is_straight_in_log_odds() -> None:
    clean, n = [50.0, 73.10585786300049, 88.07970779778823], [1000] * 3  # log-odds 0, 1 and 2
    noisy = [100 / (1 + math.exp(-(2 * x - 1))) for x in (0, 1, 2)]
    line = measures.line_through(clean, noisy, n)
    assert line == pytest.approx((-1.0, 2.0))
    assert line.expected([50.0], [1000]) == pytest.approx([100 / (1 + math.e)])


def test_there_is_no_line_through_two_points_or_through_one_score() -> None:
    assert measures.line_through([50.0, 60.0], [40.0, 50.0], [100] * 2) is None
    assert measures.line_through([50.0] * 3, [40.0, 41.0, 42.0], [100] * 3) is None
    assert measures.line_through([50.0, 60.0, 170.0], [40.0, 50.0, 60.0], [100] * 3) is None


def test_a_perfect_score_is_half_an_item_from_perfect() -> None:
    assert measures.logit([100.0, 0.0], [50, 50]) == pytest.approx([math.log(99), -math.log(99)])


# the whole table


def test_scores_under_noise_by_hand() -> None:
    made = analyse(study(LOSSES), facts())
    none = zero_shot(made, "none")
    assert set(none) == {*ROBUSTNESS_COLUMNS, "seeds", "seed_gains"}
    # types lose 8 and 4 points on average
    assert (none["clean"], none["mpc"], none["rpc"]) == (80.0, 74.0, 92.5)
    assert (none["worst_type"], none["worst_change"], none["types"]) == ("typo", -8.0, "ocr typo")
    assert none["flip_rate"] == 12.0
    # typo: a quarter of the width from 80 to 76, three quarters from 76 to 68; ocr loses half of that
    assert none["area"] == pytest.approx((80 - 0.75 * (0.25 * 2 + 0.75 * 8)) / 0.8)
    assert (none["difference"], none["p"], none["n_seeds"], none["languages"]) == (None, None, 3, "de hi")


def test_the_difference_in_differences_is_judged_like_a_gain() -> None:
    made = analyse(study(LOSSES, clean={"nli": 85.0}), facts())
    nli = zero_shot(made, "nli")
    # nli loses 4 and 2 points and a tenth for each seed, none 8 and 4; its higher clean score does not count
    expected = paired_gain([2.9, 2.8, 2.7], [0.0] * 3)
    assert nli["difference"] == pytest.approx(2.8)
    assert (nli["low"], nli["high"]) == pytest.approx((expected.low, expected.high))
    assert nli["p"] == nli["p_corrected"] == pytest.approx(expected.p)
    assert (nli["clean"], nli["mpc"]) == (85.0, pytest.approx(85 - 3.2))
    by_language = [one for one in made["robustness"] if one["clustering"] == "language" and one["arm"] == "nli"]
    assert [one["cluster"] for one in by_language] == ["en", "de", "hi"]
    assert all(one["p_corrected"] == pytest.approx(3 * expected.p) for one in by_language)
    assert of(made["robustness"], arm="nli", clustering="script", cluster="Deva")["languages"] == "hi"
    assert of(made["robustness"], arm="nli", clustering="pivot")["languages"] == "en"


def test_clusterings_of_noise_alone_are_asked_about_too() -> None:
    made = analyse(study(LOSSES), facts(noise_clusters={"joshi": {"de": "class 5", "hi": "class 4"}}))
    assert of(made["robustness"], arm="nli", clustering="joshi", cluster="class 4")["languages"] == "hi"
    assert {one["clustering"] for one in made["clusters"]} == {"zero-shot", "pivot", "script"}


def test_all_arms_and_targets_are_one_family() -> None:
    losses = {**LOSSES, "squad": {"typo": (4.0, 12.0), "ocr": (2.0, 6.0)}}
    told = facts(arms=["none", "nli", "squad"])
    told["targets"]["u"] = told["targets"]["t"]
    made = analyse([*study(losses), *study(losses, target="u")], told)
    nli = zero_shot(made, "nli")
    assert nli["p_corrected"] == pytest.approx(4 * nli["p"])


def test_what_a_score_and_its_noisy_one_share_is_no_uncertainty_by_items() -> None:
    rows = study(LOSSES, flips=False)
    for one in rows:
        # all share group 0; noise moves group 1, and that of nli group 2 as well, half of the time
        noisy, nli = one["severity"] > 0, one["arm"] == "nli"
        places = {"g0": 5.0} | ({"g1": 3.0} if noisy else {}) | ({"g2": 4.0} if noisy and nli else {})
        one["items"] = moved(**places)
    nli = zero_shot(analyse(rows, facts()), "nli")
    assert nli["items_error"] == pytest.approx(4.0)
    half = (nli["high"] - nli["low"]) / 2
    assert nli["both_high"] - nli["difference"] == pytest.approx(math.hypot(half, 1.959964 * 4.0))
    assert zero_shot(analyse(rows, facts()), "none")["items_error"] is None


def test_a_type_that_one_language_lacks_is_left_out_of_averages_over_it() -> None:
    made = analyse(study(LOSSES, undefined=[("ocr", "hi")]), facts())
    assert (zero_shot(made, "none")["types"], zero_shot(made, "none")["mpc"]) == ("typo", 72.0)
    assert of(made["robustness"], arm="none", clustering="language", cluster="de")["types"] == "ocr typo"
    latin = of(made["robustness"], arm="none", clustering="script", cluster="Latn")
    assert (latin["types"], latin["mpc"]) == ("ocr typo", 74.0)


def test_languages_without_a_common_type_have_no_average() -> None:
    made = analyse(study(LOSSES, undefined=[("ocr", "hi"), ("typo", "de")]), facts())
    nli = zero_shot(made, "nli")
    assert (nli["types"], nli["mpc"], nli["difference"], nli["worst_type"], nli["n_seeds"]) == ("", None, None, "", 0)


def test_a_missing_severity_costs_the_seed() -> None:
    rows = [
        one
        for one in study(LOSSES)
        if (one["arm"], one["seed"], one["language"], one["severity"]) != ("nli", "3", "hi", 3)
    ]
    made = analyse(rows, facts())
    assert zero_shot(made, "nli")["difference"] == pytest.approx(2.85)  # seeds 1 and 2
    assert of(made["robustness"], arm="nli", clustering="language", cluster="de")["n_seeds"] == 3


def test_without_realised_rates_there_is_no_area() -> None:
    rows = [{name: value for name, value in one.items() if name != "edit_rate"} for one in study(LOSSES)]
    assert zero_shot(analyse(rows, facts()), "none")["area"] is None


def test_means_over_targets_leave_out_what_is_unfair() -> None:
    told = facts(warnings=[{"code": "leak", "cell": {"arm": "nli", "target": "v"}, "message": "shares texts"}])
    told["targets"] |= {"u": told["targets"]["t"], "v": told["targets"]["t"]}
    other = {"none": {"typo": (4.0, 12.0)}, "nli": {"typo": (4.0, 12.0)}}
    rows = [*study(LOSSES), *study(other, target="u"), *study(LOSSES, target="v")]
    made = analyse(rows, told)
    nli, none = (of(made["robustness"], arm=arm, target=ALL_TARGETS) for arm in ("nli", "none"))
    assert nli["difference"] == pytest.approx((2.8 - 0.2) / 2)
    assert (none["rpc"], none["clean"], none["difference"]) == ((92.5 + 90) / 2, 80.0, None)
    assert nli["types"] == "t: ocr typo; u: typo"


# effective robustness


def on_the_line(clean, above=0.0):
    """A noisy score at log-odds −0.5 + those of the clean score, and so many points above it."""
    odds = math.log(clean / (100 - clean)) - 0.5
    return 100 / (1 + math.exp(-odds)) + above


def test_effective_robustness_is_what_the_clean_score_does_not_explain() -> None:
    rows = []
    for seed in ("1", "2", "3"):
        for code, level in (("en", 80.0), ("de", 70.0), ("hi", 60.0)):
            for arm, more, above in (("none", 0.0, 0.0), ("nli", 5.0, 2.0 + 0.1 * int(seed)), ("squad", 10.0, 0.0)):
                clean = level + more + int(seed)
                rows.append(row(arm, seed, code, clean))
                rows.append(row(arm, seed, code, on_the_line(clean, above), "typo", 1))
    made = analyse(rows, facts(arms=["none", "nli", "squad"]))
    nli, squad, none = (zero_shot(made, arm) for arm in ("nli", "squad", "none"))
    assert nli["effective"] == pytest.approx(2.2)
    # none lies on the line whatever seed is left out, so that the jackknife is the t interval of the residuals
    expected = paired_gain([2.1, 2.2, 2.3], [0.0] * 3)
    assert (nli["effective_low"], nli["effective_high"]) == pytest.approx((expected.low, expected.high))
    # squad's higher clean score lifts its noisy one: it loses fewer points, and is no more robust
    assert squad["difference"] > 0.5
    assert squad["effective"] == pytest.approx(0.0, abs=1e-9)
    assert none["effective"] == pytest.approx(0.0, abs=1e-9)


def test_without_a_line_there_is_no_effective_robustness() -> None:
    nli = zero_shot(analyse(study(LOSSES), facts()), "nli")  # none has one clean score everywhere
    assert (nli["effective"], nli["effective_low"]) == (None, None)


# other tables


def test_noise_by_language_and_severity() -> None:
    made = analyse(study(LOSSES), facts())["noise"]
    assert len(made) == 2 * 3 * 2 * 2
    found = of(made, arm="nli", language="hi", noise="typo", severity=3)
    assert tuple(found) == NOISE_COLUMNS
    assert (found["clean"], found["noisy"], found["change"]) == pytest.approx((80.0, 73.8, -6.2))
    assert (found["flip_rate"], found["edit_rate"], found["subword_rise"], found["n_seeds"]) == (12.0, 0.04, 0.08, 3)


def test_curves_begin_at_the_clean_score_of_the_same_languages() -> None:
    made = analyse(study(LOSSES, undefined=[("ocr", "hi")]), facts())["degradation"]
    curve = [one for one in made if (one["arm"], one["noise"]) == ("none", "ocr")]
    assert [(one["severity"], one["edit_rate"], one["score"]) for one in curve] == [
        (0, 0.0, 80.0), (1, 0.01, 78.0), (3, 0.04, 74.0),
    ]  # fmt: skip
    assert {tuple(one) for one in made} == {DEGRADATION_COLUMNS}
    assert {one["n_languages"] for one in curve} == {1}
    own = of(made, arm="nli", noise="typo", severity=1)
    assert (own["score"], own["n_languages"]) == (pytest.approx(77.8), 2)
    assert own["low"] == pytest.approx(paired_gain([77.9, 77.8, 77.7], [0.0] * 3).low)


def test_a_pair_of_languages_is_a_condition_of_its_own() -> None:
    rows = []
    for seed in ("1", "2", "3"):
        for arm, mixing in (("none", 10.0), ("nli", 4.0 + 0.1 * int(seed))):
            for code, value in (("en", 80.0), ("de", 70.0), ("de+en", 75.0 - mixing)):
                rows.append(row(arm, seed, code, value))
                rows.append(row(arm, seed, code, value - 5, "typo", 1))
    told = facts()
    told["targets"]["t"]["languages"] = ["en", "de", "de+en"]
    made = analyse(rows, told)
    none, nli = (
        of(made["robustness"], arm=arm, clustering="mixed languages", cluster="all") for arm in ("none", "nli")
    )
    assert (none["clean"], none["mpc"], none["types"]) == (75.0, 65.0, "mixed languages")
    assert nli["difference"] == pytest.approx(5.8)
    assert zero_shot(made, "none")["languages"] == "de"
    assert "de+en" not in {one["language"] for one in made["noise"]}
    assert of(made["clusters"], clustering="zero-shot")["languages"] == "de de+en"  # gains are what they were


# nothing else changes


def test_other_tables_see_clean_text_alone() -> None:
    rows = study(LOSSES)
    made = analyse(rows, facts())
    clean = analyse([one for one in rows if one["noise"] == "clean"], facts())
    assert "noise" not in clean and "under_noise" not in clean["answer"]
    told = {"noise", "robustness", "degradation", "scores", "answer"}
    assert {name: made[name] for name in made if name not in told} == {n: clean[n] for n in clean if n not in told}
    assert {name: value for name, value in made["answer"].items() if name != "under_noise"} == clean["answer"]
    assert len(made["scores"]) == len(rows)
    assert set(made["scores"][0]) == set(SCORE_COLUMNS)


def test_searches_take_noisy_scores_of_the_vectors_that_clean_text_chose() -> None:
    target = {"metric": "accuracy", "languages": ["de"], "held_out": ["hi"]}
    rows = []
    for arm in ("none", "nli"):
        for layer, code, value in ((1, "hi", 50.0), (2, "hi", 60.0), (1, "de", 50.0), (2, "de", 40.0)):
            for seed in ("1", "2"):
                rows.append(row(arm, seed, code, value, setting=f"layer={layer}"))
                less = value - (5.0 if arm == "none" else 3.0)
                rows.append(row(arm, seed, code, less, "typo", 1, setting=f"layer={layer}"))
    found = zero_shot(analyse(rows, facts(targets={"t": target})), "nli")
    assert (found["clean"], found["mpc"], found["difference"], found["area"]) == (40.0, 37.0, 2.0, 96.25)


def test_the_tables_come_back_from_disk(tmp_path) -> None:
    made = analyse(study(LOSSES), facts())
    save(tmp_path, made)
    again = load(tmp_path)
    for name in ("noise", "robustness", "degradation"):
        assert again[name] == made[name]
    assert again["answer"]["under_noise"] == made["answer"]["under_noise"]
    plain = tmp_path / "plain"
    plain.mkdir()
    save(plain, analyse([one for one in study(LOSSES) if one["noise"] == "clean"], facts()))
    assert not {"noise.parquet", "robustness.parquet", "degradation.parquet"} & {path.name for path in plain.iterdir()}


# the answer


def test_the_answer_says_the_numbers_of_the_table() -> None:
    made = analyse(study(LOSSES), facts())
    (answer,) = made["answer"]["under_noise"]
    mean = of(made["robustness"], arm="nli", target=ALL_TARGETS)
    assert (answer["difference"], answer["low"], answer["rpc"]) == (mean["difference"], mean["low"], mean["rpc"])
    first, second = answer["sentences"]
    assert first == (
        f"Under noise, from b, nli loses {mean['difference']:.1f} points less than none in the languages without "
        f"labels (95% interval {mean['low']:.1f} to {mean['high']:.1f}; p = {mean['p_corrected']:.2g} after Holm "
        "correction; mean of 1 target, 3 seeds)."
    )
    assert second == (
        f"Averaged over 2 types of noise (ocr, typo), nli keeps {mean['rpc']:.1f} % of its clean score and none 92.5 "
        "%; judged as the best of 1 arm, it makes transfer more robust here: supported."
    )


def test_an_arm_that_loses_more_is_said_to() -> None:
    made = analyse(study({"none": LOSSES["nli"], "nli": LOSSES["none"]}), facts())
    (answer,) = made["answer"]["under_noise"]
    assert answer["verdict"] == "contradicted"
    assert answer["sentences"][0].startswith(
        "Under noise, from b, no arm loses less than none in the languages without labels; nli comes closest and loses "
        "3.2 points more (95% interval 3.0 to 3.4; p = "
    )


def test_without_scores_of_an_arm_nothing_is_said_of_it() -> None:
    rows = [one for one in study(LOSSES) if one["arm"] == "none" or one["noise"] == "clean"]
    (answer,) = analyse(rows, facts())["answer"]["under_noise"]
    assert (answer["arm"], answer["verdict"], answer["sentences"][1]) == (
        None, "not run", "What noise does is not known yet.",
    )  # fmt: skip


# whatever the numbers are


SCORES = st.floats(1, 99).map(lambda value: round(value, 3))
TABLE = st.lists(SCORES, min_size=12, max_size=12)


def random_study(values, losses):
    """Clean scores in two arms, two seeds and three languages, and what each loses at either severity."""
    rows, number = [], iter(values)
    for arm in ("none", "nli"):
        for seed in ("1", "2"):
            for code in ("en", "de", "hi"):
                value = next(number)
                rows.append(row(arm, seed, code, value))
                for severity, lost in zip(SEVERITIES, losses, strict=True):
                    rows.append(row(arm, seed, code, value - lost, "typo", severity))
    return rows


def alone(rows):
    """What noise does, without the other tables."""
    noisy = [one for one in rows if one["noise"] != "clean"]
    clean = [one for one in rows if one["noise"] == "clean"]
    return robustness(clean, noisy, {}, rates_of(rows), Facts.parse(facts()))


@settings(max_examples=25, deadline=None)
@given(TABLE)
def test_where_noise_changes_nothing_all_is_left(values) -> None:
    made = alone(random_study(values, (0.0, 0.0)))
    for one in made["robustness"]:
        assert one["rpc"] == pytest.approx(100)
        assert one["area"] == pytest.approx(100)
        assert one["difference"] in (None, 0.0)
        assert one["effective"] == (None if one["effective"] is None else pytest.approx(0, abs=1e-6))


@settings(max_examples=25, deadline=None)
@given(TABLE, st.tuples(st.floats(0, 20), st.floats(0, 20)))
def test_equal_losses_make_no_difference(values, losses) -> None:
    made = alone(random_study(values, losses))
    assert all(one["difference"] is None or abs(one["difference"]) < 1e-9 for one in made["robustness"])


@settings(max_examples=25, deadline=None)
@given(TABLE, st.tuples(st.floats(0, 20), st.floats(0, 20)), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(values, losses, random: Random) -> None:
    rows = random_study(values, losses)
    made = alone(rows)
    random.shuffle(rows)
    assert alone(rows) == made


def test_moves_of_numpy_do_not_reach_the_tables() -> None:
    rows = study(LOSSES, flips=False)
    for one in rows:
        one["items"] = moved(g0=1.0)
    made = analyse(rows, facts())
    assert not any(isinstance(value, np.generic) for one in made["robustness"] for value in one.values())


# the noise of people


def people_study():
    """``p`` has the items of ``t`` as people typed them: none loses 6 and 4 by people and 4 by typos, nli 2 and 2."""
    rows = study({"none": {"typo": (4.0, 12.0)}, "nli": {"typo": (2.0, 6.0)}}, languages=("en",))
    for arm, lost in (("none", (6.0, 4.0, 5.0)), ("nli", (2.0, 2.0, 2.0))):
        rows += [row(arm, seed, "en", 80.0 - less, target="p") for seed, less in zip("123", lost, strict=True)]
    told = {"metric": "accuracy", "languages": ["en"]}
    return rows, facts(targets={"t": told, "p": told | {"people": ["t", "typo"]}})


def test_the_noise_of_people_stands_beside_made_noise_on_the_same_items() -> None:
    rows, told = people_study()
    made = analyse(rows, told)["people"]
    assert [(one["arm"], one["severity"]) for one in made] == [("none", 1), ("nli", 1), ("none", 3), ("nli", 3)]
    none = of(made, arm="none", severity=1)
    assert (none["target"], none["clean_target"], none["noise"], none["edit_rate"]) == ("p", "t", "typo", 0.01)
    assert (none["clean"], none["people_change"], none["made_change"]) == (80.0, -5.0, -4.0)
    by_hand = paired_gain([74.0, 76.0, 75.0], [76.0, 76.0, 76.0])
    assert (none["difference"], none["low"], none["high"]) == (by_hand.mean, by_hand.low, by_hand.high)
    nli = of(made, arm="nli", severity=3)
    assert nli["made_change"] == pytest.approx(-6.2) and nli["difference"] == pytest.approx(4.2)


def test_made_noise_counts_wherever_it_was_put() -> None:
    rows, told = people_study()
    asked = [{**one, "noise": one["noise"].replace("typo", "typo@query")} for one in rows]
    made = analyse(asked, told)["people"]
    assert [(one["noise"], one["severity"]) for one in made] == [("typo@query", 1)] * 2 + [("typo@query", 3)] * 2


def test_a_sentence_tells_how_far_made_noise_lies_from_that_of_people() -> None:
    rows, told = people_study()
    first, _ = analyse(rows, told)["answer"]["people_said"]
    assert first["apart"] == pytest.approx((1.0 + 0.2) / 2) and first["people"] == pytest.approx(-3.5)
    assert first["sentence"] == (
        "p, from b: people's noise changes scores by −3.5 points, typo:1 by −3.1 (means over 2 arms); for one arm they "
        "lie 0.6 points apart on average."
    )


def test_names_with_hyphens_keep_them() -> None:
    rows, told = people_study()
    said = analyse([{**one, "base": "me5-small"} for one in rows], told | {"bases": ["me5-small"]})["answer"][
        "people_said"
    ]
    assert said[0]["sentence"].startswith("p, from me5-small: people's noise changes scores by −3.5 points")


def test_without_people_nothing_is_said_of_them(tmp_path) -> None:
    rows, told = people_study()
    assert "people" not in analyse(rows, facts()) and "people_said" not in analyse(rows, facts())["answer"]
    alone = [one for one in rows if one["target"] == "t"]
    assert "people" not in analyse(alone, told)
    save(tmp_path, analyse(rows, told))
    assert load(tmp_path)["people"] == analyse(rows, told)["people"]
