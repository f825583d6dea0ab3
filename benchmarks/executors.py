"""What executors cost: time per node beyond its work, and how much faster two workers are than one.

    python benchmarks/executors.py [--nodes 200] [--executors local parsl]       overhead per node
    python benchmarks/executors.py --study demo [--set path=value]…              speed-up of two workers over one

Overhead: one worker runs nodes that do next to nothing. From the end of the first node to the end of the last, what is
not work (reading parents, the runner, writing into the store, as the worker measures it) is the executor's. Coming up
is left out, and told beside it. ``parsl`` runs on this machine. Targets: ``local`` at most 10 ms, ``parsl`` 50 ms.

Speed-up: the study from an empty store, with one worker and then with two. Target: 1.7 on two idle cores.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.execution import EXECUTORS
from xstilts.execution.events import NodeFinished
from xstilts.execution.run_options import RunOptions
from xstilts.execution.study_run import RUNNER
from xstilts.planning.plan import plan_study
from xstilts.store.node import Cost, Node
from xstilts.store.store import Store
from xstilts.studies.load import load_study

if TYPE_CHECKING:
    from xstilts.execution.events import Event
    from xstilts.runners.context import Context

WORK = "executors:work"
PLANNED_SECONDS = 5.0
"""What a node of the benchmark is planned to take, as a small node of a study is."""


def work(node: Node, context: Context) -> None:
    """The runner: next to nothing."""
    (context.work / "value.json").write_text(json.dumps(node.payload))


def main() -> None:
    """Print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nodes", type=int, default=200)
    parser.add_argument("--executors", nargs="+", default=["local", "parsl"], choices=EXECUTORS.names())
    parser.add_argument("--study")
    parser.add_argument("--set", dest="sets", action="append", default=[], metavar="PATH=VALUE")
    options = parser.parse_args()
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    result: dict[str, Any] = {"cores": os.cpu_count(), "load_per_core_before": round(load, 2)}
    if options.study:
        result |= {name: speed_up(name, options.study, options.sets) for name in options.executors}
    else:
        result |= {name: overhead(name, options.nodes) for name in options.executors}
    print(json.dumps(result, indent=2))


def overhead(executor: str, count: int) -> dict[str, float]:
    """Milliseconds per node beyond its work, and seconds until the first node was done."""
    nodes = [Node("score", f"n{i}", {"number": i}, cost=Cost(seconds=PLANNED_SECONDS)) for i in range(count)]
    ends, worked = [], []

    def watch(event: Event) -> None:
        if isinstance(event, NodeFinished):
            ends.append(time.perf_counter())
            worked.append(event.seconds)

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome = EXECUTORS.get(executor)(nodes, Store(Path(folder)), WORK, RunOptions(workers=1), watch)
    assert outcome.complete, outcome.failed
    # nodes that travel together end together: the first of them has the time of none of the others in its end
    beside = [index for index, end in enumerate(ends) if end - ends[0] < 1e-3][-1] + 1
    spare = ends[-1] - ends[0] - sum(worked[beside:])
    return {
        "nodes": count,
        "overhead_ms": round(1000 * spare / (count - beside), 2),
        "work_ms": round(1000 * sum(worked) / count, 2),
        "first_node_after_s": round(ends[0] - began, 2),
    }


def speed_up(executor: str, study: str, sets: list[str]) -> dict[str, float]:
    """Wall time of a study with one worker and with two, and their ratio."""
    plan = plan_study(load_study(study, sets), resolve=True)
    seconds = {}
    for workers in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            nodes = list(plan.nodes.values())
            outcome = EXECUTORS.get(executor)(nodes, Store(Path(folder)), RUNNER, RunOptions(workers=workers))
            assert outcome.complete, outcome.failed
            seconds[workers] = time.perf_counter() - began
    ratio = round(seconds[1] / seconds[2], 2)
    return {"nodes": len(plan.nodes), **{f"seconds_{n}": round(s, 1) for n, s in seconds.items()}, "speed_up": ratio}


if __name__ == "__main__":
    main()
