"""How far a score would move with other test items of the same kind.

A test set is a sample of items. The jackknife leaves items out, one or one group at a time, and takes the variance of
the score from how far it moves (Efron and Stein 1981; for groups of unequal size: Busing, Meijer and van der Leeden
1999, the delete-m_j jackknife). Items are taken as independent: questions on one paragraph are not, so for them the
true uncertainty is larger.

Two scores over the same items move together. So that differences and means of scores can be judged, a score keeps
``moves``: one number for each group of items, whose squares add up to the score's variance. Groups depend on the
items' ids alone. The moves of a difference (a mean) of scores are the difference (mean) of their moves, and so its
variance is known with all that the scores share: the same items under two arms, two seeds, or in parallel languages.
"""

from __future__ import annotations

import hashlib
import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

GROUPS = 128
"""Groups of items of ``moves``; a variance from so many is good to about 12 %, an interval's width to 6 %."""


def groups_of(ids: Iterable[str]) -> NDArray[np.int64]:
    """The group of each item, in ``[0, GROUPS)``; equal ids are in one group, whatever else there is."""
    digests = (hashlib.blake2b(item.encode("utf-8", "surrogatepass"), digest_size=8).digest() for item in ids)
    return np.array([int.from_bytes(digest, "big") % GROUPS for digest in digests], dtype=np.int64)


def standard_error(sums: NDArray[np.float64], score: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> float:
    """The standard error of a score, each item left out once; of a mean it is sd / sqrt(n). 0 for a single item.

    Args:
        sums: What each item adds, shape ``(n, k)``.
        score: From sums of shape ``(m, k)`` to scores of shape ``(m,)``.
    """
    n = len(sums)
    left = score(sums.sum(axis=0) - sums)
    return math.sqrt((n - 1) / n * float(((left - left.mean()) ** 2).sum()))


def moves(
    sums: NDArray[np.float64],
    score: Callable[[NDArray[np.float64]], NDArray[np.float64]],
    groups: NDArray[np.int64],
) -> NDArray[np.float64]:
    """How the score moves with each group of items: shape ``(GROUPS,)``; its squares add up to the score's variance.

    Group g of n_g of the n items moves the score by ``sqrt((n / n_g - 1) / G) * (score - score without g)``, where G is
    the number of groups that have items; the others do not move it, and neither does a group of all items.

    Args:
        sums: What each item adds, shape ``(n, k)``.
        score: From sums of shape ``(m, k)`` to scores of shape ``(m,)``.
        groups: The group of each item, shape ``(n,)``.
    """
    sizes = np.bincount(groups, minlength=GROUPS)
    by_group = np.zeros((GROUPS, sums.shape[1]))
    np.add.at(by_group, groups, sums)
    whole = sums.sum(axis=0)
    used = np.flatnonzero((sizes > 0) & (sizes < len(sums)))
    found = np.zeros(GROUPS)
    if len(used):
        shift = score(whole[None, :])[0] - score(whole - by_group[used])
        found[used] = np.sqrt((len(sums) / sizes[used] - 1) / len(used)) * shift
    return found


def error_of(moved: NDArray[np.float64]) -> float:
    """The standard error of a score, or of a difference or mean of scores, from its moves."""
    return float(np.sqrt((moved.astype(np.float64) ** 2).sum()))


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval: 1.96 at 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(percent: float, n: int, level: float) -> tuple[float, float]:
    """Wilson's (1927) interval of a proportion, in percent; it holds near 0 and 100 too (Brown, Cai, DasGupta 2001).

    Args:
        percent: The proportion, in [0, 100].
        n: Number of items, at least 1.
        level: Coverage.
    """
    z, p = z_of(level), percent / 100
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))


def wider(low: float, high: float, mean: float, error: float, level: float) -> tuple[float, float]:
    """An interval over seeds widened by the items: both half widths squared, added, and the root taken.

    Seeds and items are taken as independent sources. What items and seeds do together is in both, so the result is
    slightly too wide rather than too narrow.

    Args:
        low: Lower end over seeds.
        high: Upper end over seeds.
        mean: What the interval is of.
        error: Standard error over items.
        level: Coverage.
    """
    more = z_of(level) * error
    return mean - math.hypot(mean - low, more), mean + math.hypot(high - mean, more)


def mean_moves(each: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The moves of the mean of scores."""
    mean: NDArray[np.float64] = np.mean(np.asarray(each, dtype=np.float64), axis=0)
    return mean
