"""When one may stop reading: how many relevant papers are likely still unread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


def missed_target_p(labels: Sequence[bool], total: int, target: float = 0.95) -> float:
    """The p-value of "recall is still below ``target``", after Callaghan & Müller-Hansen 2020.

    For each place in the order of reading, what was read after it counts as a random draw from what was unread there.
    A ranking that works draws more relevant papers than chance, so the p-value is conservative; of all places the
    smallest is taken, as there.

    Args:
        labels: Whether each paper read so far was relevant, in the order of reading.
        total: Papers in all, read or not.
        target: Recall that is wanted, above 0 and at most 1.

    Returns:
        0 to 1; 1 where nothing was read, or nothing relevant found.

    Raises:
        InputError: If fewer papers exist than were read, or the target is no share.
    """
    if total < len(labels):
        raise InputError("More papers were read than there are.", field="total", value=total)
    if not 0 < target <= 1:
        raise InputError("A recall lies above 0 and is at most 1.", field="target", value=target)
    found = sum(labels)
    return _smallest_p(labels, total, math.floor(found / target + 1e-9) + 1) if found else 1.0


def _smallest_p(labels: Sequence[bool], total: int, relevant: int) -> float:
    """The smallest hypergeometric p over places, if there were ``relevant`` papers in all."""
    from scipy.stats import hypergeom

    seen = np.asarray(labels, dtype=np.int64)
    before = np.concatenate([[0], np.cumsum(seen)])[:-1]
    place = np.arange(len(seen))
    urn, drawn, hits = total - place, len(seen) - place, seen.sum() - before
    inside = relevant - before
    if not len(seen):
        return 1.0
    # more relevant papers than are unread cannot be: then the target is met for sure
    possible = relevant - seen.sum() <= total - len(seen)
    return float(hypergeom.cdf(hits, urn, inside, drawn).min()) if possible else 0.0


def recall_bound(labels: Sequence[bool], total: int, alpha: float = 0.05) -> float | None:
    """A lower bound of recall so far: the smallest recall that :func:`missed_target_p` does not reject.

    Returns:
        0 to 1; None where nothing relevant was found.
    """
    found = sum(labels)
    if not found:
        return None
    low, high = found, found + total - len(labels)
    while low < high:  # p falls as the number of relevant papers grows
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _smallest_p(labels, total, middle) >= alpha else (low, middle - 1)
    return found / low


def recall_at(labels: Sequence[bool], k: int) -> float | None:
    """Share of all relevant papers among the first ``k``; None without a relevant one."""
    return sum(labels[:k]) / sum(labels) if any(labels) else None


def work_saved(labels: Sequence[bool], recall: float = 0.95) -> float | None:
    """WSS: share of papers that need not be read for a recall, less what a random order saves (Cohen et al. 2006)."""
    if not any(labels):
        return None
    needed = math.ceil(recall * sum(labels) - 1e-9)
    read = int(np.searchsorted(np.cumsum(np.asarray(labels, dtype=np.int64)), needed)) + 1
    return (len(labels) - read) / len(labels) - (1 - recall)


def unseen_by_sources(only_first: int, only_second: int, both: int) -> float:
    """How many papers two independent sources both missed (Chapman's form of Lincoln–Petersen)."""
    return (only_first + both + 1) * (only_second + both + 1) / (both + 1) - 1 - (only_first + only_second + both)
