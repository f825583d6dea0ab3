"""The noise of people beside noise that is made, as a table for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import interval, level, points
from xstilts.reports.tables.table import Column, made, number, several

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row


def people_tables(report: Report) -> list[Table]:
    """What people's noise and made noise cost every arm on the same items; none where no target has people's."""
    rows = report.rows("people")
    if not rows:
        return []
    told = " ".join(answer["sentence"] for answer in report.rows("people_said"))
    said = (
        f"{told} Noisy − clean in points on the same items, means over paired seeds, with intervals over seeds; items "
        "are not in them. Apart: people's minus made; below 0, people's noise costs more than what is made."
    )
    columns = (
        Column("base", "base", shown=several(rows)),
        Column("arm", "arm"),
        Column("by people", "target"),
        Column("made", lambda row: (f"{row['noise']}:{row['severity']}", _edits(row))),
        number("clean", lambda row: level(row["clean"])),
        number("people's", _change("people_change", "people_low", "people_high")),
        number("made noise's", _change("made_change", "made_low", "made_high")),
        number("apart", _change("difference", "low", "high")),
        number("seeds", "n_seeds"),
    )
    return [made("people", report.labelled(said), columns, rows, "Noise of people beside made noise")]


def _edits(row: Row) -> str:
    return "" if row["edit_rate"] is None else f"{100 * row['edit_rate']:.1f} % of letters"


def _change(mean: str, low: str, high: str) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        return points(row[mean]), interval(row[low], row[high])

    return cell
