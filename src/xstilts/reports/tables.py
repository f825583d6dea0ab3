"""The tables of a report as CSV (for machines, full precision) and Markdown (for people)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from xstilts.reports.averages import benchmark_tables
from xstilts.reports.claims_table import HEAD, claims_rows, claims_section
from xstilts.reports.numbers import interval, level, p_value, plain, points
from xstilts.statistics import AGGREGATE_COLUMNS, CLUSTER_COLUMNS, GAIN_COLUMNS, SCORE_COLUMNS
from xstilts.statistics.pairing import Condition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.grid import Grid, GridCell
    from xstilts.statistics import Analysis


def csv_tables(analysis: Analysis) -> dict[str, str]:
    """File name to content of scores.csv, gains.csv and clusters.csv, and of aggregates.csv where a protocol averages.

    Columns are those of the design. A gain is measured under one condition (split, noise, severity, source, selection,
    setting, protocol); when a study measures under several, the parts that differ follow as further columns.
    """
    tables = {
        "scores.csv": _csv(analysis["scores"], SCORE_COLUMNS),
        "gains.csv": _csv(analysis["gains"], _with_condition(analysis["gains"], GAIN_COLUMNS)),
        "clusters.csv": _csv(analysis["clusters"], _with_condition(analysis["clusters"], CLUSTER_COLUMNS)),
    }
    if analysis["aggregates"]:
        tables["aggregates.csv"] = _csv(analysis["aggregates"], AGGREGATE_COLUMNS)
    return tables


def _with_condition(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> tuple[str, ...]:
    """The columns, and those parts of the condition without which two rows would look the same."""
    key = [name for name in ("base", "arm", "target", "language", "metric", "clustering", "cluster") if name in columns]
    seen: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for row in rows:
        seen.setdefault(tuple(row[name] for name in key), []).append(row)
    rest = [name for name in Condition._fields if name not in columns]
    return (*columns, *(name for name in rest if any(len({row[name] for row in same}) > 1 for same in seen.values())))


def _csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([plain(row[name]) for name in columns] for row in rows)
    return buffer.getvalue()


def markdown_tables(analysis: Analysis, grids: Sequence[Grid], selection: str) -> dict[str, str]:
    """File name to content of gains.md, scores.md and clusters.md, and of aggregates.md where a protocol averages."""
    tables = {
        "gains.md": "\n".join(_gain_table(grid, selection) for grid in grids),
        "scores.md": _score_table(analysis, selection),
        "clusters.md": _cluster_table(analysis, selection),
    }
    if analysis["aggregates"]:
        tables["aggregates.md"] = _aggregate_tables(analysis)
    return tables


def _gain_table(grid: Grid, selection: str) -> str:
    head = ["arm", *(f"{name} ({metric})" for name, metric in grid.targets.values()), "mean of fair targets"]
    rows = [
        [arm, *(cell_text(grid.cells[arm, target]) for target in grid.targets), cell_text(grid.means.get(arm))]
        for arm in grid.arms
    ]
    note = (
        f"Zero-shot gain over none from {_cell(grid.base)}, in points, with its 95 % interval; checkpoint selection: "
        f"{selection}. * significant after Holm correction; † degenerate or leaking, not in the mean.\n"
    )
    return f"{note}\n{_markdown(head, rows)}"


def cell_text(cell: GridCell | None) -> str:
    """One cell of the gain matrix in plain text."""
    if cell is None:
        return "incomplete"
    if cell.gain is None:
        return "did not run"
    marks = ("*" if cell.significant else "") + ("†" if cell.unfair else "")
    spread = f" ({interval(cell.low, cell.high)})" if cell.low is not None else " (one seed)"
    return points(cell.gain) + marks + spread + (f" [{cell.n_seeds} of {cell.wanted} seeds]" if cell.partial else "")


def _score_table(analysis: Analysis, selection: str) -> str:
    head = ["base", "arm", "target", "metric", "pivot", "zero-shot", "sd over seeds", "seeds", "languages", "selection"]
    rows = []
    for row in analysis["answer"]["levels"]:
        away = row["zero_shot"]
        numbers = [level(row["pivot"]["mean"]), level(away["mean"]), level(away["sd"])]
        counts = [away["n_seeds"], away["n_languages"], row["selection"] or selection]
        rows.append([row["base"], row["arm"], row["target"], row["metric"], *numbers, *counts])
    return "Mean scores over seeds; the pivot is never part of the zero-shot average.\n\n" + _markdown(head, rows)


def _cluster_table(analysis: Analysis, selection: str) -> str:
    names = ("base", "arm", "target", "metric", "clustering", "cluster", "n_languages")
    head = [*names, "none", "gain", "95 % interval", "p (Holm)", "seeds", "selection"]
    rows = []
    for row in analysis["clusters"]:
        gain = "did not run" if row["gain"] is None else points(row["gain"])
        numbers = [level(row["none"]), gain, interval(row["low"], row["high"]), p_value(row["p_corrected"])]
        rows.append([*(row[name] for name in names), *numbers, row["n_seeds"], row["selection"] or selection])
    return _markdown(head, rows)


def _aggregate_tables(analysis: Analysis) -> str:
    parts = []
    for table in benchmark_tables(analysis):
        head = ["base", "arm", "form", *table["columns"]]
        rows = [
            [row["base"], row["arm"], row["form"], *(f"{cell['value']} {cell['note']}" for cell in row["cells"])]
            for row in table["rows"]
        ]
        note = f"{_cell(table['protocol'])}: mean over seeds; – where a cell is missing."
        parts.append(f"{note}\n\n{_markdown(head, rows)}")
    return "\n".join(parts)


def claims_markdown(claims: Sequence[Mapping[str, Any]]) -> str:
    """The content of claims.md: every claim with its verdicts."""
    said = claims_section(claims)
    return f"{_cell(said['bearing'])}\n\n{_cell(said['meaning'])}\n\n{_markdown(HEAD, claims_rows(claims))}"


def _markdown(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(value) for value in line) + " |" for line in lines) + "\n"


def _cell(value: object) -> str:
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return " ".join(text.split())
