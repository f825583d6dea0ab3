"""The section of the page on searches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.search_tables import arm_tables, diagnostic_tables, metric_tables
from xstilts.reports.sweep import sweep_name, sweep_said
from xstilts.reports.vector_tables import option_tables, vectors_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.reports.table import Table
    from xstilts.statistics import Analysis


def retrieval_section(analysis: Analysis, drawn: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the section shows: figures by layer, arms by task, chosen vectors, and more tables to unfold.

    Args:
        analysis: The study's tables.
        drawn: Name to picture.

    Returns:
        ``figures`` (base, target, picture, said), ``search`` and ``vectors`` (tables), ``more`` (title and table) and
        ``several`` (bases); None for a study without searches.
    """
    swept = list(dict.fromkeys((row["base"], row["target"]) for row in analysis["answer"].get("sweep", [])))
    search = arm_tables(analysis)
    if not swept and not search:
        return None
    figures = [
        {"base": base, "target": target, "picture": drawn[name], "said": sweep_said(analysis, base, target)}
        for base, target in swept
        if (name := sweep_name(analysis, base, target)) in drawn
    ]
    folds = (
        ("Other metrics and ways of searching", metric_tables(analysis)),
        ("What needs no training", option_tables(analysis)),
        ("Diagnostics of the vectors", diagnostic_tables(analysis)),
    )
    more = [(f"{title}: {where}", table) for title, tables in folds for where, table in tables.items()]
    return {
        "figures": figures,
        "search": search,
        "vectors": vectors_table(analysis),
        "more": [{"title": title, "table": table} for title, table in more],
        "several": len({base for base, _ in swept}) > 1,
    }


def retrieval_tables(analysis: Analysis) -> list[Table]:
    """All tables of the section, the ones for the paper first: arms by task, then chosen vectors."""
    chosen = vectors_table(analysis)
    kinds = (metric_tables, option_tables, diagnostic_tables)
    rest = [table for kind in kinds for table in kind(analysis).values()]
    return [*arm_tables(analysis), *([chosen] if chosen else []), *rest]
