"""Which node comes next: pure bookkeeping over the DAG, the same for every executor."""

from __future__ import annotations

import heapq
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from xstilts.errors import StoreError, XstiltsError
from xstilts.execution.events import NodeCached, NodeFailed, NodeFinished
from xstilts.execution.outcome import Outcome
from xstilts.store.node import MODEL_KINDS
from xstilts.store.retention import reads

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.execution.events import OnEvent
    from xstilts.execution.outcome import Failure
    from xstilts.store.node import Node
    from xstilts.store.store import Store


class Schedule:
    """Hands out the nodes that are ready, those with the longest remaining path first.

    Nodes that the store has are not handed out, unless they lost weights that are wanted or that a child that must run
    needs.

    Args:
        nodes: The DAG; equal keys are one node. A parent that is not among them must be in the store.
        store: The store.
        on_event: Told what becomes of each node.
        weights: Parts of every model that must be there in the end, whether or not a node reads them.

    Raises:
        XstiltsError: If a parent is neither among the nodes nor in the store, or the nodes form a circle.
        CorruptNodeError: If a node that is in the store changed there.
    """

    def __init__(
        self, nodes: Sequence[Node], store: Store, on_event: OnEvent, weights: frozenset[str] = frozenset()
    ) -> None:
        self._nodes = {node.key: node for node in nodes}
        self._on_event = on_event
        self._outcome = Outcome()
        order = _order(self._nodes)
        self._rank = _remaining(order, self._nodes)
        todo = _todo(order, self._nodes, store, weights)
        self._sorter = TopologicalSorter({key: _inside(self._nodes[key], todo) for key in order if key in todo})
        self._sorter.prepare()
        self._ready: list[tuple[float, int, str]] = []
        self._position = {key: index for index, key in enumerate(order)}
        self._open = set(todo)
        for key in order:
            if key not in todo:
                self._cache(self._nodes[key])
        self._collect()

    def next(self) -> Node | None:
        """A node to run now, or None when all that is ready has been handed out."""
        return self._nodes[heapq.heappop(self._ready)[2]] if self._ready else None

    def peek(self) -> Node | None:
        """What :meth:`next` would hand out; nothing is handed out."""
        return self._nodes[self._ready[0][2]] if self._ready else None

    def ready(self) -> int:
        """How many nodes could be handed out now."""
        return len(self._ready)

    def finished(self, node: Node, seconds: float, *, made: bool) -> None:
        """A node that was handed out is in the store; ``made`` says whether by this run."""
        if made:
            self._outcome.done.append(node.key)
            self._on_event(NodeFinished(node, seconds))
        else:
            self._cache(node)
        self._open.discard(node.key)
        self._sorter.done(node.key)
        self._collect()

    def failed(self, node: Node, failure: Failure) -> None:
        """A node that was handed out failed; its descendants are never handed out."""
        self._outcome.failed[node.key] = failure
        self._open.discard(node.key)
        self._on_event(NodeFailed(node, failure))

    def outcome(self, *, stopped: bool = False) -> Outcome:
        """What became of every node; call it at the end."""
        blocked: dict[str, str] = {key: key for key in self._outcome.failed}
        for key in sorted(self._open, key=self._position.__getitem__):
            by = next((blocked[parent] for parent in self._nodes[key].parents.values() if parent in blocked), None)
            if by is not None:
                blocked[key] = by
            self._outcome.not_run[key] = by
        self._outcome.stopped = stopped
        return self._outcome

    def _cache(self, node: Node) -> None:
        self._outcome.cached.append(node.key)
        self._on_event(NodeCached(node))

    def _collect(self) -> None:
        for key in self._sorter.get_ready():
            heapq.heappush(self._ready, (-self._rank[key], self._position[key], key))


def _order(nodes: Mapping[str, Node]) -> list[str]:
    try:
        return list(TopologicalSorter({key: _inside(node, nodes) for key, node in nodes.items()}).static_order())
    except CycleError as error:  # keys are hashes of parents, so only a forged key can do this
        raise XstiltsError("The nodes form a circle.", value=error.args[1]) from error


def _inside(node: Node, keys: Mapping[str, object] | set[str]) -> list[str]:
    return [parent for parent in dict.fromkeys(node.parents.values()) if parent in keys]


def _remaining(order: Sequence[str], nodes: Mapping[str, Node]) -> dict[str, float]:
    """Key -> seconds from the start of the node to the end of the longest chain that hangs on it."""
    below: dict[str, float] = dict.fromkeys(order, 0.0)
    rank: dict[str, float] = {}
    for key in reversed(order):
        rank[key] = nodes[key].cost.seconds + below[key]
        for parent in _inside(nodes[key], nodes):
            below[parent] = max(below[parent], rank[key])
    return rank


def _todo(order: Sequence[str], nodes: Mapping[str, Node], store: Store, weights: frozenset[str]) -> set[str]:
    """Keys of the nodes that must run: not in the store, without weights that are wanted or that such a node reads."""
    missing: set[str] = set()
    wanted = {key: weights for key, node in nodes.items() if node.kind in MODEL_KINDS}
    for key in reversed(order):
        node = nodes[key]
        if store.has(key, node.kind, wanted.get(key, frozenset())):
            store.look(key, node.kind)
            continue
        missing.add(key)
        for role, parent in node.parents.items():
            wanted[parent] = wanted.get(parent, frozenset()) | reads(node)
            if parent not in nodes and store.kind_of(parent) is None:
                raise StoreError(f"The {role} of {node.label} is neither planned nor in the store.", value=parent)
    return missing
