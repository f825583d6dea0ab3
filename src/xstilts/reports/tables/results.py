"""What was measured, as tables for people: gains, scores, clusters and a benchmark's averages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.grid import MARKS, absent
from xstilts.reports.numbers import interval, level, p_value, points
from xstilts.reports.tables.table import Column, made, number, text_of
from xstilts.statistics.inference.jackknife import z_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.reports.grid import Grid, GridCell
    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row

EFFECTS = {
    "fixed": "new seeds, in these languages",
    "random": "new seeds and more languages like these",
}
"""What an interval speaks of, by the ``effects`` of its row."""
EFFECTS_MEAN = (
    f"Effects says what the interval speaks of: fixed, of {EFFECTS['fixed']}; random, of {EFFECTS['random']}."
)
"""The same as a sentence."""


def gain_tables(report: Report) -> list[Table]:
    """The gain matrix of each base."""
    return [_gain_table(report, grid) for grid in report.grids]


def _gain_table(report: Report, grid: Grid) -> Table:
    def of_target(target: str) -> Callable[[str], Cell]:
        return lambda arm: gain_cell(grid.cells[arm, target])

    columns = (
        Column("arm", str),
        *(number(f"{name} ({metric})", of_target(target)) for target, (name, metric) in grid.targets.items()),
        number("mean of fair targets", lambda arm: gain_cell(grid.means.get(arm))),
    )
    said = (
        f"Zero-shot gain over none from {grid.base}, in points, with its 95 % interval. Checkpoint used: "
        f"{report.selection}. {MARKS}."
    )
    return made("gains", report.labelled(said), columns, grid.arms)


def gain_cell(cell: GridCell | None) -> Cell:
    """One cell of the gain matrix: the gain with its marks, and the interval as note."""
    if cell is None:
        return "incomplete"
    if cell.gain is None:
        return cell.absent
    marks = ("*" if cell.significant else "") + cell.marks
    spread = interval(cell.low, cell.high) if cell.low is not None else "one seed"
    spread += "‡" if cell.few_seeds else ""
    return points(cell.gain) + marks, spread + (f"; {cell.n_seeds} of {cell.wanted} seeds" if cell.partial else "")


def cell_text(cell: GridCell | None) -> str:
    """The same on one line."""
    return text_of(gain_cell(cell))


def score_tables(report: Report) -> list[Table]:
    """Mean scores in the pivot and zero-shot, by base, arm and target."""
    widths = half_widths(report)

    def sure(row: Row, part: str) -> str:
        return widths.get((row["base"], row["arm"], row["target"], row["setting"]), {}).get(part) or "–"

    columns = (
        Column("base", lambda row: row["base"] or "–"),
        *(Column(name, name) for name in ("arm", "target", "metric")),
        number("pivot", lambda row: level(row["pivot"]["mean"])),
        number("zero-shot", lambda row: level(row["zero_shot"]["mean"])),
        number("sd over seeds", lambda row: level(row["zero_shot"]["sd"])),
        number("seeds", lambda row: str(row["zero_shot"]["n_seeds"])),
        number("languages", lambda row: str(row["zero_shot"]["n_languages"])),
        Column("selection", lambda row: row["selection"] or report.selection),
        number("± items (pivot)", lambda row: sure(row, "pivot")),
        number("± items (zero-shot)", lambda row: sure(row, "zero_shot")),
    )
    said = (
        "Mean scores over seeds. The pivot is never part of the zero-shot average. Sd: standard deviation. ± items: "
        "how far the mean could lie off with other test items of the same kind (half of its 95 % interval); the sd "
        "over seeds does not cover that."
    )
    return [made("scores", report.labelled(said), columns, report.rows("levels"))]


def half_widths(report: Report) -> dict[tuple[str, str, str, str], dict[str, str]]:
    """(base, arm, target, setting) to ``pivot`` and ``zero_shot``: ± of the mean score by its items; "" if unknown."""
    width = z_of(report.facts.level)
    return {
        (row["base"], row["arm"], row["target"], row["setting"]): {
            part: "" if row[part] is None else f"±{level(width * row[part])}" for part in ("pivot", "zero_shot")
        }
        for row in report.rows("level_errors")
    }


def cluster_tables(report: Report) -> list[Table]:
    """Gains by cluster of languages, under every clustering and metric."""
    columns = (
        *(Column(name, name) for name in ("base", "arm", "target", "metric", "clustering", "cluster")),
        number("languages", "n_languages"),
        number("none", lambda row: level(row["none"])),
        number("gain", lambda row: gain_or_absent(report, row)),
        number("95 % interval", lambda row: interval(row["low"], row["high"])),
        number("p (Holm)", lambda row: p_value(row["p_corrected"])),
        number("seeds", "n_seeds"),
        Column("effects", "effects"),
        Column("selection", lambda row: row["selection"] or report.selection),
    )
    said = f"Gain over none by cluster of languages, in points. {EFFECTS_MEAN}"
    return [made("clusters", report.labelled(said), columns, report.analysis["clusters"])]


def gain_or_absent(report: Report, row: Row) -> str:
    """The gain of a row in points, or what stands where a cell has none."""
    return absent(report.facts, row["arm"], row["target"]) if row["gain"] is None else points(row["gain"])


def no_number(report: Report) -> list[str]:
    """Cells of the matrix without a number, but cut ones: ``ARM on TARGET``, with the base where there are several."""
    several = len(report.facts.bases) > 1
    return [
        f"{arm} on {target}{f' from {grid.base}' if several else ''}"
        for grid in report.grids
        for (arm, target), cell in grid.cells.items()
        if cell.gain is None and not cell.cut
    ]
