"""Exact search for the nearest vectors, fast and in bounded memory.

What is found is defined by :func:`xstilts.search.exact.scores`: float64, rounded, equal ones in the order of their
rows. It depends on no chunk, thread or device. It is found fast because nearly all pairs are told apart by a coarse
product, in bfloat16 where the processor multiplies it and in float32 elsewhere, whose error has a strict bound; only
pairs that may still be among the best are scored in float64. Where a coarse product tells too few pairs apart (many
equal vectors), the next finer one is asked, at last float64.

A search keeps torch from shortening products of float32 while it runs, which is a setting of the whole process: one
search at a time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.search.exact import Hits as Hits
from xstilts.search.exact import Rule
from xstilts.search.tiles import search
from xstilts.search.vectors import Vectors, prepare, same_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

DEFAULT_CHUNK_BYTES = 256 << 20
"""Memory for tables of scores and vectors made ready."""

MOST_DIGITS = 15
"""Of a score of float64."""


def top(
    queries: NDArray[Any],
    candidates: NDArray[Any],
    k: int,
    *,
    similarity: str = "cosine",
    digits: int = 9,
    device: str | None = None,
    chunk_bytes: int = DEFAULT_CHUNK_BYTES,
) -> Hits:
    """The ``k`` candidates of each query that score most.

    Args:
        queries: Shape ``(q, h)``, float16, float32 or float64, in memory or mapped.
        candidates: Shape ``(c, h)``.
        k: How many; all of them where there are fewer.
        similarity: ``cosine`` (a zero vector scores 0 with everything) or ``dot``.
        digits: To which scores are rounded, 0 to 15.
        device: Where coarse products are computed, as torch names it; None: the processor.
        chunk_bytes: About how much memory tables of coarse scores and the vectors made ready for them may take. What
            survives the coarse look comes on top: some 50 bytes for each hit, and some 100 MB where very many scores
            are equal or nearly so.

    Raises:
        InputError: If a side is empty, widths differ, a value is not finite, ``k`` is less than 1, ``digits`` is none,
            there is no such similarity, or for ``dot`` the vectors are longer or shorter than 1e140 and 1e-140.
    """
    x, y = _sides(queries, candidates, similarity, k, digits)
    return search(x, y, (k, 0), Rule(digits), device, chunk_bytes)[0]


def both_ways(
    x: NDArray[Any],
    y: NDArray[Any],
    k: int,
    *,
    similarity: str = "cosine",
    digits: int = 9,
    device: str | None = None,
    chunk_bytes: int = DEFAULT_CHUNK_BYTES,
) -> tuple[Hits, Hits]:
    """The best of ``y`` for each row of ``x`` and the best of ``x`` for each row of ``y``, in one pass over all pairs.

    Arguments and errors are those of :func:`top`, and so are both results.
    """
    left, right = _sides(x, y, similarity, k, digits)
    return search(left, right, (k, k), Rule(digits), device, chunk_bytes)


def check_k(k: int) -> None:
    """Refuse a number of neighbours below 1."""
    if k < 1:
        raise InputError(f"{k} neighbours are too few.", field="k", value=k, allowed=["1 or more"])


def _sides(
    queries: NDArray[Any], candidates: NDArray[Any], similarity: str, k: int, digits: int
) -> tuple[Vectors, Vectors]:
    check_k(k)
    if not 0 <= digits <= MOST_DIGITS:
        raise InputError(
            f"Scores cannot be rounded to {digits} digits.",
            field="digits",
            value=digits,
            allowed=[f"0 to {MOST_DIGITS}"],
        )
    x, y = prepare(queries, similarity, "queries"), prepare(candidates, similarity, "candidates")
    same_width(x, y)
    return x, y
