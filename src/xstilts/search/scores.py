"""Scores as they are defined: float64, each by the same sums in the same order wherever it is asked for, then rounded.

A product of matrices adds up in an order that depends on its shape and the threads. So the last word on a score is
always :func:`scored`, which multiplies pair by pair; products of matrices only say which pairs it must be asked about.
Another kind of processor may add in another order: a cosine moves by about 1e-16, which rounding hides but for one in
millions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.search.vectors import products_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from xstilts.search.vectors import Rows, Vectors, Wide

_NUMBERS_AT_ONCE = 1 << 19
"""Numbers of each side of the pairs that are scored at a time: 4 MiB. With fewer, threads wait for the interpreter."""


class Hits(NamedTuple):
    """The best candidates of each query, best first, equal ones in the order of their rows.

    Attributes:
        numbers: Rows of candidates, ``(q, min(k, c))`` int64.
        scores: Their scores, ``(q, min(k, c))`` float64.
    """

    numbers: Rows
    scores: Wide


@dataclass(frozen=True)
class Rule:
    """What a score is, given the product of two rows and the sum of what each of them brings along (``halves``).

    Attributes:
        digits: To which scores are rounded, so that equal vectors tie.
        halves: Of the rows of both sides, ``(n,)`` and ``(m,)``; None: the product is the score.
        factor: The score is ``factor * (product - sum)``; a power of two, so that it changes no digit.
        ratio: Or it is ``product / sum``, and minus infinity where the sum is not above 0.
    """

    digits: int = 9
    halves: tuple[Wide, Wide] | None = None
    factor: float = 1.0
    ratio: bool = False

    def turned(self) -> Rule:
        """The rule for the sides the other way round."""
        return Rule(self.digits, self.halves and self.halves[::-1], self.factor, self.ratio)

    def of(self, products: NDArray[Any], own: Any, other: Any) -> NDArray[Any]:  # noqa: ANN401 - any index
        """Scores before rounding, in the products' type; ``own`` and ``other`` say of which rows, to be broadcast."""
        if self.halves is None:
            return products
        sums = (self.halves[0][own] + self.halves[1][other]).astype(products.dtype)
        if not self.ratio:
            margins: NDArray[Any] = self.factor * (products - sums)
            return margins
        ratios = np.full_like(products, -np.inf)
        np.divide(products, sums, out=ratios, where=np.broadcast_to(sums > 0, products.shape))
        return ratios


def scored(x: Vectors, y: Vectors, rows: Rows, columns: Rows, rule: Rule) -> Iterator[tuple[Rows, Hits]]:
    """Pairs of rows of ``x`` and of ``y`` with their scores; equal ``rows`` must lie together.

    Yields:
        Some rows, ``(n,)``, each of them once, and the pairs of each in no order, ``(n, m)``: where one has fewer,
        ``len(y)`` and minus infinity fill its line up.
    """
    starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1])[: len(rows)])
    sizes = np.diff([*starts, len(rows)])
    order = np.argsort(-sizes, kind="stable")  # rows with like numbers of pairs are scored together
    done = 0
    while done < len(order):
        most = int(sizes[order[done]])
        some = order[done : done + max(1, _NUMBERS_AT_ONCE // (most * x.given.shape[1]))]
        missing = np.arange(most) >= sizes[some, None]
        own = rows[starts[some]]
        other = columns[starts[some, None] + np.where(missing, 0, np.arange(most))]
        found = np.round(rule.of(_products(x, y, own, other), own[:, None], other), rule.digits) + 0.0
        other[missing], found[missing] = len(y), -np.inf
        yield own, Hits(other, found)
        done += len(some)


def _products(x: Vectors, y: Vectors, rows: Rows, columns: Rows) -> Wide:
    """Of each of ``rows`` with its line of ``columns``, ``(n, m)``."""
    (left, own), (right, other) = x.wide(rows), y.wide(columns.ravel())
    found: Wide = products_of(left[:, None], right.reshape(*columns.shape, -1))
    return found / (own[:, None] * other.reshape(columns.shape))


def best(hits: Hits, k: int) -> Hits:
    """The ``k`` best of each line, best first, equal ones by their numbers."""
    order = np.lexsort((hits.numbers, -hits.scores))[:, :k]
    return Hits(np.take_along_axis(hits.numbers, order, axis=1), np.take_along_axis(hits.scores, order, axis=1))
