"""``score``: per-example predictions to the task's metrics, one row per language, setting and metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.disk import write_sorted_json
from xstilts.runners.predictions import answers_of, entries, table_of
from xstilts.store.payloads import ScorePayload
from xstilts.store.roles import CHOSEN_ON, PREDICTIONS

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from xstilts.runners.context import Context
    from xstilts.store.node import Node


SCORES, ITEMS, ANSWERED = "scores.json", "items.parquet", "answered.json"
"""The files of a node: the scores, how sure they are by their items, and which answers were given how often."""


def run(node: Node, context: Context) -> None:
    """Write the three files, rows named by ``language`` and ``setting``.

    ``scores.json`` has ``{metric, value, n, chance, constant, truncated, lost, words, rejected}``; ``items.parquet``
    the columns of :class:`xstilts.evaluation.items.Uncertainty`; ``answered.json`` those of ``items.ClassCounts``.
    """
    from xstilts import evaluation

    asked, folder = node.asked(ScorePayload), context.parent(PREDICTIONS)
    scoring = evaluation.Scoring(asked.kind, asked.metrics, asked.labels, asked.rule)
    chosen_on = _chosen_on(node, context) if CHOSEN_ON in node.parents else frozenset()
    rows: list[dict[str, Any]] = []
    sure: list[dict[str, Any]] = []
    given: list[dict[str, Any]] = []
    found = entries(folder)
    compares = len({entry["setting"] for entry in found}) > 1  # then only the headline is judged by its items
    for entry in found:
        answers = answers_of(folder, entry)
        answers = answers._replace(table=_kept(answers.table, asked.half, chosen_on))
        one = evaluation.scored(answers, scoring, scoring.metrics[:1] if compares else None)
        where = {"language": entry["language"], "setting": entry["setting"]}
        rows += [{**where, **row, "rejected": entry["rejected"]} for row in one.rows]
        sure += [{**where, **row} for row in one.sure]
        if one.classes:
            given.append({**where, **one.classes})
    write_sorted_json(context.work / SCORES, rows)
    write_sorted_json(context.work / ANSWERED, given)
    _write_items(context.work / ITEMS, sure)


def _chosen_on(node: Node, context: Context) -> frozenset[str]:
    """Ids of the items by which an arm was chosen: one half of those predicted under ``chosen_on``."""
    from xstilts.evaluation.dev_halves import CHOOSING_HALF, in_half

    folder = context.parent(CHOSEN_ON)
    ids: list[str] = []
    for entry in entries(folder):
        ids += table_of(folder, entry, ["id"]).column("id").to_pylist()
    chosen = zip(ids, in_half(ids, CHOOSING_HALF), strict=True)
    numbers = node.asked(ScorePayload).own_dev  # numbers of rows are equal in sets that have nothing else in common
    return frozenset(item for item, own in chosen if own and (numbers or not item.isdecimal()))


def _kept(table: pa.Table, half: str, chosen_on: frozenset[str]) -> pa.Table:
    """The rows that count: one half of them, or those that nothing was chosen by."""
    import pyarrow as pa

    from xstilts.evaluation.dev_halves import in_half

    ids = table.column("id").to_pylist()
    if half:
        return table.filter(pa.array(in_half(ids, half)))
    if chosen_on.isdisjoint(ids):
        return table
    return table.filter(pa.array([item not in chosen_on for item in ids]))


def _write_items(path: Path, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    texts, numbers = ("language", "setting", "metric", "how"), ("error", "low", "high")
    schema = pa.schema(
        [(name, pa.string()) for name in texts]
        + [(name, pa.float64()) for name in numbers]
        + [("moves", pa.list_(pa.float32()))]
    )
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path)
