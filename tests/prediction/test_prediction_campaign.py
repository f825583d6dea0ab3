"""What runs next, and that a campaign decides the same however often it is killed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from prediction_simulated import study

from xstilts.prediction.campaign import Campaign, Prior, Run, play
from xstilts.prediction.halving import Halving, halve, kept
from xstilts.prediction.next_runs import Beliefs, log_value, ranked
from xstilts.prediction.racing import Question

ALL = math.inf


def seconds(runs: list[Run], made: list[Run]) -> np.ndarray:
    """An arm's first run trains what its other seeds share."""
    arms = {run.arm for run in made}
    return np.array([1.0 if run.arm in arms else 5.0 + run.arm for run in runs])


def campaign(arms: int, seeds: int, prior: Prior | None = None) -> Campaign:
    return Campaign(tuple(f"a{one}" for one in range(arms)), np.ones((arms, seeds), dtype=bool), Question(), prior)


def test_first_every_arm_is_seen_once_cheap_ones_first() -> None:
    played = play(campaign(4, 3), {}, seconds)
    assert played.decision.runs == (Run(0, 0), Run(1, 0), Run(2, 0), Run(3, 0))


def test_a_predictor_moves_the_order() -> None:
    prior = Prior(np.array([0.0, 0.0, 0.0, 9.0]), np.array([1.0, 1.0, 1.0, 9.0]))
    assert play(campaign(4, 3, prior), {}, seconds).decision.runs[0] == Run(3, 0)


def test_a_campaign_that_was_killed_decides_the_same() -> None:
    _, scores = study("apart", 6, 5, 1)
    every = {Run(arm, seed): float(scores[arm, seed]) for arm, seed in np.ndindex(*scores.shape)}
    whole = play(campaign(6, 5), every, seconds)
    assert whole.decision.why == "settled"
    order = [run for part in whole.rounds for run in part]
    assert len(order) < 30
    for made in range(len(order)):
        played = play(campaign(6, 5), {run: every[run] for run in order[:made]}, seconds)
        rounds = [*played.rounds, played.decision.runs]
        assert rounds == list(whole.rounds[: len(rounds)])


def test_scores_that_no_round_asked_for_change_nothing() -> None:
    _, scores = study("normal", 5, 4, 1)
    every = {Run(arm, seed): float(scores[arm, seed]) for arm, seed in np.ndindex(*scores.shape)}
    first = {run: value for run, value in every.items() if run.seed == 0}
    later = {run: value for run, value in every.items() if run.seed == 3}
    assert (
        play(campaign(5, 4), first, seconds).decision.runs == play(campaign(5, 4), first | later, seconds).decision.runs
    )


def test_a_run_that_failed_is_not_asked_for_again() -> None:
    known: dict[Run, float | None] = {Run(arm, 0): 50.0 + arm for arm in range(3)}
    known[Run(1, 0)] = None
    played = play(campaign(3, 2), known, seconds)
    assert played.decision.runs == (Run(1, 1),), "it has no score yet, so its next seed goes first"


def test_a_budget_ends_it_and_is_kept() -> None:
    _, scores = study("trap", 6, 5, 1)
    every: dict[Run, float | None] = {
        Run(arm, seed): float(scores[arm, seed]) for arm, seed in np.ndindex(*scores.shape)
    }
    played = play(campaign(6, 5), every, seconds, budget=50.0)
    assert played.decision.why == "budget"
    assert 40 < played.spent <= 50


def test_all_runs_made_and_nobody_knows() -> None:
    _, scores = study("trap", 6, 3, 1)
    every: dict[Run, float | None] = {
        Run(arm, seed): float(scores[arm, seed]) for arm, seed in np.ndindex(*scores.shape)
    }
    played = play(campaign(6, 3), every, seconds)
    assert played.decision.why == "nothing left"
    assert np.isfinite(played.scores).all()


def test_the_knowledge_gradient_by_hand() -> None:
    told = log_value(Beliefs(np.array([1.0, 0.0]), np.array([1.0, 4.0]), 1.0))
    moved = np.array([1 / math.sqrt(2), 4 / math.sqrt(5)])
    z = 1.0 / moved
    phi, tail = (
        np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi),
        np.array([0.5 * math.erfc(one / math.sqrt(2)) for one in z]),
    )
    np.testing.assert_allclose(told, np.log(moved * (phi - z * tail)), rtol=1e-9)


def test_values_of_arms_that_are_far_behind_are_ordered_still() -> None:
    means = np.array([0.0, -10.0, -25.0, -45.0, -100.0, -1000.0])
    told = log_value(Beliefs(means, np.ones(6), 1.0))
    assert (np.diff(told[1:]) < 0).all()
    assert np.isfinite(told).all()


def test_information_is_counted_by_the_second() -> None:
    beliefs = Beliefs(np.zeros(3), np.ones(3), 1.0)
    assert ranked(beliefs, np.array([3.0, 1.0, 2.0]), [True, True, True]) == [1, 2, 0]
    assert ranked(beliefs, np.array([3.0, 1.0, 2.0]), [True, False, True]) == [2, 0]


def test_what_is_measured_outweighs_what_was_thought() -> None:
    after = Beliefs(np.array([5.0]), np.array([1.0]), 1.0).after(np.array([0.0]), np.array([99]))
    assert after.mean[0] == pytest.approx(0.05)
    assert after.variance[0] == pytest.approx(0.01)


def test_plain_halving_by_hand() -> None:
    scores = {rung: [float(arm * (1 if rung else -1)) for arm in range(9)] for rung in range(3)}
    # nine at the first rung (best: 0, 1, 2), three at the second (best: 2), one at the last
    found = halve(range(9), [1, 10, 100], lambda arm, rung: scores[rung][arm], Halving(3, None))
    assert (found.chosen, found.spent, found.last) == (2, 9 + 30, 1)


def test_who_is_too_far_behind_does_not_go_on() -> None:
    now, moves = np.array([10.0, 9.0, 5.0, 1.0]), np.array([1.0, -1.0, 1.0, -1.0])
    assert kept(now, moves, 1, Halving(1.5, 2.0)).tolist() == [0, 1]
    assert kept(now, moves, 0, Halving(1.5, 2.0)).tolist() == [0, 1, 2]
    assert kept(now, moves, 1, Halving(1.5, None)).tolist() == [0, 1, 2]
