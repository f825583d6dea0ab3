"""What the planner warns of: cells that say less than they seem to, unpinned data, room that may not suffice."""

from __future__ import annotations

import shutil
from collections import defaultdict
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, cast

from xstilts import sources
from xstilts.amounts import size
from xstilts.errors import StudyError
from xstilts.planning import noise_variants
from xstilts.planning.data_nodes import asked_examples
from xstilts.planning.phases import is_dual_encoder, viewed_name
from xstilts.planning.resolved import known_bases
from xstilts.planning.trained import trained
from xstilts.statistics.arm_training import TARGET, Trained
from xstilts.statistics.score_rows import NONE
from xstilts.store.canonical import canonical_json
from xstilts.tasks.base import Kind
from xstilts.tasks.union import members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.planning.resolved import ResolvedStudy, ResolvedTarget
    from xstilts.statistics.arm_training import Stage
    from xstilts.store.node import Node
    from xstilts.tasks.base import Overlap, Task

Code: TypeAlias = Literal[
    "degenerate", "leak", "rival", "hidden-stage", "overlap", "undefined", "no-data", "unpinned", "memory", "disk"
]
"""What a warning is about."""


@dataclass(frozen=True)
class Caution:
    """One warning.

    Attributes:
        code: What it is about.
        cell: Which base, arm, target and language it concerns; ``*`` where it concerns all.
        message: One sentence.
    """

    code: Code
    cell: dict[str, str]
    message: str


def cell(base: str = "*", arm: str = "*", target: str = "*", language: str = "*") -> dict[str, str]:
    """A cell of the grid, for a warning."""
    return {"base": base, "arm": arm, "target": target, "language": language}


def find(resolved: ResolvedStudy, nodes: Sequence[Node]) -> list[Caution]:
    """All warnings of a study."""
    arms = trained(resolved)
    names = {task for told in arms.values() for task in told.tasks}
    found = [*of_cells(resolved, arms), *no_data(resolved, nodes), *_same_files(nodes)]
    return [*found, *_unpinned(resolved, names), *_room(nodes)]


def of_cells(resolved: ResolvedStudy, arms: Mapping[str, Trained]) -> list[Caution]:
    """The warnings that belong to the science, whatever machine runs it; ``arms`` says what each arm trains."""
    by_arms = [*_shared_content(resolved, arms), *_rivals(arms), *_without_effect(resolved, arms)]
    found = [*by_arms, *_hidden_stages(resolved), *_known_to_bases(resolved, arms), *_noise_left_out(resolved)]
    return list({(c.code, *c.cell.values(), c.message): c for c in found}.values())


def _shared_content(resolved: ResolvedStudy, arms: Mapping[str, Trained]) -> Iterator[Caution]:
    uses = [(arm, use) for arm, told in arms.items() for stage in told.stages for use in _uses(resolved, stage.added)]
    for (arm, use), target in product(uses, resolved.targets):
        if not resolved.runs_on(arm, target.name):
            continue
        own = _with_parts(resolved, [task for phase in target.phases for task in phase])
        for name, called in _with_parts(resolved, [use.task.name]).items():
            overlap = target.task.overlaps.get(name)
            found = _shared(use, called, target, overlap, same=name in own)
            if found is not None:
                yield Caution(found[0], cell(arm=arm, target=target.task.name), found[1])


class _Use(NamedTuple):
    """A task that an arm trains, under a view or "", and whether in other languages than the pivot."""

    task: Task
    view: str
    foreign: bool


def _uses(resolved: ResolvedStudy, stage: Stage) -> Iterator[_Use]:
    for task, view in stage.uses:
        codes = {text.language for text in stage.texts if (text.task, text.view) == (task, view)}
        yield _Use(resolved.task(task, "arms"), view, codes != {resolved.pivot})


