"""What is out on the machines and what comes back: grouping, losses, second tries. No Parsl here."""

from __future__ import annotations

import builtins
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xstilts.execution.outcome import Failure
from xstilts.execution.pool import WORKER_DIED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xstilts.execution.cluster.task import Fate, Reply
    from xstilts.execution.schedule import Schedule
    from xstilts.store.node import Node
    from xstilts.store.store import Store

SMALL_SECONDS = 30.0
"""Nodes that are planned to take so long together travel as one task."""
MOST = 16
"""So many at most."""
QUEUED = 2
"""Tasks that are out for each worker: one that it runs, one that waits for it."""
RETRIES = 2
"""How often a node is tried again that failed for its machine."""
LOSSES = 10
"""A node that was lost so often in a row, and wrote no snapshot between, is given up."""
REFUSALS, LONELY = 30, 5
"""So often a task is refused by machines on which it failed, before it may run there; fewer where no other is known."""

PARTS = ("encoder", "heads")
"""Of a node that is there without its weights no more is done than of one that is not."""
PAUSED = "PausedError"
OF_THE_MACHINE = frozenset(
    {WORKER_DIED, "StoreError", "OutOfMemoryError", "AcceleratorError", "MemoryError"}
    | {name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, OSError)}
)
"""Errors that another machine may not have: a full disk, a killed process, too little memory. What is wrong with the
input is wrong everywhere."""


@dataclass
class Story:
    """What happened to a node so far.

    Attributes:
        retries: Second tries.
        losses: Times it was lost in a row, since its last snapshot.
        seen: Names in its scratch folder at the last loss.
        avoid: Machines where it failed.
        refusals: Times it was refused there.
    """

    retries: int = 0
    losses: int = 0
    seen: frozenset[str] = frozenset()
    avoid: set[str] = field(default_factory=set)
    refusals: int = 0


class Crew:
    """Hands out groups of nodes and takes their fates.

    Args:
        schedule: Which node comes next.
        store: Asked for what a lost task has finished.
        slots: Workers in all.
    """

    def __init__(self, schedule: Schedule, store: Store, slots: int) -> None:
        self._schedule, self._store, self._slots = schedule, store, slots
        self._again: deque[Node] = deque()
        self._stories: dict[str, Story] = {}
        self._machines: set[str] = set()
        self.out = 0

    def next(self) -> tuple[Node, ...]:
        """Nodes for one more task; none while enough is out, or nothing is ready."""
        if self.out >= QUEUED * self._slots:
            return ()
        group = (self._again.popleft(),) if self._again else self._group()
        self.out += bool(group)
        return group

    def avoided(self, nodes: Iterable[Node]) -> tuple[str, ...]:
        """Machines that are not to run them."""
        return tuple(sorted({name for node in nodes for name in self._story(node).avoid}))

    def returned(self, nodes: tuple[Node, ...], reply: Reply) -> None:
        """A task is back."""
        self.out -= 1
        self._machines.add(reply.machine)
        fates = {fate.key: fate for fate in reply.fates}
        for node in nodes:
            if node.key in fates:
                self._settle(node, fates[node.key], reply.machine)
            else:
                self._refused(node, reply.machine)

    def lost(self, nodes: tuple[Node, ...], why: str) -> None:
        """A task will not come back: its worker or machine is gone. What it has finished is in the store."""
        self.out -= 1
        for node in nodes:
            if self._store.has(node.key, node.kind, PARTS):
                seconds = self._store.provenance(node.key, node.kind)["seconds"]
                self._schedule.finished(node, seconds, made=True)
                continue
            story, now = self._story(node), self._snapshots(node)
            story.losses = story.losses + 1 if now == story.seen else 1
            story.seen = now
            if story.losses < LOSSES:
                self._again.append(node)
                continue
            said = (
                f"The machines that ran {node.label} were lost {LOSSES} times in a row ({why}). It may need more "
                "memory than they have, or more time than a block lasts."
            )
            self._schedule.failed(node, Failure(said, self._store.log(node.key), "Lost"))

    def _group(self) -> tuple[Node, ...]:
        """The next nodes of the schedule; several where they are small and there is enough for everybody."""
        most = min(MOST, self._schedule.ready() // (QUEUED * self._slots))
        if (first := self._schedule.next()) is None:
            return ()
        group, seconds = [first], first.cost.seconds
        while len(group) < most and (other := self._schedule.peek()) is not None:
            seconds += other.cost.seconds
            if seconds > SMALL_SECONDS:
                break
            self._schedule.next()
            group.append(other)
        return tuple(group)

    def _settle(self, node: Node, fate: Fate, machine: str) -> None:
        story = self._story(node)
        if not fate.message:
            self._schedule.finished(node, fate.seconds, made=fate.made)
        elif fate.error == PAUSED:
            self._again.append(node)
        elif fate.error in OF_THE_MACHINE and story.retries < RETRIES:
            story.retries += 1
            story.avoid.add(machine)
            self._again.append(node)
        else:
            self._schedule.failed(node, Failure(fate.message, self._store.log(node.key), fate.error))

    def _refused(self, node: Node, machine: str) -> None:
        story = self._story(node)
        self._again.append(node)
        if machine in story.avoid:
            story.refusals += 1
            if story.refusals >= (LONELY if self._machines <= story.avoid else REFUSALS):
                story.avoid.clear()
                story.refusals = 0

    def _snapshots(self, node: Node) -> frozenset[str]:
        try:
            return frozenset(path.name for path in self._store.scratch(node.key).iterdir())
        except OSError:
            return frozenset()

    def _story(self, node: Node) -> Story:
        return self._stories.setdefault(node.key, Story())
