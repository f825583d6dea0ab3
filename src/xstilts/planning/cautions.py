"""What the planner warns of: cells that say less than they seem to, unpinned data, room that may not suffice."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.planning import same_files
from xstilts.planning.data_nodes import asked_examples
from xstilts.planning.phases import is_dual_encoder, viewed_name
from xstilts.planning.uses import trained_names, uses
from xstilts.statistics.pairing import NONE
from xstilts.studies.arm_spec import Arm
from xstilts.tasks.base import Kind
from xstilts.tasks.union import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xstilts.planning.resolved import Setting
    from xstilts.planning.uses import Use
    from xstilts.store.node import Node
    from xstilts.tasks.base import Overlap, Task

CODES = ("degenerate", "leak", "rival", "hidden-stage", "overlap", "no-data", "unpinned", "memory", "disk")
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
    return [*of_cells(setting), *no_data(setting, nodes), *_same_files(nodes), *_unpinned(setting), *_room(nodes)]


def of_cells(setting: Setting) -> list[Caution]:
    """The warnings that belong to the science, whatever machine runs it."""
    found = [*_shared_content(setting), *_rivals(setting), *_without_effect(setting), *_hidden_stages(setting)]
    return list({(c.code, *c.cell.values(), c.message): c for c in found}.values())


def _shared_content(setting: Setting) -> Iterator[Caution]:
    for (arm, use), (index, target) in product(_by_arm(setting), enumerate(setting.study.targets)):
        where = f"targets.{index}"
        if not _meets(setting, arm, target.task):
            continue
        trained = _with_parts(setting, [task for phase in setting.train_phases(target, where) for task in phase])
        task, view = setting.task(target.task, where), setting.protocol(target, where).view_of(target.task)
        for name, called in _with_parts(setting, [use.task.name]).items():
            found = _shared(setting, use, called, name in trained, task, view, task.overlaps.get(name))
            if found is not None:
                yield Caution(found[0], cell(arm=arm, target=task.name), found[1])


def _by_arm(setting: Setting) -> list[tuple[str, Use]]:
    return [(use.arm, use) for use in uses(setting)]


def _shared(
    setting: Setting, use: Use, called: str, same: bool, task: Task, view: str, overlap: Overlap | None
) -> tuple[str, str] | None:
    """Code and message of what one task of an arm shares with a target that is trained under ``view``."""
    foreign = [code for code in use.languages if code != setting.pivot]
    answers = is_dual_encoder(viewed_name(called, use.view))
    if same and use.view and use.view != view and not (answers and foreign):
        how = "it is in another form" if answers else "its text has other labels"
        return "overlap", f"{called} is also a training set of {task.name}; here {how} ({use.view})."
    if same and foreign:
        said = "in languages other than the pivot: target-task data in the tested languages is not zero-shot."
        return "leak", f"{called} is a training set of {task.name}, {said}"
    if same:
        return "degenerate", f"{called} is also a training set of {task.name}: double training, not transfer."
    if overlap is not None:
        return overlap.code, f"{called}: {overlap.why}"
    if foreign and not use.view and task.kind is Kind.CLASSIFICATION and set(use.task.labels) == set(task.labels):
        said = (
            f"in other languages it trains the labels of {task.name} there: near the target, though not its own data."
        )
        return "overlap", f"{called} {said}"
    return None


def _meets(setting: Setting, arm: str, target: str) -> bool:
    """Whether the study runs the arm on the target at all."""
    chosen = setting.arms[arm].targets
    return chosen is None or target in chosen


def _rivals(setting: Setting) -> Iterator[Caution]:
    """Arms that need more than labels in the pivot: shown beside the others, not ranked with them."""
    for name, arm in setting.arms.items():
        if arm.target_phase.language_mix is not None:
            yield Caution("rival", cell(arm=name), "translate-train: the target's own training data is translated.")
        if arm.test == "translated":
            yield Caution("rival", cell(arm=name), "translate-test: the test items are translated into the pivot.")


def _without_effect(setting: Setting) -> Iterator[Caution]:
    """Cells that are none's by construction: nothing but the target phase changes, and the target has none."""
    for name, arm in setting.arms.items():
        if arm.phases or arm.language_adapters or name == NONE:
            continue
        if arm == Arm(targets=arm.targets, seeds=arm.seeds):
            yield Caution("degenerate", cell(arm=name), f"{name} says nothing: it is none under another name.")
            continue
        for index, target in enumerate(setting.study.targets):
            if _meets(setting, name, target.task) and not setting.train_phases(target, f"targets.{index}"):
                said = "changes only the target phase, and this target has none: the scores are those of none."
                yield Caution("degenerate", cell(arm=name, target=target.task), f"{name} {said}")


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


def no_data(setting: Setting, nodes: Iterable[Node]) -> Iterator[Caution]:
    """What a study on the hub needs from files that are not there, one warning for each task and split."""
    needed: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    for asked in asked_examples(nodes):
        for need in sources.needs(asked.data):
            needed[need["task"], need["split"]][need["language"]] = need["paths"]
    for (name, split), by_language in needed.items():
        paths = [path for found in by_language.values() for path in found]
        put = f"{paths[0]} … {paths[-1]}" if len(paths) > 1 else paths[0]
        said = f"{name} {split} ({' '.join(by_language)}) is not on the hub; put its files into the data folder: {put}."
        yield Caution("no-data", cell(target=name), f"{said} {setting.task(name, 'tasks').access}".rstrip())


def _same_files(nodes: Iterable[Node]) -> Iterator[Caution]:
    for found in same_files.find(nodes):
        yield Caution(found.code, cell(target=found.task), found.message)


def _unpinned(setting: Setting) -> Iterator[Caution]:
    if setting.source.kind != "hub":
        return
    names = set(trained_names(setting))
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
