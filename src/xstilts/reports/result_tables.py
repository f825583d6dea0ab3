"""What was measured, as tables for people: gains, scores, clusters and a benchmark's averages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.averages import benchmark_tables
from xstilts.reports.grid import MARKS, absent
from xstilts.reports.numbers import interval, level, p_value, points
from xstilts.reports.table import Table, text_of
from xstilts.statistics.inference.jackknife import z_of
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.grid import Grid, GridCell
    from xstilts.reports.table import Cell
    from xstilts.statistics import Analysis

LAB = "Lab numbers, from an invented world. "
EFFECTS = {
    "fixed": "new seeds, in these languages",
    "random": "new seeds and more languages like these",
}
"""What an interval speaks of, by the ``effects`` of its row."""


def labelled(analysis: Analysis, caption: str) -> str:
    """A caption that says so when its numbers are the lab's."""
    return f"{LAB if analysis['facts'].get('source') == 'lab' else ''}{caption}"


def gain_tables(analysis: Analysis, grids: Sequence[Grid], selection: str) -> list[Table]:
    """The gain matrix of each base."""
    return [_gain_table(analysis, grid, selection) for grid in grids]


def _gain_table(analysis: Analysis, grid: Grid, selection: str) -> Table:
    head = ["arm", *(f"{name} ({metric})" for name, metric in grid.targets.values()), "mean of fair targets"]
    rows = [
        [arm, *(gain_cell(grid.cells[arm, target]) for target in grid.targets), gain_cell(grid.means.get(arm))]
        for arm in grid.arms
    ]
    said = (
        f"Zero-shot gain over none from {grid.base}, in points, with its 95 % interval; checkpoint selection: "
        f"{selection}. {MARKS}."
    )
    return Table("gains", labelled(analysis, said), head, rows, frozenset(range(1, len(head))))


def gain_cell(cell: GridCell | None) -> Cell:
    """One cell of the gain matrix: the gain with its marks, and the interval as note."""
    if cell is None:
        return "incomplete"
    if cell.gain is None:
        return cell.absent
    marks = ("*" if cell.significant else "") + ("†" if cell.unfair else "") + ("§" if cell.fewer_targets else "")
    spread = interval(cell.low, cell.high) if cell.low is not None else "one seed"
    spread += "‡" if cell.few_seeds else ""
    return points(cell.gain) + marks, spread + (f"; {cell.n_seeds} of {cell.wanted} seeds" if cell.partial else "")


def cell_text(cell: GridCell | None) -> str:
    """The same on one line."""
    return text_of(gain_cell(cell))


def score_table(analysis: Analysis, selection: str) -> Table:
    """Mean scores in the pivot and zero-shot, by base, arm and target."""
    head = [
        "base", "arm", "target", "metric", "pivot", "zero-shot", "sd over seeds", "seeds", "languages", "selection",
        "± items (pivot)", "± items (zero-shot)",
    ]  # fmt: skip
    widths = half_widths(analysis)
    rows = []
    for row in analysis["answer"]["levels"]:
        away = row["zero_shot"]
        numbers = [level(row["pivot"]["mean"]), level(away["mean"]), level(away["sd"])]
        counts = [str(away["n_seeds"]), str(away["n_languages"]), row["selection"] or selection]
        items = widths.get((row["base"], row["arm"], row["target"], row["setting"]), {})
        sure = [items.get(part) or "–" for part in ("pivot", "zero_shot")]
        rows.append([row["base"] or "–", row["arm"], row["target"], row["metric"], *numbers, *counts, *sure])
    said = (
        "Mean scores over seeds; the pivot is never part of the zero-shot average. ± items: half of the 95 % interval "
        "of the mean over other test items of the same kind, which the sd over seeds does not cover."
    )
    return Table("scores", labelled(analysis, said), head, rows, frozenset((*range(4, 9), 10, 11)))


def half_widths(analysis: Analysis) -> dict[tuple[str, str, str, str], dict[str, str]]:
    """(base, arm, target, setting) to ``pivot`` and ``zero_shot``: ± of the mean score by its items; "" if unknown."""
    width = z_of(float(analysis["facts"].get("level", 0.95)))
    return {
        (row["base"], row["arm"], row["target"], row["setting"]): {
            part: "" if row[part] is None else f"±{level(width * row[part])}" for part in ("pivot", "zero_shot")
        }
        for row in analysis["answer"].get("level_errors", [])
    }


def cluster_table(analysis: Analysis, selection: str) -> Table:
    """Gains by cluster of languages, under every clustering and metric."""
    facts = Facts.parse(analysis["facts"])
    names = ("base", "arm", "target", "metric", "clustering", "cluster", "n_languages")
    head = [*names[:-1], "languages", "none", "gain", "95 % interval", "p (Holm)", "seeds", "effects", "selection"]
    rows = []
    for row in analysis["clusters"]:
        gain = absent(facts, row["arm"], row["target"]) if row["gain"] is None else points(row["gain"])
        numbers = [level(row["none"]), gain, interval(row["low"], row["high"]), p_value(row["p_corrected"])]
        last = [str(row["n_seeds"]), row["effects"], row["selection"] or selection]
        rows.append([*(str(row[name]) for name in names), *numbers, *last])
    said = (
        "Gain over none by cluster of languages, in points. Effects: fixed, the interval speaks of "
        f"{EFFECTS['fixed']}; random, of {EFFECTS['random']}."
    )
    return Table("clusters", labelled(analysis, said), head, rows, frozenset(range(6, 12)))


def average_tables(analysis: Analysis) -> list[Table]:
    """The averages of each benchmark."""
    tables = []
    for found in benchmark_tables(analysis):
        head = ["base", "arm", "form", *found["columns"]]
        rows = [
            [row["base"], row["arm"], row["form"], *((cell["value"], cell["note"]) for cell in row["cells"])]
            for row in found["rows"]
        ]
        said = f"Averages of {found['protocol']}: mean over seeds; – where a cell is missing."
        tables.append(Table("aggregates", labelled(analysis, said), head, rows, frozenset(range(3, len(head)))))
    return tables


def no_number(analysis: Analysis, grids: Sequence[Grid]) -> list[str]:
    """Cells of the matrix without a number, but cut ones: ``ARM on TARGET``, with the base where there are several."""
    facts = Facts.parse(analysis["facts"])
    several = len(facts.bases) > 1
    return [
        f"{arm} on {target}{f' from {grid.base}' if several else ''}"
        for grid in grids
        for (arm, target), cell in grid.cells.items()
        if cell.gain is None and not cell.cut
    ]
