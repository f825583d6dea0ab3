"""Scores as they are defined: float64, each by the same sums in the same order wherever it is asked for, then rounded.

A product of matrices adds up in an order that depends on its shape and the threads. So the last word on a score is
always :func:`scores`, which multiplies pair by pair; products of matrices only say which pairs it must be asked about.
Another kind of processor may add in another order: a cosine moves by about 1e-16, which rounding hides but for one in
millions.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.search.vectors import gamma

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from xstilts.search.vectors import Vectors, Wide

    Rows = NDArray[np.int64]

_NUMBERS_AT_ONCE = 1 << 20
"""Numbers in the rows of a side whose pairs are scored at a time: 8 MiB."""

_ROWS_AT_ONCE, _COLUMNS_AT_ONCE = 256, 4096
"""Cells of a float64 product at a time: 8 MiB, of which there are up to eight tables."""

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
    products = np.empty(len(rows))
    own, place = np.unique(rows, return_inverse=True)
    at_once = max(1, _NUMBERS_AT_ONCE // x.given.shape[1])
    order = np.lexsort((columns, place // at_once))  # in it, pairs that share their row of y lie together
    bounds = np.searchsorted(place[order] // at_once, np.arange(-(-len(own) // at_once) + 1))
    for number, (low, high) in enumerate(pairwise(bounds.tolist())):
        left, lengths = x.raw(own[number * at_once : (number + 1) * at_once])
        some = columns[order[low:high]]
        starts = np.append(np.flatnonzero(np.append(True, some[1:] != some[:-1])), len(some))
        for begin in range(0, len(starts) - 1, at_once):
            cuts = starts[begin : begin + at_once + 1]
            part = order[low + cuts[0] : low + cuts[-1]]
            right, others = y.raw(some[cuts[:-1]])
            place_left = place[part] - number * at_once
            found = _products(right, left, cuts - cuts[0], place_left)
            products[part] = found / (np.repeat(others, np.diff(cuts)) * lengths[place_left])
    added = rule.added(x, y)
    return np.round(rule.of(products, added[0][rows] + added[1][columns]), rule.digits) + 0.0


def _products(x: Wide, y: Wide, starts: Rows, others: Rows) -> Wide:
    """Products of each row of ``x`` with some rows of ``y``, ``others[starts[i]:starts[i + 1]]``; of no other pairs."""
    import torch

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta state")
        pairs = torch.sparse_csr_tensor(
            torch.from_numpy(starts),
            torch.from_numpy(others),
            torch.zeros(len(others), dtype=torch.float64, device="cpu"),
            size=[len(x), len(y)],
            check_invariants=False,
        )
    found: Wide = torch.sparse.sampled_addmm(pairs, torch.from_numpy(x), torch.from_numpy(y).T, beta=0).values().numpy()
    return found


def first(own: Rows, other: Rows, found: Wide, k: int) -> Rows:
    """Places of the ``k`` best pairs of each ``own``, these in ascending order, best first, equal ones by ``other``."""
    order, equal = by_row(own, found)
    if equal.any():
        members = np.append(equal, False) | np.append(False, equal)
        some = order[members]
        order[members] = some[np.lexsort((other[some], -found[some], own[some]))]
    best: Rows = order[places(own[order]) < k]
    return best


def by_row(own: Rows, found: NDArray[np.floating[Any]]) -> tuple[Rows, NDArray[np.bool_]]:
    """An order of pairs by ``own``, ascending, and then by ``found``, descending, as far as float32 tells.

    Returns:
        The order, and whether float32 does not tell a pair in it and the next one apart, one less.
    """
    with np.errstate(over="ignore"):
        bits = found.astype(np.float32).view(np.int32)
    ascending = (bits ^ ((bits >> 31) & 0x7FFFFFFF)).astype(np.int64)  # the order of the floats, as integers
    keys = (own.astype(np.int64) << 32) - ascending
    order = np.argsort(keys)
    return order, np.diff(keys[order]) == 0


def places(own: Rows) -> Rows:
    """The place of each pair among those of its row, from 0; equal rows lie together."""
    starts = np.flatnonzero(np.append(True, own[1:] != own[:-1])[: len(own)])
    found: Rows = np.arange(len(own)) - np.repeat(starts, np.diff([*starts, len(own)]))
    return found


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