def _shared(
    use: _Use, called: str, target: ResolvedTarget, overlap: Overlap | None, *, same: bool
) -> tuple[Code, str] | None:
    """Code and message of what one task of an arm shares with a target.

    Args:
        use: What the arm trains.
        called: What to call the task.
        target: The target.
        overlap: What is known of the two data sets.
        same: Whether the target is trained on the task itself.

    Raises:
        StudyError: If no study may train the task for the target.
    """
    task, view, foreign = target.task, target.view, use.foreign
    answers = is_dual_encoder(viewed_name(called, use.view))
    if same and use.view and use.view != view and not (answers and foreign):
        how = "it is in another form" if answers else "its text has other labels"
        return "overlap", f"{called} is also a training set of {task.name}; here {how} ({use.view})."
    if same and foreign:
        said = "in languages other than the pivot: target-task data in the tested languages is not zero-shot."
        return "leak", f"{called} is a training set of {task.name}, {said}"
    if same:
        return "degenerate", f"{called} is also a training set of {task.name}: double training, not transfer."
    if overlap is not None and overlap.code == "refused":
        said = f"{called} may train no arm of {task.name}: {overlap.why}."
        hint = "Take another task, or cut the arm to other targets: {phases: […], targets: […]}."
        raise StudyError(said, field=f"targets: {task.name}", value=called, hint=hint)
    if overlap is not None:
        return cast("Code", overlap.code), f"{called}: {overlap.why}"
    if foreign and not use.view and task.kind is Kind.CLASSIFICATION and set(use.task.labels) == set(task.labels):
        said = (
            f"in other languages it trains the labels of {task.name} there: near the target, though not its own data."
        )
        return "overlap", f"{called} {said}"
    return None


def _rivals(arms: Mapping[str, Trained]) -> Iterator[Caution]:
    """Arms that need more than labels in the pivot: shown beside the others, not ranked with them."""
    for name, told in arms.items():
        if any("language_mix" in stage.says for stage in told.stages if stage.name == TARGET):
            yield Caution("rival", cell(arm=name), "translate-train: the target's own training data is translated.")
        if told.changes.get("test") == "translated":
            yield Caution("rival", cell(arm=name), "translate-test: the test items are translated into the pivot.")


def _without_effect(resolved: ResolvedStudy, arms: Mapping[str, Trained]) -> Iterator[Caution]:
    """Cells that are none's by construction: nothing but the target phase changes, and the target has none."""
    for name, told in arms.items():
        if name == NONE or any(stage.name != TARGET for stage in told.stages):
            continue
        if told == Trained():
            yield Caution("degenerate", cell(arm=name), f"{name} says nothing: it is none under another name.")
            continue
        for target in resolved.targets:
            if resolved.runs_on(name, target.name) and not target.phases:
                said = "changes only the target phase, and this target has none: the scores are those of none."
                yield Caution("degenerate", cell(arm=name, target=target.name), f"{name} {said}")


def _with_parts(resolved: ResolvedStudy, names: Iterable[str]) -> dict[str, str]:
    """The tasks and, where one is a union, its parts (ANLI+ trains on MNLI too), with what to call them."""
    parts = [(part.name, name) for name in names for part in members(resolved.task(name, "tasks"))]
    return {name: name for name in names} | {part: f"{part} (in {name})" for part, name in parts if part not in names}


def _hidden_stages(resolved: ResolvedStudy) -> Iterator[Caution]:
    for target in resolved.targets:
        if target.name in resolved.inline:
            continue
        for stage, why in target.protocol.hidden_stages(target.name).items():
            message = f"the protocol {target.protocol.name} itself trains on {stage} ({why}), in arm none too."
            yield Caution("hidden-stage", cell(target=target.name), message)


def _noise_left_out(resolved: ResolvedStudy) -> Iterator[Caution]:
    for target, message in noise_variants.left_out(resolved):
        yield Caution("undefined", cell(target=target), message)


def _known_to_bases(resolved: ResolvedStudy, arms: Mapping[str, Trained]) -> Iterator[Caution]:
    """Arms and targets that train what a base was trained on before: its none is not without it."""
    for base_name, base in known_bases(resolved):
        known = base.hidden_stages
        for arm, told in arms.items():
            for name in _with_parts(resolved, [task for stage in told.stages for task, _ in stage.added.uses]):
                if name in known:
                    message = f"{base_name} was trained on {name} before ({known[name]}), in arm none too."
                    yield Caution("hidden-stage", cell(base=base_name, arm=arm), message)
        for target in resolved.targets:
            for name in _with_parts(resolved, [task for phase in target.phases for task in phase]):
                if name in known:
                    message = f"{base_name} was trained on {name} before ({known[name]})."
                    yield Caution("hidden-stage", cell(base=base_name, target=target.name), message)


