"""Which arms can still be the best by more than a margin, by bounds that hold however often one looks.

Scores are paired by seed. The bound of a pair of arms is a moderated t bound (Smyth 2004, "Linear models and empirical
Bayes methods", section 6): its variance between seeds is drawn towards that of the other pairs, as far as these agree,
which is what makes three seeds say anything. The error is spread evenly over all pairs that the best arm is in and over
all numbers of seeds at which one may look (alpha spending by Bonferroni), so that looking after every run is allowed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Question(NamedTuple):
    """What is asked of a race.

    Attributes:
        margin: By how much the chosen arm may be below the best one, in points; 0 or more.
        confidence: In how many of all studies that stop the chosen arm is within the margin, between 0 and 1.
    """

    margin: float = 1.0
    confidence: float = 0.95

    def check(self) -> None:
        """Raise InputError if it cannot be asked."""
        if not (self.margin >= 0 and math.isfinite(self.margin)):
            raise InputError("A margin is 0 points or more.", field="margin", value=self.margin)
        if not 0 < self.confidence < 1:
            raise InputError("A confidence lies between 0 and 1.", field="confidence", value=self.confidence)


USUAL = Question()


@dataclass(frozen=True, eq=False)
class Standing:
    """What the scores say so far.

    Attributes:
        arms: The arms.
        means: Mean of each arm, as if all had run on the same seeds, in points; NaN without a score.
        leader: Place of the arm with the highest mean; None while nothing was measured.
        upper: Bound of ``arm - leader`` from above, in points; infinite where nothing is known, 0 for the leader.
        paired: Seeds that each arm shares with the leader.
        variance: Variance of the difference to the leader between seeds that its bound used; NaN where unknown.
        open: Whether an arm may still be better than the leader by more than the margin.
    """

    arms: tuple[str, ...]
    means: Floats
    leader: int | None
    upper: Floats
    paired: NDArray[np.int64]
    variance: Floats
    open: NDArray[np.bool_]

    @property
    def settled(self) -> bool:
        """Whether the leader is within the margin of the best arm, as surely as was asked."""
        return self.leader is not None and not self.open.any()


def standing(arms: Sequence[str], scores: Floats, question: Question = USUAL) -> Standing:
    """Who leads, and who can still win.

    Args:
        arms: The arms.
        scores: More is better, in points, shape ``(n_arms, n_seeds)``; NaN where nothing ran. All seeds that may ever
            run have a column: looking is allowed as often as there are.
        question: Margin and confidence.

    Raises:
        InputError: If the question cannot be asked.
    """
    question.check()
    n_arms, n_seeds = scores.shape
    means = adjusted_means(scores)
    nothing = np.full(n_arms, math.inf)
    if not np.isfinite(means).any():
        unknown, none = np.full(n_arms, math.nan), np.zeros(n_arms, dtype=np.int64)
        return Standing(tuple(arms), means, None, nothing, none, unknown, np.ones(n_arms, dtype=bool))
    leader = int(np.nanargmax(means))
    differences = scores - scores[leader]
    there = np.isfinite(differences)
    paired = there.sum(axis=1)
    filled = np.where(there, differences, 0.0)
    mean = filled.sum(axis=1) / np.maximum(paired, 1)
    squares = np.where(there, (filled - mean[:, None]) ** 2, 0.0).sum(axis=1)
    others = np.arange(n_arms) != leader
    freedom = np.where(others, np.maximum(paired - 1, 0), 0)
    variance, degrees = moderated(squares, freedom)
    share = (1 - question.confidence) / (max(1, n_arms - 1) * n_seeds)
    upper = nothing.copy()
    known = others & (paired >= min(LEAST_PAIRS, n_seeds)) & np.isfinite(variance)
    upper[known] = mean[known] + _quantile(1 - share, degrees[known]) * np.sqrt(variance[known] / paired[known])
    upper[leader] = 0.0
    return Standing(
        tuple(arms), means, leader, upper, paired, variance, (upper >= question.margin) & others & (upper > 0)
    )


LEAST_PAIRS = 3
"""Seeds that an arm shares with the leader before a bound is told: with two, nobody sees that an arm is unsteady."""
UNLIKE = 0.1
"""A variance so far above those of the others that this share of equal ones at most would be, is taken as it is."""


def _quantile(level: float, degrees: Floats) -> Floats:
    from scipy.special import ndtri, stdtrit

    found: Floats = np.where(np.isfinite(degrees), stdtrit(np.minimum(degrees, 1e9), level), ndtri(level))
    return found


def adjusted_means(scores: Floats) -> Floats:
    """Mean of each arm as if all had run on the same seeds: the arm part of an additive fit of arm and seed.

    Args:
        scores: Shape ``(n_arms, n_seeds)``; NaN where nothing ran.

    Returns:
        Shape ``(n_arms,)``; NaN for arms without a score.
    """
    there = np.isfinite(scores)
    filled = np.where(there, scores, 0.0)
    by_arm, by_seed = there.sum(axis=1), there.sum(axis=0)
    arm, seed = np.zeros(len(scores)), np.zeros(scores.shape[1])
    for _ in range(_ROUNDS):
        before = arm
        arm = (filled - np.where(there, seed[None, :], 0.0)).sum(axis=1) / np.maximum(by_arm, 1)
        seed = (filled - np.where(there, arm[:, None], 0.0)).sum(axis=0) / np.maximum(by_seed, 1)
        seed -= seed[by_seed > 0].mean() if (by_seed > 0).any() else 0.0
        if np.allclose(arm, before, rtol=0, atol=1e-9 * (1 + np.abs(filled).max(initial=0.0))):
            break
    found: Floats = np.where(by_arm > 0, arm, np.nan)
    return found


_ROUNDS = 200


def moderated(squares: Floats, freedom: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Variances of many samples, each drawn towards the others as far as these agree.

    Args:
        squares: Sums of squares about each sample's mean, shape ``(n,)``.
        freedom: Their degrees of freedom, shape ``(n,)``; 0 where a sample says nothing of its own.

    Returns:
        Variances and degrees of freedom, each shape ``(n,)``; NaN and 0 where nothing is known of any sample. The
        degrees are never more than those of all samples together (as limma 3 has it).
    """
    own = freedom > 0
    pooled = int(freedom.sum())
    if not pooled:
        return np.full(len(squares), np.nan), np.zeros(len(squares))
    prior, degrees = _prior(squares[own] / freedom[own], freedom[own])
    # a sample that is less steady than the others must not borrow their calm (after Phipson et al. 2016)
    ratio = np.divide(squares, freedom * prior, out=np.zeros(len(squares)), where=own & (prior > 0))
    unlike = own & (_f_tail(freedom, degrees, ratio) < UNLIKE)
    borrowed = np.where(unlike, 0.0, min(degrees, float(pooled)))
    total = borrowed + freedom
    variance = np.divide(borrowed * prior + squares, total, out=np.full(len(squares), np.nan), where=total > 0)
    return variance, np.minimum(total, pooled)


