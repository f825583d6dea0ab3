"""What a node sees while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xstilts.errors import StoreError, XstiltsError
from xstilts.store.provenance import files_digest
from xstilts.store.retention import reads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xstilts.store.node import Node, Progress
    from xstilts.store.store import Store


@dataclass(frozen=True)
class Means:
    """With what a node is run; nothing of it can change a result.

    Args:
        threads: Threads that the node may use.
        until: When its machine is taken away, in seconds since 1970; a phase stops then, with a snapshot. None:
            never.
        processes: How many processes a phase may have, each with so many threads.
        share: Which of how many equal shares of this machine's GPUs are the node's.
    """

    threads: int = 1
    until: float | None = None
    processes: int = 1
    share: tuple[int, int] = (0, 1)


@dataclass(frozen=True)
class Context:
    """What a node may use while it runs.

    Args:
        node: The node.
        store: The store that holds its parents.
        work: Empty folder; what is written there becomes the node.
        scratch: Folder for snapshots; found again after a kill, removed once the node is complete.
        means: With what the node is run.
        report: Takes the progress of the node, as often as it likes.
        read: Filled as parents are read: key -> hash of the parent's files, for the provenance of the node.
    """

    node: Node
    store: Store
    work: Path
    scratch: Path
    means: Means
    report: Callable[[Progress], None]
    read: dict[str, str] = field(default_factory=dict)

    def parent(self, role: str) -> Path:
        """The folder of the parent in ``role``, every byte of it checked.

        Raises:
            XstiltsError: If the node has no such parent.
            StoreError: If the parent is not in the store, or lost the weights that this kind of node reads.
            CorruptNodeError: If the parent changed.
        """
        if role not in self.node.parents:
            raise XstiltsError(f"{self.node.label} has no parent {role!r}.", value=role, allowed=self.node.parents)
        key = self.node.parents[role]
        kind = self.store.kind_of(key)
        if kind is None:
            raise StoreError(f"The {role} of {self.node.label} is not in the store.", value=key)
        folder = self.store.read(key, kind, reads(self.node))
        self.read[key] = files_digest(self.store.provenance(key, kind))
        return folder
