"""A table while it is read: cells that span rows and columns stand in each of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from xstilts.literature.full_text.draft import MOST_CELLS

_WIDEST = 200


@dataclass
class _Cell:
    text: str
    header: bool


@dataclass
class Grid:
    """Rows of cells; a cell that spans several is written into each."""

    _rows: list[dict[int, _Cell]] = field(default_factory=list)
    _heads: list[bool] = field(default_factory=list)
    _at: int = -1
    _now: list[_Cell] = field(default_factory=list)
    _many: int = 0

    def row(self, *, in_head: bool = False) -> None:
        """Begin a row."""
        self._at += 1
        while len(self._rows) <= self._at:
            self._rows.append({})
            self._heads.append(False)
        self._heads[self._at] = in_head

    def cell(self, columns: str, rows: str, *, header: bool = False) -> None:
        """Begin a cell; ``columns`` and ``rows`` are how many it spans, as printed; "" is one."""
        if self._at < 0:
            self.row()
        wide, high = _span(columns), _span(rows)
        row, first = self._rows[self._at], 0
        while first in row:
            first += 1
        self._now = [_Cell("", header)]
        for down in range(high if self._many + wide * high <= MOST_CELLS else 1):
            while len(self._rows) <= self._at + down:
                self._rows.append({})
                self._heads.append(False)
            self._rows[self._at + down] |= dict.fromkeys(range(first, first + wide), self._now[0])
            self._many += wide

    def write(self, text: str) -> None:
        """Write into the cell that was begun last."""
        for cell in self._now:
            cell.text = f"{cell.text} {text}".strip()

    def rows(self) -> list[list[str]]:
        """All rows, also of different lengths; a row that only a span made is left out."""
        told = self._rows[: self._at + 1]
        return [[row[i].text if i in row else "" for i in range(max(row, default=-1) + 1)] for row in told]

    def headers(self) -> int:
        """How many of the first rows are headers: those in the table's head, or of header cells alone."""
        count = 0
        for row, in_head in zip(self._rows, self._heads, strict=True):
            if not (in_head or (row and all(cell.header or not cell.text for cell in row.values()))):
                break
            count += 1
        return count if count < len(self._rows) else min(1, count)


def _span(text: str) -> int:
    return min(max(int(text), 1), _WIDEST) if text.strip().isdecimal() and text.isascii() else 1
