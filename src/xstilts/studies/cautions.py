"""What the planner warns of: cells that say less than they seem to, unpinned data, room that may not suffice."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.tasks.union import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xstilts.studies.node import Node
    from xstilts.studies.setting import Setting

CODES = ("degenerate", "leak", "hidden-stage", "overlap", "unpinned", "memory", "disk")
"""Every warning code."""


@dataclass(frozen=True)
class Caution:
    """One warning.

    Attributes:
        code: One of ``CODES``.
        cell: Which base, arm, target and language it concerns; ``*`` where it concerns all.
        message: One sentence.
    """

    code: str
    cell: dict[str, str]
    message: str


def cell(base: str = "*", arm: str = "*", target: str = "*", language: str = "*") -> dict[str, str]:
    """A cell of the grid, for a warning."""
    return {"base": base, "arm": arm, "target": target, "language": language}


def find(setting: Setting, nodes: Sequence[Node]) -> list[Caution]:
    """All warnings of a study."""
    return [*of_cells(setting), *_unpinned(setting), *_room(nodes)]


def of_cells(setting: Setting) -> list[Caution]:
    """The warnings that belong to the science, whatever machine runs it."""
    return [*_shared_content(setting), *_hidden_stages(setting)]


def _shared_content(setting: Setting) -> Iterator[Caution]:
    for arm, spec in setting.study.arms.items():
        in_arm = _with_parts(setting, [task for phase in spec.phases for task in phase.tasks])
        for index, target in enumerate(setting.study.targets):
            where = f"targets.{index}"
            phases = setting.train_phases(target, where)
            trained = _with_parts(setting, [task for phase in phases for task in phase])
            task = setting.task(target.task, where)
            same = [name for name in in_arm if name in trained]
            if same:
                called = ", ".join(in_arm[name] for name in same)
                message = f"{called} is also a training set of {task.name}: double training, not transfer."
                yield Caution("degenerate", cell(arm=arm, target=task.name), message)
            for name, called in in_arm.items():
                shared = task.overlaps.get(name)
                if shared is not None and name not in same:
                    yield Caution(shared.code, cell(arm=arm, target=task.name), f"{called}: {shared.why}")


def _with_parts(setting: Setting, names: Iterable[str]) -> dict[str, str]:
    """The tasks and, where one is a union, its parts (ANLI+ trains on MNLI too), with what to call them."""
    parts = [(part.name, name) for name in names for part in members(setting.task(name, "tasks"))]
    return {name: name for name in names} | {part: f"{part} (in {name})" for part, name in parts if part not in names}


def _hidden_stages(setting: Setting) -> Iterator[Caution]:
    for index, target in enumerate(setting.study.targets):
        if target.task in setting.inline:
            continue
        protocol = setting.protocol(target, f"targets.{index}")
        for stage, why in protocol.hidden_stages(target.task).items():
            message = f"the protocol {protocol.name} itself trains on {stage} ({why}), in arm none too."
            yield Caution("hidden-stage", cell(target=target.task), message)


def _unpinned(setting: Setting) -> Iterator[Caution]:
    if setting.source.kind != "hub":
        return
    names = {task for arm in setting.study.arms.values() for phase in arm.phases for task in phase.tasks}
    names |= {target.task for target in setting.study.targets}
    for name in sorted(_with_parts(setting, sorted(names))):
        hub = setting.task(name, "targets").hub
        if hub is not None and (hub.revision or setting.source.revisions.get(hub.repo)) is None:
            message = (
                f"{hub.repo} has no pinned revision; `xstilts run` resolves it first and keeps it in the manifest."
            )
            yield Caution("unpinned", cell(target=name), message)


def _room(nodes: Sequence[Node]) -> Iterator[Caution]:
    import psutil

    memory = max((node.cost.memory_bytes for node in nodes), default=0)
    total = psutil.virtual_memory().total
    if memory > total:
        message = f"the largest node may need {memory / 1e9:.1f} GB of memory; this machine has {total / 1e9:.1f} GB."
        yield Caution("memory", cell(), message)
    disk = sum(node.cost.disk_bytes for node in nodes)
    free = shutil.disk_usage(Path.cwd()).free
    if disk > free:
        message = f"the store may grow by {disk / 1e9:.1f} GB; {free / 1e9:.1f} GB are free here."
        yield Caution("disk", cell(), message)
