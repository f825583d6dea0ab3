"""The averages of a benchmark as the page and the Markdown table show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.numbers import level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.statistics import Analysis


def benchmark_tables(analysis: Analysis) -> list[dict[str, Any]]:
    """For each protocol that averages: its tasks, groups and overall score by base, arm and form.

    Columns are headings; a cell is ``{"value", "note", "title"}``, its value "–" where anything it needs is missing.
    """
    tables: dict[str, dict[str, Any]] = {}
    for row in analysis["aggregates"]:
        table = tables.setdefault(row["protocol"], {"protocol": row["protocol"], "columns": {}, "rows": {}})
        table["columns"][row["level"], row["name"]] = row["name"] if row["level"] == "task" else _heading(row)
        line = table["rows"].setdefault((row["base"], row["arm"], row["form"]), [])
        line.append(_average(row))
    return [
        {
            "protocol": table["protocol"],
            "columns": list(table["columns"].values()),
            "rows": [
                {"base": base, "arm": arm, "form": form, "cells": cells}
                for (base, arm, form), cells in table["rows"].items()
            ],
        }
        for table in tables.values()
    ]


def _heading(row: Mapping[str, Any]) -> str:
    return f"group {row['name']}" if row["level"] == "group" else "overall"


def _average(row: Mapping[str, Any]) -> dict[str, str]:
    cells = row["missing"].split("; ") if row["missing"] else []
    seeds = f"{row['n_seeds']}/{row['wanted_seeds']} seeds" if row["value"] is not None else ""
    partial = "" if row["n_seeds"] >= row["wanted_seeds"] else seeds
    missing = f"{len(cells)} missing" if cells else ""
    return {
        "value": level(row["value"]),
        "note": ", ".join(filter(None, (f"±{level(row['sd'])}" if row["sd"] is not None else "", partial, missing))),
        "title": f"missing: {row['missing']}" if cells else "",
    }
