"""The averages of a benchmark: its tasks, groups and overall score by base, arm and form."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.reports.numbers import level
from xstilts.reports.tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row


class Average(NamedTuple):
    """One cell: its value, "–" where anything it needs is missing; a note below it; and what is missing."""

    value: str
    note: str
    title: str


class Averages(NamedTuple):
    """What one protocol averages: headings, and (base, arm, form) to a cell under each."""

    protocol: str
    columns: Sequence[str]
    rows: Mapping[tuple[str, str, str], Sequence[Average]]


def averages(report: Report) -> list[Averages]:
    """The averages of each protocol that has such."""
    headings: dict[str, dict[tuple[str, str], str]] = {}
    lines: dict[str, dict[tuple[str, str, str], list[Average]]] = {}
    for row in report.analysis["aggregates"]:
        headings.setdefault(row["protocol"], {})[row["level"], row["name"]] = _heading(row)
        of_protocol = lines.setdefault(row["protocol"], {})
        of_protocol.setdefault((row["base"], row["arm"], row["form"]), []).append(_average(row))
    return [Averages(protocol, list(head.values()), lines[protocol]) for protocol, head in headings.items()]


def average_tables(report: Report) -> list[Table]:
    """The averages of each benchmark."""
    return [
        Table(
            "aggregates",
            report.labelled(f"Averages of {found.protocol}: means over seeds. “–” stands where a score is missing."),
            ["base", "arm", "form", *found.columns],
            [[*named, *((cell.value, cell.note) for cell in cells)] for named, cells in found.rows.items()],
            frozenset(range(3, 3 + len(found.columns))),
        )
        for found in averages(report)
    ]


def _heading(row: Row) -> str:
    return {"task": str(row["name"]), "group": f"group {row['name']}"}.get(row["level"], "overall")


def _average(row: Row) -> Average:
    cells = row["missing"].split("; ") if row["missing"] else []
    seeds = f"{row['n_seeds']}/{row['wanted_seeds']} seeds" if row["value"] is not None else ""
    partial = "" if row["n_seeds"] >= row["wanted_seeds"] else seeds
    missing = f"{len(cells)} missing" if cells else ""
    spread = f"±{level(row['sd'])}" if row["sd"] is not None else ""
    return Average(
        level(row["value"]),
        ", ".join(filter(None, (spread, partial, missing))),
        f"missing: {row['missing']}" if cells else "",
    )
