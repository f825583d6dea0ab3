"""``score``: per-example predictions to the task's metrics, one row per language, setting and metric."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.disk import write_sorted_json
from xstilts.runners.answers.predictions import answers_of, entries, table_of
from xstilts.store.payloads import ScorePayload
from xstilts.store.roles import CHOSEN_ON, CLEAN, PREDICTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from xstilts.runners.context import Context
    from xstilts.store.node import Node
    from xstilts.tasks.base import Kind


NAMED = ("language", "setting", "noise", "severity")
"""What a row is named by; clean rows have no noise."""
SCORES, ITEMS, ANSWERED = "scores.json", "items.parquet", "answered.json"
"""The files of a node: the scores, how sure they are by their items, and which answers were given how often."""


def run(node: Node, context: Context) -> None:
    """Write the three files, rows named by ``language`` and ``setting``.

    Under noise rows are also named by ``noise`` and ``severity``, have ``edit_rate`` and ``subword_rise``, and there is
    one more for each language, setting and variant: the ``flip_rate`` against the predictions on clean input.
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
    before = _on_clean_input(context) if CLEAN in node.parents else None
    compares = len({entry["setting"] for entry in found}) > 1  # then only the headline is judged by its items
    for entry in found:
        answers = answers_of(folder, entry)
        answers = answers._replace(table=_kept(answers.table, asked.half, chosen_on))
        one = evaluation.scored(answers, scoring, scoring.metrics[:1] if compares else None)
        where = {name: entry[name] for name in NAMED if name in entry}
        more = {"rejected": entry["rejected"], **_change(entry)}
        rows += [{**where, **row, **more} for row in one.rows]
        if before is not None:
            table = _kept(before(entry), asked.half, chosen_on)
            rows += [{**where, **row, **more} for row in _flips(asked.kind, table, answers.table)]
        sure += [{**where, **row} for row in one.sure]
        if one.classes:
            given.append({**where, **one.classes})
    write_sorted_json(context.work / SCORES, rows)
    write_sorted_json(context.work / ANSWERED, given)
    _write_items(context.work / ITEMS, sure)


def _change(entry: Mapping[str, Any]) -> dict[str, float]:
    """How much a noise changed: ``edit_rate`` of the letters, and ``subword_rise``, the rise in pieces per word."""
    if "noise" not in entry:
        return {}
    clean, noisy = (entry["pieces_per_word"][name] for name in ("clean", "noisy"))
    rise = {"subword_rise": noisy / clean - 1} if clean and noisy is not None else {}
    return {"edit_rate": entry["edit_rate"], **rise}


def _on_clean_input(context: Context) -> Callable[[Mapping[str, Any]], pa.Table]:
    """From an entry under noise to the predictions on clean input in the same language and setting."""
    folder = context.parent(CLEAN)
    found = {(entry["language"], entry["setting"]): entry for entry in entries(folder)}
    return lambda entry: table_of(folder, found[entry["language"], entry["setting"]])


def _flips(kind: Kind, clean: pa.Table, noisy: pa.Table) -> Iterator[dict[str, Any]]:
    """The row of how many predictions noise turned into others."""
    from xstilts.evaluation.under_noise import FLIP_RATE, flips

    found = flips(kind, clean, noisy)
    if found is not None:
        yield {"metric": FLIP_RATE, "value": found.rate, "n": found.n, "chance": None, "constant": None}


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
    noise = [("noise", pa.string()), ("severity", pa.int64())] if any("noise" in row for row in rows) else []
    schema = pa.schema(
        [(name, pa.string()) for name in texts]
        + noise
        + [(name, pa.float64()) for name in numbers]
        + [("moves", pa.list_(pa.float32()))]
    )
    parquet.write_table(pa.Table.from_pylist(rows, schema=schema), path)
