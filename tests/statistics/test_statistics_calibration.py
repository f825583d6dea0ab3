from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.statistics import calibration, conformal, logistic

SCORED = st.lists(st.tuples(st.floats(-5, 5), st.integers(0, 1)), min_size=2, max_size=40)


def test_isotonic_pools_what_falls():
    fitted = calibration.isotonic([1, 2, 3, 4], [0, 1, 0, 1])
    assert fitted([1, 2, 3, 4]) == pytest.approx([0, 0.5, 0.5, 1])
    assert fitted([0, 3.5, 9]) == pytest.approx([0, 0.75, 1])


def test_equal_scores_share_one_probability():
    assert calibration.isotonic([1, 1, 1, 2], [0, 0, 1, 1])([1, 2]) == pytest.approx([1 / 3, 1])


def test_platt_of_useless_scores_is_the_smoothed_base_rate():
    # targets (1 + 1) / (1 + 2) and 1 / (3 + 2): their mean is (2/3 + 3/5) / 4
    fitted = calibration.platt([7, 7, 7, 7], [1, 0, 0, 0])
    assert fitted([7]) == pytest.approx([(2 / 3 + 3 / 5) / 4], abs=1e-6)


def test_platt_rises_with_a_score_that_tells():
    fitted = calibration.platt([0, 1, 2, 3], [0, 0, 1, 1])
    assert fitted.slope > 0
    assert fitted([1.5]) == pytest.approx([0.5], abs=1e-5)


def test_venn_abers_says_how_little_two_labels_tell():
    assert calibration.venn_abers([1, 2], [0, 1], 1.5) == (0, 1)
    assert calibration.venn_abers([1] * 9, [0] * 9, 1) == pytest.approx((0, 0.1))


@given(SCORED, st.floats(-5, 5))
@settings(max_examples=40, deadline=None)
def test_venn_abers_encloses(scored, new):
    low, high = calibration.venn_abers([s for s, _ in scored], [y for _, y in scored], new)
    assert 0 <= low <= high <= 1


def test_brier_parts_worked_out_by_hand():
    # bins of equal mass keep equal values together: .2 (1 of 4 true) and .9 (3 of 4 true); base rate .5
    got = calibration.brier([0.2] * 4 + [0.9] * 4, [1, 0, 0, 0, 1, 1, 1, 0])
    assert got.score == pytest.approx((0.64 + 3 * 0.04 + 3 * 0.01 + 0.81) / 8)
    assert got.base == 0.25
    assert got.reliability == pytest.approx((0.05**2 + 0.15**2) / 2)
    assert got.resolution == pytest.approx(0.25**2)
    assert got.within == pytest.approx(0)


@given(SCORED)
@settings(max_examples=40, deadline=None)
def test_the_parts_of_brier_add_up(scored):
    got = calibration.brier([1 / (1 + math.exp(-s)) for s, _ in scored], [y for _, y in scored])
    assert got.score == pytest.approx(got.reliability - got.resolution + got.base + got.within)


def test_auc_counts_ties_half():
    assert calibration.auc([1, 2, 2, 3], [0, 0, 1, 1]) == pytest.approx(3.5 / 4)
    assert calibration.auc([1, 2], [1, 1]) is None


def test_a_useless_score_reaches_an_ece_of_zero():
    assert calibration.ece([0.5] * 10, [0, 1] * 5) == 0
    assert calibration.auc([0.5] * 10, [0, 1] * 5) == 0.5
    assert calibration.ece([1.0] * 10, [0, 1] * 5) == 0.5


def test_bins_have_equal_mass_and_keep_equal_values_together():
    bins = calibration.equal_mass(np.array([1.0, 1, 1, 2, 3, 4]), 3)
    assert [sorted(own.tolist()) for own in bins] == [[0, 1, 2, 3], [4, 5]]


def test_an_interval_over_papers_is_wider_than_over_items():
    values, labels = [0.9, 0.9, 0.1, 0.1] * 10, [1, 1, 0, 0] * 10
    values[:8] = [0.1] * 8
    papers = [str(place // 8) for place in range(40)]
    items = calibration.interval(calibration.ece, values, labels, draws=200)
    grouped = calibration.interval(calibration.ece, values, labels, papers, draws=200)
    assert grouped[1] - grouped[0] > items[1] - items[0]
    assert grouped == calibration.interval(calibration.ece, values, labels, papers, draws=200)


@pytest.mark.parametrize(("scores", "labels"), [([], []), ([1], [2]), ([1, 2], [1]), ([math.nan], [1])])
def test_what_cannot_be_judged_is_refused(scores, labels):
    with pytest.raises(InputError, match="Scores and labels need"):
        calibration.brier(scores, labels)


def test_logistic_without_information_is_the_base_rate():
    model = logistic.fit([[1.0], [1.0], [1.0], [1.0]], [1, 0, 0, 0])
    assert model.weights == (0,)
    assert model([[5.0]]) == pytest.approx([math.log(1 / 3)], abs=1e-5)


def test_logistic_solves_its_own_equations():
    features, labels = np.array([[0.0], [1.0], [2.0], [3.0]]), np.array([0, 1, 0, 1])
    model = logistic.fit(features, labels, ridge=0.5)
    miss = 1 / (1 + np.exp(-model(features))) - labels
    spread = features.std()
    assert miss.sum() == pytest.approx(0, abs=1e-5)
    assert miss @ (features[:, 0] / spread) + 0.5 * model.weights[0] * spread == pytest.approx(0, abs=1e-4)


@pytest.mark.parametrize(("features", "labels", "ridge"), [([], [], 1), ([[1.0]], [1, 0], 1), ([[1.0]], [1], 0)])
def test_logistic_refuses(features, labels, ridge):
    with pytest.raises(InputError):
        logistic.fit(features, labels, ridge)


def test_conformal_threshold_by_hand():
    # ten sorted values, level .8: rank floor(11 * .2) = 2
    given_ = [0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2]
    assert conformal.threshold(given_, 0.8) == 0.3
    assert conformal.threshold(given_[:3], 0.9) == 0.0


def test_a_set_of_verdicts_is_never_empty():
    assert conformal.verdicts({"yes": 0.5, "no": 0.3, "undecided": 0.2}, 0.25) == ("yes", "no")
    assert conformal.verdicts({"yes": 0.5, "no": 0.3, "undecided": 0.2}, 0.9) == ("yes",)


def test_conformal_sets_keep_their_promise_on_exchangeable_draws():
    draw = np.random.default_rng(5)
    held = [float(draw.random()) > conformal.threshold(draw.random(19).tolist(), 0.9) for _ in range(2000)]
    assert 0.88 < np.mean(held) < 0.93
