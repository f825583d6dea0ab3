"""Nearest neighbours, exact and approximate. The room itself can be called, as ``xs.search(queries, candidates)``.

A package and a function cannot both be ``xstilts.search``: importing any module of the package binds that name to the
package. So the package is what is called.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from xstilts.search.similarities import rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xstilts.search.scores import Hits


class Search(ModuleType):
    """The room as something that can be called."""

    def __call__(
        self, queries: NDArray[Any], candidates: NDArray[Any], k: int = 10, *, similarity: str = "cosine"
    ) -> Hits:
        """The nearest candidates of each query, exactly.

        Scores are computed in float64 and rounded to 9 digits. Equal scores are in the order of the candidates' rows.

        Args:
            queries: Shape ``(n, d)``, float16, float32 or float64.
            candidates: Shape ``(m, d)``.
            k: How many to find for each query; all of them where there are fewer.
            similarity: ``cosine``, ``dot``, or one that corrects for candidates near to everything: ``csls``, ``ratio``
                or ``distance``.

        Returns:
            ``numbers``, int64, and ``scores``, float64, both of shape ``(n, min(k, m))``, best first. A number is the
            row of a candidate, counted from 0.

        Raises:
            InputError: If there is no such similarity, ``k`` is less than 1, or the vectors cannot be compared.

        Example:
            >>> import numpy as np
            >>> import xstilts as xs
            >>> numbers, scores = xs.search(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0], [2.0, 0.0], [3.0, 0.0]]), k=2)
            >>> numbers.tolist(), scores.tolist()
            ([[1, 2]], [[1.0, 1.0]])
        """
        return rank(queries, candidates, k, similarity)


sys.modules[__name__].__class__ = Search
