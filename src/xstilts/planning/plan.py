"""The plan of a study: its grid as nodes, equal ones merged, with warnings, costs and what is cached."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from xstilts.errors import StudyError
from xstilts.planning import cautions, controls, cost, overlaps, pinning
from xstilts.planning.chains.grid import cells_of
from xstilts.planning.planner import Planner
from xstilts.planning.resolved import known_bases, seeds_of
from xstilts.planning.study_facts import analyse_node
from xstilts.statistics.inference.power import outlook
from xstilts.statistics.score_rows import NONE
from xstilts.store.roles import ENCODER, MODEL, SweptRole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.planning.cautions import Caution
    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.store.node import Node
    from xstilts.store.store import Store
    from xstilts.studies.spec import Study

_FEW_ARMS = 3

MODEL_ROLES = (ENCODER, MODEL, str(SweptRole(0)))
"""Roles of the parent whose model a node starts from, or is one of."""


@dataclass(frozen=True)
class Plan:
    """All nodes of a study.

    Attributes:
        resolved: The study, and what its names stand for.
        nodes: Key to node, parents before children.
        cells: The chains.
        cautions: Warnings, each with its code and cell.
    """

    resolved: ResolvedStudy
    nodes: Mapping[str, Node]
    cells: Sequence[Cell]
    cautions: Sequence[Caution]

    @property
    def study(self) -> Study:
        """The study."""
        return self.resolved.study

    def totals(self, cached: Mapping[str, bool] | None = None) -> dict[str, Any]:
        """Sums over the plan, beside what separate runs of every chain would need."""
        trained = [key for cell in self.cells for key in cell.trained]
        alone = [self.nodes[key] for key in trained]
        shared = [node for node in self.nodes.values() if node.kind in {"pretrain", "train"}]
        left = [node for node in self.nodes.values() if not (cached or {}).get(node.key)]
        return {
            "nodes": len(self.nodes),
            "cached": len(self.nodes) - len(left),
            "train_nodes": len(shared),
            "train_nodes_without_sharing": len(alone) or len(shared),
            "train_steps": sum(node.cost.steps for node in shared),
            "train_steps_without_sharing": sum(node.cost.steps for node in alone or shared),
            "train_steps_guessed": any(node.cost.guessed for node in shared),
            "seconds": sum(node.cost.seconds for node in left),
            "flops": sum(node.cost.flops for node in left),
            "memory_bytes": max((node.cost.memory_bytes for node in left), default=0),
            "disk_bytes": sum(node.cost.disk_bytes for node in left),
            "gpu_hours": cost.gpu_hours(sum(node.cost.flops for node in left)),
            "gpu_model": cost.GPU_MODEL,
        }

    def to_json(self, store: Store | None = None) -> dict[str, Any]:
        """The machine-readable plan; ``cached`` is asked of the store."""
        cached = {key: store is not None and store.has(key, node.kind) for key, node in self.nodes.items()}
        arms = self.arms_of()
        nodes = [
            {
                "key": node.key,
                "kind": node.kind,
                "label": node.label,
                "parents": sorted(set(node.parents.values())),
                "model": next((node.parents[role] for role in MODEL_ROLES if role in node.parents), None),
                "cached": cached[node.key],
                "arms": arms.get(node.key, []),
                "cost": {k: v for k, v in asdict(node.cost).items() if k != "steps"} | {"steps": node.cost.steps},
            }
            for node in self.nodes.values()
        ]
        told = {"warnings": [asdict(caution) for caution in self.cautions], "totals": self.totals(cached)}
        origins = {name: base.origin for name, base in known_bases(self.resolved) if base.origin}
        return {"nodes": nodes, **told, "power": self.power(), "origins": origins}

    def arms_of(self) -> dict[str, list[str]]:
        """Key of a phase or a score to the arms whose chains have it, in the order of the study."""
        found: dict[str, dict[str, None]] = {}
        for cell in self.cells:
            # a baseline has no seed, and is no arm
            for key in filter(None, (*cell.trained, cell.score, cell.noised)) if cell.seed else ():
                found.setdefault(key, {})[cell.arm] = None
        return {key: list(arms) for key, arms in found.items()}

    def power(self) -> dict[str, Any]:
        """What the study's seeds can show, before it is run (``statistics.inference.power.Outlook``)."""
        arms = [arm for arm in self.study.arms if arm != NONE]
        targets = [target for target in self.resolved.targets if not target.tested_as]  # controls are no questions
        asked = sum(self.resolved.runs_on(arm, target.name) for arm in arms for target in targets)
        found = outlook(len(seeds_of(self.study)), max(1, asked * len(self.study.bases)))
        return {**asdict(found), "sentence": found.sentence()}


