"""Gains over seeds and languages at once: languages fixed, or drawn from more languages like them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from xstilts.errors import InputError
from xstilts.statistics.inference.intervals import Interval, paired_gain, student

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

RANDOM_FROM = 8
"""Languages in a cluster from which on they are taken as a sample of the cluster (random effects)."""

COVERS_FROM = 5
"""Seeds from which on a 95 % interval covers 93 to 97 % in simulated studies (benchmarks/coverage.py)."""

Effects = Literal["fixed", "random"]


def effects_of(n_languages: int) -> Effects:
    """Whether the languages of a cluster are the question themselves, or stand for more languages like them."""
    return "random" if n_languages >= RANDOM_FROM else "fixed"


def crossed_gain(gains: ArrayLike, level: float = 0.95) -> Interval:
    """Mean gain over seeds and languages, both taken as samples.

    Question: would another seed of the same recipe, in other languages of this cluster, show a gain? Model: gain =
    mean + language + seed + rest, crossed, all random. The variance of the mean is (MS_language + MS_seed - MS_rest) /
    (n_seeds * n_languages), its degrees of freedom are Satterthwaite's (1946); where that falls below the larger of
    the two mean squares on its own, the larger is taken, so a lucky MS_rest never narrows the interval.

    Args:
        gains: Gain of each seed in each language, shape ``(n_seeds, n_languages)``, in points; no gap.
        level: Coverage, between 0 and 1.

    Returns:
        The interval; ``n`` is the number of seeds. With one seed or one language it is the t interval over the other
        factor.

    Raises:
        InputError: If the table is not two-dimensional or holds a number that is not finite.
    """
    table = np.asarray(gains, dtype=np.float64)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise InputError("Gains by seed and language need one full table.", field="gains", value=table.shape)
    n_seeds, n_languages = table.shape
    if min(n_seeds, n_languages) < 2:
        flat = paired_gain(table.ravel(), np.zeros(table.size), level)
        return Interval(flat.mean, flat.low, flat.high, flat.p, n_seeds)
    mean = float(table.mean())
    squares, degrees = _mean_squares(table)
    variance = max(squares[0] + squares[1] - squares[2], squares[0], squares[1]) / table.size
    if variance <= _ROUNDING * max(1.0, float(np.abs(table).max())):
        return Interval(mean, mean, mean, 1.0 if not table.any() else None, n_seeds)
    freedom = (variance * table.size) ** 2 / float((squares**2 / degrees).sum())
    return student(mean, float(np.sqrt(variance)), max(1.0, freedom), n_seeds, level)


_ROUNDING = 1e-18


class Components(NamedTuple):
    """Standard deviations of the gain, in points: between languages, between seeds, and the rest."""

    language_sd: float
    seed_sd: float
    rest_sd: float


def components(gains: ArrayLike) -> Components:
    """Variance components of a full table of gains, from its mean squares.

    Equal to a mixed model's (REML) wherever none of them is at 0; a negative estimate counts as 0.

    Args:
        gains: Gain of each seed in each language, shape ``(n_seeds, n_languages)``, in points; at least 2 x 2.
    """
    table = np.asarray(gains, dtype=np.float64)
    (language, seed, rest), _ = _mean_squares(table)
    n_seeds, n_languages = table.shape
    variances = ((language - rest) / n_seeds, (seed - rest) / n_languages, rest)
    return Components(*(float(np.sqrt(max(0.0, value))) for value in variances))


def _mean_squares(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean squares of language, seed and rest, and their degrees of freedom."""
    n_seeds, n_languages = table.shape
    mean, by_seed, by_language = table.mean(), table.mean(axis=1), table.mean(axis=0)
    rest = table - by_seed[:, None] - by_language[None, :] + mean
    degrees = np.array([n_languages - 1, n_seeds - 1, (n_languages - 1) * (n_seeds - 1)], dtype=np.float64)
    sums = [n_seeds * ((by_language - mean) ** 2).sum(), n_languages * ((by_seed - mean) ** 2).sum(), (rest**2).sum()]
    return np.array(sums) / degrees, degrees
