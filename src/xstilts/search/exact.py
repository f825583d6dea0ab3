"""Exact search for the nearest vectors, fast and in bounded memory.

What is found is defined by :func:`xstilts.search.scores.scores`: float64, rounded, equal ones in the order of their
rows. It depends on no size of tiles and no number of threads. It is found fast because a product of matrices in
float32, whose error has a bound, tells nearly all pairs apart; only pairs that may be among the best are scored. Where
float32 leaves too many of them (many equal vectors), float64 looks again.

Tables take some 64 MiB, and vectors made ready for them as much, whatever the sizes of the sides.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError
from xstilts.search.scores import Hits, Rule, first, scores
from xstilts.search.vectors import Vectors, prepare, same_width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from xstilts.search.vectors import Rows, Single, Wide

MOST_DIGITS = 15
"""Of a score of float64."""

_ROWS, _CELLS = 4096, 1 << 24
"""Most rows of a table of float32 scores, and most cells: 64 MiB."""

_BLOCK = 32
"""Others whose largest score is looked at instead of each one's."""

_BLOCKS_PER_NEIGHBOUR = 4
"""With fewer blocks their largest scores say too little about the k-th best, and each score is looked at."""

_WIDE = 256, 4096
"""Rows and columns of a table of float64 scores: 8 MiB, of which there are up to eight."""

_UNIT32, _UNIT64 = 2.0**-24, 2.0**-53
"""Unit roundoff of float32 and float64."""


def top(
    queries: NDArray[Any], candidates: NDArray[Any], k: int, *, similarity: str = "cosine", digits: int = 9
) -> Hits:
    """The ``k`` candidates of each query that score most.

    Args:
        queries: Shape ``(q, h)``, float16, float32 or float64, in memory or mapped.
        candidates: Shape ``(c, h)``.
        k: How many; all of them where there are fewer.
        similarity: ``cosine`` (a zero vector scores 0 with everything) or ``dot``.
        digits: To which scores are rounded, 0 to 15.

    Raises:
        InputError: If a side is empty, widths differ, a value is not finite, ``k`` is less than 1, ``digits`` is none,
            there is no such similarity, or for ``dot`` the vectors are longer or shorter than 1e140 and 1e-140.
    """
    return search(*sides(queries, candidates, similarity, k), (k, 0), _rule(digits))[0]


def both_ways(
    x: NDArray[Any], y: NDArray[Any], k: int, *, similarity: str = "cosine", digits: int = 9
) -> tuple[Hits, Hits]:
    """The best of ``y`` for each row of ``x`` and the best of ``x`` for each row of ``y``, in one pass over all pairs.

    Arguments and errors are those of :func:`top`, and so are both results.
    """
    return search(*sides(x, y, similarity, k), (k, k), _rule(digits))


def sides(queries: NDArray[Any], candidates: NDArray[Any], similarity: str, k: int) -> tuple[Vectors, Vectors]:
    """Both sides, checked: see :func:`top`."""
    if k < 1:
        raise InputError(f"{k} neighbours are too few.", field="k", value=k, allowed=["1 or more"])
    x, y = prepare(queries, similarity, "queries"), prepare(candidates, similarity, "candidates")
    same_width(x, y)
    return x, y


def _rule(digits: int) -> Rule:
    if not 0 <= digits <= MOST_DIGITS:
        raise InputError(
            f"Scores cannot be rounded to {digits} digits.",
            field="digits",
            value=digits,
            allowed=[f"0 to {MOST_DIGITS}"],
        )
    return Rule(digits)


