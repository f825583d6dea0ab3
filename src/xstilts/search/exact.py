"""Exact search for the nearest vectors, fast and in bounded memory.

What is found is defined by :func:`xstilts.search.scores.scored`: float64, rounded, equal ones in the order of their
rows. It depends on no size of tiles and no number of threads. It is found fast because a product of matrices in
float32, whose error has a bound, tells nearly all pairs apart; only pairs that may be among the best are scored. Where
float32 leaves too many of them (many equal vectors), float64 looks again.

Beside its hits a search takes some 100 MiB, whatever the sizes of the sides: tables of scores, vectors made ready for
them, and pairs that wait to be scored.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import ThreadpoolController

from xstilts.errors import InputError
from xstilts.search.scores import Hits, Rule, best, scored
from xstilts.search.vectors import Vectors, prepare, same_width, threads

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from xstilts.search.vectors import Rows, Single, Wide

MOST_DIGITS = 15
"""Of a score of float64."""

_ROWS, _COLUMNS = 1024, 3072
"""Most rows and columns of a table of float32 scores: 12 MiB. At a power of two its rows would share cache lines."""

_BLOCK = 16
"""Others whose largest score is looked at instead of each one's."""

_PENDING = 1 << 20
"""Pairs that wait to be scored: some 20 MiB, and three times that while they are."""

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
    h = x.given.shape[1]
    height, width = min(_ROWS, _padded(len(x))), min(_COLUMNS, _padded(len(y)))
    memory, above, beside = (np.empty(shape, dtype=np.float32) for shape in ((height, width), (height, h), (width, h)))
    # a library's threads that wait for the next product would take the processors from ours: so each of ours multiplies
    with _blas().limit(limits=1), ThreadPoolExecutor(threads()) as pool:
        for rows in _slices(len(x), height):
            left = x.scaled(rows, above)
            for columns in _slices(len(y), width):
                tile = _Tile(rows, columns, left, beside, memory)
                list(pool.map(partial(tile.fill, y, rule), _parts(columns)))
                if k[0]:
                    list(pool.map(ways[0].look, _parts(rows), repeat(columns), map(tile.across, _parts(rows))))
                if k[1]:
                    list(pool.map(ways[1].look, _parts(columns), repeat(rows), map(tile.down, _parts(columns))))
                for way in ways:
                    way.settle(pool, _PENDING)
            ways[0].settle(pool)
        ways[1].settle(pool)
    return ways[0].hits, ways[1].hits


@cache
def _blas() -> ThreadpoolController:
    """The libraries that multiply for numpy; to look them up takes about a millisecond."""
    return ThreadpoolController().select(user_api="blas")


@dataclass(frozen=True)
class _Tile:
    """Rows of one side, scaled, with rows of the other, and memory for these and for their scores in float32."""

    rows: slice
    columns: slice
    left: Single
    beside: Single
    memory: Single

    def fill(self, side: Vectors, rule: Rule, part: slice) -> None:
        """Compute the scores of some of the columns, which are rows of ``side``."""
        here = slice(part.start - self.columns.start, part.stop - self.columns.start)
        found = self.memory[: len(self.left), here]
        np.matmul(self.left, side.scaled(part, self.beside[here]).T, out=found)
        if rule.halves is not None:
            found[:] = rule.of(found, (self.rows, None), (None, part))

    def across(self, part: slice) -> Single:
        """Scores of some of the rows; minus infinity beside the last column, up to whole blocks."""
        here, width = slice(part.start - self.rows.start, part.stop - self.rows.start), _size(self.columns)
        table = self.memory[here, : _padded(width)]
        table[:, width:] = -np.inf
        return table

    def down(self, part: slice) -> Single:
        """Scores of some of the columns, likewise."""
        here, height = slice(part.start - self.columns.start, part.stop - self.columns.start), _size(self.rows)
        table = self.memory[: _padded(height), here]
        table[height:] = -np.inf
        return table.T


