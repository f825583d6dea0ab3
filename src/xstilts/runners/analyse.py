"""``analyse``: the scores of all chains of a study to its tables of scores, gains and clusters, and to verdicts."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from xstilts import claims
from xstilts.runners.overlap import ROWS
from xstilts.runners.score import ANSWERED, ITEMS, SCORES
from xstilts.statistics import analyse, analysis_files
from xstilts.statistics.inference.jackknife import GROUPS
from xstilts.statistics.setting_text import parted
from xstilts.statistics.study_facts import Facts
from xstilts.store.payloads import AnalysePayload
from xstilts.store.roles import OverlapRole, ScoresRole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xstilts.runners.context import Context
    from xstilts.statistics.study_facts import TargetFacts
    from xstilts.store.node import Node
    from xstilts.store.payloads import ScoredCell

CHANGED = ("edit_rate", "subword_rise")
"""How much a noise changed, beside the scores under it."""
MEASURED = ("language", "setting", "metric", "noise", "severity")
"""What names a score of a node; clean ones have no noise."""
COUNTED = ("truncated", "lost", "words", "rejected")
"""What evaluation could not read whole, kept beside the scores."""


def run(node: Node, context: Context) -> None:
    """Write the tables of the study (``statistics.analysis_files``) and the verdicts on claims (``claims.save``)."""
    asked = node.asked(AnalysePayload)
    facts = Facts.parse(asked.facts)
    row_of = partial(_score_row, facts.study, asked.source)
    measured = [(cell, row) for cell in asked.cells for row in _scores(context, cell.score)]
    rows = [row_of(cell, row) for cell, row in measured]
    rows += [row_of(cell, row) for cell in asked.cells if cell.noised for row in _under_noise(context, cell)]
    for cell in asked.cells:
        if cell.chosen:  # scores on the half of the pivot's dev set by which arms are chosen
            on_half = replace(cell, split=facts.selection_split, score=cell.chosen)
            rows += [row_of(on_half, row) for row in _scores(context, cell.chosen)]
    answered = [_answered_row(row_of, cell, row) for cell in asked.cells for row in _answered(context, cell.score)]
    counts = [_count_row(cell, row) for cell, row in measured if any(row.get(name) for name in COUNTED[:2])]
    targets = {
        name: {**entry, **_measured(name, facts.targets[name], measured)}
        for name, entry in asked.facts["targets"].items()
    }
    analysis = analyse(rows, {**asked.facts, "targets": targets}, counts, _overlaps(node, context), answered)
    analysis_files.save(context.work, analysis)
    claims.save(context.work, claims.judge(claims.chosen(list(asked.claims)), analysis))


def _scores(context: Context, key: str) -> list[dict[str, Any]]:
    """The scores of a node, each with how sure it is by its items where that is known."""
    folder = context.parent(str(ScoresRole(key)))
    rows: list[dict[str, Any]] = json.loads((folder / SCORES).read_text(encoding="utf-8"))
    sure = _items(folder)
    return [{**row, "items": sure.get(tuple(row.get(name) for name in MEASURED))} for row in rows]


def _under_noise(context: Context, cell: ScoredCell) -> list[dict[str, Any]]:
    """The scores of a cell under noise; their node stands in them."""
    return [{**row, "node": cell.noised} for row in _scores(context, cell.noised)]


def _items(folder: Path) -> dict[tuple[Any, ...], dict[str, Any]]:
    """How sure scores are by their items, by what names them (``MEASURED``)."""
    from pyarrow import parquet

    table = parquet.read_table(folder / ITEMS)
    moves = table.column("moves").combine_chunks().values.to_numpy().reshape(-1, GROUPS)
    named = table.select([name for name in MEASURED if name in table.column_names]).to_pylist()
    numbers = table.select(["error", "low", "high", "how"]).to_pylist()
    return {
        tuple(map(name.get, MEASURED)): {**number, "moves": moved}
        for name, number, moved in zip(named, numbers, moves, strict=True)
    }


def _answered(context: Context, key: str) -> list[dict[str, Any]]:
    path = context.parent(str(ScoresRole(key))) / ANSWERED
    rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return rows


def _answered_row(
    row_of: Callable[[ScoredCell, Mapping[str, Any]], dict[str, Any]], cell: ScoredCell, row: Mapping[str, Any]
) -> dict[str, Any]:
    """Which classes were right and which were said, under the names of the score that was measured on them."""
    score = {**row, "metric": "", "value": None, "n": None, "items": None}
    return {**row_of(cell, score), "gold": row["gold"], "said": row["said"]}


def _overlaps(node: Node, context: Context) -> list[dict[str, Any]]:
    """What was measured, each row with the arms that train on this data while ``none`` does not."""
    arms = node.asked(AnalysePayload).overlap_arms
    rows: list[dict[str, Any]] = []
    for role in OverlapRole.among(node.parents):
        for row in json.loads((context.parent(str(role)) / ROWS).read_text(encoding="utf-8")):
            learned = f"{row['train_task']}/{row['train_language']}/{row['target']}"
            rows.append({**row, "arms": " ".join(arms.get(learned, ()))})
    return rows


def _score_row(study: str, source: str, cell: ScoredCell, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "study": study,
        "base": cell.base,
        "arm": cell.arm,
        "target": cell.target,
        "seed": cell.seed,
        "language": row["language"],
        "split": cell.split,
        "noise": row.get("noise", "clean"),
        "severity": row.get("severity", 0),
        "source": source,
        "selection": cell.selection,
        "setting": row["setting"],
        "protocol": cell.protocol,
        "metric": row["metric"],
        "value": row["value"],
        "n": row["n"],
        "node": row.get("node", cell.score),
        "items": row["items"],
        **{name: row[name] for name in CHANGED if name in row},
    }


def _count_row(cell: ScoredCell, row: Mapping[str, Any]) -> dict[str, Any]:
    named = {name: getattr(cell, name) for name in ("base", "arm", "target", "seed")}
    return {**named, "language": row["language"], "n": row["n"], **{k: row[k] for k in COUNTED if row.get(k)}}


def _measured(
    target: str, facts: TargetFacts, measured: Sequence[tuple[ScoredCell, Mapping[str, Any]]]
) -> dict[str, Any]:
    """What guessing and what one answer to everything score in each language, on the target's headline."""
    rows = [
        row
        for cell, row in measured
        if (cell.target, row["metric"]) == (target, facts.metric) and parted(row["setting"])[1] == facts.variant
    ]
    return {
        name: {row["language"]: row[name] for row in rows if row.get(name) is not None} or None
        for name in ("chance", "constant")
    }
