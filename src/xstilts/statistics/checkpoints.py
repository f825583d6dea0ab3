"""Comparing two fixed checkpoints on one test set, item by item.

These tests answer: would these two models differ on other items like these? They know nothing of seeds: used to compare
arms, each a single run, they take what differs between seeds for an effect and find differences between equal arms
in most studies (benchmarks/coverage.py measures it). For arms, use ``paired_gain``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError
from xstilts.statistics.intervals import Interval
from xstilts.statistics.resampling import DRAWS

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

ONLY_CHECKPOINTS = "This compares two fixed checkpoints on other items like these; it says nothing about other seeds."


def mcnemar(first: ArrayLike, second: ArrayLike) -> float:
    """Exact two-sided p-value that two checkpoints are right equally often.

    Question: would these two checkpoints differ on other items like these? Nothing is resampled: of the items that only
    one of them has right, either has half by chance (binomial; McNemar 1947).

    Args:
        first: Whether the first checkpoint is right, shape ``(n_items,)``, 0 or 1.
        second: The same for the second, in the same order.

    Raises:
        InputError: If the two cannot be paired or hold anything but 0 and 1.
    """
    right, other = _paired(first, second)
    if not np.isin([right, other], (0, 1)).all():
        raise InputError("McNemar's test is for items that are right (1) or wrong (0).", field="first")
    from scipy.special import bdtr

    only_first, only_second = int(((right == 1) & (other == 0)).sum()), int(((right == 0) & (other == 1)).sum())
    n = only_first + only_second
    return 1.0 if n == 0 else min(1.0, 2 * float(bdtr(min(only_first, only_second), n, 0.5)))


def paired_bootstrap(
    first: ArrayLike, second: ArrayLike, generator: np.random.Generator, level: float = 0.95, draws: int = DRAWS
) -> Interval:
    """Percentile bootstrap of the mean difference between two checkpoints.

    Question: as ``mcnemar``, for any per-item score. Resampled: the items, together for both checkpoints.

    Args:
        first: Per-item scores of the first checkpoint, shape ``(n_items,)``.
        second: Those of the second, in the same order.
        generator: Source of the draws.
        level: Coverage, between 0 and 1.
        draws: Number of resamples.

    Returns:
        The interval; ``n`` counts items, ``p`` is twice the share of resamples beyond 0 on the smaller side.

    Raises:
        InputError: If the two cannot be paired.
    """
    right, other = _paired(first, second)
    differences = right - other
    n = len(differences)
    means = np.array([differences[generator.integers(0, n, n)].mean() for _ in range(draws)])
    low, high = np.quantile(means, [0.5 - level / 2, 0.5 + level / 2])
    p = min(1.0, 2 * max(1 / draws, float(min((means <= 0).mean(), (means >= 0).mean()))))
    return Interval(float(differences.mean()), float(low), float(high), p, n)


def _paired(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    right, other = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if right.ndim != 1 or right.shape != other.shape or not len(right):
        raise InputError(f"Two checkpoints need the same items, not {right.shape} and {other.shape}.", field="items")
    return right, other
