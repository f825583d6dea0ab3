"""One pass over all pairs of two sides, tile by tile: each tile of scores serves its rows and its columns."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from xstilts.search.exact import Hits, Rule, contenders, first, scores
from xstilts.search.sieve import ABSENT, BLOCKS, Sieve, Survivors

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch
    from numpy.typing import NDArray

    from xstilts.search.vectors import Coarse, Vectors

    Rows = NDArray[np.int64]

_ROWS_AT_ONCE = 4096
"""Most rows of the first side that go through the second together."""

_HITS_AT_ONCE = 1 << 18
"""Hits made of survivors at a time, in some 25 MiB."""

_SMALL = 1 << 18
"""So few pairs are scored in float64 without a coarse look."""

_TOO_CROWDED = 0.25
"""Where a float type leaves more of the rows undecided than this, the next one takes over."""


def search(
    x: Vectors, y: Vectors, k: tuple[int, int], rule: Rule, device: str | None, chunk_bytes: int
) -> tuple[Hits, Hits]:
    """The best of ``y`` for each row of ``x``, and of ``x`` for each of ``y``.

    Args:
        x: One side.
        y: The other.
        k: How many of ``y`` and of ``x``, all of them where there are fewer; 0: that way is not asked for.
        rule: What a score is; no ratio.
        device: Where coarse products are computed; None: the processor.
        chunk_bytes: About how much memory to use for tiles.
    """
    device = device or "cpu"
    scale = _Scale(x, y, rule, device)
    levels = _Levels(_kinds(device) if len(x) * len(y) > _SMALL else [])
    back = _Way(y, x, slice(0, len(y)), min(k[1], len(x)), scale)
    found = []
    steps = _steps(len(x), x.given.shape[1], chunk_bytes)
    with _single_precision():
        for rows in _slices(len(x), steps[0]):
            fore = _Way(x, y, rows, min(k[0], len(y)), scale)
            ready: dict[torch.dtype, Coarse] = {}
            for columns in _slices(len(y), steps[1]):
                _tile(fore, back, rows, columns, levels, ready)
            found.append(fore.hits())
    return Hits(*(np.concatenate(part) for part in zip(*found, strict=True))), back.hits()


def _tile(
    fore: _Way, back: _Way, rows: slice, columns: slice, levels: _Levels, ready: dict[torch.dtype, Coarse]
) -> None:
    """Look at the scores of ``rows`` and ``columns``, coarsely at first, and exactly for whom that tells too little."""
    scale = fore.scale
    here = columns.stop - columns.start
    left = [np.arange(rows.stop - rows.start) if fore.k else _NONE, np.arange(here) if back.k else _NONE]
    for kind in levels.kinds:
        if not len(left[0]) and not len(left[1]):
            break
        if kind not in ready:
            ready[kind] = scale.x.coarse(rows, scale.centres, kind, True, BLOCKS[0])
        other = scale.y.coarse(columns, scale.centres[::-1], kind, False, BLOCKS[0])
        absolute, relative = ready[kind].error(other)
        error = absolute + scale.rounding, relative
        asked = len(left[0]), len(left[1])
        left = list(_look((fore, back), (ready[kind], other), (rows, columns), left, error))
        levels.judge(kind, max(len(a) / max(b, 1) for a, b in zip(left, asked, strict=True)))
    fore.exactly(left[0], columns)
    back.exactly(left[1] + columns.start, rows)
    fore.thin()
    back.thin()


_NONE: Rows = np.arange(0)


def _look(
    ways: tuple[_Way, _Way],
    sides: tuple[Coarse, Coarse],
    places: tuple[slice, slice],
    left: list[Rows],
    error: tuple[float, float],
) -> Iterator[Rows]:
    """Who is still undecided after a look at one kind of product, rows and columns of the tile."""
    sizes = [place.stop - place.start for place in places]
    whole = None
    if len(left[0]) in (0, sizes[0]) and len(left[1]) in (0, sizes[1]):
        whole = sides[0].rows @ sides[1].rows.T
        whole[sizes[0] :] = whole[:, sizes[1] :] = ABSENT
    for way, number in zip(ways, (0, 1), strict=True):
        if not len(left[number]):
            yield left[number]
            continue
        other, offset = 1 - number, places[number].start - way.start
        if whole is not None:
            table = (whole[: sizes[0]], whole[:, : sizes[1]])[number]
        else:
            table = sides[number].rows[left[number]] @ sides[other].rows.T
            table[:, sizes[other] :] = ABSENT
        across = whole is not None and number == 1
        yield way.sieve.look(left[number] + offset, table, places[other].start, error, across=across) - offset


class _Scale:
    """How true scores and coarse ones belong together.

    Attributes:
        x: One side.
        y: The other.
        rule: What a score is.
        centres: Of the two sides.
        rounding: What rounding can change, in the coarse scale.
    """

    def __init__(self, x: Vectors, y: Vectors, rule: Rule, device: str) -> None:
        import torch

        self.x, self.y, self.rule, self.device = x, y, rule, device
        centres = x.centre(), y.centre()
        self.centres = torch.from_numpy(centres[0]).to(device), torch.from_numpy(centres[1]).to(device)
        self._shift = float(centres[0].astype(np.float64) @ centres[1].astype(np.float64))
        self._unit = x.unit * y.unit / rule.factor
        self.rounding = 1.01 * 10.0**-rule.digits * self._unit

    def of(self, true: NDArray[np.float64]) -> NDArray[np.float64]:
        """Coarse scores of true ones."""
        return true * self._unit - self._shift


class _Way:
    """The search of some rows of one side in the whole other side."""

    def __init__(self, own: Vectors, other: Vectors, rows: slice, k: int, scale: _Scale) -> None:
        self.own, self.other, self.k, self.scale = own, other, k, scale
        self.start, self.n = rows.start, rows.stop - rows.start
        self.sieve = Sieve(self.n, k, scale.device)

    def exactly(self, rows: Rows, columns: slice) -> None:
        """Look at the scores of ``rows`` (counted from the first of this way) and ``columns`` in float64."""
        if not len(rows):
            return
        for own, other, found in contenders(self.own, self.other, rows + self.start, columns, self.k, self.scale.rule):
            self.sieve.settled(own - self.start, other, self.scale.of(found), self.scale.rounding + 2.0**-20)

    def thin(self) -> None:
        """Let go of survivors where they are too many."""
        self.sieve.thin(self._thinned)

    def hits(self) -> Hits:
        """The best of each row."""
        if not self.k:
            return Hits(np.empty((self.n, 0), dtype=np.int64), np.empty((self.n, 0)))
        hits = Hits(np.empty((self.n, self.k), dtype=np.int64), np.empty((self.n, self.k)))
        for rows in _slices(self.n, max(1, _HITS_AT_ONCE // self.k)):
            _, other, found = self._best(self.sieve.survivors(rows))
            hits.numbers[rows], hits.scores[rows] = other.reshape(-1, self.k), found.reshape(-1, self.k)
        return hits

    def _thinned(self, pairs: Survivors) -> Survivors:
        own, other, _ = self._best(pairs)
        return Survivors(own, other, np.full(len(own), np.inf, dtype=np.float32))

    def _best(self, pairs: Survivors) -> tuple[Rows, Rows, NDArray[np.float64]]:
        found = scores(self.own, self.other, pairs.own + self.start, pairs.other, self.scale.rule)
        taken = first(pairs.own, pairs.other, found, self.k)
        return pairs.own[taken], pairs.other[taken], found[taken]


class _Levels:
    """Kinds of coarse products, the fastest first; one that tells too few pairs apart is given up."""

    def __init__(self, kinds: list[torch.dtype]) -> None:
        self.kinds = tuple(kinds)

    def judge(self, kind: torch.dtype, undecided: float) -> None:
        """Hear which part of the rows a kind left undecided."""
        if undecided > _TOO_CROWDED and kind == self.kinds[0]:
            self.kinds = self.kinds[1:]


def _kinds(device: str) -> list[torch.dtype]:
    """bfloat16 where the processor multiplies it with sums in single precision; a look in software would be slow."""
    import torch

    able = torch.cpu.get_capabilities()
    fast = device == "cpu" and torch.backends.mkldnn.is_available()
    if fast and (able.get("avx512_bf16") or able.get("amx_bf16")):
        return [torch.bfloat16, torch.float32]
    return [torch.float32]


@contextmanager
def _single_precision() -> Iterator[None]:
    """Products of float32 must not be shortened, as a user may have allowed elsewhere."""
    import torch

    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        yield
    finally:
        torch.set_float32_matmul_precision(before)


def _steps(n: int, width: int, chunk_bytes: int) -> tuple[int, int]:
    """Rows and columns of a tile: scores and vectors made ready take about half of ``chunk_bytes``, in float32."""
    row = 4 * (width + 2)
    rows = min(_ROWS_AT_ONCE, n, max(BLOCKS[0], chunk_bytes // (8 * row)))
    columns = chunk_bytes // 2 // (4 * rows + row)
    return rows, max(BLOCKS[0], columns // BLOCKS[0] * BLOCKS[0])


def _slices(n: int, step: int) -> list[slice]:
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]
