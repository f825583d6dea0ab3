"""Many ASCII texts through one noise at once: the edits of ``engine`` without a call for each place.

A noise that can say what it does at many places at once is ten times as fast as nlpaug's keyboard. Only texts in which
each letter is one byte come here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.noise.changes import edit_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from xstilts.noise.noise import Edit, Proposals, ProposeAt


def edits_together(
    texts: Sequence[str], budgets: Sequence[float], draws: NDArray[np.float64], propose: ProposeAt
) -> Iterator[tuple[Edit, ...] | None]:
    """The edits of each text in order of place; None where there were too few draws.

    Args:
        texts: ASCII texts, none empty.
        budgets: What the edits of each may cost.
        draws: Shape ``(texts, 1 + tries)``; the first is for the edit that would cost more than is left.
        propose: What happens at places of the texts.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    letters = np.frombuffer(f" {' '.join(texts)} ".encode("ascii"), np.uint8)
    first = np.cumsum(lengths + 1) - lengths
    drawn = draws[:, 1:] * lengths[:, None]
    spots = drawn.astype(np.int64)
    places = first[:, None] + spots
    proposed = propose(letters, places, drawn - spots)
    chosen = _chosen(places, proposed, np.array(budgets), draws[:, 0], len(letters))
    rows, tries = np.nonzero(chosen.edits)
    order = np.argsort(proposed.start[rows, tries])
    rows, tries = rows[order], tries[order]
    columns = [(proposed.start[rows, tries] - first[rows]).tolist(), (proposed.end[rows, tries] - first[rows]).tolist(),
               proposed.new[rows, tries].view("U2")[:, 0].tolist(), proposed.cost[rows, tries].tolist()]  # fmt: skip
    edits = list(map(edit_of, zip(*columns, strict=True)))
    bounds = np.searchsorted(rows, np.arange(len(texts) + 1)).tolist()
    for row, is_over in enumerate(chosen.is_over.tolist()):
        yield tuple(edits[bounds[row] : bounds[row + 1]]) if is_over else None


class _Chosen(NamedTuple):
    """Which tries become edits, shape ``(texts, tries)``, and of which texts these are all."""

    edits: NDArray[np.bool_]
    is_over: NDArray[np.bool_]


def _chosen(
    places: NDArray[np.int64], proposed: Proposals, left: NDArray[np.float64], last: NDArray[np.float64], size: int
) -> _Chosen:
    """The tries that are made one after the other until they cost what they may (see ``engine``)."""
    edits, is_over, taken = np.zeros(places.shape, bool), np.zeros(len(places), bool), np.zeros(size, bool)
    for number in range(places.shape[1]):
        start, end, cost = (one[:, number] for one in (proposed.start, proposed.end, proposed.cost))
        is_long = end - start > 1
        free = ~(is_over | taken[places[:, number]] | taken[start] | (is_long & taken[end - 1]))
        here = free & (cost > 0)
        is_dear = here & (cost > left) & (last * cost >= left)
        made = here & ~is_dear
        taken[start[made]] = True
        taken[end[made & is_long] - 1] = True
        left = left - made * cost
        is_over |= is_dear | (made & (left <= 0))
        edits[:, number] = made
    return _Chosen(edits, is_over)
