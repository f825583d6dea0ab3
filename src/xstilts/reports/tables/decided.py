"""What a run decided that was to end when its question was answered, and what was predicted in place of measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import interval, level, points
from xstilts.reports.tables.table import Column, made, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Table
    from xstilts.statistics.score_rows import Row

DECIDED_COLUMNS = ("arm", "score", "may_be_above_leader_by", "can_win", "seeds", "never_needed")
PREDICTED_COLUMNS = ("base", "arm", "target", "language", "predicted", "low", "high", "rests_on")


def decided_rows(report: Report) -> list[Row]:
    """One row per arm: how it stood when the run ended, and how many of its runs were never needed."""
    told = report.outcome.decisions
    left = [run["arm"] for run in told.get("never_needed", ())]
    return [{**row, "never_needed": left.count(row["arm"])} for row in told.get("arms", ())]


def predicted_rows(report: Report) -> list[Row]:
    """One row per gain that was not measured."""
    return [dict(row) for row in report.outcome.decisions.get("predicted", ())]


def decided_tables(report: Report) -> Sequence[Table]:
    """How the arms stood when the run ended; none where the whole grid was asked for."""
    rows = decided_rows(report)
    if not rows:
        return []
    leader = report.outcome.decisions["leader"]
    columns = (
        Column("arm", lambda row: f"{row['arm']} (leader)" if row["arm"] == leader else row["arm"]),
        number("score it was decided by", lambda row: level(row["score"])),
        number("at most above the leader", lambda row: _bound(row, leader)),
        Column("can still win", lambda row: "yes" if row["can_win"] else "no"),
        number("seeds", lambda row: str(row["seeds"])),
        number("runs never needed", lambda row: str(row["never_needed"])),
    )
    return [made("decided", report.labelled(" ".join(report.outcome.decisions["sentences"])), columns, rows)]


def predicted_tables(report: Report) -> Sequence[Table]:
    """Gains that were not measured, as far as a model fills them in."""
    rows = predicted_rows(report)
    said = (
        "Predicted, not measured: gains over none of cells that did not run, from those that did. No claim, mean or "
        "test of this report counts them. The interval is for what as many seeds as usual would measure, 95 % of the "
        "time; “?” says that too little was measured to give one."
    )
    columns = (
        *(Column(name, name) for name in PREDICTED_COLUMNS[:4]),
        number("predicted", lambda row: f"{points(row['predicted'])} (predicted)"),
        number("95 %", lambda row: interval(row["low"], row["high"]) or "?"),
        Column("rests on", "rests_on"),
    )
    return [made("predicted", report.labelled(said), columns, rows)] if rows else []


def _bound(row: Row, leader: str | None) -> str:
    if row["arm"] == leader:
        return "–"
    return "?" if row["may_be_above_leader_by"] is None else points(row["may_be_above_leader_by"])
