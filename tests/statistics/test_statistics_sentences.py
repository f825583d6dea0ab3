"""Every number and claim of the sentences for people is tied to what it says: break the number, and a test fails."""

from __future__ import annotations

import re

import numpy as np
import pytest
from test_statistics_gains import NONE, facts, scores

from xstilts.statistics import Facts, analyse, cluster_rows, paired_gain
from xstilts.statistics.answer import answers
from xstilts.statistics.headline import headlines
from xstilts.statistics.inference.correction import ALPHA, benjamini_hochberg, holm
from xstilts.statistics.inference.crossed import _mean_squares, crossed_gain
from xstilts.statistics.inference.equivalence import MARGIN, equivalence
from xstilts.statistics.inference.intervals import smallest_sign_flip_p
from xstilts.statistics.inference.power import outlook
from xstilts.statistics.tables.checks import check_rows

GAINS = {
    "mnli": {1: 3.0, 2: 3.3, 3: 3.5},
    "squad": {1: 1.0, 2: 2.0, 3: 4.0},
    "paws": {1: -1.0, 2: 0.5, 3: 0.2},
}


def study(gains=GAINS, **changes):
    """Rows of ``none`` once and of every arm, and the facts."""
    rows = [one for arm, own in gains.items() for one in scores(own, arm=arm)]
    return list({(one["arm"], one["seed"], one["language"]): one for one in rows}.values()), facts(
        arms=["none", *gains], bases=["b"], **changes
    )


def answer_of(gains=GAINS, **changes):
    (answer,) = analyse(*study(gains, **changes))["answer"]["bases"]
    return answer


def raw_p(gains):
    return {arm: paired_gain(list(own.values()), [0] * len(own)).p for arm, own in gains.items()}


def test_the_p_of_the_answer_is_holms_over_all_arms_and_the_sentence_says_that_one() -> None:
    answer = answer_of()
    raw = raw_p(GAINS)
    corrected = dict(zip(raw, holm(list(raw.values())), strict=True))
    assert answer["arm"] == "mnli"
    assert answer["p"] == pytest.approx(raw["mnli"])
    assert answer["p_corrected"] == pytest.approx(corrected["mnli"]) == pytest.approx(3 * raw["mnli"])
    assert f"p = {corrected['mnli']:.2g} after Holm correction" in answer["sentences"][1]
    assert {arm["arm"]: arm["p_corrected"] for arm in answer["ranking"]} == pytest.approx(corrected)


def test_what_is_significant_alone_and_not_among_the_arms_is_inconclusive() -> None:
    gains = {"mnli": {1: 3.0, 2: 4.2, 3: 5.4}, "squad": {1: 1.0, 2: -2.0, 3: 2.0}, "paws": {1: 0.1, 2: -0.2, 3: 0.4}}
    alone, among = answer_of({"mnli": gains["mnli"]}), answer_of(gains)
    assert alone["p"] == pytest.approx(among["p"])
    assert alone["p_corrected"] <= ALPHA < among["p_corrected"]
    assert (alone["verdict"], among["verdict"]) == ("supported", "inconclusive")
    assert "it stays above zero (p = " in alone["sentences"][1]
    assert "it cannot be told from zero (p = " in among["sentences"][1]


def test_an_arm_without_a_p_is_no_question() -> None:
    gains = {"mnli": GAINS["mnli"], "squad": {1: 1.0}}
    assert answer_of(gains)["p_corrected"] == pytest.approx(raw_p(GAINS)["mnli"])  # one question was asked, not two