class _Way:
    """The search of the rows of one side in the other side.

    Attributes:
        hits: The best so far, ``(n, k)``; before ``k`` others were seen, with rows beyond the last one.
        peaks: The largest float32 scores so far, of each block of others at most one, ``(n, k)``, the smallest first:
            that one, less the error, bounds the k-th best score from below.
        pending: Rows, others and float32 scores that may be among the best.
    """

    def __init__(self, own: Vectors, other: Vectors, k: int, rule: Rule) -> None:
        self.own, self.other, self.rule, self.k = own, other, rule, min(k, len(other))
        self.hits = Hits(np.full((len(own), self.k), len(other)), np.full((len(own), self.k), -np.inf))
        self.peaks = np.full((len(own), self.k), -np.inf, dtype=np.float32)
        self.pending: list[tuple[Rows, Rows, Single]] = []
        self.unit = own.unit * other.unit
        largest = 0.0 if rule.halves is None else sum(float(np.abs(half).max()) for half in rule.halves)
        # a length and a product of h terms are off by h units of roundoff, scaling, adding and the bar by a few more
        error = _gamma(2 * own.given.shape[1] + 32, _UNIT32) * (1 + largest) * rule.factor
        self.error = error + 1.01 * 10.0**-rule.digits * self.unit

    def look(self, rows: slice, others: slice, table: Single) -> None:
        """Take what may be among the best from a table of scores of ``rows`` with ``others``, with padding."""
        block = _BLOCK if table.shape[1] > 2 * _BLOCK * self.k else 1  # fewer blocks say too little about the k-th best
        # a block's members lie far apart: so the largest of each are found by comparing whole lines of the table
        blocks = table.reshape(len(table), block, -1)
        peaks = blocks.max(axis=1)
        self.peaks[rows] = np.partition(np.hstack([self.peaks[rows], peaks]), -self.k)[:, -self.k :]
        bar = self._bar(rows)
        near = peaks >= bar[:, None]
        crowded = near.sum(axis=1) > 2 * self.k + near.shape[1] // 16
        near[crowded] = False
        own, number = np.divmod(np.flatnonzero(near), near.shape[1])  # several times as fast as nonzero
        cells = blocks[own, :, number]
        place, inside = np.divmod(np.flatnonzero(cells >= bar[own, None]), block)
        other = inside * peaks.shape[1] + number[place]
        real = other < others.stop - others.start
        self.pending.append((own[place][real] + rows.start, other[real] + others.start, cells[place, inside][real]))
        self.look_again(np.flatnonzero(crowded) + rows.start, others)

    def _bar(self, rows: slice | Rows) -> Single:
        """Below it no float32 score of a row can be that of one of the best."""
        with np.errstate(over="ignore"):
            return (self.peaks[rows, 0].astype(np.float64) - 2 * self.error).astype(np.float32)

    def settle(self, pool: ThreadPoolExecutor, most: int = 0) -> None:
        """Score the pairs that wait, if more than ``most``, without those that turned out not to be among the best."""
        if sum(len(own) for own, _, _ in self.pending) <= most:
            return
        own, other, found = (np.concatenate(part) for part in zip(*self.pending, strict=True))
        self.pending = []
        near = np.flatnonzero(found >= self._bar(own))
        near = near[np.argsort(own[near], kind="stable")]
        cuts = np.searchsorted(own[near], own[near][:: max(1, len(near) // threads())][1:])  # no row in two parts
        list(pool.map(self._add, np.split(own[near], cuts), np.split(other[near], cuts)))

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
        for rows, pairs in scored(self.own, self.other, own, other, self.rule):
            numbers = np.hstack([self.hits.numbers[rows], pairs.numbers])
            known = Hits(numbers, np.hstack([self.hits.scores[rows], pairs.scores]))
            self.hits.numbers[rows], self.hits.scores[rows] = best(known, self.k)


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


def _parts(rows: slice) -> list[slice]:
    """One for each thread."""
    return list(_slices(rows.stop, -(-_size(rows) // threads()), rows.start))


def _size(rows: slice) -> int:
    return int(rows.stop - rows.start)


def _padded(n: int) -> int:
    return -(-n // _BLOCK) * _BLOCK


def _slices(stop: int, step: int, start: int = 0) -> Iterator[slice]:
    return (slice(here, min(here + step, stop)) for here in range(start, stop, step))
