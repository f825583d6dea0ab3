"""What sharing phases saves: a study beside the same chains run one by one, each in a store of its own.

    python benchmarks/sharing.py [STUDY] [--set path=value]…         phases and steps from the plan, nothing is run
    python benchmarks/sharing.py [STUDY] --store DIR                 also counts the phases that a finished run trained
    python benchmarks/sharing.py [STUDY] --run [--workers 1]          also runs both, and takes the wall time

A chain is base → arm → target → scores for one seed. Without sharing, it trains all its phases itself. One worker is
the fair comparison of work; with more, the shared run can also fill them better.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.execution import EXECUTORS
from xstilts.execution.run_options import RunOptions
from xstilts.execution.study_run import RUNNER
from xstilts.planning.plan import plan_study
from xstilts.store.store import Store
from xstilts.studies.load import load_study

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", nargs="?", default="demo")
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="PATH=VALUE")
    parser.add_argument("--store", type=Path, help="of a finished run")
    parser.add_argument("--run", action="store_true", help="run both and take the time")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    plan = plan_study(load_study(options.study, options.sets))
    result = {"study": plan.study.name, "chains": len(plan.cells), **_counted(plan)}
    if options.store:
        result |= _trained(plan, Store(options.store))
    if options.run:
        result |= {"cores": os.cpu_count(), "workers": options.workers, **_measured(plan, options.workers)}
    print(json.dumps(result, indent=2))


def chain(plan: Plan, score: str) -> list[Node]:
    """The nodes of one chain: everything that its score node hangs on, parents first."""
    needed, waiting = {score}, [score]
    while waiting:
        parents = set(plan.nodes[waiting.pop()].parents.values()) - needed
        needed |= parents
        waiting += parents
    return [node for key, node in plan.nodes.items() if key in needed]


def _counted(plan: Plan) -> dict[str, Any]:
    totals = plan.totals()
    names = ("train_nodes", "train_nodes_without_sharing", "train_steps", "train_steps_without_sharing")
    ratio = totals["train_steps_without_sharing"] / totals["train_steps"]
    return {**{name: totals[name] for name in names}, "step_ratio": round(ratio, 2)}


def _trained(plan: Plan, store: Store) -> dict[str, Any]:
    """Phases that a run trained, beside the phases of the study that differ in anything that is trained."""
    phases = [node for node in plan.nodes.values() if node.kind in {"pretrain", "train"}]
    trained = sum(store.has(node.key, node.kind) for node in phases)
    distinct = len({_content(plan, node) for node in phases})
    return {"phases_trained": trained, "distinct_phases": distinct, "phase_ratio": round(trained / distinct, 2)}


def _content(plan: Plan, node: Node) -> str:
    """What a phase is, told without its key: what is trained how, on which data, starting from what."""
    parents = {role: plan.nodes[key] for role, key in node.parents.items()}
    data = sorted(json.dumps(own.payload, sort_keys=True) for own in parents.values() if own.kind == "prepare")
    start = _content(plan, parents["encoder"]) if "encoder" in parents else ""
    return json.dumps([json.dumps(node.payload, sort_keys=True), data, start])


def _measured(plan: Plan, workers: int) -> dict[str, Any]:
    """Wall time of all scores of the study: shared, and as separate runs; tables and report are in neither."""
    shared = _seconds([node for node in plan.nodes.values() if node.kind != "analyse"], workers)
    alone = 0.0
    for number, cell in enumerate(plan.cells, 1):
        alone += _seconds(chain(plan, cell.score), workers)
        print(f"chain {number} of {len(plan.cells)}, {alone:.0f} s so far", file=sys.stderr)
    return {
        "seconds": round(shared, 1),
        "seconds_without_sharing": round(alone, 1),
        "time_ratio": round(alone / shared, 2),
    }


def _seconds(nodes: Sequence[Node], workers: int) -> float:
    """Wall time of one run from an empty store."""
    with tempfile.TemporaryDirectory() as scratch:
        started = time.perf_counter()
        run = EXECUTORS.get("local")
        outcome = run(nodes, Store(Path(scratch)), RUNNER, RunOptions(workers=workers))
        seconds = time.perf_counter() - started
    if not outcome.complete:
        raise SystemExit(f"The run is incomplete, so its time means nothing: {outcome}")
    return seconds


if __name__ == "__main__":
    main()
