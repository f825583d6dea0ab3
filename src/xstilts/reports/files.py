"""The tables of a report as files: CSV for machines, in full precision; Markdown and LaTeX for people."""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import plain
from xstilts.reports.registry import SECTIONS
from xstilts.reports.tables.latex import latex
from xstilts.reports.tables.table import escaped, markdown
from xstilts.statistics.score_rows import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.score_rows import Row


def csv_files(report: Report) -> dict[str, str]:
    """File name to content of every CSV.

    What is told of a gain was measured under one condition (split, noise, severity, source, selection, setting,
    protocol); when a study measures under several, the parts that differ follow as further columns.
    """
    files = {}
    for entry in (entry for section in SECTIONS for entry in section.tables if entry.columns):
        rows = report.rows(entry.name) if entry.rows is None else entry.rows(report)
        if rows or entry.always:
            files[f"{entry.name}.csv"] = csv_text(rows, _with_condition(rows, entry.columns))
    return files


def _with_condition(rows: Sequence[Row], columns: Sequence[str]) -> Sequence[str]:
    """The columns, and those parts of the condition without which two rows would look the same."""
    key = [name for name in ("base", "arm", "target", "language", "metric", "clustering", "cluster") if name in columns]
    seen: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        seen[tuple(row[name] for name in key)].append(row)
    rest = [name for name in Condition._fields if name not in columns and all(name in row for row in rows)]
    return (*columns, *(name for name in rest if any(len({row[name] for row in same}) > 1 for same in seen.values())))


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> str:
    """Rows as CSV with these columns; no text of them is a formula to a spreadsheet."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([plain(row[name]) for name in columns] for row in rows)
    return buffer.getvalue()


def text_files(tables: Mapping[str, Sequence[Table]]) -> dict[str, str]:
    """File name to content of every table in Markdown (``NAME.md``) and LaTeX with booktabs (``NAME.tex``).

    A table of which its section's sentence on reading speaks has that sentence above it in Markdown.
    """
    files: dict[str, list[str]] = defaultdict(list)
    for section in SECTIONS:
        for entry in section.tables:
            for number, table in enumerate(tables[entry.name]):
                how = [f"{escaped(section.how)}\n"] if entry.explained and number == 0 else []
                files[f"{entry.name}.md"] += [*how, markdown(table)]
                files[f"{entry.name}.tex"].append(latex(table))
    return {name: "\n".join(parts) for name, parts in files.items()}


def file_name(name: str) -> str:
    """A picture's name as a file name: nothing that a path or a shell would read as more than letters."""
    return re.sub(r"[^\w.+-]+", "_", name).strip("._") or "figure"
