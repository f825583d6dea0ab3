"""One table as data, which the page, Markdown and LaTeX write each in their own way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Cell = str | tuple[str, str]
"""Text; or text and a smaller note below it, such as a gain and its interval."""


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes:
        name: Its file name without ending.
        caption: What it shows, whose numbers these are, and how they came about; one paragraph.
        head: One heading per column.
        rows: Rows of as many cells; the first cell names its row.
        numbers: Columns of numbers, set flush right.
        words: Columns of running text, which wrap.
    """

    name: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: frozenset[int] = frozenset()
    words: frozenset[int] = frozenset()


def text_of(cell: Cell) -> str:
    """A cell on one line: its note in brackets."""
    return cell if isinstance(cell, str) else f"{cell[0]} ({cell[1]})" if cell[1] else cell[0]


def markdown(table: Table) -> str:
    """The table in Markdown, below its caption."""
    return f"{escaped(table.caption)}\n\n{markdown_rows(table.head, table.rows)}"


def markdown_rows(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> str:
    """Head and rows in Markdown; text that looks like HTML or ends a cell is escaped."""
    lines: list[Sequence[Cell]] = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(escaped(text_of(cell)) for cell in line) + " |" for line in lines) + "\n"


def escaped(text: object) -> str:
    """Text on one line that Markdown shows as it is: no HTML, no links or emphasis, no end of a cell."""
    safe = str(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    for mark in "`[]":
        safe = safe.replace(mark, f"\\{mark}")
    return " ".join(safe.split())
