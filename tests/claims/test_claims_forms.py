"""Each form of assertion on tables small enough to work out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts.claims.forms import FORMS, Cast, Sample, chosen_elsewhere

X = np.nan


def table(rows, weights=None, arms="abc", targets="xy"):
    """Gains of one seed (or a list of seeds) as rows of arms, columns of targets."""
    cube = np.array(rows, dtype=float)
    cube = cube if cube.ndim == 3 else cube[None]
    drawn = np.ones((1, len(cube))) if weights is None else np.array(weights, dtype=float)
    return Sample(tuple(arms), tuple(targets), cube, drawn)


def margin(form, sample, arms, targets="xy", **more):
    return FORMS.get(form).margin(sample, Cast(tuple(arms), tuple(targets), **more)).tolist()


GAINS = [[4.0, 0.0], [1.0, 3.5], [-1.0, 0.5]]


def test_gains_above_is_the_smallest_mean_over_the_threshold():
    # means over targets: a 2.0, b 2.25, c -0.25
    assert margin("gains_above", table(GAINS), "ab") == [2.0]
    assert margin("gains_above", table(GAINS), "ab", points=2.1) == pytest.approx([-0.1])
    assert margin("gains_above", table(GAINS), "abc") == [-0.25]


def test_gains_above_leaves_out_an_arms_own_unfair_targets():
    assert margin("gains_above", table([[4.0, X], [1.0, 3.5], [0, 0]]), "ab") == [2.25]


def test_best_arm_is_measured_against_its_best_rival():
    assert margin("best_arm", table(GAINS), "b", rivals=("a", "c")) == [0.25]
    assert margin("best_arm", table(GAINS), "a", rivals=("b", "c")) == [-0.25]


def test_best_arm_compares_only_where_all_are_fair():
    # y is unfair to c, so x alone counts: b 1, a 4
    assert margin("best_arm", table([[4.0, 0.0], [1.0, 3.5], [-1.0, X]]), "b", rivals=("a", "c")) == [-3.0]


def test_beats_averages_over_pairs_each_on_its_own_fair_targets():
    # a - c: 2.0 + 0.25 = 2.25; b - c on x alone (y unfair to b): 1 + 1 = 2.0
    gains = [[4.0, 0.0], [1.0, X], [-1.0, 0.5]]
    assert margin("beats", table(gains), "ab", rivals=("c",), pairs=(("a", "c"), ("b", "c"))) == [2.125]


def test_order_is_the_smallest_step_down():
    assert margin("order", table(GAINS), "bac") == [0.25]
    assert margin("order", table(GAINS), "abc") == [-0.25]


def test_most_arms_gain_counts_on_the_worst_target():
    # x: a and b gain (2/3); y: b and c gain, a is at 0 exactly (2/3)
    assert margin("most_arms_gain", table(GAINS), "abc") == pytest.approx([2 / 3 - 0.5])
    # above 1 point: x: a alone (1/3)
    assert margin("most_arms_gain", table(GAINS), "abc", points=1.0) == pytest.approx([1 / 3 - 0.5])
    # half of the arms is not most of them
    assert margin("most_arms_gain", table(GAINS), "ac", targets="x") == [0.0]


def test_most_arms_gain_counts_only_fair_arms():
    assert margin("most_arms_gain", table([[4.0, 0], [X, 0], [-1, 0]]), "abc", targets="x") == [0.0]


def test_no_benefit_holds_below_the_threshold_and_for_losses():
    # x: (4 + 1 - 1) / 3 = 4/3; y: 4/3
    assert margin("no_benefit", table(GAINS), "abc", points=1.0) == pytest.approx([-1 / 3])
    assert margin("no_benefit", table(GAINS), "abc", points=1.5) == pytest.approx([1.5 - 4 / 3])
    assert margin("no_benefit", table([[-9.0, -9.0]], arms="a"), "a", points=1.0) == [10.0]


def test_best_per_target_is_chosen_on_the_other_seeds():
    # two arms of pure luck: each seed's best arm loses in the other seed
    luck = [[[6.0], [-6.0]], [[-6.0], [6.0]]]
    sample = table(luck, arms="ab", targets="x")
    assert chosen_elsewhere(sample, "ab", "x").tolist() == [[-6.0, -6.0]]
    assert margin("best_per_target", sample, "ab", targets="x") == [-6.0]
    # an arm that is always better is chosen and counts in full
    steady = [[[2.0, 1.0], [0.0, 4.0]], [[4.0, 1.0], [0.0, 6.0]]]
    assert margin("best_per_target", table(steady, arms="ab"), "ab") == [4.0]  # x: 2, 4 of a; y: 4, 6 of b


def test_best_per_target_never_chooses_an_unfair_cell():
    gains = [[[9.0, X], [1.0, 2.0]], [[9.0, X], [1.0, 2.0]]]
    assert margin("best_per_target", table(gains, arms="ab"), "ab") == [5.5]


def test_best_per_target_cannot_choose_with_one_distinct_seed():
    gains = [[[1.0]], [[3.0]], [[8.0]]]
    found = margin("best_per_target", table(gains, [[1, 1, 1], [3, 0, 0], [2, 1, 0]], arms="a", targets="x"), "a", "x")
    assert found[0] == 4.0
    assert np.isnan(found[1])
    assert found[2] == pytest.approx((2 * 1 + 3) / 3)


def test_draws_weigh_seeds():
    gains = [[[1.0]], [[4.0]]]
    found = margin("gains_above", table(gains, [[1, 1], [2, 0], [0, 2], [1, 3]], arms="a", targets="x"), "a", "x")
    assert found == [2.5, 1.0, 4.0, 3.25]
