"""Nodes that measure what training data shares with evaluated data: one per training task and target of a study.

They read what the chains' own nodes prepared; nothing is prepared for their sake. Arms, seeds and bases share them:
n-grams are those of the first base's tokenizer, and of one portion read at several sizes the largest is measured.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.planning import cost
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.shared_text import NGRAM, SHORTEST
from xstilts.store.node import Node
from xstilts.store.payloads import AnswersPayload, ExamplesPayload, OverlapPayload, Runtime
from xstilts.store.roles import LIMIT, PREDICTIONS, VOCABULARY, OverlapRole, PortionRole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xstilts.planning.chains.chain import Cell

TRAIN = "train"
"""The split that training reads, and the kind of node whose data is looked at; a base's own pretraining is not."""


@dataclass(frozen=True)
class MeasuredOverlaps:
    """What the analysis reads of overlap nodes.

    Attributes:
        parents: ``overlap/TASK/TARGET`` to the key of the node.
        arms: ``TASK/LANGUAGE/TARGET`` to the arms that train for the target on this data while ``none`` does not.
    """

    parents: Mapping[str, str]
    arms: Mapping[str, tuple[str, ...]]


def overlap_nodes(nodes: Mapping[str, Node], cells: Sequence[Cell]) -> list[Node]:
    """The nodes that a finished grid needs, in the order in which its chains meet the data.

    Args:
        nodes: Key to node of the grid.
        cells: Its chains; baselines train nothing and are passed over.
    """
    train: dict[tuple[str, str], dict[str, Node]] = defaultdict(dict)
    evaluated: dict[tuple[str, str], dict[str, Node]] = defaultdict(dict)
    met: set[tuple[object, ...]] = set()  # chains of one study meet the same data again and again
    for cell in cells:
        tested = list(_evaluated(nodes, cell))
        same_tested = tuple(node.key for _, node in tested)
        for role, portion in _learned(nodes, cell):
            pair = (role.task, cell.target)
            what = (pair, portion.key, same_tested)
            if what in met:
                continue
            met.add(what)
            _keep_larger(train[pair], str(role), portion)
            for other_role, other in tested:
                _keep_larger(evaluated[pair], other_role, other)
    return [_node(*pair, _alike(train[pair]), _alike(evaluated[pair])) for pair in train if evaluated[pair]]


def measured(
    nodes: Mapping[str, Node], cells: Sequence[Cell], there: Callable[[str], bool] | None = None
) -> MeasuredOverlaps:
    """What the analysis of a plan reads of its overlap nodes.

    Args:
        nodes: Key to node of the whole plan.
        cells: All its chains.
        there: Whether the store has an overlap node; None: all of them will be there.
    """
    found = [node for node in nodes.values() if node.kind == "overlap" and (there is None or there(node.key))]
    asked = [node.asked(OverlapPayload) for node in found]
    roles = [OverlapRole(own.train_task, own.target) for own in asked]
    parents = {str(role): node.key for role, node in zip(roles, found, strict=True)}
    return MeasuredOverlaps(parents, _arms_beyond_none(nodes, cells))


def _arms_beyond_none(nodes: Mapping[str, Node], cells: Sequence[Cell]) -> dict[str, tuple[str, ...]]:
    read: dict[str, dict[str, None]] = defaultdict(dict)
    for cell in cells:
        for role, _ in _learned(nodes, cell):
            read[f"{role.task}/{role.language}/{cell.target}"][cell.arm] = None
    return {data: tuple(arms) for data, arms in read.items() if NONE not in arms}


def _learned(nodes: Mapping[str, Node], cell: Cell) -> Iterator[tuple[PortionRole, Node]]:
    """Role and node of every training portion that a chain reads after the base."""
    for key in cell.trained:
        if nodes[key].kind == TRAIN:
            for role in PortionRole.among(nodes[key].parents, TRAIN):
                yield role, nodes[nodes[key].parents[str(role)]]


def _evaluated(nodes: Mapping[str, Node], cell: Cell) -> Iterator[tuple[str, Node]]:
    """Role and node of every portion that a chain is scored on; sets it is tuned on or their translations are not."""
    predict = nodes[nodes[cell.score].parents[PREDICTIONS]]
    for role in PortionRole.among(predict.asked(AnswersPayload).answer or predict.parents, cell.split):
        yield str(role), nodes[predict.parents[str(role)]]


def _keep_larger(kept: dict[str, Node], role: str, node: Node) -> None:
    old = kept.setdefault(role, node)
    if _tokenizer(old) == _tokenizer(node) and _reach(node) > _reach(old):
        kept[role] = node


def _reach(node: Node) -> tuple[bool, int, int]:
    asked = node.asked(ExamplesPayload)
    return asked.limit is None and LIMIT not in node.parents, asked.limit or 0, asked.options.max_length


def _tokenizer(node: Node) -> tuple[str, str | None]:
    return str(node.asked(ExamplesPayload).tokenizer), node.parents.get(VOCABULARY)


def _alike(kept: Mapping[str, Node]) -> dict[str, Node]:
    """The portions that the tokenizer of the first of them reads: token ids of two tokenizers say nothing together."""
    first = next(iter(kept.values()))
    return {role: node for role, node in kept.items() if _tokenizer(node) == _tokenizer(first)}


def _node(task: str, target: str, train: Mapping[str, Node], evaluated: Mapping[str, Node]) -> Node:
    asked = OverlapPayload(task, target, tuple(sorted(train)), tuple(sorted(evaluated)), NGRAM, SHORTEST)
    parts = {**train, **evaluated}
    parents = {role: node.key for role, node in parts.items()}
    first = next(iter(parts.values()))
    if VOCABULARY in first.parents:
        parents[VOCABULARY] = first.parents[VOCABULARY]
    price = cost.overlap(sum(node.cost.disk_bytes for node in parts.values()))
    return Node.of(asked, f"overlap of {task} with {target}", parents, price, Runtime(tokenizer=first.places.tokenizer))
