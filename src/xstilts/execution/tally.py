"""Where a run stands and when it will be over: arithmetic on events, without a display."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.amounts import duration
from xstilts.execution.events import NodeCached, NodeFailed, NodeFinished, NodeProgress, NodeStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.execution.events import Event
    from xstilts.store.node import Node, Progress

_SEEN_PART = 0.02
"""So much of what is left of a kind of node must have been seen, by planned cost, before it tells the speed."""
_UNSEEN_PART = 1 / 3
"""What is left in kinds that were not seen may be so much of all that is left, by planned cost."""

_Pace = tuple[float, float]
"""Seconds seen for each second planned, and the planned seconds in which it was seen."""


@dataclass
class _Running:
    """A node that runs: when it started, and its first and latest report (when, which part was done)."""

    started: float
    first: tuple[float, float] | None = None
    latest: tuple[float, float] | None = None
    first_step: int = 0


class Tally:
    """Counts nodes, and tells the time left once it can.

    A plan's seconds are right for no machine, and wrong by another factor for each kind of node: the start of a worker,
    reading, training and scoring scale differently. So each kind has its own speed, seconds seen for each second
    planned, and nothing is said before the speeds of the kinds that make up most of what is left were seen.

    Args:
        nodes: All nodes of the run.
        clock: Seconds, ever growing.
    """

    def __init__(self, nodes: Sequence[Node], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kinds = {node.key: node.kind for node in nodes}
        self._costs = {node.key: max(node.cost.seconds, 1e-3) for node in nodes}
        self._parents = {node.key: set(node.parents.values()) for node in nodes}
        self._start: float | None = None
        self._seen: dict[str, list[_Pace]] = defaultdict(list)  # by kind, of finished nodes
        self._busy = 0.0  # seconds of finished nodes
        self._running: dict[str, _Running] = {}
        self.total = len(self._costs)
        self.settled = 0
        self.failed = 0

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        key = event.node.key
        match event:
            case NodeStarted():
                self._running[key] = _Running(self._clock())
                self._start = self._clock() if self._start is None else self._start
            case NodeProgress(progress=progress):
                self._hear(progress)
            case NodeFinished() | NodeFailed() | NodeCached():
                cost = self._costs.pop(key, None)  # None of a node that came later, as the tables of an unfinished run
                self._running.pop(key, None)
                if isinstance(event, NodeFinished) and cost is not None:
                    self._seen[event.node.kind].append((event.seconds / cost, cost))
                    self._busy += event.seconds
                self.settled += 1
                if isinstance(event, NodeFailed):
                    self.failed += 1
                    self._forget_descendants(key)

    def _forget_descendants(self, failed: str) -> None:
        """What a failed node blocks takes no time."""
        gone = {failed}
        while gone:
            gone = {key for key in self._costs if not gone.isdisjoint(self._parents[key])}
            for key in gone:
                del self._costs[key]

    def _hear(self, progress: Progress) -> None:
        running = self._running.setdefault(progress.key, _Running(self._clock()))
        running.latest = (self._clock(), progress.step / progress.total if progress.total else 0.0)
        if running.first is None:
            running.first, running.first_step = running.latest, progress.step

    def remaining(self) -> float | None:
        """Seconds to the end of the run, None until the kinds of node that decide it were seen.

        The work that is left, in seconds of one node after the other, divided by how many nodes ran at a time so far.
        """
        seen, left = self._seen_so_far(), self._left()
        if self._start is None or not left:
            return None
        known = [kind for kind, cost in left.items() if sum(part for _, part in seen[kind]) >= _SEEN_PART * cost]
        certain = sum(left[kind] for kind in known)
        whole = sum(left.values())
        if not known or whole - certain > _UNSEEN_PART * whole:
            return None
        sure = sum(_middle(seen[kind]) * left[kind] for kind in known)
        return sure * (whole / certain) / self._at_a_time()

    def _seen_so_far(self) -> dict[str, list[_Pace]]:
        """Kind to the paces of its nodes, those that run included from their first report on."""
        found = defaultdict(list, {kind: list(paces) for kind, paces in self._seen.items()})
        for key, running in self._running.items():
            if running.first is None or running.latest is None or key not in self._costs:
                continue
            (since, before), (until, now) = running.first, running.latest
            planned = (now - before) * self._costs[key]
            if planned > 0:
                found[self._kinds[key]].append(((until - since) / planned, planned))
        return found

    def _left(self) -> dict[str, float]:
        """Kind to the planned seconds of what is left."""
        found: dict[str, float] = defaultdict(float)
        for key, cost in self._costs.items():
            running = self._running.get(key)
            done = running.latest[1] if running is not None and running.latest is not None else 0.0
            found[self._kinds[key]] += (1 - done) * cost
        return {kind: cost for kind, cost in found.items() if cost > 0}

    def _at_a_time(self) -> float:
        """How many nodes ran at a time, as a mean since the first started; at least 1."""
        elapsed = self._clock() - (self._start or 0.0)
        busy = self._busy + sum(self._clock() - running.started for running in self._running.values())
        return max(1.0, busy / elapsed) if elapsed > 0 else 1.0

    def node_remaining(self, progress: Progress) -> float | None:
        """Seconds to the end of one running node, from the steps it has made since its first report."""
        running = self._running.get(progress.key)
        if running is None or running.first is None or not progress.total or progress.step <= running.first_step:
            return None
        elapsed = self._clock() - running.first[0]
        return (progress.total - progress.step) * elapsed / (progress.step - running.first_step)

    def describe(self, progress: Progress, *, label: bool = True) -> str:
        """One line about a running node: label, step of total, loss, note, time left."""
        steps = f"step {progress.step}/{progress.total}" if progress.total else f"step {progress.step}"
        parts = [progress.label] if label else []
        parts += [steps]
        parts += [f"loss {progress.loss:.3f}"] if progress.loss is not None else []
        parts += [progress.note] if progress.note else []
        left = self.node_remaining(progress)
        parts += [f"{duration(round(left))} left"] if left is not None else []
        return ", ".join(parts)

    def __str__(self) -> str:
        left = self.remaining()
        text = f"{self.settled}/{self.total} nodes"
        text += f", {self.failed} failed" if self.failed else ""
        return text if left is None or self.settled >= self.total else f"{text}, about {duration(round(left))} left"


def _middle(paces: Sequence[_Pace]) -> float:
    """The pace in the middle, by planned seconds: a node that also started a worker does not move it."""
    ordered = sorted(paces)
    half = sum(planned for _, planned in ordered) / 2
    reached = 0.0
    for pace, planned in ordered:
        reached += planned
        if reached >= half:
            return pace
    return ordered[-1][0]