def search(x: Vectors, y: Vectors, k: tuple[int, int], rule: Rule) -> tuple[Hits, Hits]:
    """The best of ``y`` for each row of ``x``, and of ``x`` for each of ``y``.

    Args:
        x: One side.
        y: The other.
        k: How many of ``y`` and of ``x``, all of them where there are fewer; 0: that way is not asked for.
        rule: What a score is.
    """
    ways = _Way(x, y, k[0], rule), _Way(y, x, k[1], rule.turned())
    if rule.ratio:  # float32 has no bound of its error where the divisor is near 0
        for way in ways:
            way.look_again(np.arange(len(way.own)), slice(0, len(way.other)))
        return ways[0].hits, ways[1].hits
    height = min(_ROWS, _padded(len(x)))
    width = min(max(_BLOCK, _CELLS // height // _BLOCK * _BLOCK), _padded(len(y)))
    memory = np.empty((height, width), dtype=np.float32)
    with ThreadPoolExecutor(_threads()) as pool:
        for rows in _slices(len(x), height):
            left = x.scaled(rows)
            for columns in _slices(len(y), width):
                table = _table(memory, left, y.scaled(columns), rule, (rows, columns))
                ways[0].look(pool, rows, columns, table)
                ways[1].look(pool, columns, rows, table.T)
    return ways[0].hits, ways[1].hits


def _table(memory: Single, left: Single, right: Single, rule: Rule, places: tuple[slice, slice]) -> Single:
    """Scores in float32, in ``memory``; minus infinity beside and below them, up to whole blocks."""
    n, m = len(left), len(right)
    table = memory[: _padded(n), : _padded(m)]
    np.matmul(left, right.T, out=table[:n, :m])
    if rule.halves is not None:
        table[:n, :m] = rule.of(table[:n, :m], (places[0], None), (None, places[1]))
    table[n:] = table[:, m:] = -np.inf
    return table


class _Way:
    """The search of the rows of one side in the other side.

    Attributes:
        hits: The best so far, ``(n, k)``; before ``k`` others were seen, with rows beyond the last one.
    """

    def __init__(self, own: Vectors, other: Vectors, k: int, rule: Rule) -> None:
        self.own, self.other, self.rule, self.k = own, other, rule, min(k, len(other))
        self.hits = Hits(np.full((len(own), self.k), len(other)), np.full((len(own), self.k), -np.inf))
        self.unit = own.unit * other.unit
        largest = 0.0 if rule.halves is None else sum(float(np.abs(half).max()) for half in rule.halves)
        # a length and a product of h terms are off by h units of roundoff, scaling, adding and the bar by a few more
        error = _gamma(2 * own.given.shape[1] + 32, _UNIT32) * (1 + largest) * rule.factor
        self.error = error + 1.01 * 10.0**-rule.digits * self.unit

    def look(self, pool: ThreadPoolExecutor, rows: slice, others: slice, table: Single) -> None:
        """Take what may be among the best from a table of scores of ``rows`` with ``others``, with padding."""
        parts = list(_slices(rows.stop, -(-(rows.stop - rows.start) // _threads()), rows.start))
        tables = [table[part.start - rows.start : part.stop - rows.start] for part in parts]
        list(pool.map(self._look, parts, [others] * len(parts), tables))

    def _look(self, rows: slice, others: slice, table: Single) -> None:
        if not self.k:
            return
        block = _BLOCK if table.shape[1] >= _BLOCK * _BLOCKS_PER_NEIGHBOUR * self.k else 1
        # a block's members lie far apart: so the largest of each are found by comparing whole lines of the table
        blocks = table.reshape(len(table), block, -1)
        peaks = blocks.max(axis=1)
        k = min(self.k, peaks.shape[1])
        seen = np.partition(peaks, -k)[:, -k].astype(np.float64) - self.error
        known = np.maximum(self.hits.scores[rows, -1] * self.unit, seen)  # below it is not the k-th best
        with np.errstate(over="ignore"):
            bar = (known - self.error).astype(np.float32)
        near = peaks >= bar[:, None]
        crowded = near.sum(axis=1) > 2 * k + near.shape[1] // 16
        near[crowded] = False
        own, number = np.nonzero(near)
        place, inside = np.nonzero(blocks[own, :, number] >= bar[own, None])
        other = inside * peaks.shape[1] + number[place]
        real = other < others.stop - others.start
        self._add(own[place][real] + rows.start, other[real] + others.start)
        self.look_again(np.flatnonzero(crowded) + rows.start, others)

    def look_again(self, rows: Rows, others: slice) -> None:
        """As :meth:`look`, by products in float64."""
        for columns in _slices(others.stop, _WIDE[1], others.start) if self.k and len(rows) else ():
            right, lengths = self.other.wide(columns)
            right /= lengths[:, None]
            longest = np.sqrt(np.einsum("ij,ij->i", right, right).max())
            for part in _slices(len(rows), _WIDE[0]):
                some = rows[part]
                left, lengths = self.own.wide(some)
                left /= lengths[:, None]
                error = 2 * _gamma(left.shape[1] + 4, _UNIT64)
                slack = error * np.sqrt(np.einsum("ij,ij->i", left, left))[:, None] * longest
                found = self.rule.of(left @ right.T, (some, None), (None, columns))
                if self.rule.halves is not None:
                    sums = np.abs(self.rule.halves[0][some, None] + self.rule.halves[1][None, columns])
                    slack = (slack + error * sums) * self.rule.factor
                    if self.rule.ratio:
                        slack = slack / np.maximum(sums, 1e-300) + np.abs(np.maximum(found, -1e300)) * 1e-15
                own, other = np.nonzero(_kept(found, slack, min(self.k, found.shape[1]), self.rule.digits))
                self._add(some[own], other + columns.start)

    def _add(self, own: Rows, other: Rows) -> None:
        """Score pairs, and keep the best of them and of those known before."""
        rows = np.unique(own)
        found = scores(self.own, self.other, own, other, self.rule)
        before = self.hits.numbers[rows] < len(self.other)
        own = np.concatenate([np.repeat(rows, before.sum(axis=1)), own])
        other = np.concatenate([self.hits.numbers[rows][before], other])
        found = np.concatenate([self.hits.scores[rows][before], found])
        taken, place = first(own, other, found, self.k)
        self.hits.numbers[own[taken], place] = other[taken]
        self.hits.scores[own[taken], place] = found[taken]


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


def _gamma(terms: int, unit: float) -> float:
    """Bound of the relative error of a sum of so many products (Higham 2002, section 3.1)."""
    return terms * unit / (1 - terms * unit)


def _threads() -> int:
    """As many as libraries for numbers use here: BLAS shares a product among them, and rows are shared like that."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return max(1, int(said)) if said.isdigit() else os.cpu_count() or 1


def _padded(n: int) -> int:
    return -(-n // _BLOCK) * _BLOCK


def _slices(stop: int, step: int, start: int = 0) -> Iterator[slice]:
    return (slice(here, min(here + step, stop)) for here in range(start, stop, step))
