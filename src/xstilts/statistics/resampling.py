"""Intervals from resampling seed differences, and what they are worth with few seeds.

Each function takes a ``numpy.random.Generator``; nothing here keeps a state of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError
from xstilts.statistics.intervals import Interval

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

DRAWS = 10_000
"""Resamples of every interval and test, unless the caller says otherwise."""

UNDER_COVERS = (
    "A percentile bootstrap over few seeds is too narrow: a nominal 95 % interval covers about 72 to 84 % with 3 "
    "seeds, 83 to 89 % with 5 and 88 to 93 % with 10 (simulated; benchmarks/coverage.py). Prefer the t interval."
)


def bootstrap_t(
    differences: ArrayLike, generator: np.random.Generator, level: float = 0.95, draws: int = DRAWS
) -> Interval:
    """Studentised bootstrap interval of the mean seed difference.

    Question: as ``paired_gain``, without assuming that differences are normal. Resampled: the seeds, each resample
    studentised by its own standard error (Efron and Tibshirani 1993, section 12.5). Below four seeds too many resamples
    have no spread, and the t interval is the only one left.

    Args:
        differences: Gains, one per seed, shape ``(n_seeds,)``, in points.
        generator: Source of the draws.
        level: Coverage, between 0 and 1.
        draws: Number of resamples.

    Returns:
        The interval, with the two-sided bootstrap p-value of "the mean is 0".

    Raises:
        InputError: If there are fewer than four seeds or a number is not finite.
    """
    gains = _checked(differences, at_least=4)
    n, mean, error = len(gains), float(gains.mean()), _error(gains)
    if error == 0:
        return Interval(mean, mean, mean, 1.0 if not gains.any() else None, n)
    sample = gains[generator.integers(0, n, (draws, n))]
    errors = sample.std(axis=1, ddof=1) / np.sqrt(n)
    usable = errors > 0
    studentised = (sample.mean(axis=1)[usable] - mean) / errors[usable]
    upper, lower = np.quantile(studentised, [0.5 + level / 2, 0.5 - level / 2])
    p = float((np.abs(studentised) >= abs(mean) / error).mean())
    return Interval(mean, mean - float(upper) * error, mean - float(lower) * error, max(p, 1 / draws), n)


def percentile(
    differences: ArrayLike, generator: np.random.Generator, level: float = 0.95, draws: int = DRAWS
) -> tuple[Interval, str]:
    """Plain percentile bootstrap of the mean seed difference, with the warning that belongs to it.

    Resampled: the seeds. Question: as ``paired_gain``; the interval is too narrow with few seeds (``UNDER_COVERS``).

    Args:
        differences: Gains, one per seed, shape ``(n_seeds,)``, in points.
        generator: Source of the draws.
        level: Coverage, between 0 and 1.
        draws: Number of resamples.

    Returns:
        The interval (without a p-value) and the warning; print them together.

    Raises:
        InputError: If there are fewer than two seeds or a number is not finite.
    """
    gains = _checked(differences, at_least=2)
    means = gains[generator.integers(0, len(gains), (draws, len(gains)))].mean(axis=1)
    low, high = np.quantile(means, [0.5 - level / 2, 0.5 + level / 2])
    return Interval(float(gains.mean()), float(low), float(high), None, len(gains)), UNDER_COVERS


def sign_flip(differences: ArrayLike, generator: np.random.Generator, draws: int = 100_000) -> float:
    """Two-sided p-value of a sign-flip permutation test on paired seed differences.

    Question: could these gains have come out of seeds whose gain is as often up as down? Flipped: the sign of each
    seed's difference (it assumes symmetry around 0, not normality). Up to 16 seeds all 2^n patterns are taken, so the
    generator is not used; then the smallest reachable p is 2 / 2^n (``smallest_sign_flip_p``).

    Args:
        differences: Gains, one per seed, shape ``(n_seeds,)``, in points.
        generator: Source of the draws, above 16 seeds.
        draws: Number of random patterns, above 16 seeds; the observed one is counted in.

    Returns:
        The share of patterns whose absolute mean is at least the observed one.

    Raises:
        InputError: If there is no seed or a number is not finite.
    """
    gains = _checked(differences, at_least=1)
    n = len(gains)
    if n <= _EXACT:
        bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        signs = 1.0 - 2.0 * bits
    else:
        signs = np.vstack([np.ones(n), generator.choice([-1.0, 1.0], (draws - 1, n))])
    sums = np.abs(signs @ gains)
    return float((sums >= sums[0] * (1 - 1e-12)).mean())


_EXACT = 16


def _error(gains: NDArray[np.float64]) -> float:
    return float(gains.std(ddof=1)) / float(np.sqrt(len(gains)))


def _checked(differences: ArrayLike, at_least: int) -> NDArray[np.float64]:
    gains = np.asarray(differences, dtype=np.float64)
    if gains.ndim != 1 or not np.isfinite(gains).all():
        raise InputError("Seed differences must be one list of finite numbers.", field="differences")
    if len(gains) < at_least:
        raise InputError(
            f"{len(gains)} seeds are too few here.",
            field="differences",
            value=len(gains),
            allowed=[f"{at_least} or more"],
        )
    return gains
