"""One table as data, which the page, Markdown and LaTeX write each in their own way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from xstilts.reports.numbers import interval, points

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

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
        label: What it is called where its caption is not at hand; "": as its section.
        folded: The line under which the page folds it away, which also keeps it out of the paper; "": shown open.
        alone: What its caption says more where the table stands outside of its section.
    """

    name: str
    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    numbers: frozenset[int] = frozenset()
    words: frozenset[int] = frozenset()
    label: str = ""
    folded: str = ""
    alone: str = ""

    @property
    def whole_caption(self) -> str:
        """The caption as a file has it."""
        return f"{self.caption} {self.alone}".rstrip()


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        head: Its heading.
        cell: What it shows of a row, or the name of the field that it shows.
        kind: ``number`` (flush right), ``words`` (wraps) or ``text``.
        shown: Whether the table has it.
    """

    head: str
    cell: Callable[[Any], Cell] | str
    kind: Literal["text", "number", "words"] = "text"
    shown: bool = True

    def of(self, row: Any) -> Cell:  # noqa: ANN401 - whatever the table is made of
        """The cell of one row."""
        return str(row[self.cell]) if isinstance(self.cell, str) else self.cell(row)


def number(head: str, cell: Callable[[Any], Cell] | str) -> Column:
    """A column of numbers."""
    return Column(head, cell, "number")


def words(head: str, cell: Callable[[Any], Cell] | str, shown: bool = True) -> Column:
    """A column of running text."""
    return Column(head, cell, "words", shown)


def made(name: str, caption: str, columns: Iterable[Column], rows: Iterable[Any], label: str = "") -> Table:
    """A table from its columns and what its rows are made of."""
    shown = [column for column in columns if column.shown]
    numbers, wrapped = (
        frozenset(place for place, column in enumerate(shown) if column.kind == kind) for kind in ("number", "words")
    )
    body = [[column.of(row) for column in shown] for row in rows]
    return Table(name, caption, [column.head for column in shown], body, numbers, wrapped, label)


def folded(table: Table, line: str) -> Table:
    """The table, folded away on the page under a line, which is also what it is called."""
    return replace(table, folded=line, label=line)


def several(rows: Iterable[Mapping[str, Any]], name: str = "base") -> bool:
    """Whether rows differ in a field, so that a table needs a column for it."""
    return len({row[name] for row in rows}) > 1


def gain(row: Mapping[str, Any], name: str = "gain") -> Cell:
    """A gain or difference in points and its interval."""
    return "did not run" if row[name] is None else (points(row[name]), interval(row["low"], row["high"]))


def text_of(cell: Cell) -> str:
    """A cell on one line: its note in brackets."""
    return cell if isinstance(cell, str) else f"{cell[0]} ({cell[1]})" if cell[1] else cell[0]


def markdown(table: Table) -> str:
    """The table in Markdown, below its caption; text that looks like HTML or ends a cell is escaped."""
    lines: list[Sequence[Cell]] = [table.head, ["---"] * len(table.head), *table.rows]
    rows = "\n".join("| " + " | ".join(escaped(text_of(cell)) for cell in line) + " |" for line in lines)
    return f"{escaped(table.whole_caption)}\n\n{rows}\n"


def escaped(text: object) -> str:
    """Text on one line that Markdown shows as it is: no HTML, no links or emphasis, no end of a cell."""
    safe = str(text).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    for mark in "`[]":
        safe = safe.replace(mark, f"\\{mark}")
    return " ".join(safe.split())
