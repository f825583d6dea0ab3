"""What survives a coarse look at the scores of one side: few pairs, among them surely the best ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.search.exact import by_row, places

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Wide = NDArray[np.float64]

BLOCKS = (64, 32, 16, 8)
"""Others whose largest score is looked at instead of each one's."""

ABSENT = -1e30
"""Score of an other that does not exist; finite, for 0 times infinity is no number."""

_BLOCKS_PER_NEIGHBOUR = 4
"""With fewer blocks their largest scores say too little about the k-th best."""

_PAIRS = 1 << 20
"""Survivors held before they are thinned: 12 MiB, and five times that while they are."""


class Survivors(NamedTuple):
    """Pairs that may be among the best.

    Attributes:
        own: Rows that look for others, ``(n,)``.
        other: Which they may have found.
        upper: More than this no pair scores, in the coarse scale.
    """

    own: Rows
    other: Rows
    upper: NDArray[np.float32]


class Sieve:
    """The survivors of ``n`` rows, each of which looks for ``k`` others.

    For each row the k largest lower bounds of a score that were seen stand in ``floors``, of a coarse look at most one
    for each block of others: the smallest of them bounds the k-th best score from below. Whoever may score more than
    that survives. All values are in the coarse scale.
    """

    def __init__(self, n: int, k: int, device: str) -> None:
        import torch

        self.n, self.k = n, k
        self._floors = torch.full((n, k), -torch.inf, dtype=torch.float32, device=device)
        self._limit = max(_PAIRS, 4 * n * k)
        self._own: list[Rows] = []
        self._other: list[Rows] = []
        self._upper: list[NDArray[np.float32]] = []
        self._held = 0

    def look(
        self, rows: Rows, found: torch.Tensor, first: int, error: tuple[float, float], *, across: bool = False
    ) -> Rows:
        """Take what may be among the best from a table of coarse scores.

        Args:
            rows: The rows that were scored.
            found: Their scores with some others, ``(rows, others)``, the number of others a multiple of the largest
                block; ``ABSENT`` where there is none.
            first: Number of the first of the others.
            error: ``a`` and ``b``: no score p is further than ``a + b * |p|`` from the true one.
            across: Whether ``found`` is ``(others, rows)``.

        Returns:
            Numbers of the rows whose others are too many to be told apart by these scores; nothing was taken of them.
        """
        import torch

        width = found.shape[0 if across else 1]
        block = _block(width, self.k)
        if block is None:
            return rows
        # a block's members lie far apart: so the largest of each are found by comparing whole lines of the table
        blocks = found.unflatten(0 if across else 1, (block, -1))
        peaks = (blocks.amax(0).T if across else blocks.amax(1)).float()
        index = torch.from_numpy(rows).to(found.device)
        before = self._floors[index]
        floors = torch.cat([before, peaks - error[0] - error[1] * peaks.abs()], 1).topk(self.k, 1).values
        bar = floors[:, -1] - error[0]
        bar = bar / torch.where(bar > 0, 1 + error[1], 1 - error[1])  # below it, p + a + b * |p| is below the floor
        own, other, score, crowded = _above(bar, blocks, peaks, self.k, across=across)
        upper = (score + error[0] + error[1] * score.abs()).cpu().numpy()
        self.add(rows[own.cpu().numpy()], other.cpu().numpy() + first, upper)
        self._floors[index] = torch.where(crowded[:, None], before, floors)  # others must not be counted twice
        missed: Rows = rows[crowded.cpu().numpy()]
        return missed

    def add(self, own: Rows, other: Rows, upper: NDArray[np.float32]) -> None:
        """Take pairs and upper bounds of their scores."""
        self._own.append(own.astype(np.int32))
        self._other.append(other.astype(np.int32))
        self._upper.append(upper)
        self._held += len(own)

    def settled(self, own: Rows, other: Rows, scores: Wide, error: float) -> None:
        """Take pairs whose scores are known within ``error``: all that matter of these rows and of some others."""
        import torch

        with np.errstate(over="ignore"):  # scores of tiny vectors all round to 0: their bounds have no bounds
            self.add(own, other, (scores + error).astype(np.float32) + np.float32(error))
        order, _ = by_row(own, scores)
        rows, place = np.unique(own), places(own[order])
        taken = order[place < self.k]
        lower = np.full((len(rows), self.k), -np.inf, dtype=np.float32)
        with np.errstate(over="ignore"):
            lower[np.searchsorted(rows, own[taken]), place[place < self.k]] = scores[taken] - 2 * error
        index = torch.from_numpy(rows)
        here = torch.from_numpy(lower).to(self._floors.device)
        self._floors[index] = torch.cat([self._floors[index], here], 1).topk(self.k, 1).values

    def thin(self, exactly: Callable[[Survivors], Survivors]) -> None:
        """Let go of survivors where too many are held; ``exactly`` tells which pairs are the best ones so far."""
        if self._held <= self._limit:
            return
        kept = self.survivors()
        if len(kept.own) > self._limit // 2:
            kept = exactly(kept)
        self._own, self._other, self._upper, self._held = [], [], [], 0
        self.add(*kept)

    def survivors(self, rows: slice | None = None) -> Survivors:
        """The pairs of these rows, or of all, that may be among the best."""
        start, stop = (0, self.n) if rows is None else (rows.start, rows.stop)
        floors = self._floors[:, -1].cpu().numpy()
        found = []
        for own, other, upper in zip(self._own, self._other, self._upper, strict=True):
            keep = (own >= start) & (own < stop) & (upper >= floors[own])
            found.append((own[keep].astype(np.int64), other[keep].astype(np.int64), upper[keep]))
        return Survivors(*(np.concatenate(part) for part in zip(*found, strict=True)))


def _above(
    bar: torch.Tensor, blocks: torch.Tensor, peaks: torch.Tensor, k: int, *, across: bool
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Cells that reach the bar of their row.

    Args:
        bar: Of each row, ``(rows,)``.
        blocks: The table, ``(rows, block, blocks)``, or ``(block, blocks, rows)`` if it lies ``across``.
        peaks: The largest cell of each block, ``(rows, blocks)``.
        k: How many others a row looks for.
        across: See ``blocks``.

    Returns:
        Rows, others and scores of the cells, ``(n,)``; which rows have so many that theirs were left out, ``(rows,)``.
    """
    import torch

    near = peaks >= bar[:, None]
    crowded = near.sum(1) > near.shape[1] // 4 + k
    near[crowded] = False
    row, number = near.nonzero(as_tuple=True)
    cells = (blocks[:, number, row].T if across else blocks[row, :, number]).float()
    place, inside = (cells >= bar[row, None]).nonzero(as_tuple=True)
    own, score = row[place], cells[place, inside]
    crowded |= torch.bincount(own, minlength=len(bar)) > cells.shape[1] * near.shape[1] // 32 + 2 * k
    keep = ~crowded[own] & (score > ABSENT / 2)
    return own[keep], (inside * near.shape[1] + number[place])[keep], score[keep], crowded


def _block(width: int, k: int) -> int | None:
    """How many others make a block; None: there are too few for so many neighbours."""
    return next((block for block in BLOCKS if width // block >= _BLOCKS_PER_NEIGHBOUR * k), None)
