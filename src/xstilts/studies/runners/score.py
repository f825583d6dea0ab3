"""``score``: per-example predictions to the task's metrics, one row per language, setting and metric."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.studies.runners.loading import write_json
from xstilts.studies.runners.predict import INDEX

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from xstilts.studies.execute.context import Context
    from xstilts.studies.node import Node


def run(node: Node, context: Context) -> None:
    """Write ``scores.json``: a list of ``{language, setting, metric, value, n, chance, truncated, lost, words}``."""
    from pyarrow import parquet

    folder = context.parent("predictions")
    chosen_on = _chosen_on(node, context) if "chosen_on" in node.parents else frozenset()
    rows: list[dict[str, Any]] = []
    for entry in json.loads((folder / INDEX).read_text(encoding="utf-8")):
        table = _kept(parquet.read_table(folder / entry["file"]), node.payload.get("half", ""), chosen_on)
        where = {"language": entry["language"], "setting": entry["setting"]}
        for row in _scored(node.payload, table, entry):
            rows.append({**where, **row, **_counts(table), "rejected": entry["rejected"]})
    write_json(context.work / "scores.json", rows)


def _chosen_on(node: Node, context: Context) -> frozenset[str]:
    """Ids of the items by which an arm was chosen: one half of those predicted under ``chosen_on``."""
    from pyarrow import parquet

    from xstilts.evaluation.halves import CHOOSING_HALF, in_half

    folder = context.parent("chosen_on")
    ids: list[str] = []
    for entry in json.loads((folder / INDEX).read_text(encoding="utf-8")):
        ids += parquet.read_table(folder / entry["file"], columns=["id"]).column("id").to_pylist()
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

    return evaluation.score(
        said["kind"],
        table,
        said["metrics"],
        said["labels"],
        entry["candidates"],
        said.get("rule", ""),
        entry["language"],
    )


def _counts(table: pa.Table) -> dict[str, int]:
    """How many examples were cut, and, for tagging, how many of the words were lost that way."""
    counts = {"truncated": sum(table.column("truncated").to_pylist())}
    if "lost" in table.column_names:
        counts["lost"] = sum(table.column("lost").to_pylist())
        counts["words"] = sum(len(tags) for tags in table.column("gold").to_pylist())
    return counts
