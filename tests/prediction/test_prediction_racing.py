"""Bounds of a race: values by hand, and studies in which the truth is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from prediction_simulated import KINDS, study
from scipy import stats
from scipy.special import digamma, polygamma

from xstilts.errors import InputError
from xstilts.prediction.campaign import Campaign, Prior, play
from xstilts.prediction.racing import LEAST_PAIRS, Question, adjusted_means, moderated, standing

NAN = math.nan


def test_two_arms_get_the_paired_t_bound() -> None:
    scores = np.array([[60.0, 62.0, 61.0, 65.0], [58.0, 61.0, 60.0, 62.0]])
    found = standing(["nli", "none"], scores)
    differences = scores[1] - scores[0]
    # one pair, four seeds to look at: 5 % over four looks, on one side
    t = stats.t.ppf(1 - 0.05 / 4, 3)
    assert found.leader == 0
    assert found.upper[1] == pytest.approx(differences.mean() + t * differences.std(ddof=1) / 2)
    assert found.paired.tolist() == [4, 4]


def test_many_arms_share_the_error_and_the_variance() -> None:
    rng = np.random.default_rng(0)
    scores = np.array([[70.0], [60.0], [61.0], [69.7]]) + rng.normal(0, 1, (4, 5))
    found = standing("abcd", scores, Question(1.0, 0.95))
    assert found.arms[found.leader or 0] == "a"
    assert not found.open[[1, 2]].any()
    assert found.open[3], "hardly below, with seeds one point apart"
    assert not found.settled


def test_bounds_wait_for_three_pairs() -> None:
    scores = np.full((2, 5), NAN)
    for seeds in range(1, 5):
        scores[:, seeds - 1] = [70, 50 + 0.1 * seeds]
        assert standing("ab", scores).settled == (seeds >= LEAST_PAIRS)


def test_nothing_measured_leaves_all_open() -> None:
    found = standing("ab", np.full((2, 3), NAN))
    assert found.leader is None
    assert found.open.all()
    assert not found.settled


def test_arms_with_other_seeds_are_compared_as_if_they_had_the_same() -> None:
    # the second seed is ten points harder for all
    scores = np.array([[60.0, 50.0], [58.0, 48.0], [61.0, NAN]])
    np.testing.assert_allclose(adjusted_means(scores), [55, 53, 56], atol=1e-6)


def test_equal_variances_are_pooled_and_an_unlike_one_is_not() -> None:
    squares, freedom = np.array([2.0, 2.0, 2.0, 2.0]), np.array([2, 2, 2, 2])
    variance, degrees = moderated(squares, freedom)
    np.testing.assert_allclose(variance, 1.0)
    np.testing.assert_allclose(degrees, 8)
    variance, degrees = moderated(np.array([2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 60.0]), np.full(7, 2))
    assert variance[-1] == pytest.approx(30.0)
    assert degrees[-1] == 2


def test_moderation_is_that_of_limma() -> None:
    """Values of the formulas of Smyth (2004, section 6.2), evaluated step by step."""
    variances, freedom = np.array([0.5, 1.0, 2.0, 8.0]), np.array([4, 4, 4, 4])
    logs = np.log(variances) - digamma(2) + math.log(2)
    extra = logs.var(ddof=1) - polygamma(1, 2)
    half = 0.5
    while polygamma(1, half) > extra:
        half += 1e-5
    prior = math.exp(logs.mean() + digamma(half) - math.log(half))
    expected = (2 * half * prior + freedom * variances) / (2 * half + freedom)
    found, degrees = moderated(variances * freedom, freedom)
    # the last is so far above the others that it is taken as it is
    np.testing.assert_allclose(found, [*expected[:3], 8.0], rtol=1e-3)
    np.testing.assert_allclose(degrees[:3], min(2 * half + 4, 16), rtol=1e-3)


def test_nothing_is_known_of_variances_that_were_not_measured() -> None:
    variance, degrees = moderated(np.zeros(3), np.zeros(3, dtype=int))
    assert np.isnan(variance).all()
    assert not degrees.any()


@pytest.mark.parametrize("question", [Question(-1), Question(math.nan), Question(1, 0), Question(1, 1)])
def test_what_cannot_be_asked_is_refused(question: Question) -> None:
    with pytest.raises(InputError):
        standing("ab", np.zeros((2, 2)), question)


@given(st.integers(2, 6), st.integers(3, 5), st.integers(0, 99), st.floats(-50, 50), st.permutations(range(3)))
def test_neither_a_shift_of_all_scores_nor_the_order_of_arms_matters(
    n_arms: int, n_seeds: int, seed: int, shift: float, order: list[int]
) -> None:
    scores = np.random.default_rng(seed).normal(60, 3, (n_arms, n_seeds))
    arms = np.array([*order, *range(3, max(3, n_arms))])[: max(3, n_arms)]
    arms = arms[arms < n_arms]
    one, other = standing(range(n_arms), scores), standing(arms.tolist(), scores[arms] + shift)
    np.testing.assert_allclose(one.upper[arms], other.upper, atol=1e-6)
    assert one.settled == other.settled


def wrong_stops(kind: str, studies: int, trust: float | None) -> tuple[int, int, float]:
    """Stops, wrong stops, and the share of the runs that were made; looked at after every run."""
    stopped = wrong = 0
    shares = []
    for number in range(studies):
        true, scores = study(kind, 8, 6, number)
        prior = None if trust is None else Prior(trust * (true - true.mean()), np.full(len(true), 0.5))
        campaign = Campaign(tuple(map(str, range(len(true)))), np.ones(scores.shape, dtype=bool), prior=prior)
        known = {(arm, seed): scores[arm, seed] for arm, seed in np.ndindex(*scores.shape)}
        played = play(campaign, known, lambda runs, made: np.ones(len(runs)))  # type: ignore[arg-type]
        shares.append(np.isfinite(played.scores).mean())
        if played.decision.why == "settled":
            stopped += 1
            leader = played.decision.standing.leader
            assert leader is not None
            wrong += true.max() - true[leader] > campaign.question.margin
    return stopped, wrong, float(np.mean(shares))


@pytest.mark.parametrize("kind", KINDS)
def test_a_stop_is_wrong_in_a_few_of_many_studies(kind: str) -> None:
    """Ten thousand of them: benchmarks/planning.py --studies."""
    studies = 40
    _, wrong, _ = wrong_stops(kind, studies, None)
    # 5 % of 40 and two standard errors
    assert wrong <= 5


def test_a_misleading_predictor_slows_and_never_errs() -> None:
    """One that says the opposite of the truth, and is sure of it."""
    results = {trust: wrong_stops("apart", 40, trust) for trust in (1.0, -1.0)}
    for stopped, wrong, _ in results.values():
        assert wrong <= 2
        assert stopped >= 30
    assert results[1.0][2] <= results[-1.0][2], "who is told the truth needs no more runs"
