"""The report of a study from its plan and the store."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from xstilts import claims, statistics
from xstilts.disk import in_plain_words
from xstilts.execution.study_run import analysis_node
from xstilts.planning.study_facts import study_facts
from xstilts.reports.corrupted import corrupted
from xstilts.reports.made import steps_made, trained_made
from xstilts.reports.report import Report
from xstilts.reports.write import write
from xstilts.runners.loading import META
from xstilts.runners.train import HISTORY
from xstilts.store.payloads import TrainPayload
from xstilts.store.roles import ENCODER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xstilts.execution.outcome import Outcome
    from xstilts.planning.plan import Plan
    from xstilts.reports.plan_shapes import Plan as PlanShape
    from xstilts.store.node import Node
    from xstilts.store.store import Store

_PHASES = ("pretrain", "train")
"""The kinds of nodes that train; a base may be made by another kind."""


def write_report(
    plan: Plan, described: Mapping[str, Any], store: Store, out: Path, outcome: Outcome, commands: Sequence[str]
) -> Path:
    """Write page and tables of what the store holds; returns the path of the page.

    Args:
        plan: The plan.
        described: ``plan.to_json(store)`` as it was before the run, so that ``cached`` tells what the run found.
        store: Where the nodes lie.
        out: Folder of the report.
        outcome: What became of the nodes.
        commands: The command lines that give this report again, in order.

    Raises:
        CorruptNodeError: If the bytes of something that the report reads are not those that were written.
        StoreError: If scores are there and their tables are not, or the report's folder cannot be written to.
    """
    kinds = {key: node.kind for key, node in plan.nodes.items()}
    node = analysis_node(plan, store)
    empty = statistics.analyse([], study_facts(plan.resolved))
    folder = None if node is None else store.read(node.key, node.kind)
    analysis = empty if folder is None else statistics.load(folder)
    made = trained_made(plan, store, statistics.Facts.parse(analysis["facts"]).trained)
    analysis["facts"] = {**analysis["facts"], "trained": {arm: told.to_json() for arm, told in made.items()}}
    verdicts = claims.judge(claims.chosen(plan.study.claims), empty) if folder is None else claims.load(folder)

    kept = [key for key, kind in kinds.items() if store.has(key, kind)]
    files = {key: _json(store.file(key, kinds[key], HISTORY)) for key in kept if kinds[key] in ("pretrain", "train")}
    with in_plain_words(out, "report"):
        return write(
            out,
            Report(
                analysis,
                json.loads(plan.study.model_dump_json()),
                cast("PlanShape", _with_phases(plan, described, steps_made(plan, store))),
                outcome,
                {key: _known(store, key, kinds[key]) for key in kept},
                {key: found["history"] for key, found in files.items() if found},
                commands,
                verdicts,
                corrupted(plan, store, {row["base"]: row["arm"] for row in analysis["answer"].get("under_noise", ())}),
            ),
        )


def _known(store: Store, key: str, kind: str) -> dict[str, Any]:
    return {**store.provenance(key, kind), "counts": _json(store.file(key, kind, META))}


def _json(path: Path | None) -> Any:  # noqa: ANN401 - whatever a node wrote
    return None if path is None else json.loads(path.read_text(encoding="utf-8"))


def _with_phases(plan: Plan, described: Mapping[str, Any], made: Mapping[str, int]) -> dict[str, Any]:
    """The plan with what learning curves are drawn by, seed and group of every training node, and the steps made."""
    totals = {**described["totals"], **made}
    return {**described, "totals": totals, "nodes": [_with_phase(plan, entry) for entry in described["nodes"]]}


def _with_phase(plan: Plan, entry: Mapping[str, Any]) -> dict[str, Any]:
    node = plan.nodes[entry["key"]]
    if node.kind not in _PHASES:
        return dict(entry)
    return {**entry, "seed": str(node.asked(TrainPayload).phase.seed), "group": _group(plan, node)}


def _group(plan: Plan, node: Node) -> str:
    """The tasks trained up to a node, which name a learning curve: ``snli + mnli → squad``."""
    name = " + ".join(node.asked(TrainPayload).phase.tasks)
    parent = plan.nodes.get(node.parents.get(ENCODER, ""))
    return name if parent is None or parent.kind not in _PHASES else f"{_group(plan, parent)} → {name}"
