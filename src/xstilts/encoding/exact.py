"""Scores as they are defined: float64, each by the same sums in the same order wherever it is asked for, then rounded.

A product of matrices adds up in an order that depends on its shape, the threads and the processor. So the last word on
a score is always :func:`scores`; products of matrices only say which pairs it must be asked about.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.encoding.vectors import gamma

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from xstilts.encoding.vectors import Vectors, Wide

    Rows = NDArray[np.int64]

_NUMBERS_AT_ONCE = 1 << 17
"""Numbers in the vectors of the pairs scored at a time: 1 MiB, which stays in the processor's cache."""

_WORTH_A_THREAD = 16
"""Parts of so many numbers that are worth starting a thread for."""

_ROWS_AT_ONCE, _COLUMNS_AT_ONCE = 1024, 4096
"""Cells of a float64 product at a time: 32 MiB."""

_UNIT64 = 2.0**-53
"""Unit roundoff of float64."""


class Hits(NamedTuple):
    """The best candidates of each query, best first, equal ones in the order of their rows.

    Attributes:
        numbers: Rows of candidates, ``(q, min(k, c))`` int64.
        scores: Their scores, ``(q, min(k, c))`` float64.
    """

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]


class Rule(NamedTuple):
    """What a score is: ``round(factor * (x·y + (bias of x + bias of y)), digits)``; or that by another formula.

    Attributes:
        digits: To which scores are rounded, so that equal vectors tie.
        factor: A power of two, so that it changes no digit.
        halves: Rows' halves of the denominator of a ratio, ``x·y / (half of x + half of y)``; then no bias is added.
    """

    digits: int = 9
    factor: float = 1.0
    halves: tuple[Wide, Wide] | None = None

    def of(self, products: Wide, biases: Wide) -> Wide:
        """Scores before they are rounded; ``biases`` are the sums of the two biases, or of the two halves."""
        if self.halves is None:
            return self.factor * (products + biases)
        out = np.full_like(products, -np.inf)
        return np.divide(products, biases, out=out, where=np.broadcast_to(biases > 0, products.shape))

    def added(self, x: Vectors, y: Vectors) -> tuple[Wide, Wide]:
        """What :meth:`of` adds up for each row of the two sides."""
        return (x.bias, y.bias) if self.halves is None else self.halves


def scores(x: Vectors, y: Vectors, rows: Rows, columns: Rows, rule: Rule) -> Wide:
    """The scores of pairs of rows, ``(n,)``; each pair's sums run in one order, whatever the number of threads."""
    found = np.empty(len(rows))
    added = rule.added(x, y)
    order = np.argsort(rows, kind="stable")
    step = max(1, _NUMBERS_AT_ONCE // x.given.shape[1])

    def fill(start: int) -> None:
        part = order[start : start + step]
        here = rows[part]
        changes = np.append(True, here[1:] != here[:-1])
        left = x.wide(here[changes])[np.cumsum(changes) - 1]
        products = np.add.reduce(left * y.wide(columns[part]), axis=1)
        found[part] = rule.of(products, added[0][rows[part]] + added[1][columns[part]])

    _in_threads(fill, range(0, len(rows), step))
    return np.round(found, rule.digits) + 0.0


def _in_threads(fill: Callable[[int], None], starts: range) -> None:
    """Call a function for each start, side by side where there are threads and enough to do."""
    import torch

    threads = min(torch.get_num_threads(), len(starts) // _WORTH_A_THREAD)
    if threads < 2:
        for start in starts:
            fill(start)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(fill, starts))


def first(own: Rows, other: Rows, found: Wide, k: int) -> Rows:
    """Places of the ``k`` best pairs of each ``own``, these in ascending order, best first, equal ones by ``other``."""
    order = np.lexsort((other, -found, own))
    sorted_own = own[order]
    starts = np.searchsorted(sorted_own, sorted_own)
    best: Rows = order[np.arange(len(order)) - starts < k]
    return best


def contenders(
    x: Vectors, y: Vectors, rows: Rows, columns: slice, k: int, rule: Rule
) -> Iterator[tuple[Rows, Rows, Wide]]:
    """For each of ``rows``, all columns that can be among its ``k`` best of ``columns``, by products in float64.

    Yields:
        Rows, columns and scores before rounding, which are not yet the last word.
    """
    added = rule.added(x, y)
    for first in range(columns.start, columns.stop, _COLUMNS_AT_ONCE):
        part = slice(first, min(first + _COLUMNS_AT_ONCE, columns.stop))
        right = y.wide(part)
        length = np.sqrt(np.add.reduce(right * right, axis=1).max())
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[start : start + _ROWS_AT_ONCE]
            left = x.wide(some)
            lengths = np.sqrt(np.add.reduce(left * left, axis=1))[:, None] * length
            biases = added[0][some][:, None] + added[1][part]
            found = rule.of(left @ right.T, biases)
            slack = 2 * gamma(right.shape[1] + 4, _UNIT64) * (lengths + np.abs(biases)) * rule.factor
            if rule.halves is not None:
                slack = slack / np.maximum(np.abs(biases), 1e-300) + np.abs(np.where(biases > 0, found, 0)) * 1e-15
            i, j = np.nonzero(_kept(found, slack, min(k, found.shape[1]), rule.digits))
            yield some[i], j + first, found[i, j]


def _kept(found: Wide, slack: Wide, k: int, digits: int) -> NDArray[np.bool_]:
    """Which can be among the ``k`` best of their row once they are known exactly and rounded.

    A score within ``slack`` rounds to ``low`` or ``high``. Of those that are surely equal to the k-th the first k are
    enough.
    """
    low, high = np.round(found - slack, digits), np.round(found + slack, digits)
    limit = np.partition(low, -k, axis=1)[:, -k, None]
    kept: NDArray[np.bool_] = (high > limit) | ((high == limit) & (low < limit))
    equal = (low == limit) & (high == limit)
    kept |= equal & (np.cumsum(equal, axis=1) <= k)
    return kept
