"""Where a run stands and when it will be over: arithmetic on events, without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.studies.execute.events import NodeCached, NodeFailed, NodeFinished, NodeProgress, NodeStarted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.studies.execute.events import Event
    from xstilts.studies.node import Node, Progress


class Tally:
    """Counts nodes, and guesses the time left from their costs and from how fast they have really been.

    Args:
        nodes: All nodes of the run.
        clock: Seconds, ever growing.
    """

    def __init__(self, nodes: Sequence[Node], clock: Callable[[], float]) -> None:
        self._clock = clock
        self._costs = {node.key: max(node.cost.seconds, 1e-3) for node in nodes}
        self._start: float | None = None
        self._done_cost = 0.0
        self._started: dict[str, float] = {}
        self._part: dict[str, float] = {}
        self._first: dict[str, tuple[float, int]] = {}
        self.total = len(self._costs)
        self.settled = 0
        self.failed = 0

    def __call__(self, event: Event) -> None:
        """Take note of an event."""
        key = event.node.key
        match event:
            case NodeStarted():
                self._started[key] = self._clock()
                self._start = self._started[key] if self._start is None else self._start
            case NodeProgress(progress=progress):
                self._first.setdefault(key, (self._clock(), progress.step))
                self._part[key] = progress.step / progress.total if progress.total else 0.0
            case NodeFinished() | NodeFailed() | NodeCached():
                cost = self._costs.pop(key, 0.0)
                self._done_cost += cost if isinstance(event, NodeFinished) else 0.0
                self._part.pop(key, None)
                self.settled += 1
                self.failed += isinstance(event, NodeFailed)

    def remaining(self) -> float | None:
        """Seconds to the end of the run, None while nothing tells."""
        begun = sum(part * self._costs[key] for key, part in self._part.items() if key in self._costs)
        worked = self._done_cost + begun
        if self._start is None or worked <= 0:
            return None
        left = max(sum(self._costs.values()) - begun, 0.0)
        return left * (self._clock() - self._start) / worked

    def node_remaining(self, progress: Progress) -> float | None:
        """Seconds to the end of one running node, from the steps it has made since its first report."""
        first = self._first.get(progress.key)
        if first is None or not progress.total or progress.step <= first[1]:
            return None
        return (progress.total - progress.step) * (self._clock() - first[0]) / (progress.step - first[1])

    def describe(self, progress: Progress, *, label: bool = True) -> str:
        """One line about a running node: label, step of total, loss, note, time left."""
        steps = f"step {progress.step}/{progress.total}" if progress.total else f"step {progress.step}"
        parts = [progress.label] if label else []
        parts += [steps]
        parts += [f"loss {progress.loss:.3f}"] if progress.loss is not None else []
        parts += [progress.note] if progress.note else []
        left = self.node_remaining(progress)
        parts += [f"{duration(left)} left"] if left is not None else []
        return ", ".join(parts)

    def __str__(self) -> str:
        left = self.remaining()
        text = f"{self.settled}/{self.total} nodes"
        text += f", {self.failed} failed" if self.failed else ""
        return text + (f", about {duration(left)} left" if left is not None and self.settled < self.total else "")


def duration(seconds: float) -> str:
    """Seconds for people: ``4 s``, ``3 min 20 s``, ``2 h 05 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