def _f_tail(freedom: NDArray[np.int64], degrees: float, ratio: Floats) -> Floats:
    """Chance that an F variate exceeds a ratio; a chi square over its degrees where the prior is worth endless ones."""
    from scipy.special import chdtrc, fdtrc

    tail: Floats = np.ones(len(ratio))
    if math.isfinite(degrees) and degrees > 0:
        tail = fdtrc(np.maximum(freedom, 1), degrees, ratio)
    elif degrees > 0:
        tail = chdtrc(np.maximum(freedom, 1), ratio * freedom)
    return tail


def _prior(variances: Floats, freedom: NDArray[np.int64]) -> tuple[float, float]:
    """What the variances are drawn towards, and how many degrees of freedom that is worth (Smyth 2004, section 6.2).

    A variance of 0 counts as the smallest that is not, so that equal scores say little rather than everything.
    """
    from scipy.special import digamma, polygamma

    if not (variances > 0).any():
        return 0.0, math.inf
    half = freedom / 2
    logs = np.log(np.maximum(variances, variances[variances > 0].min())) - digamma(half) + np.log(half)
    mean = float(logs.mean())
    if len(variances) < 2:
        return 0.0, 0.0
    extra = float(((logs - mean) ** 2).sum() / (len(logs) - 1) - polygamma(1, half).mean())
    if extra <= 0:
        pooled = float((variances * freedom).sum() / freedom.sum())
        return pooled, math.inf
    degrees = 2 * _inverse_trigamma(extra)
    return math.exp(mean + float(digamma(degrees / 2)) - math.log(degrees / 2)), degrees


def _inverse_trigamma(value: float) -> float:
    """The x with trigamma(x) = value, by Newton on 1 / trigamma (Smyth 2004, appendix)."""
    from scipy.special import polygamma

    if value > 1e7:
        return 1 / math.sqrt(value)
    if value < 1e-6:
        return 1 / value
    x = 0.5 + 1 / value
    for _ in range(50):
        now = float(polygamma(1, x))
        step = now * (1 - now / value) / float(polygamma(2, x))
        x += step
        if -step / x < 1e-8:
            break
    return x
