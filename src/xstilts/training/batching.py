"""Cutting the items of one optimizer step into micro-batches of similar length. Pure numpy.

Only memory and speed depend on it: the loss is normalised over the whole step, so another cut changes the result by
floating-point rounding and nothing else.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def micro_batches(lengths: NDArray[np.integer], token_budget: int) -> list[NDArray[np.int64]]:
    """The fewest micro-batches under the budget, and among those the ones with the least padding.

    The items are sorted by length and cut by dynamic programming; ties go to longer micro-batches of short items.

    Args:
        lengths: Tokens of each item, shape ``(n,)``.
        token_budget: Padded tokens allowed in one micro-batch; an item longer than that is a micro-batch of its own.

    Returns:
        Positions into ``lengths``, each item once, longest micro-batch first (so that memory is asked for at once).

    Example:
        Lengths 3, 9, 4, 8 under a budget of 18 give ``[[3, 1], [0, 2]]``: 8 and 9, then 3 and 4.
    """
    order = np.argsort(lengths, kind="stable").astype(np.int64)
    cuts = _cuts(np.asarray(lengths, dtype=np.int64)[order], token_budget)
    return [order[start:end] for start, end in pairwise(cuts)][::-1]


def _cuts(ascending: NDArray[np.int64], budget: int) -> list[int]:
    """Boundaries of the best contiguous cut of ascending lengths, from 0 to n."""
    n = len(ascending)
    batch_cost = int(ascending.sum() + n * ascending.max(initial=0)) + 1  # one micro-batch outweighs any padding
    best = np.zeros(n + 1, dtype=np.int64)
    previous = np.zeros(n + 1, dtype=np.int64)
    for end in range(1, n + 1):
        longest = int(ascending[end - 1])
        first = max(0, end - max(1, budget // max(1, longest)))
        starts = np.arange(first, end)
        costs = best[first:end] + longest * (end - starts) + batch_cost
        choice = int(np.argmin(costs))
        best[end], previous[end] = costs[choice], first + choice
    cuts = [n]
    while cuts[-1] > 0:
        cuts.append(int(previous[cuts[-1]]))
    return cuts[::-1]
