"""What travels between a run and its machines, as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from xstilts.store.node import Node


@dataclass(frozen=True)
class Task:
    """Nodes for one worker, one after the other.

    Attributes:
        nodes: Those that are ready; none needs another.
        store: Folder of the store, the same on every machine.
        told: Folder below it in which a running node leaves word.
        runner: ``module:function`` that runs a node.
        threads: Threads of each node.
        processes: Processes of each phase.
        path: Where the run finds its modules.
        avoid: Names of machines that are not to run them, since one of them failed there.
    """

    nodes: tuple[Node, ...]
    store: str
    told: str
    runner: str
    threads: int
    processes: int
    path: tuple[str, ...]
    avoid: tuple[str, ...] = ()

    def to_text(self) -> str:
        """As JSON."""
        return json.dumps({**vars(self), "nodes": [node.to_json() for node in self.nodes]})

    @classmethod
    def from_text(cls, text: str) -> Task:
        """The inverse of :meth:`to_text`."""
        values: dict[str, Any] = json.loads(text)
        lists = {name: tuple(values[name]) for name in ("path", "avoid")}
        return cls(**{**values, **lists, "nodes": tuple(Node.from_json(node) for node in values["nodes"])})


@dataclass(frozen=True)
class Fate:
    """What became of one node on a machine.

    Attributes:
        key: Of the node.
        seconds: Wall time.
        made: Whether it was made there, or found made by another run.
        message: Why it failed, for people; empty if it did not.
        error: Name of the exception class.
    """

    key: str
    seconds: float = 0.0
    made: bool = True
    message: str = ""
    error: str = ""


@dataclass(frozen=True)
class Reply:
    """What a worker answers.

    Attributes:
        machine: Its machine's name.
        fates: Of the task's nodes, in their order; those that were not begun are missing.
        unseen: What the machine cannot see of the store; empty if it sees all.
    """

    machine: str
    fates: tuple[Fate, ...] = ()
    unseen: str = ""

    def to_text(self) -> str:
        """As JSON."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Reply:
        """The inverse of :meth:`to_text`."""
        values: dict[str, Any] = json.loads(text)
        return cls(**{**values, "fates": tuple(Fate(**fate) for fate in values["fates"])})


@dataclass
class Told:
    """The latest word of a running node: when it began, how far it is, whom it waits for."""

    started: float
    progress: dict[str, Any] = field(default_factory=dict)
    waiting: str = ""
