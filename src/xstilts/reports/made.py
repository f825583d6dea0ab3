"""What the phases of a study's arms really took: items and steps by the nodes that the store holds.

The plan guesses both for its cost; a report says what was prepared and what was trained.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from xstilts.planning.phases import viewed_name
from xstilts.runners.loading import META
from xstilts.runners.train import HISTORY
from xstilts.statistics.arm_training import LANGUAGES, TARGET, intermediate
from xstilts.store.payloads import TrainPayload
from xstilts.store.roles import PREDICTIONS, PortionRole, UpdateRole
from xstilts.training.language_mixture import items_taken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan
    from xstilts.statistics.arm_training import Stage, Text, Trained
    from xstilts.store.node import Node
    from xstilts.store.store import Store

    Reader = Callable[[Node, str], "dict[str, Any] | None"]
    Stages = Mapping[tuple[str, str], Sequence[Node]]


def trained_made(plan: Plan, store: Store, planned: Mapping[str, Trained]) -> dict[str, Trained]:
    """What each arm trains, with the items and steps that were made in the place of those planned.

    Args:
        plan: The plan.
        store: Where its nodes lie.
        planned: Arm to what it trains, as the study's facts say it.

    Returns:
        The same. ``items`` and ``steps`` are None where the store holds nothing that tells them; ``steps`` are the
        least and the most where seeds, bases or targets differ, and ``items`` is None there.
    """
    nodes, read = _stages(plan), _reader(store)

    def made(arm: str, stage: Stage) -> Stage:
        own = nodes.get((arm, stage.name), ())
        return replace(stage, texts=tuple(_made(plan, read, own, text) for text in stage.texts))

    return {
        arm: replace(told, stages=tuple(made(arm, stage) for stage in told.stages)) for arm, told in planned.items()
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
    yield from ((intermediate(index) if index < phases else TARGET, node) for index, node in enumerate(own))


def _made(plan: Plan, read: Reader, nodes: Sequence[Node], text: Text) -> Text:
    name = viewed_name(text.task, text.view)
    role = str(PortionRole("train", name, text.language))
    readers = [node for node in nodes if role in node.parents]
    steps = {int(told["steps"]) for node in readers if (told := read(node, HISTORY)) is not None}
    items = {_items(plan, read, node, name, text) for node in readers}
    return replace(
        text,
        items=items.pop() if len(items) == 1 else None,
        steps=(min(steps), max(steps)) if len(steps) > 1 else next(iter(steps), None),
    )


def _items(plan: Plan, read: Reader, node: Node, name: str, text: Text) -> int | None:
    """Items of one language that a phase trains on, of a mixture as many as are expected; None where nothing tells."""
    mixture = node.asked(TrainPayload).language_mix.get(name)
    wanted = [text.language] if mixture is None else [mixture.pivot, *mixture.languages]
    keys = {code: node.parents.get(str(PortionRole("train", name, code))) for code in wanted}
    counted = {code: read(plan.nodes[key], META) for code, key in keys.items() if key is not None}
    sizes = {code: int(meta["used"]) for code, meta in counted.items() if meta is not None}
    if len(sizes) < len(counted):
        return None
    if mixture is None or mixture.size == "all":
        return sizes[text.language]
    return None if text.share is None else round(text.share * items_taken(mixture, sizes))


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
