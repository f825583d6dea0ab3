"""A plan is run: its nodes into the store, then the tables of what is there. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.disk import make_folder
from xstilts.errors import InputError, StoreError
from xstilts.execution import EXECUTORS, WITHOUT_SITE
from xstilts.execution.events import NodeFinished, ignore
from xstilts.execution.outcome import Outcome
from xstilts.execution.run_options import RunOptions
from xstilts.planning import overlaps
from xstilts.planning.study_facts import analyse_node
from xstilts.store import recorded, retention, scratch, study_records

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xstilts.execution.events import Event, OnEvent
    from xstilts.execution.outcome import Failure
    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.overlaps import MeasuredOverlaps
    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node
    from xstilts.store.store import Store

RUNNER = "xstilts.runners:run_node"
"""What executes a node, as executors name it."""


def summary(plan: Plan, outcome: Outcome, out: Path) -> dict[str, Any]:
    """The object that ``run --json`` prints."""
    failed = [
        {"key": key, "label": plan.nodes[key].label, "message": failure.message, "log": str(failure.log)}
        for key, failure in outcome.failed.items()
    ]
    return {
        "out": str(out),
        "done": sorted(outcome.done),
        "cached": sorted(outcome.cached),
        "failed": failed,
        "not_run": sorted(outcome.not_run),
        **({"decisions": dict(outcome.decisions)} if outcome.decisions else {}),
    }


@dataclass(frozen=True)
class StudyOptions:
    """How a study is run; nothing here can change a result.

    Attributes:
        executor: Name of the executor.
        workers: Worker processes; None: what the executor thinks best.
        threads: Threads of each worker.
        processes: Processes of each phase.
        keep: Retention policy, see ``store.retention``; weights that it keeps and an earlier run dropped are made
            again. None: ``encoders``, and nothing is made again for its sake.
        site: File that describes the machines of the executor ``parsl``.
        command: The command line that runs the study, for those who need its weights later.
    """

    executor: str = "local"
    workers: int | None = None
    threads: int = 1
    processes: int = 1
    keep: str | None = None
    site: Path | None = None
    command: str = ""


def run_study(
    plan: Plan,
    store: Store,
    out: Path,
    options: StudyOptions = StudyOptions(),
    on_event: OnEvent = ignore,
) -> Outcome:
    """Run a plan to its end: every node into the store, then the tables of what finished.

    Args:
        plan: What to run, from ``plan_study(study, resolve=True)``.
        store: Where nodes are kept and found.
        out: Folder of the report; names the record of this run.
        options: The executor and what it is told, and what the store keeps.
        on_event: Called with every event of the run.
    """
    outcome = prepared(plan, store, out, options, on_event)(list(plan.nodes.values()))
    if not outcome.complete:
        analyse_what_is_there(plan, store, options.threads, on_event)
    return finished(store, outcome)


def prepared(
    plan: Plan, store: Store, out: Path, options: StudyOptions, on_event: OnEvent
) -> Callable[[Sequence[Node]], Outcome]:
    """Record a run of a plan, and give what runs some of its nodes into the store.

    Weights stay as long as any node of the plan may read them, whichever are run.
    """
    nodes = list(plan.nodes.values())
    run, keep = EXECUTORS.get(options.executor, "--executor"), options.keep
    if options.site is not None and options.executor in WITHOUT_SITE:
        said = f"The executor {options.executor} runs nodes on this machine and reads no site file."
        raise InputError(said, field="--site", value=str(options.site), hint="Add --executor parsl, or leave it out.")
    make_folder(out, "report")
    store.clean()
    weights = retention.wanted_by(keep)
    asked = recorded.of_nodes(nodes, options.command).to_json()
    study_records.record(store, plan.study.name, nodes, keep or study_records.DEFAULT_KEEP, str(out), asked)
    scratch.drop_stale(store)
    how = RunOptions(options.workers, options.threads, options.processes, weights, options.site)

    def watch(event: Event) -> None:
        on_event(event)
        if isinstance(event, NodeFinished):
            retention.during_run(store, frozenset(event.node.parents.values()))

    return lambda some: run(some, store, RUNNER, how, watch)


def finished(store: Store, outcome: Outcome) -> Outcome:
    """The outcome, once weights that nothing waits for are dropped; says what could not be."""
    outcome.notes += retention.after_run(store).left
    return outcome


def stored_outcome(plan: Plan, store: Store) -> Outcome:
    """What the store holds of a plan, as the outcome of a run that did nothing; missing tables are made.

    Raises:
        StoreError: If they cannot be made of what the store holds, as when a score is damaged.
    """
    there = {key for key, node in plan.nodes.items() if store.has(key, node.kind)}
    outcome = Outcome(cached=sorted(there), not_run={key: None for key in plan.nodes if key not in there})
    if not outcome.complete:
        for failure in analyse_what_is_there(plan, store, 1, ignore):
            raise StoreError(failure.message)
    return outcome


def analysis_node(plan: Plan, store: Store) -> Node | None:
    """The node with the tables over all scores that are there; None while there are no scores.

    Raises:
        StoreError: If there are scores and it could not be made of them.
    """
    cells = _present_cells(plan, store)
    if not cells:
        return None
    node = analyse_node(plan.resolved, cells, _present_overlaps(plan, store))
    if not store.has(node.key, node.kind):
        said = "The tables could not be made of the scores that are there; nothing was reported."
        raise StoreError(said, field=str(store.log(node.key)), hint="This log says why.")
    return node


def _present_cells(plan: Plan, store: Store) -> list[Cell]:
    return [cell for cell in plan.cells if all(store.has(key, "score") for key in (cell.score, cell.chosen) if key)]


def _present_overlaps(plan: Plan, store: Store) -> MeasuredOverlaps:
    return overlaps.measured(plan.nodes, plan.cells, lambda key: store.has(key, "overlap"))


def analyse_what_is_there(plan: Plan, store: Store, threads: int, on_event: OnEvent) -> list[Failure]:
    """After a failure: make the tables of the chains that did finish; gives why that failed, if it did."""
    cells = _present_cells(plan, store)
    if not cells:
        return []
    node = analyse_node(plan.resolved, cells, _present_overlaps(plan, store))
    outcome = EXECUTORS.get("inline")([node], store, RUNNER, RunOptions(workers=1, threads=threads), on_event)
    return list(outcome.failed.values())
