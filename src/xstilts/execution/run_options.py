"""How nodes are run: what an executor is told beside the nodes, the store and the runner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class RunOptions:
    """How nodes are run; nothing here can change a result.

    Attributes:
        workers: How many nodes may run at a time; None: what the executor thinks best.
        threads: Threads that each of them may use.
        processes: Processes of a phase, each with so many threads.
        weights: Parts of every model that must be there in the end; an executor hands them on to the schedule.
        site: File that describes machines; of the executors here ``parsl`` alone reads it.
    """

    workers: int | None = None
    threads: int = 1
    processes: int = 1
    weights: frozenset[str] = frozenset()
    site: Path | None = None
