"""Similarities by which candidates are ranked: two products, and three that correct for neighbourhoods.

A candidate that is near to everything ("hub") wins too often by cosine. So three similarities hold the cosine against
``r``, a vector's mean cosine to its nearest neighbours on the other side, in both directions: CSLS (Conneau et al.
2018, arXiv 1710.04087, section 2.3) and the margins ``distance`` and ``ratio`` (Artetxe and Schwenk 2019, arXiv
1811.01136, section 3.1). Where the other side has fewer vectors than there should be neighbours, all of them are
neighbours.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError, nearest
from xstilts.search.exact import Hits, Rule, contenders, first, scores
from xstilts.search.search import DEFAULT_CHUNK_BYTES, both_ways, check_k, top
from xstilts.search.tiles import search
from xstilts.search.vectors import Vectors, prepare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Wide = NDArray[np.float64]

SIMILARITIES: Mapping[str, str] = MappingProxyType(
    {
        "cosine": "cosine of the angle; 0 for a zero vector",
        "dot": "dot product, longer vectors score more",
        "csls": "2 cos(q, c) - r(q) - r(c), r the mean cosine of the 10 nearest of the other side",
        "ratio": "cos(q, c) / ((r(q) + r(c)) / 2), r of the 4 nearest; never wins where the mean is not above 0",
        "distance": "cos(q, c) - (r(q) + r(c)) / 2, r of the 4 nearest",
    }
)
"""Name to what it computes."""

NEIGHBOURS: Mapping[str, int] = MappingProxyType({"csls": 10, "ratio": 4, "distance": 4})
"""How many neighbours a similarity looks at, as its paper has it."""

_ROWS_AT_ONCE = 4096


def rank(
    queries: NDArray[Any],
    candidates: NDArray[Any],
    k: int,
    similarity: str = "cosine",
    neighbours: int | None = None,
    *,
    device: str | None = None,
    chunk_bytes: int = DEFAULT_CHUNK_BYTES,
) -> Hits:
    """The ``k`` candidates of each query by a similarity, exactly; scores rounded to 9 digits, equal ones by row.

    Args:
        queries: Shape ``(q, h)``, float16, float32 or float64, in memory or mapped.
        candidates: Shape ``(c, h)``.
        k: How many; all of them where there are fewer.
        similarity: One of ``SIMILARITIES``.
        neighbours: In each direction; None: as ``NEIGHBOURS`` has it. Means nothing for ``cosine`` and ``dot``.
        device: As :func:`xstilts.search.search.top`.
        chunk_bytes: As :func:`xstilts.search.search.top`. The last step of ``ratio`` runs on the processor, in about
            100 MB.

    Raises:
        InputError: If there is no such similarity, if ``k`` or ``neighbours`` is less than 1, or as
            :func:`xstilts.search.search.top`.
    """
    if similarity not in SIMILARITIES:
        hint = nearest(similarity, list(SIMILARITIES))
        raise InputError(
            f"There is no similarity {similarity!r}.",
            field="similarity",
            value=similarity,
            allowed=SIMILARITIES,
            hint=hint,
        )
    if similarity not in NEIGHBOURS:
        return top(queries, candidates, k, similarity=similarity, device=device, chunk_bytes=chunk_bytes)
    check_k(k)
    near = NEIGHBOURS[similarity] if neighbours is None else neighbours
    found = both_ways(queries, candidates, near, device=device, chunk_bytes=chunk_bytes)
    halves = found[0].scores.mean(axis=1) / 2, found[1].scores.mean(axis=1) / 2
    if similarity == "ratio":
        return _by_ratio(queries, candidates, k, halves)
    x, y = prepare(queries, "cosine", "queries", -halves[0]), prepare(candidates, "cosine", "candidates", -halves[1])
    return search(x, y, (k, 0), Rule(factor=2.0 if similarity == "csls" else 1.0), device, chunk_bytes)[0]


def _by_ratio(queries: NDArray[Any], candidates: NDArray[Any], k: int, halves: tuple[Wide, Wide]) -> Hits:
    """A ratio is no sum, so all of it is computed in float64."""
    x, y = prepare(queries, "cosine", "queries"), prepare(candidates, "cosine", "candidates")
    k, rule = min(k, len(y)), Rule(halves=halves)
    parts = [
        _best_of(x, y, np.arange(start, min(start + _ROWS_AT_ONCE, len(x))), k, rule)
        for start in range(0, len(x), _ROWS_AT_ONCE)
    ]
    return Hits(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _best_of(x: Vectors, y: Vectors, rows: NDArray[np.int64], k: int, rule: Rule) -> Hits:
    own, other = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    known = np.empty(0)
    for row, column, _ in contenders(x, y, rows, slice(0, len(y)), k, rule):
        own, other = np.concatenate([own, row]), np.concatenate([other, column])
        known = np.concatenate([known, scores(x, y, row, column, rule)])
        taken = first(own, other, known, k)
        own, other, known = own[taken], other[taken], known[taken]
    return Hits(other.reshape(len(rows), k), known.reshape(len(rows), k))
