"""What is done with a study: load, plan, run. Nothing here imports torch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import StoreError, StudyError
from xstilts.studies import overlaps, pinning, recorded, retention
from xstilts.studies.disk import make_folder
from xstilts.studies.execute import EXECUTORS
from xstilts.studies.execute.local import default_workers
from xstilts.studies.execute.outcome import Outcome
from xstilts.studies.load import catalog_names, catalog_text, load_study
from xstilts.studies.plan import analyse_node, make_plan
from xstilts.studies.setting import Setting

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.studies.cells import Cell
    from xstilts.studies.execute.events import OnEvent
    from xstilts.studies.execute.outcome import Failure
    from xstilts.studies.node import Node
    from xstilts.studies.overlaps import Measured
    from xstilts.studies.plan import Plan
    from xstilts.studies.spec import Study
    from xstilts.studies.store import Store

__all__ = [
    "analysis_node",
    "catalog_names",
    "catalog_text",
    "load_study",
    "plan_study",
    "run_study",
    "stored_outcome",
    "summary",
]

RUNNER = "xstilts.studies.runners:run_node"
"""What executes a node, as executors name it."""


def plan_study(study: Study, *, resolve: bool = False, out: Path | None = None) -> Plan:
    """The plan of a study.

    Args:
        study: The study.
        resolve: Ask the hub for the commits of unpinned data sets and bases first; without it the plan works offline.
        out: Folder of an earlier run's report, whose commits are taken over.

    Raises:
        StudyError: If the plan is to be run (``resolve``) and files are missing that it needs beside the hub.
    """
    setting = Setting.of(study)
    if out is not None:
        setting = pinning.with_known(setting, out)
    if not resolve:
        return make_plan(study, setting)
    if setting.source.kind == "hub":
        _refuse_missing_data(make_plan(study, setting))
    return make_plan(study, pinning.pinned(setting))


def _refuse_missing_data(plan: Plan) -> None:
    """Nothing is asked of the hub and nothing is trained while a file is missing that the hub does not have."""
    missing = [caution.message for caution in plan.cautions if caution.code == "no-data"]
    if missing:
        folder = plan.setting.source.data
        hint = "Name the folder: --set data=DIR." if folder is None else f"The data folder is {str(folder)!r}."
        said = f"needs files that are not there. {' '.join(missing)}"
        less = "Or leave out what reads them: --set arms.NAME=null, --set targets=[…]."
        raise StudyError(said, field="data", hint=f"{hint} {less}")


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
    }


def run_study(
    plan: Plan,
    store: Store,
    out: Path,
    *,
    executor: str = "local",
    workers: int | None = None,
    threads: int = 1,
    keep: str | None = None,
    command: str = "",
    on_event: OnEvent,
) -> Outcome:
    """Run a plan to its end: every node into the store, then the tables of what finished.

    Args:
        plan: What to run, from ``plan_study(study, resolve=True)``.
        store: Where nodes are kept and found.
        out: Folder of the report; names the record of this run.
        executor: Name of the executor.
        workers: Worker processes; None: the physical cores.
        threads: Threads of each worker.
        keep: Retention policy, see ``studies.retention``; weights that it keeps and an earlier run dropped are made
            again. None: ``encoders``, and nothing is made again for its sake.
        command: The command line that runs the study, for those who need its weights later.
        on_event: Called with every event of the run.
    """
    nodes = list(plan.nodes.values())
    run = EXECUTORS.get(executor, "--executor")
    make_folder(out, "report")
    store.clean()
    weights = retention.wanted_by(keep)
    asked = recorded.of_nodes(nodes, command).to_json()
    retention.record(store, plan.study.name, nodes, keep or retention.DEFAULT_KEEP, str(out), asked)
    outcome = run(
        nodes, store, RUNNER, workers=workers or default_workers(), threads=threads, on_event=on_event, weights=weights
    )
    if not outcome.complete:
        _analyse_what_is_there(plan, store, threads, on_event)
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
        for failure in _analyse_what_is_there(plan, store, 1, lambda event: None):
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
    node = analyse_node(plan.setting, cells, _present_overlaps(plan, store))
    if not store.has(node.key, node.kind):
        said = "The tables could not be made of the scores that are there; nothing was reported."
        raise StoreError(said, field=str(store.log(node.key)), hint="This log says why.")
    return node


def _present_cells(plan: Plan, store: Store) -> list[Cell]:
    return [cell for cell in plan.cells if all(store.has(key, "score") for key in (cell.score, cell.chosen) if key)]


def _present_overlaps(plan: Plan, store: Store) -> Measured:
    return overlaps.measured(plan.nodes, plan.cells, lambda key: store.has(key, "overlap"))


def _analyse_what_is_there(plan: Plan, store: Store, threads: int, on_event: OnEvent) -> list[Failure]:
    """After a failure: make the tables of the chains that did finish; gives why that failed, if it did."""
    cells = _present_cells(plan, store)
    if not cells:
        return []
    node = analyse_node(plan.setting, cells, _present_overlaps(plan, store))
    outcome = EXECUTORS.get("inline")([node], store, RUNNER, workers=1, threads=threads, on_event=on_event)
    return list(outcome.failed.values())
