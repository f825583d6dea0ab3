"""Many texts through one noise at once: the edits of ``engine`` without a call for each place.

A noise that can say what it does at many places at once is ten times as fast as nlpaug's keyboard. Only texts in which
each code point is a cluster come here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from xstilts.noise.changes import edit_of
from xstilts.noise.edits import Corrupted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xstilts.noise.noise import Edit, Proposals, ProposeAt


def corrupted_together(
    texts: Sequence[str], budgets: Sequence[float], draws: NDArray[np.float64], propose: ProposeAt
) -> Iterator[Corrupted | None]:
    """Each text after its edits; None where there were too few draws.

    Args:
        texts: Texts that the noise takes together, none empty.
        budgets: What the edits of each may cost.
        draws: Shape ``(texts, 1 + tries)``; the first is for the edit that would cost more than is left.
        propose: What happens at places of the texts.
    """
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    letters = np.frombuffer(f" {' '.join(texts)} ".encode("utf-32-le", "surrogatepass"), "<u4")
    first = np.cumsum(lengths + 1) - lengths
    drawn = draws[:, 1:] * lengths[:, None]
    spots = drawn.astype(np.int64)
    places = first[:, None] + spots
    proposed = propose(letters, places, drawn - spots)
    chosen = _chosen(places, proposed, np.array(budgets), draws[:, 0], len(letters))
    rows, tries = np.nonzero(chosen.edits)
    order = np.argsort(proposed.start[rows, tries])
    rows, tries = rows[order], tries[order]
    columns = _Columns(
        (proposed.start[rows, tries] - first[rows]).tolist(),
        (proposed.end[rows, tries] - first[rows]).tolist(),
        proposed.new[rows, tries].view("U2")[:, 0].tolist(),
        proposed.cost[rows, tries].tolist(),
    )
    bounds = np.searchsorted(rows, np.arange(len(texts) + 1)).tolist()
    for row, is_over in enumerate(chosen.is_over.tolist()):
        edits = _Edits(columns, bounds[row], bounds[row + 1])
        yield Corrupted(edits.applied(texts[row]), edits) if is_over else None


class _Columns(NamedTuple):
    """The parts of many edits, sorted by text and place."""

    start: list[int]
    end: list[int]
    text: list[str]
    cost: list[int]


class _Edits(Sequence["Edit"]):
    """The edits of one text, each made when it is looked at: who wants the text alone pays for none."""

    __slots__ = ("_columns", "_first", "_last")

    def __init__(self, columns: _Columns, first: int, last: int) -> None:
        self._columns, self._first, self._last = columns, first, last

    def __len__(self) -> int:
        return self._last - self._first

    @overload
    def __getitem__(self, place: int) -> Edit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Edit, ...]: ...
    def __getitem__(self, place: int | slice) -> Edit | tuple[Edit, ...]:
        own = slice(self._first, self._last)
        return tuple(map(edit_of, zip(*(column[own] for column in self._columns), strict=True)))[place]

    def __iter__(self) -> Iterator[Edit]:
        return iter(self[:])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self[:] == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def applied(self, text: str) -> str:
        """The text after the edits."""
        starts, ends, news, _ = self._columns
        parts: list[str] = []
        last = 0
        for number in range(self._first, self._last):
            parts += (text[last : starts[number]], news[number])
            last = ends[number]
        parts.append(text[last:])
        return "".join(parts)


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
