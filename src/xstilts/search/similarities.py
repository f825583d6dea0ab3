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

from xstilts.errors import InputError, nearest
from xstilts.search.exact import both_ways, search, sides, top
from xstilts.search.scores import Hits, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

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


def rank(
    queries: NDArray[Any],
    candidates: NDArray[Any],
    k: int,
    similarity: str = "cosine",
    neighbours: int | None = None,
) -> Hits:
    """The ``k`` candidates of each query by a similarity, exactly; scores rounded to 9 digits, equal ones by row.

    Args:
        queries: Shape ``(q, h)``, float16, float32 or float64, in memory or mapped.
        candidates: Shape ``(c, h)``.
        k: How many; all of them where there are fewer.
        similarity: One of ``SIMILARITIES``.
        neighbours: In each direction; None: as ``NEIGHBOURS`` has it. Means nothing for ``cosine`` and ``dot``.

    Raises:
        InputError: If there is no such similarity, if ``k`` or ``neighbours`` is less than 1, or as
            :func:`xstilts.search.exact.top`.
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
        return top(queries, candidates, k, similarity=similarity)
    x, y = sides(queries, candidates, "cosine", k)
    found = both_ways(queries, candidates, NEIGHBOURS[similarity] if neighbours is None else neighbours)
    halves = found[0].scores.mean(axis=1) / 2, found[1].scores.mean(axis=1) / 2
    rule = Rule(halves=halves, factor=2.0 if similarity == "csls" else 1.0, ratio=similarity == "ratio")
    return search(x, y, (k, 0), rule)[0]
