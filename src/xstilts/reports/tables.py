"""The tables of a report as files: CSV for machines, in full precision; Markdown and LaTeX for people."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

from xstilts.reports.arms_table import ARM_COLUMNS, arm_rows, arms_table, cut_table
from xstilts.reports.check_tables import check_table, collapse_tables, multiverse_table
from xstilts.reports.claims_table import HEAD, claims_rows, claims_section
from xstilts.reports.contrast_tables import chosen_table, contrast_table, mix_tables
from xstilts.reports.data_tables import data_tables
from xstilts.reports.findings import finding_tables
from xstilts.reports.item_tables import gain_item_table
from xstilts.reports.latex import latex
from xstilts.reports.numbers import plain
from xstilts.reports.overlap_table import overlap_tables
from xstilts.reports.published_table import COLUMNS, published_rows, published_tables
from xstilts.reports.result_tables import average_tables, cluster_table, gain_tables, labelled, score_table
from xstilts.reports.retrieval import retrieval_tables
from xstilts.reports.table import Table, markdown
from xstilts.statistics import (
    AGGREGATE_COLUMNS,
    CLUSTER_COLUMNS,
    GAIN_COLUMNS,
    GAIN_ITEM_COLUMNS,
    ITEM_COLUMNS,
    SCORE_COLUMNS,
)
from xstilts.statistics.score_rows import Condition
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.best_mix import MIX_COLUMNS
from xstilts.statistics.tables.chosen_arms import CHOSEN_COLUMNS
from xstilts.statistics.tables.chosen_vectors import VECTOR_COLUMNS
from xstilts.statistics.tables.contrasts import CONTRAST_COLUMNS
from xstilts.statistics.tables.dose_response import DOSE_COLUMNS
from xstilts.statistics.tables.layer_sweep import SWEEP_COLUMNS
from xstilts.statistics.tables.measured_overlap import OVERLAP_COLUMNS
from xstilts.statistics.tables.search_scores import SEARCH_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.grid import Grid
    from xstilts.statistics import Analysis


def csv_tables(analysis: Analysis) -> dict[str, str]:
    """File name to content of every CSV: scores, gains, clusters, and each of the others that has rows.

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
    for name, asked in _ASKED.items():
        if analysis["answer"].get(name):
            tables[f"{name}.csv"] = _csv(analysis["answer"][name], asked)
    if analysis["items"]:
        tables["items.csv"] = _csv(analysis["items"], ITEM_COLUMNS)
    if analysis["gain_items"]:
        tables["gain_items.csv"] = _csv(
            analysis["gain_items"], _with_condition(analysis["gain_items"], GAIN_ITEM_COLUMNS)
        )
    if trained := arm_rows(Facts.parse(analysis["facts"])):
        tables["arms.csv"] = _csv(trained, ARM_COLUMNS)
    if analysis["answer"].get("overlaps"):
        tables["overlap.csv"] = _csv(analysis["answer"]["overlaps"], OVERLAP_COLUMNS)
    if quoted := published_rows(analysis):
        tables["published.csv"] = _csv(quoted, COLUMNS)
    return tables


_ASKED = {
    "contrasts": CONTRAST_COLUMNS, "doses": DOSE_COLUMNS, "mix": MIX_COLUMNS, "chosen": CHOSEN_COLUMNS,
    "vectors": VECTOR_COLUMNS, "sweep": SWEEP_COLUMNS, "search": SEARCH_COLUMNS,
}  # fmt: skip
"""Tables of what a study asks on purpose and of its searches: name of the file, as in the answer, to columns."""


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


def text_tables(
    analysis: Analysis,
    grids: Sequence[Grid],
    selection: str,
    claims: Sequence[Mapping[str, Any]] = (),
    data: Sequence[Mapping[str, Any]] = (),
) -> dict[str, str]:
    """File name to content of every table in Markdown (``NAME.md``) and LaTeX with booktabs (``NAME.tex``).

    Args:
        analysis: The study's tables.
        grids: One gain matrix per base.
        selection: How checkpoints were chosen.
        claims: Verdicts on published claims, as written to claims.json.
        data: What was read, see ``data_read``.

    Returns:
        ``scores``, ``gains``, ``clusters``, ``data`` and, where there is something to say, ``aggregates``, ``checks``,
        ``multiverse``, ``collapsed``, ``without_collapsed``, ``learned``, ``gain_items``, ``claims``, ``published``,
        ``overlap``, ``overlap_warnings``, ``mix``, ``contrasts``, ``chosen``, ``arms``, ``cut``, ``vectors``,
        ``sweep``, ``search`` and ``search_diagnostics``.
    """
    second = [gain_item_table(analysis), check_table(analysis), multiverse_table(analysis), *collapse_tables(analysis)]
    asked = [contrast_table(analysis), chosen_table(analysis), arms_table(analysis), cut_table(analysis)]
    tables = [
        *finding_tables(analysis),
        *mix_tables(analysis),
        *(table for table in asked if table is not None),
        *gain_tables(analysis, grids, selection),
        score_table(analysis, selection),
        cluster_table(analysis, selection),
        *average_tables(analysis),
        *(table for table in second if table is not None),
        *retrieval_tables(analysis),
        *data_tables(analysis, data),
        *([_claims(analysis, claims)] if claims else []),
        *published_tables(analysis),
        *overlap_tables(analysis),
    ]
    files: dict[str, list[str]] = {}
    for table in tables:
        files.setdefault(f"{table.name}.md", []).append(markdown(table))
        files.setdefault(f"{table.name}.tex", []).append(latex(table))
    return {name: "\n".join(parts) for name, parts in files.items()}


def _claims(analysis: Analysis, claims: Sequence[Mapping[str, Any]]) -> Table:
    said = claims_section(claims)
    caption = labelled(analysis, f"{said['bearing']} {said['meaning']}".strip())
    return Table("claims", caption, HEAD, claims_rows(claims), frozenset({6}), frozenset({1, 2, 3, 4, 7, 9}))
