"""A study that decides by itself what to run next: pure decisions over what has been measured.

What is decided is a function of the question, the costs and the scores of the runs that were decided on before. So a
campaign that was killed is played again from its start with the scores that are there, and decides the same.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.prediction.next_runs import Beliefs, ranked
from xstilts.prediction.racing import USUAL, Question, Standing, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WIDE = 10.0
"""Standard deviation of an arm's score, in points, of which no predictor says anything."""
NOISE = 2.0
"""Standard deviation between seeds, in points, until seeds are there to say it."""
ROUND = 0.25
"""Share of the arms that can still win whose next seed is one round: few looks at the start, and fine steps later."""


class Run(NamedTuple):
    """One seed of one arm, on all targets that are asked about; places of both."""

    arm: int
    seed: int


class Prior(NamedTuple):
    """What a predictor says of each arm beforehand: mean and standard deviation, in points, each ``(n_arms,)``."""

    mean: Floats
    sd: Floats


@dataclass(frozen=True, eq=False)
class Campaign:
    """What is asked, and what may be run for it.

    Attributes:
        arms: Names of the arms.
        exists: Which seeds each arm may run, shape ``(n_arms, n_seeds)``.
        question: Margin and confidence.
        prior: What is thought of the arms; it moves the order of runs and nothing else. None: nothing.
    """

    arms: tuple[str, ...]
    exists: NDArray[np.bool_]
    question: Question = USUAL
    prior: Prior | None = None


@dataclass(frozen=True, eq=False)
class Decision:
    """What to do now.

    Attributes:
        runs: The next round, in its order; empty where the campaign ends.
        standing: What the scores say.
        why: ``settled``, ``nothing left`` or ``budget`` where it ends, else "".
    """

    runs: tuple[Run, ...]
    standing: Standing
    why: str = ""


def decide(campaign: Campaign, scores: Floats, seconds: Callable[[Sequence[Run]], Floats], left: float) -> Decision:
    """The next round, or why there is none.

    An arm that can't be better than the leader by more than the margin gets no more seeds. Seeds are run in their
    order, so that arms stay paired. The leader runs as long as another arm has more seeds, or could still win.

    Args:
        campaign: The question.
        scores: What was measured, in points, shape ``(n_arms, n_seeds)``; NaN where nothing was.
        seconds: What each of some runs costs, after what it shares with runs that were decided on before.
        left: Seconds that may still be spent; infinite without a budget.
    """
    now = standing(campaign.arms, scores, campaign.question)
    if now.settled:
        return Decision((), now, "settled")
    waiting = campaign.exists & ~np.isfinite(scores)
    going = now.open | (np.arange(len(campaign.arms)) == now.leader)
    can_run = waiting.any(axis=1) & going
    if not can_run.any():
        return Decision((), now, "nothing left")
    following = np.argmax(waiting, axis=1)
    runs = [Run(int(arm), int(following[arm])) for arm in np.flatnonzero(can_run)]
    costs = np.full(len(campaign.arms), math.inf)
    costs[can_run] = seconds(runs)
    unseen = can_run & ~np.isfinite(scores).any(axis=1)
    order = ranked(_beliefs(campaign, scores, now), costs, unseen if unseen.any() else can_run)
    size = len(order) if unseen.any() else max(1, math.ceil(ROUND * len(order)))
    chosen: list[Run] = []
    spent = 0.0
    for arm in order:
        if len(chosen) < size and spent + costs[arm] <= left:
            chosen.append(Run(arm, int(following[arm])))
            spent += float(costs[arm])
    return Decision(tuple(chosen), now, "" if chosen else "budget")


def _beliefs(campaign: Campaign, scores: Floats, now: Standing) -> Beliefs:
    n = len(campaign.arms)
    prior = campaign.prior or Prior(np.zeros(n), np.full(n, WIDE))
    known = now.variance[np.isfinite(now.variance)]
    # half of a difference's variance is each arm's own
    noise = max(float(np.median(known)) / 2, _LEAST_NOISE) if len(known) else NOISE**2
    counts = np.isfinite(scores).sum(axis=1)
    # a predictor may be right about the order and wrong about the level of all scores
    seen = (counts > 0) & np.isfinite(now.means)
    level = float((now.means - prior.mean)[seen].mean()) if seen.any() else 0.0
    start = Beliefs(prior.mean + level, np.maximum(prior.sd**2, _LEAST_NOISE), noise)
    return start.after(np.where(seen, now.means, 0.0), counts)


_LEAST_NOISE = 1e-6


@dataclass(frozen=True, eq=False)
class Played:
    """A campaign as far as the scores go that are there.

    Attributes:
        rounds: The rounds whose scores were all there or given up, oldest first.
        decision: What follows.
        scores: The scores that the decisions rested on.
        spent: Seconds that the rounds were thought to take.
    """

    rounds: tuple[tuple[Run, ...], ...]
    decision: Decision
    scores: Floats
    spent: float


def play(
    campaign: Campaign,
    known: Mapping[Run, float | None],
    seconds: Callable[[Sequence[Run], Sequence[Run]], Floats],
    budget: float = math.inf,
) -> Played:
    """Decide from the start on with the scores that are there, up to the first round that lacks one.

    Args:
        campaign: The question.
        known: Scores of runs that were made, in points; None where a run failed and there will be none. Runs that no
            round asked for are not looked at.
        seconds: What each of some runs costs (first) once others (second) are made.
        budget: Seconds in all.
    """
    scores = np.full(campaign.exists.shape, np.nan)
    made: list[Run] = []
    rounds: list[tuple[Run, ...]] = []
    spent = 0.0
    while True:
        alive = replace(campaign, exists=campaign.exists & ~_failed(known, made, scores))
        decision = decide(alive, scores, partial(_after, seconds, tuple(made)), budget - spent)
        if not decision.runs or any(run not in known for run in decision.runs):
            return Played(tuple(rounds), decision, scores, spent)
        spent += float(np.sum(_in_turn(decision.runs, made, seconds)))
        for run in decision.runs:
            value = known[run]
            scores[run.arm, run.seed] = math.nan if value is None else value
        made += decision.runs
        rounds.append(decision.runs)


def _after(
    seconds: Callable[[Sequence[Run], Sequence[Run]], Floats], made: Sequence[Run], runs: Sequence[Run]
) -> Floats:
    return seconds(runs, made)


def _failed(known: Mapping[Run, float | None], made: Sequence[Run], scores: Floats) -> NDArray[np.bool_]:
    """Runs of earlier rounds that gave no score: they are not asked for again."""
    failed = np.zeros(scores.shape, dtype=bool)
    for run in made:
        failed[run.arm, run.seed] = known[run] is None
    return failed


def _in_turn(
    runs: Sequence[Run], made: Sequence[Run], seconds: Callable[[Sequence[Run], Sequence[Run]], Floats]
) -> list[float]:
    """What runs cost one after the other: the second no longer pays for what it shares with the first."""
    return [float(seconds([run], [*made, *runs[:place]])[0]) for place, run in enumerate(runs)]
