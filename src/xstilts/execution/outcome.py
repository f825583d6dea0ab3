"""What became of every node of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xstilts.errors import LONGEST, XstiltsError, printable, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Failure:
    """Why a node failed.

    Args:
        message: One paragraph for people.
        log: What the node printed, with the traceback.
        error: Name of the exception class (``DataError``), or ``WorkerDied``.
    """

    message: str
    log: Path
    error: str


@dataclass
class Outcome:
    """What became of every node of a run; each key is in exactly one of the four.

    Args:
        done: Made by this run.
        cached: Were in the store, or came there from another run meanwhile.
        failed: Key -> why.
        not_run: Key -> key of the failed node that blocks it, or None when the run was stopped before.
        stopped: Whether Ctrl-C or a termination signal ended the run; the same command goes on where it stopped.
        decisions: What a run decided that was to end when its question was answered (``execution.until_run``); empty
            for a run of the whole grid.
        notes: What else the reader should know of the store, one line each.
    """

    done: list[str] = field(default_factory=list)
    cached: list[str] = field(default_factory=list)
    failed: dict[str, Failure] = field(default_factory=dict)
    not_run: dict[str, str | None] = field(default_factory=dict)
    stopped: bool = False
    decisions: Mapping[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every node is in the store now."""
        return not self.failed and not self.not_run

    def __str__(self) -> str:
        parts = [f"{len(self.done)} nodes made", f"{len(self.cached)} found in the store"]
        parts += [f"{len(self.failed)} failed"] if self.failed else []
        parts += [f"{len(self.not_run)} not run"] if self.not_run else []
        text = ", ".join(parts) + "."
        return f"{text} Stopped: run the same command again to go on." if self.stopped else text


def failure_of(error: BaseException, log: Path) -> Failure:
    """The failure that an exception in a node amounts to; errors meant for people are not prefixed."""
    name = type(error).__name__
    message = str(error) if isinstance(error, XstiltsError) else shortened(printable(f"{name}: {error}"), LONGEST)
    return Failure(message, log, name)
