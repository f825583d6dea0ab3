"""What the command line does with a study: load, plan, run, report. Nothing here imports torch."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.studies import retention
from xstilts.studies.execute import EXECUTORS
from xstilts.studies.execute.outcome import Outcome
from xstilts.studies.load import catalog_names, catalog_text, load_study
from xstilts.studies.plan import Plan, analyse_node, make_plan
from xstilts.studies.setting import Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from xstilts.studies.execute.events import Event
    from xstilts.studies.node import Node
    from xstilts.studies.spec import Study
    from xstilts.studies.store import Store

__all__ = [
    "RunSummary",
    "catalog_names",
    "catalog_text",
    "load_study",
    "plan_study",
    "report_study",
    "run_study",
]

RUNNER = "xstilts.studies.runners:run_node"
"""What executes a node, as executors name it."""


@dataclass(frozen=True)
class RunSummary:
    """What a run did.

    Attributes:
        out: Folder of the report.
        outcome: What became of every node.
        labels: Key of every node to its label.
    """

    out: Path
    outcome: Outcome
    labels: Mapping[str, str]

    @property
    def exit_code(self) -> int:
        """0 when every node is there, else 1."""
        return 0 if self.outcome.complete else 1

    def to_json(self) -> dict[str, Any]:
        """The object that ``run --json`` prints."""
        failed = [{"key": key, "label": self.labels[key], "message": failure.message, "log": str(failure.log)}
                  for key, failure in self.outcome.failed.items()]  # fmt: skip
        outcome = self.outcome
        return {
            "out": str(self.out),
            "done": sorted(outcome.done),
            "cached": sorted(outcome.cached),
            "failed": failed,
            "not_run": sorted(outcome.not_run),
        }


def plan_study(study: Study) -> Plan:
    """The plan of a study; works offline."""
    return make_plan(study)


def run_study(
    study: Study,
    store: Store,
    out: Path,
    *,
    executor: str = "local",
    workers: int | None = None,
    threads: int = 1,
    keep: str = "encoders",
    on_event: Callable[[Event], None],
    command: str = "",
) -> RunSummary:
    """Run a study to its end and write its report.

    Args:
        study: The study.
        store: Where nodes are kept and found.
        out: Folder of the report.
        executor: Name of the executor.
        workers: Worker processes; None: the executor's default.
        threads: Threads of each worker.
        keep: Retention policy, see ``studies.retention``.
        on_event: Called with every event of the run.
        command: The command line that asked for this, for the report.
    """
    setting = _pinned(Setting.of(study))
    plan = make_plan(study, setting)
    nodes = list(plan.nodes.values())
    store.clean()
    retention.record(store, study.name, nodes, keep, str(out))
    run = EXECUTORS.get(executor, "--executor")
    described = plan.to_json(store)
    outcome = run(nodes, store, RUNNER, workers=workers, threads=threads, on_event=on_event)
    if not outcome.complete:
        _analyse_what_is_there(plan, store, threads, on_event)
    write_report(plan, described, store, out, outcome, command)
    retention.after_run(store)
    return RunSummary(out, outcome, {key: node.label for key, node in plan.nodes.items()})


def report_study(study: Study, store: Store, out: Path, command: str = "") -> Path:
    """Write the report of what the store holds of a study, without running anything but tables.

    Returns:
        The path of the page.
    """
    plan = make_plan(study, _recorded(Setting.of(study), store))
    there = {key for key, node in plan.nodes.items() if store.has(key, node.kind)}
    outcome = Outcome(cached=sorted(there), not_run={key: None for key in plan.nodes if key not in there})
    if not outcome.complete:
        _analyse_what_is_there(plan, store, 1, lambda event: None)
    return write_report(plan, plan.to_json(store), store, out, outcome, command)


def write_report(
    plan: Plan, described: Mapping[str, Any], store: Store, out: Path, outcome: Outcome, command: str
) -> Path:
    """Write the page and tables from the store."""
    from xstilts import reports, statistics

    kinds = {key: node.kind for key, node in plan.nodes.items()}
    node = _analysis(plan, store)
    analysis = store.folder(node.key, node.kind) if node is not None else statistics.analyse([], _facts(plan))

    def provenance(key: str) -> Mapping[str, Any] | None:
        return store.provenance(key, kinds[key]) if store.has(key, kinds[key]) else None

    def history(key: str) -> Sequence[Mapping[str, Any]]:
        path = store.folder(key, kinds[key]) / "history.json"
        curve: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["history"] if path.is_file() else []
        return curve

    return reports.write(
        out,
        json.loads(plan.study.model_dump_json()),
        _with_phases(plan, described),
        _outcome_json(outcome),
        analysis,
        provenance,
        history,
        [command] if command else [],
    )


def _pinned(setting: Setting) -> Setting:
    """The setting with every hub revision resolved, so that keys name what is read."""
    if setting.source.kind != "hub":
        return setting
    from dataclasses import replace

    study = setting.study
    names = {task for arm in study.arms.values() for phase in arm.phases for task in phase.tasks}
    for index, target in enumerate(study.targets):
        names |= {target.task, *(task for phase in setting.train_phases(target, f"targets.{index}") for task in phase)}
    tasks = [setting.task(name, "targets") for name in sorted(names)]
    return replace(setting, source=sources.resolve_revisions(tasks, setting.source))


def _recorded(setting: Setting, store: Store) -> Setting:
    """For a report: the revisions of the latest run, so that no network is needed."""
    return setting if setting.source.kind != "hub" else _pinned(setting)


def _present_cells(plan: Plan, store: Store) -> list[Any]:
    return [cell for cell in plan.cells if store.has(cell.score, "score")]


def _analysis(plan: Plan, store: Store) -> Node | None:
    """The analyse node over the scores that are there, if it has been made."""
    cells = _present_cells(plan, store)
    node = analyse_node(plan.setting, cells) if cells else None
    return node if node is not None and store.has(node.key, node.kind) else None


def _analyse_what_is_there(plan: Plan, store: Store, threads: int, on_event: Callable[[Event], None]) -> None:
    """After a failure: make the tables of the chains that did finish."""
    cells = _present_cells(plan, store)
    if cells:
        EXECUTORS.get("inline")([analyse_node(plan.setting, cells)], store, RUNNER, threads=threads, on_event=on_event)


def _facts(plan: Plan) -> dict[str, Any]:
    from xstilts.studies.plan import study_facts

    return study_facts(plan.setting)


def _with_phases(plan: Plan, described: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with what the report draws by: seed, phase and group of every training node."""
    nodes = []
    for entry in described["nodes"]:
        node = plan.nodes[entry["key"]]
        if node.kind in {"pretrain", "train"}:
            seed = str(node.payload["phase"]["seed"])
            entry = {**entry, "seed": seed, "group": _group(plan, node)}
        nodes.append(entry)
    return {**described, "nodes": nodes}


def _group(plan: Plan, node: Node) -> str:
    """The tasks trained up to a node, which name a learning curve: ``mnli → xnli``."""
    name = " + ".join(node.payload["phase"]["tasks"])
    parent = node.parents.get("encoder")
    return name if parent is None else f"{_group(plan, plan.nodes[parent])} → {name}"


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    failed = {key: {"message": found.message, "log": str(found.log)} for key, found in outcome.failed.items()}
    return {**asdict(outcome), "failed": failed, "not_run": sorted(outcome.not_run)}
