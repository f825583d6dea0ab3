"""Approximate search by faiss, for collections in which an exact one takes too long.

faiss only proposes candidates: they are scored and ordered as everywhere (float64, rounded, equal ones by row), and how
many of the true best were proposed is measured and told. Indices are built and asked on one thread, from fixed seeds,
so that the same vectors give the same hits.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.errors import InputError, ModelError, nearest
from xstilts.search.exact import sides, top
from xstilts.search.scores import Hits, Rule, best, scored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    import faiss
    from numpy.typing import NDArray

    from xstilts.search.vectors import Vectors

INDICES = ("ivf", "hnsw")
"""Cells of an inverted file (Jégou et al. 2011), or a graph of neighbours (Malkov and Yashunin, arXiv 1603.09320)."""

SMALLEST = 1000
"""With fewer candidates the search is exact, whatever the index, and its recall 1: an index would save nothing."""

CELLS_PER_ROOT, POINTS_PER_CELL = 4, 39
"""An inverted file has ``4 * sqrt(c)`` cells, but no more than leave 39 candidates for each, as faiss wants."""

TRAINING_POINTS_PER_CELL, TRAINING_ROUNDS, SEED = 64, 10, 1234
"""Candidates from which cells are learnt, evenly spaced, rounds of k-means, and its seed."""

PROBES = 16
"""Cells that are searched for each query."""

LINKS, BUILD_BREADTH, SEARCH_BREADTH = 32, 200, 128
"""The graph's M, efConstruction and efSearch; the last is at least the number of hits."""

MEASURED = 1000
"""Queries, evenly spaced, on which recall is measured; all of them where there are fewer."""

_ROWS_AT_ONCE = 16384


class Approximate(NamedTuple):
    """What was found, and how much of the truth it is.

    Attributes:
        hits: The best of what faiss proposed, as an exact search orders them; where it proposed fewer than asked for,
            of these and of the first other candidates in the order of their rows.
        recall: Share of the exact hits of the measured queries that were found, 0 to 1.
    """

    hits: Hits
    recall: float


def search(
    queries: NDArray[Any], candidates: NDArray[Any], k: int, index: str = "ivf", similarity: str = "cosine"
) -> Approximate:
    """The candidates of each query that score most among those that an index proposes.

    Args:
        queries: Shape ``(q, h)``, float16, float32 or float64.
        candidates: Shape ``(c, h)``; the index holds a copy in float32.
        k: How many; all of them where there are fewer.
        index: One of ``INDICES``.
        similarity: ``cosine`` or ``dot``.

    Raises:
        InputError: If there is no such index, and as :func:`xstilts.search.exact.top`.
        ModelError: If faiss is not installed.
    """
    if index not in INDICES:
        hint = nearest(index, INDICES)
        raise InputError(f"There is no index {index!r}.", field="index", value=index, allowed=INDICES, hint=hint)
    library = _library()
    x, y = sides(queries, candidates, similarity, k)
    k = min(k, len(y))
    if len(y) < SMALLEST:
        return Approximate(top(queries, candidates, k, similarity=similarity), 1.0)
    with _one_thread(library):
        built = (_cells if index == "ivf" else _graph)(library, y, k)
        parts = [_proposed(built, x, y, slice(start, start + _ROWS_AT_ONCE), k) for start in _starts(len(x))]
    hits = Hits(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    return Approximate(hits, _recall(queries, candidates, hits, similarity))


def _library() -> ModuleType:
    try:
        import faiss as found
    except ImportError as error:
        raise ModelError(
            "Approximate search needs faiss, which is not installed.",
            field="index",
            hint="Install it with: pip install 'xstilts[ann]'",
        ) from error
    return found


@contextmanager
def _one_thread(library: ModuleType) -> Iterator[None]:
    """With several, the graph depends on which of them comes first, and means on who adds them up."""
    before = library.omp_get_max_threads()
    library.omp_set_num_threads(1)
    try:
        yield
    finally:
        library.omp_set_num_threads(before)


def _starts(n: int) -> range:
    return range(0, n, _ROWS_AT_ONCE)


def _single(vectors: Vectors, rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
    """Rows for faiss: the cosine's of length one, the dot product's scaled so that float32 holds them."""
    found, lengths = vectors.wide(rows)
    return (found / lengths[:, None] * vectors.unit).astype(np.float32)


def _cells(library: ModuleType, y: Vectors, k: int) -> faiss.Index:
    """An inverted file over all candidates."""
    n, h = y.given.shape
    cells = max(1, min(int(CELLS_PER_ROOT * n**0.5), n // POINTS_PER_CELL))
    built = library.IndexIVFFlat(library.IndexFlatIP(h), h, cells, library.METRIC_INNER_PRODUCT)
    built.cp.seed, built.cp.niter = SEED, TRAINING_ROUNDS
    built.cp.max_points_per_centroid = TRAINING_POINTS_PER_CELL
    built.nprobe = PROBES
    sample = np.unique(np.linspace(0, n - 1, min(n, cells * TRAINING_POINTS_PER_CELL)).astype(np.int64))
    built.train(_single(y, sample))
    return _filled(built, y)


def _graph(library: ModuleType, y: Vectors, k: int) -> faiss.Index:
    """A graph over all candidates."""
    built = library.IndexHNSWFlat(y.given.shape[1], LINKS, library.METRIC_INNER_PRODUCT)
    built.hnsw.efConstruction, built.hnsw.efSearch = BUILD_BREADTH, max(SEARCH_BREADTH, k)
    return _filled(built, y)


def _filled(built: faiss.Index, y: Vectors) -> faiss.Index:
    for start in _starts(len(y)):
        built.add(_single(y, slice(start, start + _ROWS_AT_ONCE)))
    return built


def _proposed(built: faiss.Index, x: Vectors, y: Vectors, rows: slice, k: int) -> Hits:
    """Hits of some queries: twice as many are proposed as asked for, as float32 may order the last ones otherwise."""
    wanted = min(2 * k, len(y))
    _, found = built.search(_single(x, rows), wanted)
    n = len(found)
    missing = (found >= 0).sum(axis=1) < k
    for row in np.flatnonzero(missing):  # the cells that were searched hold too few
        others = np.setdiff1d(np.arange(min(len(y), 2 * wanted)), found[row])
        found[row] = np.concatenate([found[row][found[row] >= 0], others])[:wanted]
    own = np.repeat(np.arange(n), wanted)[found.ravel() >= 0]
    other = found.ravel()[found.ravel() >= 0].astype(np.int64)
    hits = Hits(np.empty((n, k), dtype=np.int64), np.empty((n, k)))
    for asked, pairs in scored(x, y, own + rows.start, other, Rule()):
        hits.numbers[asked - rows.start], hits.scores[asked - rows.start] = best(pairs, k)
    return hits


def _recall(queries: NDArray[Any], candidates: NDArray[Any], hits: Hits, similarity: str) -> float:
    rows = np.unique(np.linspace(0, len(queries) - 1, min(len(queries), MEASURED)).astype(np.int64))
    truth = top(queries[rows], candidates, hits.numbers.shape[1], similarity=similarity).numbers
    found = [np.isin(one, other).sum() for one, other in zip(truth, hits.numbers[rows], strict=True)]
    return float(np.sum(found) / truth.size)
