"""``score``: per-example predictions to the task's metrics, one row per language, setting and metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.studies.runners.loading import write_json
from xstilts.studies.runners.predictions import entries, table_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from xstilts.studies.execute.context import Context
    from xstilts.studies.node import Node


INDEX_RECALL = "index_recall@20"
"""Of an approximate search: percent of the exact search's twenty nearest candidates that it found."""


def run(node: Node, context: Context) -> None:
    """Write ``scores.json``: a list of ``{language, setting, metric, value, n, chance, truncated, lost, words}``."""
    folder = context.parent("predictions")
    chosen_on = _chosen_on(node, context) if "chosen_on" in node.parents else frozenset()
    rows: list[dict[str, Any]] = []
    for entry in entries(folder):
        table = _kept(table_of(folder, entry), node.payload.get("half", ""), chosen_on)
        where = {"language": entry["language"], "setting": entry["setting"]}
        for row in _scored(node.payload, table, entry):
            rows.append({**where, **row, **_counts(table), "rejected": entry["rejected"]})
    write_json(context.work / "scores.json", rows)


def _chosen_on(node: Node, context: Context) -> frozenset[str]:
    """Ids of the items by which an arm was chosen: one half of those predicted under ``chosen_on``."""
    from xstilts.evaluation.halves import CHOOSING_HALF, in_half

    folder = context.parent("chosen_on")
    ids: list[str] = []
    for entry in entries(folder):
        ids += table_of(folder, entry, ["id"]).column("id").to_pylist()
    chosen = zip(ids, in_half(ids, CHOOSING_HALF), strict=True)
    numbers = node.payload.get("own_dev", False)  # numbers of rows are equal in sets that have nothing else in common
    return frozenset(item for item, own in chosen if own and (numbers or not item.isdecimal()))


def _kept(table: pa.Table, half: str, chosen_on: frozenset[str]) -> pa.Table:
    """The rows that count: one half of them, or those that nothing was chosen by."""
    import pyarrow as pa

    from xstilts.evaluation.halves import in_half

    ids = table.column("id").to_pylist()
    if half:
        return table.filter(pa.array(in_half(ids, half)))
    if chosen_on.isdisjoint(ids):
        return table
    return table.filter(pa.array([item not in chosen_on for item in ids]))


def _scored(said: Mapping[str, Any], table: pa.Table, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    from xstilts import evaluation

    rows = evaluation.score(
        said["kind"],
        table,
        said["metrics"],
        said["labels"],
        entry["candidates"],
        said.get("rule", ""),
        entry["language"],
    )
    if "index_recall" in entry:
        rows.append({"metric": INDEX_RECALL, "value": 100 * entry["index_recall"], "n": len(table), "chance": None})
    return rows


def _counts(table: pa.Table) -> dict[str, int]:
    """How many examples were cut, and, for tagging, how many of the words were lost that way."""
    counts = {"truncated": sum(table.column("truncated").to_pylist())}
    if "lost" in table.column_names:
        counts["lost"] = sum(table.column("lost").to_pylist())
        counts["words"] = sum(len(tags) for tags in table.column("gold").to_pylist())
    return counts