def no_data(resolved: ResolvedStudy, nodes: Iterable[Node]) -> Iterator[Caution]:
    """What a study on the hub needs from files that are not there, one warning for each task and split."""
    needed: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    for asked in asked_examples(nodes):
        for need in sources.needs(asked.data):
            needed[need["task"], need["split"]][need["language"]] = need["paths"]
    for (name, split), by_language in needed.items():
        paths = [path for found in by_language.values() for path in found]
        put = f"{paths[0]} … {paths[-1]}" if len(paths) > 1 else paths[0]
        said = f"{name} {split} ({' '.join(by_language)}) is not on the hub; put its files into the data folder: {put}."
        yield Caution("no-data", cell(target=name), f"{said} {resolved.task(name, 'tasks').access}".rstrip())


def _same_files(nodes: Iterable[Node]) -> Iterator[Caution]:
    """What is read twice, told by the files' hashes, so that copies and links are seen too."""
    groups: dict[tuple[str, str], dict[tuple[str, str], str]] = defaultdict(dict)
    for asked in asked_examples(nodes):
        if "parts" in asked.data:
            content, path = _content(asked.data["parts"])
            groups[asked.task, content].setdefault((asked.split, asked.language), path)
    for (task, _), places in groups.items():
        if len(places) > 1:
            named = ", ".join(f"{split} ({language})" for split, language in places)
            leak = len({split == "train" for split, _ in places}) > 1
            why = "it is tested on what it was trained on" if leak else "their examples are the same"
            path = next(iter(places.values()))
            message = f"{named} of {task} are read from the same file, {path!r}, in the same way: {why}."
            yield Caution("leak" if leak else "overlap", cell(target=task), message)


def _content(parts: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """What decides the examples of a split, without the names of its files; and the first of these names."""
    parts = list(parts)
    hashes = [[file["sha256"] for file in part["files"]] for part in parts]
    rest = [{name: value for name, value in part.items() if name != "files"} for part in parts]
    return canonical_json([hashes, rest]), parts[0]["files"][0]["path"]


def _unpinned(resolved: ResolvedStudy, trained_on: Iterable[str]) -> Iterator[Caution]:
    if resolved.source.kind != "hub":
        return
    targets = {target.task for target in resolved.study.targets}
    for name in sorted(_with_parts(resolved, sorted({*trained_on} | targets))):
        hub = resolved.task(name, "targets").hub
        if hub is not None and (hub.revision or resolved.source.revisions.get(hub.repo)) is None:
            said = "has no pinned revision; `xstilts run` resolves it first and keeps it in the manifest."
            where = cell(target=name) if name in targets else cell()
            yield Caution("unpinned", where, f"{hub.repo} ({name}) {said}")


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


def refuse_too_large(nodes: Iterable[Node], room: int) -> None:
    """Refuse a phase whose weights, gradients and optimizer alone are more than a machine's memory.

    Args:
        nodes: What is to run on the machine.
        room: Its memory, in bytes.

    Raises:
        StudyError: Naming the largest phase, what it needs and what would need less.
    """
    sure = {node.label: {name: node.cost.memory.get(name, 0) for name in _SURE} for node in nodes}
    label, needs = max(sure.items(), key=lambda item: sum(item[1].values()), default=("", {}))
    if sum(needs.values()) <= room:
        return
    told = ", ".join(f"{name} {size(amount)}" for name, amount in needs.items() if amount)
    said = f"{label} needs {size(sum(needs.values()))} of memory before a text is read ({told})"
    weights = size(needs["weights"])
    hint = (
        f"Low-rank updates need little more than the weights, {weights} (--set training.lora_rank=16). Else take a "
        "smaller base, or a machine with more memory."
    )
    raise StudyError(f"{said}; this machine has {size(room)}.", field="bases", hint=hint)


_SURE = ("weights", "gradients", "optimizer")
