"""All tables and pictures of a report, as the registry's sections make them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.registry import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.entries import Place
    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table


def tables_of(report: Report) -> dict[str, Sequence[Table]]:
    """What every entry of ``Tables`` makes of a report, by its name, in the order of the page."""
    return {entry.name: entry.make(report) if entry.make else () for section in SECTIONS for entry in section.tables}


def in_paper(tables: Mapping[str, Sequence[Table]], *places: Place) -> list[Table]:
    """The tables of some places in the paper, in its order; without those that the page folds away."""
    entries = [entry for section in SECTIONS for entry in section.tables if entry.paper in places]
    entries.sort(key=lambda entry: entry.paper or 0)
    return [table for entry in entries for table in tables[entry.name] if not table.folded]


def pictures_of(report: Report) -> dict[str, str]:
    """Name to ``<svg>`` element of everything that can be drawn."""
    drawn = (pair for section in SECTIONS for entry in section.pictures for pair in entry.draw(report))
    return {name: svg for name, svg in drawn if svg is not None}


def pixels_of(report: Report) -> dict[str, bytes]:
    """Name to PNG of every picture that has one."""
    made = [entry.pixels for section in SECTIONS for entry in section.pictures if entry.pixels]
    return {name: png for pixels in made for name, png in pixels(report)}