def test_the_first_sentence_says_gain_interval_targets_and_seeds() -> None:
    gains = {"mnli": {1: 3.0, 2: 3.3, 3: 3.6}}
    wanted = paired_gain([3.0, 3.3, 3.6], [0, 0, 0], 0.9)
    answer = answer_of(gains, level=0.9)
    assert answer["sentences"][0] == (
        "From b, the arm mnli gains most over none in the languages without labels: +3.3 points "
        f"(90% interval {wanted.low:+.1f} to {wanted.high:+.1f}; mean of 1 target, 3 seeds)."
    )
    assert (answer["low"], answer["high"]) == (pytest.approx(wanted.low), pytest.approx(wanted.high))
    lost = answer_of({"mnli": {1: -3.0, 2: -3.3, 3: -3.6}})
    assert "mnli comes closest: −3.3 points (95% interval −" in lost["sentences"][0]
    assert "no interval from a single seed; mean of 1 target, 1 seed" in answer_of({"mnli": {1: 2.0}})["sentences"][0]


def test_the_second_sentence_counts_the_arms_that_finished_and_those_that_ran() -> None:
    unfinished = GAINS | {"qqp": {}}
    for gains, said in (({"mnli": GAINS["mnli"]}, "As the best of 1 arm it"), (GAINS, "As the best of 3 arms it"),
                        (unfinished, "As the best of 3 arms that finished, of 4, it")):  # fmt: skip
        answer = answer_of(gains)
        assert answer["sentences"][1].startswith(said)
        assert answer["n_arms"] == len([arm for arm in gains if gains[arm]])


def test_an_arm_that_ran_on_fewer_targets_is_not_the_best_and_is_counted_apart() -> None:
    both = {name: {"metric": "accuracy", "languages": list(NONE)} for name in ("xnli", "pawsx")}
    rows = [
        one
        for target in both
        for arm, gains in GAINS.items()
        if (arm, target) != ("mnli", "pawsx")
        for one in scores(gains, arm=arm, target=target)
    ]
    cut = [{"arm": "mnli", "target": "pawsx", "why": "time"}]
    plain = facts(arms=["none", *GAINS], bases=["b"], targets=both, cut=cut)
    (answer,) = analyse(rows, plain)["answer"]["bases"]
    assert (answer["arm"], answer["n_arms"], answer["cut"]) == ("squad", 2, [])
    assert "As the best of 2 arms on all fair targets (1 arm ran on fewer)" in answer["sentences"][1]
    assert "mean of 2 targets" in answer["sentences"][0]
    assert [arm["arm"] for arm in answer["ranking"]] == ["mnli", "squad", "paws"]


def test_the_answer_is_about_the_languages_without_labels_and_the_headline_metric() -> None:
    rows, plain = study({"mnli": GAINS["mnli"]}, clusters={"script": {"qab": "Latn", "qac": "Cyrl"}})
    pivot = [one | {"value": one["value"] + 50} for one in rows if (one["arm"], one["language"]) == ("mnli", "qaa")]
    rows = [one for one in rows if (one["arm"], one["language"]) != ("mnli", "qaa")]
    parsed = Facts.parse(plain)
    clusters = cluster_rows([*rows, *pivot], parsed)
    (answer,) = answers(clusters, parsed)
    assert answer["gain"] == pytest.approx(np.mean(list(GAINS["mnli"].values())))
    assert answers(clusters[::-1], parsed)[0]["gain"] == answer["gain"]  # whatever other clusters stand beside it


@pytest.mark.parametrize("n_seeds", [2, 3, 5, 7])
def test_the_least_p_without_normality_is_that_of_the_seeds(n_seeds: int) -> None:
    gains = {"mnli": {seed: (-1.0) ** seed * seed for seed in range(1, n_seeds + 1)}}
    rows = scores(gains["mnli"], none=NONE)
    seeds = [
        one | {"seed": seed} for seed in gains["mnli"] for one in rows if one["seed"] == 1 and one["arm"] == "none"
    ]
    rows = [*(one for one in rows if one["arm"] != "none"), *seeds]
    (answer,) = analyse(rows, facts(bases=["b"], seeds=list(gains["mnli"])))["answer"]["bases"]
    least = smallest_sign_flip_p(n_seeds)
    assert least == 2 / 2**n_seeds
    assert f"no p below {least:.2g} could have come out of {n_seeds} seeds" in answer["sentences"][1]


# --- the interval over seeds and languages ----------------------------------------------------------------------------


