"""How far two arms differ, and how surely, when the seed is the unit.

Seeds are few (three to ten), so intervals come from the t distribution on paired differences; percentile bootstraps
under-cover at such sizes and are not offered here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

# Differences this small beside the scores themselves are rounding of equal numbers, not variance.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Interval:
    """A mean difference with its confidence interval.

    Attributes:
        mean: Mean of the paired differences, in points of the metric; None when there is no pair.
        low: Lower end; None when fewer than two pairs exist.
        high: Upper end; None when fewer than two pairs exist.
        p: Two-sided p-value of "the mean difference is 0"; None when it cannot be tested.
        n: Number of pairs.
    """

    mean: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int


def paired_gain(arm: ArrayLike, none: ArrayLike, level: float = 0.95) -> Interval:
    """Mean gain of an arm over ``none`` with a t interval on the paired seed differences.

    Question: would another seed of the same recipe, on the same data, language and base, show a gain? Nothing is
    resampled; the differences are assumed independent between seeds and roughly normal. Null hypothesis: their mean is
    0.
    Differences without any spread say nothing about the next seed: the interval collapses to the mean, and ``p`` is
    None (not testable), except that differences which are all exactly 0 give ``p = 1``.

    Args:
        arm: Scores of the arm, one per seed, shape (n_seeds,), in points.
        none: Scores of ``none`` for the same seeds in the same order, shape (n_seeds,).
        level: Coverage of the interval, between 0 and 1.

    Returns:
        The interval; with one pair only the mean, with no pair nothing but ``n = 0``.

    Raises:
        InputError: If the two are not one-dimensional and of one length, or hold a number that is not finite.
    """
    first, second = np.asarray(arm, dtype=np.float64), np.asarray(none, dtype=np.float64)
    if first.ndim != 1 or first.shape != second.shape:
        raise InputError(f"Paired scores need one length, not {first.shape} and {second.shape}.")
    if not 0 < level < 1:
        raise InputError(f"The level of an interval lies between 0 and 1, not at {level}.")
    differences = first - second
    if not np.isfinite(differences).all():
        raise InputError("Paired scores must be finite; leave out the seeds that are missing.")
    n = len(differences)
    if n == 0:
        return Interval(None, None, None, None, 0)
    mean = float(differences.mean())
    if n == 1:
        return Interval(mean, None, None, None, 1)
    spread = float(differences.std(ddof=1))
    if spread <= _ROUNDING * max(1.0, float(np.abs(first).max()), float(np.abs(second).max())):
        return Interval(mean, mean, mean, 1.0 if not differences.any() else None, n)
    return student(mean, spread / math.sqrt(n), n - 1, n, level)


def student(mean: float, error: float, freedom: float, n: int, level: float) -> Interval:
    """Student's interval and two-sided p-value of a mean.

    Args:
        mean: The mean, in points.
        error: Its standard error, above 0.
        freedom: Degrees of freedom, above 0.
        n: What the interval reports as its number of pairs.
        level: Coverage, between 0 and 1.
    """
    from scipy.special import stdtr, stdtrit

    half = float(stdtrit(freedom, 0.5 + level / 2)) * error
    p = 2 * float(stdtr(freedom, -abs(mean) / error))
    return Interval(mean, mean - half, mean + half, min(p, 1.0), n)


def effect_size(gain: float, half: float, n: int, level: float) -> float:
    """A mean gain in standard deviations of the gain between seeds, read back from its t interval.

    Args:
        gain: The mean, in points.
        half: Half of the interval's width, above 0, in points.
        n: Paired seeds, at least two.
        level: Coverage of the interval, between 0 and 1.
    """
    from scipy.special import stdtrit

    return gain * float(stdtrit(n - 1, 0.5 + level / 2)) / (half * math.sqrt(n))


def smallest_sign_flip_p(n_seeds: int) -> float | None:
    """Smallest two-sided p that a sign-flip permutation test of ``n_seeds`` paired differences can reach.

    Of the 2^n equally likely sign patterns two are as extreme as the most extreme one, so p >= 2 / 2^n: .25 with three
    seeds, .0625 with five. It says what the data can show without the normality that the t interval assumes.

    Args:
        n_seeds: Number of paired seeds.

    Returns:
        The bound, or None without any pair.
    """
    return min(1.0, 2.0 / 2.0**n_seeds) if n_seeds > 0 else None