def few_arms(arms: Sequence[str]) -> str:
    """The arms that share a node, to stand beside its label; what more than three of them share needs no name."""
    return f"  [{', '.join(arms)}]" if 0 < len(arms) <= _FEW_ARMS else ""


def make_plan(study: Study, resolved: ResolvedStudy | None = None) -> Plan:
    """Expand a study's grid.

    Args:
        study: The study.
        resolved: The same with what its names resolve to, where it has commits of its own already.

    Raises:
        InputError: If a name, language, split or data file does not exist.
    """
    with _uncollected():
        return _made(resolved or controls.resolve(study))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Nothing that a plan is made of can be freed before it is done, and looking for it takes longer and longer."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _made(resolved: ResolvedStudy) -> Plan:
    resolved.check_languages()
    planner = Planner(resolved)
    cells = cells_of(planner)
    for node in overlaps.overlap_nodes(planner.nodes, cells):
        planner.add(node)
    if cells:
        planner.add(analyse_node(resolved, cells, overlaps.measured(planner.nodes, cells)))
    return Plan(resolved, planner.nodes, cells, cautions.find(resolved, list(planner.nodes.values())))


def plan_study(study: Study, *, resolve: bool = False, out: Path | None = None) -> Plan:
    """The plan of a study.

    Args:
        study: The study.
        resolve: Ask the hub for the commits of unpinned data sets and bases first; without it the plan works offline.
        out: Folder of an earlier run's report, whose commits are taken over.

    Raises:
        StudyError: If the plan is to be run (``resolve``) and files are missing that it needs beside the hub, or a
            package that it trains with.
    """
    resolved = controls.resolve(study)
    if out is not None:
        resolved = pinning.with_known(resolved, out)
    if not resolve:
        return make_plan(study, resolved)
    if resolved.source.kind == "hub":
        _refuse_missing_data(make_plan(study, resolved))
    plan = make_plan(study, pinning.pinned(resolved))
    _refuse_missing_peft(plan)
    return plan


def refuse_too_large(plan: Plan, executor: str) -> None:
    """Refuse what the memory of this machine cannot hold, where it is this machine that runs it.

    Raises:
        StudyError: Naming the largest phase.
    """
    import psutil

    if executor in _HERE:
        cautions.refuse_too_large(plan.nodes.values(), psutil.virtual_memory().total)


_HERE = ("local", "inline")
"""The executors that run nodes on this machine."""


def _refuse_missing_peft(plan: Plan) -> None:
    """Nothing is trained, not even what needs no low-rank updates, while the package that makes them is missing."""
    if find_spec("peft") is not None:
        return
    low = next((one for one in plan.nodes.values() if one.payload.get("phase", {}).get("lora_rank")), None)
    if low is not None:
        said = f"{low.label} has low-rank updates, which are made by peft; it is not installed."
        raise StudyError(said, field="training.lora_rank", hint="Install it with: pip install 'xstilts[lora]'")


def _refuse_missing_data(plan: Plan) -> None:
    """Nothing is asked of the hub and nothing is trained while a file is missing that the hub does not have."""
    missing = [caution.message for caution in plan.cautions if caution.code == "no-data"]
    if missing:
        folder = plan.resolved.source.data
        hint = "Name the folder: --set data=DIR." if folder is None else f"The data folder is {str(folder)!r}."
        said = f"needs files that are not there. {' '.join(missing)}"
        less = "Or leave out what reads them: --set arms.NAME=null, --set targets=[…]."
        raise StudyError(said, field="data", hint=f"{hint} {less}")
