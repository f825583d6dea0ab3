"""What images add to the scores of a study, with and without its arms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import interval, level, p_value, points
from xstilts.reports.tables.table import Column, folded, gain, made, number, several
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.tables.visual_gains import PIVOT, ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row

_SAYS = {
    "blank-image": "an even grey image in place of each: the difference is the visual gain",
    "shuffled-image": "images exchanged among the items",
    "hypothesis-only": "a model that is trained and tested on the text alone",
    "caption": "a model that is trained and tested on what the images show, said in their place",
}


def visual_tables(report: Report) -> list[Table]:
    """One table for each control: all languages but the pivot and the pivot; folded below it, each language."""
    rows = report.rows("visual")
    found: list[Table] = []
    for control in dict.fromkeys(row["control"] for row in rows):
        own = [row for row in rows if row["control"] == control]
        found.append(_table(report, control, [row for row in own if row["language"] in (ZERO_SHOT, PIVOT)]))
        rest = [row for row in own if row["language"] not in (ZERO_SHOT, PIVOT)]
        if rest:
            found.append(folded(_table(report, control, rest), f"{control}, language by language"))
    return found


def _table(report: Report, control: str, rows: Sequence[Row]) -> Table:
    said = (
        f"Scores with images, and under the control {control}: {_SAYS.get(control, control)}. The difference is taken "
        "within each seed, in points, with its 95 % interval over seeds. More than none: what the arm adds to the "
        "difference of none; above zero, it helps to use the images, whatever it does to what the text alone tells. "
        "p (Holm) is corrected over arms and targets, for all languages but the pivot together."
    )
    columns = (
        Column("base", "base", shown=several(rows)),
        Column("target", "target", shown=several(rows, "target")),
        Column("arm", "arm"),
        Column("language", "language"),
        number("with images", lambda row: level(row["shown"])),
        number(control, lambda row: level(row["controlled"])),
        number("difference", lambda row: gain(row, "difference")),
        number("more than none", _change),
        number("p (Holm)", lambda row: "" if row["arm"] == NONE else p_value(row["p_corrected"])),
        number("seeds", "n_seeds"),
    )
    return made("visual", report.labelled(said), columns, rows)


def _change(row: Row) -> Cell:
    if row["arm"] == NONE or row["change"] is None:
        return "–"
    return points(row["change"]), interval(row["change_low"], row["change_high"])
