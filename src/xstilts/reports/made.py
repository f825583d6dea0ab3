"""What the phases of a study's arms really took: items and steps by the nodes that the store holds.

The plan guesses both for its cost; a report says what was prepared and what was trained.
"""

from __future__ import annotations

import json
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from xstilts.planning.uses import LANGUAGES, TARGET, stage
from xstilts.runners.loading import META
from xstilts.runners.train import HISTORY
from xstilts.sources.views import SEPARATOR
from xstilts.store.roles import PREDICTIONS, PortionRole, UpdateRole
from xstilts.training.language_mixture import LanguageMixture, items_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan
    from xstilts.store.node import Node
    from xstilts.store.store import Store

    Reader = Callable[[Node, str], "dict[str, Any] | None"]
    Stages = Mapping[tuple[str, str], Sequence[Node]]


def arm_data_made(
    plan: Plan, store: Store, planned: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, list[dict[str, Any]]]:
    """What each arm trains on, with the items and steps that were made in the place of those planned.

    Args:
        plan: The plan.
        store: Where its nodes lie.
        planned: ``arm_data`` of the study's facts.

    Returns:
        The same entries. ``items`` and ``steps`` are None where the store holds nothing that tells them; ``steps`` is a
        list of the least and the most where seeds, bases or targets differ, and ``items`` is None there.
    """
    stages, read = _stages(plan), _reader(store)
    return {
        arm: [{**entry, **_made(plan, read, stages.get((arm, entry["phase"]), ()), entry)} for entry in entries]
        for arm, entries in planned.items()
    }


def steps_made(plan: Plan, store: Store) -> dict[str, int]:
    """``train_steps`` and ``train_steps_without_sharing`` of a plan's totals as they were made; {} until all are."""
    read = _reader(store)
    trained = [node for node in plan.nodes.values() if node.kind in {"pretrain", "train"}]
    told = {node.key: read(node, HISTORY) for node in trained}
    made = {key: int(history["steps"]) for key, history in told.items() if history is not None}
    if len(made) < len(told):
        return {}
    alone = [made[key] for cell in plan.cells for key in cell.trained]
    return {"train_steps": sum(made.values()), "train_steps_without_sharing": sum(alone or made.values())}


def _stages(plan: Plan) -> Stages:
    """Arm and stage to the nodes that train it, for all seeds, bases and targets."""
    found: dict[tuple[str, str], dict[str, Node]] = defaultdict(dict)
    for cell in plan.cells:
        for name, node in _trained(plan, cell):
            found[cell.arm, name][node.key] = node
    return {place: list(nodes.values()) for place, nodes in found.items()}


def _trained(plan: Plan, cell: Cell) -> Iterator[tuple[str, Node]]:
    """The stage and node of all that a chain trains after its base."""
    parents = plan.nodes[plan.nodes[cell.score].parents[PREDICTIONS]].parents
    updates = {parents[str(role)] for role in UpdateRole.among(parents)}
    trained = [plan.nodes[key] for key in cell.trained if plan.nodes[key].kind == "train"]
    phases = len(plan.resolved.arms[cell.arm].phases) if cell.arm in plan.resolved.arms else 0
    own = [node for node in trained if node.key not in updates]
    yield from ((LANGUAGES, node) for node in trained if node.key in updates)
    yield from ((stage(index) if index < phases else TARGET, node) for index, node in enumerate(own))


def _made(plan: Plan, read: Reader, nodes: Sequence[Node], entry: Mapping[str, Any]) -> dict[str, Any]:
    name = entry["task"] + (f"{SEPARATOR}{entry['view']}" if entry["view"] else "")
    role = str(PortionRole("train", name, entry["language"]))
    readers = [node for node in nodes if role in node.parents]
    steps = {told["steps"] for node in readers if (told := read(node, HISTORY)) is not None}
    items = {_items(plan, read, node, name, entry) for node in readers}
    return {
        "items": items.pop() if len(items) == 1 else None,
        "steps": [min(steps), max(steps)] if len(steps) > 1 else next(iter(steps), None),
    }


def _items(plan: Plan, read: Reader, node: Node, name: str, entry: Mapping[str, Any]) -> int | None:
    """Items of one language that a phase trains on, of a mixture as many as are expected; None where nothing tells."""
    said = node.payload.get("language_mix", {}).get(name)
    mixture = None if said is None else LanguageMixture.from_json(said)
    wanted = [entry["language"]] if mixture is None else [mixture.pivot, *mixture.languages]
    keys = {code: node.parents.get(str(PortionRole("train", name, code))) for code in wanted}
    counted = {code: read(plan.nodes[key], META) for code, key in keys.items() if key is not None}
    sizes = {code: int(meta["used"]) for code, meta in counted.items() if meta is not None}
    if len(sizes) < len(counted):
        return None
    if mixture is None or mixture.size == "all":
        return sizes[entry["language"]]
    return None if entry["share"] is None else round(entry["share"] * items_taken(mixture, sizes))


def _reader(store: Store) -> Reader:
    """What reads a JSON file of a node, each once but for its long lists; None where the store does not hold it."""

    @cache
    def read(node: Node, file: str) -> dict[str, Any] | None:
        if not store.has(node.key, node.kind):
            return None
        path = store.file(node.key, node.kind, file)
        found: dict[str, Any] = {} if path is None else json.loads(path.read_text(encoding="utf-8"))
        return {name: value for name, value in found.items() if not isinstance(value, list)}

    return read