def test_a_lucky_rest_never_narrows_the_interval() -> None:
    """Where language and seed vary less than the rest, their sum less the rest falls below either of them."""
    generator = np.random.default_rng(5)
    seen = set()
    for _ in range(200):
        table = 2 + generator.normal(0, 1, (4, 9))
        (language, seed, rest), degrees = _mean_squares(table)
        variance = max(language + seed - rest, language, seed)
        seen.add(("sum", "language", "seed")[[language + seed - rest, language, seed].index(variance)])
        freedom = max(
            1.0, variance**2 / sum(ms**2 / df for ms, df in zip((language, seed, rest), degrees, strict=True))
        )
        from scipy.stats import t

        got = crossed_gain(table)
        assert got.high - got.mean == pytest.approx(t.ppf(0.975, freedom) * np.sqrt(variance / table.size))
        assert variance >= max(language, seed)
    assert seen == {"sum", "language", "seed"}  # every case was there


def test_a_lucky_rest_by_hand() -> None:
    # cells: seeds 0 and 1 apart by 1 in both languages together, languages equal, the rest +-1 crossed:
    # MS_language = 0, MS_seed = 2 * (.25 + .25) = 1, MS_rest = 4; 0 + 1 - 4 is below 0, so 1 counts
    table = np.array([[1.0, -1.0], [0.0, 2.0]])
    assert _mean_squares(table)[0].tolist() == [0.0, 1.0, 4.0]
    from scipy.stats import t

    freedom = max(1.0, 1 / (1 + 16))
    got = crossed_gain(table)
    assert (got.mean, got.high - got.mean) == (0.5, pytest.approx(t.ppf(0.975, freedom) * np.sqrt(1 / 4)))


# --- what a study can show --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_seeds", "n_questions"), [(2, 1), (3, 1), (3, 12), (6, 2), (10, 40)])
def test_the_sentence_on_power_says_its_own_numbers(n_seeds: int, n_questions: int) -> None:
    found = outlook(n_seeds, n_questions)
    said = found.sentence()
    assert said.startswith(f"{n_seeds} seeds for {n_questions} question")
    assert float(re.search(r"must be ([\d.]+) times", said)[1]) == pytest.approx(found.detectable, abs=0.05)
    assert "80% power (paired t test, Holm at 5%)" in said
    impossible = smallest_sign_flip_p(n_seeds) * n_questions > 0.05
    assert ("nothing can be significant" in said) == impossible == (not found.without_normality)
    if impossible:
        assert said.endswith(f"p is at least {smallest_sign_flip_p(n_seeds):.2g}.")


def test_more_questions_need_larger_gains() -> None:
    needed = [outlook(5, questions).detectable for questions in (1, 2, 10)]
    assert needed == sorted(needed)
    assert len(set(needed)) == 3


# --- levels -----------------------------------------------------------------------------------------------------------


def test_a_level_says_how_far_its_seeds_are_apart() -> None:
    # none: 60 and 50 without labels, plus the seed's number: means 56, 57 and 58, which are 1 apart
    level = next(row for row in analyse(*study())["answer"]["levels"] if row["arm"] == "none")
    assert level["zero_shot"] == {"mean": 57.0, "sd": pytest.approx(1.0), "n_seeds": 3, "n_languages": 2}
    assert (level["pivot"]["mean"], level["pivot"]["n_languages"]) == (82.0, 1)


# --- what the tables of checks and headlines say ----------------------------------------------------------------------


def checks_of(gains, **changes):
    rows, plain = study(gains, **changes)
    parsed = Facts.parse(plain)
    return {row["arm"]: row for row in check_rows(rows, cluster_rows(rows, parsed), parsed)}


def test_the_checks_correct_for_false_discoveries_over_all_their_rows() -> None:
    raw = raw_p(GAINS)
    wanted = dict(zip(raw, benjamini_hochberg(list(raw.values())), strict=True))
    assert {arm: row["p_fdr"] for arm, row in checks_of(GAINS).items()} == pytest.approx(wanted)
    assert wanted["mnli"] > raw["mnli"]


