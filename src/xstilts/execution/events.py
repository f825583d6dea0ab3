"""What a run tells while it goes on; anything that takes an event can watch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from xstilts.execution.outcome import Failure
    from xstilts.store.node import Node, Progress


@dataclass(frozen=True)
class NodeCached:
    """A node needs no work: it was in the store, or another run has just made it."""

    node: Node


@dataclass(frozen=True)
class NodeStarted:
    """A node was given to a worker."""

    node: Node


@dataclass(frozen=True)
class NodeProgress:
    """A running node says how far it is."""

    node: Node
    progress: Progress


@dataclass(frozen=True)
class NodeWaiting:
    """A node waits for another run that is making it; ``message`` says for whom."""

    node: Node
    message: str


@dataclass(frozen=True)
class NodeFinished:
    """A node is complete, after ``seconds`` of wall time."""

    node: Node
    seconds: float


@dataclass(frozen=True)
class NodeFailed:
    """A node failed; what hangs on it will not run."""

    node: Node
    failure: Failure


Event: TypeAlias = NodeCached | NodeStarted | NodeProgress | NodeWaiting | NodeFinished | NodeFailed
OnEvent: TypeAlias = Callable[[Event], None]


def ignore(event: Event) -> None:
    """Watch nothing."""
