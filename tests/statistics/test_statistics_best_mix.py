from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_mixes import dev, facts, scores

from xstilts.statistics import Facts, holm, paired_gain
from xstilts.statistics.tables.best_mix import BY_DEV, BY_SEEDS, MIX_COLUMNS, mix_rows


def wobble(arm, seed):
    return {"half": 0.1 * seed, "full": 0.2 * seed * seed}.get(arm, 0.0)


def by_cluster(rows):
    return {row["cluster"]: row for row in rows}


def test_the_best_mix_is_the_one_that_the_pivots_dev_half_prefers():
    split = facts(selection_split="dev/a")
    got = by_cluster(mix_rows([*scores(wobble=wobble), *dev("half")], Facts.parse(split)))
    assert list(got) == ["all zero-shot", "a", "b"]
    assert set(got["a"]) == set(MIX_COLUMNS)
    assert {row["arm"] for row in got.values()} == {"half"}  # though full gains more in family b
    assert {row["chosen_by"] for row in got.values()} == {BY_DEV}
    want = paired_gain([2.1, 2.2, 2.3, 2.4], [0, 0, 0, 0])
    assert (got["a"]["pivot_only"], got["a"]["best_mix"]) == (pytest.approx(46), pytest.approx(48.25))
    assert (got["a"]["difference"], got["a"]["low"]) == (pytest.approx(want.mean), pytest.approx(want.low))
    assert (got["b"]["n_languages"], got["a"]["n_languages"], got["a"]["n_seeds"]) == (1, 2, 4)
    assert got["a"]["targets"] == "nli qa"


@pytest.mark.parametrize("way", [BY_DEV, BY_SEEDS])
def test_pivot_only_is_no_mix_however_good_it_is_in_the_pivot(way):
    rows = scores(pivot=lambda arm, seed: 95.0 if arm == "only" else 80.0 + (arm == "full"))
    rows += dev("only") if way == BY_DEV else []
    got = mix_rows(rows, Facts.parse(facts(selection_split="dev/a" if way == BY_DEV else "")))
    assert {row["chosen_by"] for row in got} == {way}
    assert {row["arm"] for row in got} == {"half" if way == BY_DEV else "full"}  # equal on dev: the earlier one


def test_the_interval_has_the_studys_level():
    split = facts(selection_split="dev/a", level=0.8)
    got = by_cluster(mix_rows([*scores(wobble=wobble), *dev("half")], Facts.parse(split)))
    want = paired_gain([2.1, 2.2, 2.3, 2.4], [0, 0, 0, 0], 0.8)
    assert (got["a"]["low"], got["a"]["high"]) == (pytest.approx(want.low), pytest.approx(want.high))


def test_holm_is_over_the_clusters_of_one_clustering():
    split = facts(selection_split="dev/a")
    got = by_cluster(mix_rows([*scores(wobble=wobble), *dev("full")], Facts.parse(split)))
    assert [got[name]["p_corrected"] for name in "ab"] == pytest.approx(holm([got[name]["p"] for name in "ab"]))
    assert got["all zero-shot"]["p_corrected"] == got["all zero-shot"]["p"]


def test_without_a_dev_half_each_half_of_the_seeds_gets_the_choice_of_the_other():
    # in the pivot, half wins on seeds 1 and 3, full on seeds 2 and 4: so seeds 1 and 3 are given full
    def pivot(arm, seed):
        return 80.0 + {"half": seed % 2, "full": 1 - seed % 2}.get(arm, 0)

    got = by_cluster(mix_rows(scores(pivot=pivot), Facts.parse(facts())))["b"]
    assert got["chosen_by"] == BY_SEEDS
    assert got["arm"] == "full (seeds 1 3), half (seeds 2 4)"
    assert (got["difference"], got["n_seeds"]) == (pytest.approx((6 + 4 + 6 + 4) / 4), 4)


def test_one_seed_cannot_choose_for_itself():
    rows = [row for row in scores() if row["seed"] == 1]
    got = by_cluster(mix_rows(rows, Facts.parse(facts())))["a"]
    assert (got["difference"], got["arm"], got["n_seeds"]) == (None, "", 0)


def test_without_a_pivot_the_choice_looks_at_the_other_half_of_the_seeds_in_all_languages():
    rows = [row for row in scores() if row["language"] != "qaa"]
    got = by_cluster(mix_rows(rows, Facts.parse(facts())))
    assert {row["arm"] for row in got.values()} == {"half"}  # (3 + 3 + 6) / 3 equals (2 + 2 + 8) / 3: the earlier one


def test_a_dev_half_that_not_every_mix_has_is_not_used():
    split = facts(selection_split="dev/a")
    rows = [*scores(), *(row for row in dev("full") if row["arm"] != "half")]
    assert {row["chosen_by"] for row in mix_rows(rows, Facts.parse(split))} == {BY_SEEDS}


def test_less_is_better_turns_the_difference_and_its_interval():
    split = facts(selection_split="dev/a")
    for target in split["targets"].values():
        target["higher_is_better"] = False
    got = by_cluster(mix_rows([*scores(wobble=wobble), *dev("only")], Facts.parse(split)))["a"]
    want = paired_gain([-2.1, -2.2, -2.3, -2.4], [0, 0, 0, 0])
    assert (got["arm"], got["difference"]) == ("half", pytest.approx(want.mean))
    assert (got["low"], got["high"]) == (pytest.approx(want.low), pytest.approx(want.high))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 100), min_size=8, max_size=8))
def test_what_is_reported_of_a_seed_never_depends_on_its_own_pivot_score(values):
    def pivot(arm, seed, first=0.0):
        place = {"half": 0, "full": 4}.get(arm)
        return 50.0 if place is None else values[place + seed - 1] + (first if (arm, seed) == ("half", 1) else 0)

    def arm_of_seed_one(first):
        rows = mix_rows(scores(pivot=lambda arm, seed: pivot(arm, seed, first)), Facts.parse(facts()))
        named = by_cluster(rows)["a"]["arm"]
        return next(part.split(" ")[0] for part in named.split(", ") if "seeds" not in part or "1" in part)

    assert arm_of_seed_one(0.0) == arm_of_seed_one(1000.0)