@pytest.mark.parametrize("target", ["", "xnli"])
def test_what_was_cut_is_not_checked_and_what_failed_has_an_empty_row(target: str) -> None:
    gains = {"mnli": GAINS["mnli"], "lost": {}}
    cut = [{"arm": "lost", "target": target, "why": "a variant"}]
    assert set(checks_of(gains)) == {"mnli", "lost"}
    assert set(checks_of(gains, cut=cut)) == {"mnli"}


def test_the_margin_of_equivalence_is_the_one_that_is_named() -> None:
    rows = checks_of({"close": {1: 0.1, 2: 0.2, 3: 0.15}, "apart": {1: 2.0, 2: 2.1, 3: 2.2}, "lost": {}})
    assert {row["margin"] for row in rows.values()} == {MARGIN}
    for arm, gains in (("close", [0.1, 0.2, 0.15]), ("apart", [2.0, 2.1, 2.2])):
        inner = paired_gain(gains, [0, 0, 0], 0.9)
        assert rows[arm]["equivalent"] == (inner.low > -MARGIN and inner.high < MARGIN)
        assert rows[arm]["p_equivalent"] == pytest.approx(equivalence(gains, [0, 0, 0]).p)
    assert [rows[arm]["equivalent"] for arm in ("close", "apart", "lost")] == [True, False, None]


def test_a_headline_is_never_an_oracles_where_there_is_another() -> None:
    rows, plain = study({"mnli": GAINS["mnli"]})
    oracle = [one | {"selection": "oracle", "value": one["value"] + 30} for one in rows]
    for both in ([*oracle, *rows], [*rows, *oracle]):
        (measured,) = headlines(both, Facts.parse(plain))
        assert measured.score("none", "xnli", ["qab"]) == {"1": 61.0, "2": 62.0, "3": 63.0}
    (alone,) = headlines(oracle, Facts.parse(plain))
    assert alone.score("none", "xnli", ["qab"])["1"] == 91.0


def test_a_gain_is_better_whichever_way_the_metric_goes() -> None:
    rows, plain = study({"mnli": GAINS["mnli"]})
    less = {"xnli": {"metric": "accuracy", "languages": list(NONE), "higher_is_better": False}}
    up, down = (
        headlines(rows, Facts.parse(plain | more))[0].gain("mnli", "xnli", ["qab"]) for more in ({}, {"targets": less})
    )
    assert up == pytest.approx({"1": 3.0, "2": 3.3, "3": 3.5})
    assert down == pytest.approx({seed: -gain for seed, gain in up.items()})


def test_a_gain_is_of_the_seeds_that_none_has_too() -> None:
    rows, plain = study({"mnli": GAINS["mnli"]})
    kept = [one for one in rows if (one["arm"], one["seed"]) not in {("none", 2), ("mnli", 3)}]
    (measured,) = headlines(kept, Facts.parse(plain))
    assert measured.gain("mnli", "xnli", ["qab"]) == pytest.approx({"1": 3.0})


def test_an_arm_should_have_the_studys_seeds_unless_it_has_fewer_on_purpose() -> None:
    cut = [{"arm": "mnli", "target": "", "why": "a variant"}]
    assert [Facts.parse(facts()).wanted_seeds("mnli", n) for n in (0, 2, 3, 5)] == [3, 3, 3, 5]
    assert [Facts.parse(facts(cut=cut)).wanted_seeds(arm, 2) for arm in ("mnli", "none")] == [2, 3]


def test_without_a_split_to_choose_by_no_row_is_one_of_it() -> None:
    bare = {
        "base": "b",
        "arm": "none",
        "target": "xnli",
        "metric": "accuracy",
        "split": "",
        "noise": "clean",
        "setting": "",
    }
    assert not Facts.parse(facts()).is_selection(bare)
    assert Facts.parse(facts(selection_split="dev")).is_selection({**bare, "split": "dev"})
