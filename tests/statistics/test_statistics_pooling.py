from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import combine_effects

from xstilts.errors import InputError
from xstilts.statistics import agreement, pooling, screening

# Krippendorff 2011, section C: four observers, twelve units, five values
OBSERVERS = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]


def test_two_studies_by_hand():
    # variances 1 and 1: tau2 = ((2² / 2) - 1) / 1 = 1, mean 1, error sqrt(2 / 2) = 1
    got = pooling.pool([0, 2], [1, 1], "dl", knapp=False)
    assert (got.mean, got.tau2, got.q, got.i2) == pytest.approx((1, 1, 2, 0.5))
    assert got.error == pytest.approx(1)
    assert got.high == pytest.approx(1 + 1.959964, abs=1e-6)
    assert got.predicted_low is None


def test_prediction_is_wider_than_the_mean():
    # equal variances .01, tau2 by hand: var of (0, 1, 2) is 1, so tau2 = .99; t(.975, 1) = 12.7062
    got = pooling.pool([0, 1, 2], [0.01] * 3)
    assert got.tau2 == pytest.approx(0.99)
    assert got.error == pytest.approx(math.sqrt(1 / 3))
    assert got.predicted_high == pytest.approx(1 + 12.7062 * math.sqrt(0.99 + 1 / 3), abs=1e-3)


@pytest.mark.parametrize("seed", range(8))
def test_as_statsmodels_pools(seed):
    draw = np.random.default_rng(seed)
    effects, variances = draw.normal(scale=5, size=seed + 3), draw.uniform(0.05, 2, seed + 3)
    theirs = combine_effects(effects, variances, method_re="dl")
    got = pooling.pool(effects, variances, "dl", knapp=False)
    assert got.mean == pytest.approx(theirs.mean_effect_re, abs=1e-9)
    assert got.error == pytest.approx(theirs.sd_eff_w_re, abs=1e-9)
    assert got.q == pytest.approx(theirs.q, abs=1e-9)
    assert pooling.pool(effects, variances, "dl").error == pytest.approx(theirs.sd_eff_w_re_hksj, abs=1e-9)


def test_paule_and_mandel_as_statsmodels():
    effects, variances = np.array([1.0, 3.0, 2.0, 6.0]), np.array([0.5, 0.2, 0.9, 0.4])
    theirs = combine_effects(effects, variances, method_re="iterated", atol=1e-12, maxiter=500)
    assert pooling.pool(effects, variances, "pm").tau2 == pytest.approx(theirs.tau2, abs=1e-6)


def test_leaving_one_out():
    got = pooling.leave_one_out([1, 1, 10], [1, 1, 1])
    assert [one.mean for one in got] == pytest.approx([5.5, 5.5, 1])
    assert [one.n for one in got] == [2, 2, 2]


@pytest.mark.parametrize(
    ("effects", "variances"), [([1], [1]), ([1, 2], [1, 0]), ([1, 2], [1]), ([1, math.inf], [1, 1])]
)
def test_what_cannot_be_pooled_is_refused(effects, variances):
    with pytest.raises(InputError):
        pooling.pool(effects, variances)


def test_votes():
    assert pooling.sign_test(5, 0) == pytest.approx(2 / 32)
    assert pooling.sign_test(0, 0) is None


def test_alpha_as_krippendorff_prints_it():
    assert agreement.krippendorff(OBSERVERS) == pytest.approx(0.743, abs=5e-4)
    assert agreement.krippendorff(OBSERVERS, "ordinal") == pytest.approx(0.815, abs=5e-4)


def test_alpha_by_hand():
    # coincidences aa 2, ab 1, ba 1, bb 4: observed 2, expected 2 * 3 * 5 / 7
    assert agreement.krippendorff([list("aabb"), list("abbb")]) == pytest.approx(1 - 2 / (30 / 7))
    assert agreement.krippendorff([list("ab"), list("ab")]) == 1
    assert agreement.krippendorff([["a", "a"], ["a", "a"]]) is None
    assert agreement.krippendorff([["a", None], [None, "a"]]) is None


def test_the_order_of_values_counts_for_ordinal():
    rated = [["low", "mid", "high", "low"], ["low", "high", "high", "mid"]]
    near, far = (
        agreement.krippendorff(rated, "ordinal", order) for order in (["low", "mid", "high"], ["mid", "low", "high"])
    )
    assert near > far
    with pytest.raises(InputError, match="order"):
        agreement.krippendorff(rated, "ordinal", ["low"])
    with pytest.raises(InputError, match="rows differ"):
        agreement.krippendorff([["a"], ["a", "b"]])


def test_alpha_has_an_interval():
    low, high = agreement.krippendorff_interval(OBSERVERS, draws=200)
    assert low < 0.743 < high
    assert agreement.krippendorff_interval([[], []]) is None


def test_overlap_of_findings():
    assert agreement.overlap([frozenset("ab"), frozenset("bc"), frozenset("d")]) == pytest.approx(1 / 9)
    assert agreement.overlap([frozenset(), frozenset()]) is None


def test_stopping_by_hand():
    # four papers, two read, one hit, all wanted: a second hit would be 1 of 2 in 4 (5/6), or 1 in 3 (2/3)
    assert screening.missed_target_p([True, False], 4, 1.0) == pytest.approx(2 / 3)
    assert screening.missed_target_p([True, False, False, False], 4, 1.0) == 0
    assert screening.missed_target_p([False], 4) == 1


def test_more_reading_without_a_hit_makes_stopping_safer():
    p = [screening.missed_target_p([True] * 10 + [False] * n, 200, 0.9) for n in (20, 60, 120)]
    assert p[0] > p[1] > p[2]


def test_the_bound_of_recall_agrees_with_the_test():
    labels = [True] * 10 + [False] * 80
    bound = screening.recall_bound(labels, 200)
    assert 0 < bound < 1
    assert screening.missed_target_p(labels, 200, bound) < 0.05 <= screening.missed_target_p(labels, 200, bound + 0.01)
    assert screening.recall_bound(labels[:10], 10) == 1
    assert screening.recall_bound([False], 9) is None


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 30))
@settings(max_examples=40, deadline=None)
def test_a_bound_is_possible(labels, rest):
    bound = screening.recall_bound(labels, len(labels) + rest)
    assert bound is None if not any(labels) else sum(labels) / (sum(labels) + rest) <= bound <= 1


def test_screening_scores_by_hand():
    labels = [True, False, True, False, False, False, False, False, False, False]
    assert screening.recall_at(labels, 2) == 0.5
    assert screening.work_saved(labels, 0.95) == pytest.approx(0.7 - 0.05)
    assert screening.recall_at([False], 1) is None
    assert screening.work_saved([False]) is None
    # Chapman: 31 * 21 / 11 - 1 in all
    assert screening.unseen_by_sources(20, 10, 10) == pytest.approx(31 * 21 / 11 - 1 - 40)


def test_screening_refuses():
    with pytest.raises(InputError):
        screening.missed_target_p([True, True], 1)
    with pytest.raises(InputError):
        screening.missed_target_p([True], 2, 1.5)
