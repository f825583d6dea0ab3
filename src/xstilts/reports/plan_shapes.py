"""What a report reads of a plan and of training, in plain shapes; everything marked optional may be left out."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class PlanNode(TypedDict):
    """One node as ``xstilts plan --json`` prints it, and what the report would like to know beside.

    Attributes:
        key: Hash of the node.
        kind: ``prepare``, ``pretrain``, ``train``, ``predict``, ``score``, ``overlap`` or ``analyse``.
        label: One line for people.
        parents: Keys of its parents (a list, or role to key).
        cached: Whether the store held it when the plan was made.
        cost: ``seconds, flops, memory_bytes, disk_bytes`` and, where known, ``steps``.
        group: Optional: what nodes that differ only by seed share (title of a learning curve); default: the label
            without its seed.
        seed: Optional: the seed of the node's phase.
    """

    key: str
    kind: str
    label: str
    parents: Any
    cached: bool
    cost: dict[str, float]
    group: NotRequired[str]
    seed: NotRequired[str]


class Warned(TypedDict):
    """One warning of a plan; ``cell`` is a mapping with any of base, arm, target, language, or a list in that order."""

    code: str
    cell: object
    message: str


class Plan(TypedDict):
    """The object of ``xstilts plan --json``."""

    nodes: list[PlanNode]
    warnings: list[Warned]
    totals: dict[str, float]


class Point(TypedDict):
    """One point of a learning curve."""

    step: int
    loss: float | None
