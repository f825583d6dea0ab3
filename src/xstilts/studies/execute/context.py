"""What a node sees while it runs, and how one node is run."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from xstilts.errors import StoreError, XstiltsError
from xstilts.studies.provenance import files_digest
from xstilts.studies.retention import reads

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from xstilts.studies.node import Node, Progress
    from xstilts.studies.store import Store

    Runner: TypeAlias = Callable[[Node, "Context"], None]


@dataclass(frozen=True)
class Context:
    """What a node may use while it runs.

    Args:
        node: The node.
        store: The store that holds its parents.
        work: Empty folder; what is written there becomes the node.
        scratch: Folder for checkpoints; found again after a kill, removed once the node is complete.
        threads: Threads that the node may use.
        report: Takes the progress of the node, as often as it likes.
        read: Filled as parents are read: key -> hash of the parent's files, for the provenance of the node.
    """

    node: Node
    store: Store
    work: Path
    scratch: Path
    threads: int
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


def load_runner(name: str) -> Runner:
    """The function called ``module:function``, which runs one node.

    Raises:
        XstiltsError: If there is none.
    """
    module, _, function = name.partition(":")
    try:
        runner: Runner = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise XstiltsError(f"There is no runner {name!r}: {error}", value=name) from error
    return runner


def run_node(
    node: Node,
    store: Store,
    runner: Runner,
    threads: int,
    report: Callable[[Progress], None],
    on_wait: Callable[[str], None],
) -> bool:
    """Run one node into the store; returns False when another run had made it meanwhile."""
    made = False

    def work_on(work: Path, scratch: Path) -> dict[str, str]:
        nonlocal made
        context = Context(node, store, work, scratch, threads, report)
        runner(node, context)
        made = True
        return context.read

    store.make(node, work_on, on_wait)
    return made
