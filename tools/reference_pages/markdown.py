"""Markdown that reads the same on the site and in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a bar in a cell would end the cell, and a line end the row."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def code(text: object) -> str:
    """Text as it is typed; nothing for nothing."""
    return f"`{text}`" if str(text) else ""


def codes(names: Iterable[object]) -> str:
    """Names as they are typed, with commas between."""
    return ", ".join(code(name) for name in names)


def anchor(heading: str) -> str:
    """What follows the ``#`` in a link to a heading of plain words."""
    return heading.lower().replace(" ", "-")


def _cell(cell: object) -> str:
    parts = " ".join(str(cell).replace("|", "\\|").split()).split("`")
    return "`".join(part if place % 2 else part.replace("<", "&lt;") for place, part in enumerate(parts))
