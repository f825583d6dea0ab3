"""The gain matrix and the answer for the terminal, after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.grid import MEANINGS
from xstilts.reports.tables.contrasts import mix_sentences
from xstilts.reports.tables.findings import findings
from xstilts.reports.tables.items import item_notes
from xstilts.reports.tables.results import cell_text
from xstilts.reports.tables.under_noise.robustness import robust_sentences
from xstilts.statistics.score_rows import NONE

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from xstilts.reports.grid import Grid, GridCell
    from xstilts.reports.report import Report


def print_summary(report: Report, console: Console) -> None:
    """Print what noise changes, what models did not learn, each base's gains and answer, and what a mix adds.

    Args:
        report: What to say, of which the analysis is enough.
        console: Where to; the command line gives one that writes to stderr when stdout is for machines.
    """
    from rich.text import Text

    for sentence in robust_sentences(report):
        console.print(Text(sentence))
    for sentence in findings(report):
        console.print(Text(sentence, style="bold red"))
    for grid, answer in zip(report.grids, report.rows("bases"), strict=True):
        if not grid.arms:
            console.print(Text(f"From {grid.base} the study has {NONE} alone: there is nothing to compare."))
            continue
        _table(grid, report, console)
        for sentence in answer["sentences"]:
            console.print(Text(sentence))
    for sentence in (*item_notes(report), *mix_sentences(report)):
        console.print(Text(sentence))
    if report.lab:
        console.print(Text("Lab numbers: they come from an invented world and say nothing about real languages."))


def _table(grid: Grid, report: Report, console: Console) -> None:
    from rich.table import Table
    from rich.text import Text

    selection = next((row["selection"] for row in report.rows("scores") if row["selection"]), "")
    title = f"Zero-shot gain over none from {grid.base}, points" + (f" (selection: {selection})" if selection else "")
    table = Table(title=Text(title), title_justify="left")
    table.add_column("arm")
    for name, metric in (*grid.targets.values(), ("mean", "fair targets")):
        table.add_column(Text(f"{name}\n{metric}"), justify="right")
    shown = ""
    for arm in grid.arms:
        cells = [_text(cell) for cell in (*(grid.cells[arm, target] for target in grid.targets), grid.means.get(arm))]
        table.add_row(Text(arm), *cells)
        shown += "".join(cell.plain for cell in cells)
    console.print(table)
    used = [f"{mark} {meaning}" for mark, meaning in MEANINGS.items() if mark in shown]
    if used:
        console.print(Text("; ".join(used)))


def _text(cell: GridCell | None) -> Text:
    from rich.text import Text

    if cell is None or cell.better is None:
        return Text(cell_text(cell), style="dim")
    style = "dim" if cell.unfair else "bold" if cell.significant else ""
    return Text(cell_text(cell).replace(" (", "\n("), style=style)
