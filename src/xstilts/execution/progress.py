"""What a person sees of a run: bars on a terminal, plain lines elsewhere. Everything goes to stderr.

``with shown(nodes) as on_event: run(..., on_event=on_event)``
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import IO, TYPE_CHECKING

from xstilts.amounts import duration
from xstilts.errors import printable
from xstilts.execution.events import NodeCached, NodeFailed, NodeFinished, NodeProgress, NodeStarted, NodeWaiting
from xstilts.execution.tally import Tally
from xstilts.planning.plan import few_arms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from rich.console import Console
    from rich.progress import TaskID

    from xstilts.execution.events import Event, OnEvent
    from xstilts.store.node import Node, Progress

_LINE_SECONDS = 10.0
_LINE_PART = 0.1
_LINE_LEAST_SECONDS = 2.0


@contextmanager
def shown(
    nodes: Sequence[Node],
    arms: Mapping[str, Sequence[str]] | None = None,
    stream: IO[str] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[OnEvent]:
    """Show a run while the context lasts; gives what the executor takes as ``on_event``.

    Args:
        nodes: All nodes of the run.
        arms: Key to the arms whose chains have the node; few ones are named beside it.
        stream: Where to, by default stderr; bars if it is a terminal, lines if not.
        clock: Seconds, ever growing.
    """
    from rich.console import Console

    console = Console(file=stream or sys.stderr)
    tally = Tally(nodes, clock)
    name = partial(_name, arms or {})
    if not console.is_terminal:
        lines = Lines(tally, console.file, clock, name)
        yield lines
        lines.close()
        return
    with _bars(console, tally, name) as bars:
        yield bars


def _name(arms: Mapping[str, Sequence[str]], node: Node) -> str:
    return f"{node.label}{few_arms(arms.get(node.key, ()))}"


class Lines:
    """A line with the time when a node starts, ends, and about every ten seconds in between.

    Args:
        tally: Where the run stands.
        stream: Takes the lines.
        clock: Seconds, ever growing.
        name: What a node is called.
    """

    def __init__(self, tally: Tally, stream: IO[str], clock: Callable[[], float], name: Callable[[Node], str]) -> None:
        self._tally = tally
        self._name = name
        self._stream = stream
        self._clock = clock
        self._cached = 0
        self._said: dict[str, tuple[float, float]] = {}  # key -> when, which part was done

    def __call__(self, event: Event) -> None:
        """Say it, unless something like it has just been said."""
        self._tally(event)
        node = event.node
        if isinstance(event, NodeCached):
            self._cached += 1
            return
        self.close()
        match event:
            case NodeStarted():
                self._said[node.key] = (self._clock(), 0.0)
                self._say(f"start   {self._name(node)}")
            case NodeProgress(progress=progress):
                self._progress(progress)
            case NodeWaiting(message=message):
                self._say(f"wait    {node.label}: {message}")
            case NodeFinished(seconds=seconds):
                self._say(f"done    {self._name(node)} in {duration(seconds)}  [{self._tally}]")
            case NodeFailed(failure=failure):
                self._say(f"FAILED  {self._name(node)}: {failure.message} (log: {failure.log})")

    def close(self) -> None:
        """Say how many nodes were found in the store, if that was not said yet."""
        if self._cached:
            self._say(f"cached  {self._cached} nodes are in the store already  [{self._tally}]")
            self._cached = 0

    def _progress(self, progress: Progress) -> None:
        when, part = self._said.get(progress.key, (float("-inf"), 0.0))
        elapsed = self._clock() - when
        now = progress.step / progress.total if progress.total else 0.0
        if elapsed < _LINE_SECONDS and not (now - part >= _LINE_PART and elapsed >= _LINE_LEAST_SECONDS):
            return
        self._said[progress.key] = (self._clock(), now)
        self._say(f"        {self._tally.describe(progress)}")

    def _say(self, text: str) -> None:
        self._stream.write(f"{datetime.now().astimezone():%H:%M:%S}  {printable(text)}\n")
        self._stream.flush()


@contextmanager
def _bars(console: Console, tally: Tally, name: Callable[[Node], str]) -> Iterator[OnEvent]:
    """One bar over all, one line for each running node."""
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as RichProgress

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[text]}"),
    )
    with RichProgress(*columns, console=console) as view:
        whole = view.add_task("study", total=tally.total, text="")
        running: dict[str, TaskID] = {}

        def on_event(event: Event) -> None:
            tally(event)
            node = event.node
            match event:
                case NodeStarted():
                    running[node.key] = view.add_task(name(node), total=None, text="starting")
                case NodeWaiting(message=message):
                    view.update(running[node.key], text=message)
                case NodeProgress(progress=progress):
                    view.update(
                        running[node.key],
                        completed=progress.step,
                        total=progress.total or None,
                        text=tally.describe(progress, label=False),
                    )
                case NodeFinished() | NodeFailed() | NodeCached():
                    if node.key in running:
                        view.remove_task(running.pop(node.key))
                    if isinstance(event, NodeFailed):
                        view.console.print(
                            f"FAILED {name(node)}: {event.failure.message} (log: {event.failure.log})",
                            markup=False,
                            highlight=False,
                        )
            view.update(whole, completed=tally.settled, text=str(tally))

        yield on_event
