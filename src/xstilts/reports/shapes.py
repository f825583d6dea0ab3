"""The plain shapes that ``write`` reads; everything marked optional may be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

if TYPE_CHECKING:
    from collections.abc import Collection


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
        phase: Optional: ``pretrain``, ``intermediate`` or ``target``.
    """

    key: str
    kind: str
    label: str
    parents: Any
    cached: bool
    cost: dict[str, float]
    group: NotRequired[str]
    seed: NotRequired[str]
    phase: NotRequired[str]


class Plan(TypedDict):
    """The object of ``xstilts plan --json``: nodes, warnings (``code, cell, message``) and totals."""

    nodes: list[PlanNode]
    warnings: list[dict[str, Any]]
    totals: dict[str, float]


class Failure(TypedDict):
    """Why a node failed, and where its log lies."""

    message: str
    log: str


class Outcome(TypedDict):
    """What the run did with the nodes of the plan.

    Attributes:
        done: Keys made in this run.
        cached: Keys that the store held already.
        failed: Key to ``message`` and ``log``.
        not_run: Keys that did not get their turn (a list, or key to the key of the failed node that blocks it).
    """

    done: list[str]
    cached: list[str]
    failed: dict[str, Failure]
    not_run: Collection[str]
