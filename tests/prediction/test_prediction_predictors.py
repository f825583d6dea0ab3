"""Predictors of transfer against closed forms: separable classes give the maximum, shuffled ones the minimum."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import multivariate_normal

from xstilts.prediction.predictors import PREDICTORS
from xstilts.prediction.predictors.distances import cosine
from xstilts.prediction.predictors.evidence import linear_probe, logme
from xstilts.prediction.predictors.labels import leep, nce
from xstilts.prediction.predictors.separation import _rate, gbc, h_score, transrate

N, CLASSES = 300, 3
RNG = np.random.default_rng(0)
Y = np.repeat(np.arange(CLASSES), N // CLASSES)
APART = np.eye(CLASSES)[Y] * 10 + RNG.normal(0, 0.1, (N, CLASSES))
SHUFFLED = RNG.permutation(Y)
ENTROPY = np.log(CLASSES)


@pytest.mark.parametrize("name", [name for name in PREDICTORS.names() if PREDICTORS.get(name).needs != "two vectors"])
def test_separable_is_more_than_shuffled_and_noise_lies_between(name: str) -> None:
    one = PREDICTORS.get(name)
    given = APART if one.needs.startswith("features") else np.eye(CLASSES)[Y]
    blurred = APART + RNG.normal(0, 6, APART.shape) if one.needs.startswith("features") else 0.5 * given + 0.5 / CLASSES
    if name == "nce":  # reads the likeliest answer alone
        blurred = np.eye(CLASSES)[np.where(RNG.random(N) < 0.5, Y, SHUFFLED)]
    told = one.of(given, Y), one.of(blurred, Y), one.of(given, SHUFFLED)
    assert told[0] > told[1] > told[2]


@pytest.mark.parametrize("name", PREDICTORS.names())
def test_each_says_where_it_is_from_and_what_it_costs(name: str) -> None:
    one = PREDICTORS.get(name)
    assert one.name == name
    assert one.source and one.cost


def test_leep_and_nce_are_zero_at_best_and_the_entropy_at_worst() -> None:
    for predictor in (leep, nce):
        assert predictor(np.eye(CLASSES)[Y], Y) == pytest.approx(0.0)
        balanced = np.eye(2)[np.tile([0, 1], N // 2)]
        assert predictor(balanced, Y) == pytest.approx(-ENTROPY)
    assert leep(np.full((N, 5), 0.2), Y) == pytest.approx(-ENTROPY)


def test_leep_by_hand() -> None:
    answers = np.array([[0.8, 0.2], [0.4, 0.6]])
    # P(y, z): [.4 .1; .2 .3]; P(y|z): [2/3 1/4; 1/3 3/4]
    expected = (np.log(0.8 * 2 / 3 + 0.2 / 4) + np.log(0.4 / 3 + 0.6 * 3 / 4)) / 2
    assert leep(answers, np.array([0, 1])) == pytest.approx(expected)


def test_h_score_counts_directions_that_classes_fill() -> None:
    exact = np.eye(CLASSES)[Y]
    assert h_score(exact, Y) == pytest.approx(CLASSES - 1, rel=0.02)
    assert h_score(RNG.normal(size=(N, 4)), SHUFFLED) < 0.1


def test_gbc_is_zero_without_overlap_and_minus_one_a_pair_with_all_of_it() -> None:
    assert gbc(APART, Y) == pytest.approx(0.0, abs=1e-6)
    same = np.tile(RNG.normal(size=(N // CLASSES, 2)), (CLASSES, 1))
    assert gbc(same, Y) == pytest.approx(-CLASSES * (CLASSES - 1) / 2)


def test_transrate_is_the_whole_rate_or_nothing() -> None:
    exact = np.eye(CLASSES)[Y]
    assert transrate(exact, Y) == pytest.approx(_rate(exact / exact.std()))
    same = np.tile(RNG.normal(size=(N // CLASSES, 2)), (CLASSES, 1))
    assert transrate(same, Y) == pytest.approx(0.0, abs=1e-9)


def test_logme_is_the_largest_evidence_that_an_optimiser_finds() -> None:
    for width in (4, 30):
        features = np.random.default_rng(1).normal(size=(20, width))
        y = (features[:, 0] > 0).astype(int)

        def lacking(logs: np.ndarray, features: np.ndarray = features, target: np.ndarray = y) -> float:
            a, b = np.exp(np.clip(logs, -20, 20))
            cover = features @ features.T / a + np.eye(20) / b
            return -float(multivariate_normal(np.zeros(20), cover, allow_singular=True).logpdf(target)) / 20

        found = []
        for one in (0, 1):
            target = (y == one).astype(float)
            starts = [np.array([p, q]) for p in (0.0, 3.0) for q in (0.0, 3.0)]
            found.append(max(-minimize(lambda x, t=target: lacking(x, target=t), start).fun for start in starts))
        assert logme(features, y) == pytest.approx(np.mean(found), abs=2e-3)


def test_the_probe_is_right_where_it_can_be_and_guesses_where_it_cannot() -> None:
    assert linear_probe(APART, Y) == 1.0
    assert linear_probe(RNG.normal(size=(N, 3)), SHUFFLED) < 0.45


def test_a_cosine() -> None:
    one = np.array([3.0, 4.0])
    assert cosine(one, 2 * one) == pytest.approx(1)
    assert cosine(one, np.array([-4.0, 3.0])) == pytest.approx(0)
    assert cosine(one, np.zeros(2)) == 0
