"""The executor ``parsl``: nodes on the machines that a site file describes."""

from __future__ import annotations

import json
import shutil
import sys
import time
import uuid
from concurrent.futures import FIRST_COMPLETED, wait
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.errors import InputError, RunError
from xstilts.execution.cluster import engine, providers
from xstilts.execution.cluster.crew import Crew
from xstilts.execution.cluster.site import Site, read_site
from xstilts.execution.cluster.task import Reply, Task, Told
from xstilts.execution.events import NodeProgress, NodeStarted, NodeWaiting, ignore
from xstilts.execution.local import default_workers
from xstilts.execution.run_options import RunOptions
from xstilts.execution.schedule import Schedule
from xstilts.execution.stopping import stop_signals
from xstilts.store.locks import Locks
from xstilts.store.node import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import Future

    from xstilts.execution.cluster.engine import Engine
    from xstilts.execution.events import Event, OnEvent
    from xstilts.execution.outcome import Outcome
    from xstilts.execution.stopping import Stop
    from xstilts.store.node import Node
    from xstilts.store.store import Store

_LOOK_SECONDS = 1.0
"""How long a stop, trouble or the word of a running node may wait."""


def run(
    nodes: Sequence[Node],
    store: Store,
    runner: str,
    options: RunOptions = RunOptions(),
    on_event: OnEvent = ignore,
) -> Outcome:
    """Run ``nodes`` on the machines of ``options.site``, by default this one. See :class:`xstilts.execution.Executor`.

    A worker or machine that is lost costs its nodes nothing but time. A node that failed for its machine (a full disk,
    too little memory) is tried again elsewhere, any other failure is final. Ctrl-C and SIGTERM give the blocks back.

    Raises:
        InputError: If the site file is wrong, or its scheduler or queue is not there.
        RunError: If no worker comes, or one cannot see the store.
    """
    here = Site(workers_per_node=options.workers or default_workers())
    site = here if options.site is None else read_site(options.site)
    providers.check(site)
    _refuse_spaces(store)
    with store.locks.run(f"a run of {len(nodes)} nodes"), stop_signals() as stop:
        store.clean()
        watch = _Watch(on_event)
        schedule = Schedule(nodes, store, watch, options.weights)
        if schedule.ready():
            with _folder(store) as folder:
                root, told = str(store.root.absolute()), str(folder / "told")
                beside = (options.threads, options.processes, tuple(sys.path))
                task = Task((), root, told, runner, *beside)
                _Run(site, task, Crew(schedule, store, site.slots), watch, stop).to_the_end(folder)
        store.clean()
        return schedule.outcome(stopped=stop.asked)


class _Run:
    """One run, from the first task to the last reply.

    Args:
        site: The machines.
        task: What all tasks have in common.
        crew: Which nodes come next, and what becomes of them.
        watch: Told what running nodes say.
        stop: Whether somebody asked the run to end.
    """

    def __init__(self, site: Site, task: Task, crew: Crew, watch: _Watch, stop: Stop) -> None:
        self._site, self._task, self._crew, self._watch, self._stop = site, task, crew, watch, stop
        self._out: dict[Future[str], tuple[Node, ...]] = {}

    def to_the_end(self, folder: Path) -> None:
        """Send tasks and hear replies until nothing is out, or the run is to stop."""
        with engine.started(self._site, folder) as workers:
            self._send(workers)
            while self._out and not self._stop.asked:
                done, _ = wait(self._out, _LOOK_SECONDS, FIRST_COMPLETED)
                for future in done:
                    self._hear(future, self._out.pop(future))
                self._watch.look(Path(self._task.told), [node for group in self._out.values() for node in group])
                workers.check()
                self._send(workers)

    def _send(self, workers: Engine) -> None:
        while group := self._crew.next():
            values = {**vars(self._task), "nodes": group, "avoid": self._crew.avoided(group)}
            self._out[workers.send(Task(**values).to_text())] = group

    def _hear(self, future: Future[str], nodes: tuple[Node, ...]) -> None:
        error = future.exception()
        if error is None:
            reply = Reply.from_text(future.result())
            if reply.unseen:
                raise RunError(
                    f"The machine {reply.machine} cannot see the store: it has no {reply.unseen}.",
                    field=self._task.store,
                    hint="Put the store (--store) on a disk that all machines share under the same path.",
                )
            for fate in reply.fates:
                self._watch.began(next(node for node in nodes if node.key == fate.key))
            self._crew.returned(nodes, reply)
        elif engine.is_loss(error):
            self._crew.lost(nodes, str(error))
        else:
            said = f"A worker failed: {type(error).__name__}: {error}."
            raise RunError(said, hint="Its machine needs the same versions of xstilts, Parsl and Python.") from error


class _Watch:
    """Passes on events, and those of running nodes that the machines leave word of.

    Args:
        on_event: Takes them.
    """

    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._begun: set[str] = set()
        self._said: dict[str, Told] = {}
        self._looked = 0.0

    def __call__(self, event: Event) -> None:
        """Pass an event on."""
        self._on_event(event)

    def began(self, node: Node) -> None:
        """Say once that a node was started."""
        if node.key not in self._begun:
            self._begun.add(node.key)
            self._on_event(NodeStarted(node))

    def look(self, folder: Path, nodes: Sequence[Node]) -> None:
        """Read what running nodes have left, about every second."""
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        for node in nodes:
            try:
                told = Told(**json.loads((folder / f"{node.key}.json").read_text(encoding="utf-8")))
            except (OSError, ValueError, TypeError):  # it waits for a worker, or has just ended
                continue
            self.began(node)
            if told == self._said.get(node.key):
                continue
            self._said[node.key] = told
            if told.waiting:
                self._on_event(NodeWaiting(node, told.waiting))
            elif told.progress:
                self._on_event(NodeProgress(node, Progress(**told.progress)))


def _refuse_spaces(store: Store) -> None:
    """Refuse a store whose folder Parsl's scripts could not name."""
    root = str(store.root.absolute())
    if len(root.split()) > 1:
        raise InputError("has a space in its path, which Parsl's scripts cannot name.", field="--store", value=root,
                         hint="Name another folder.")  # fmt: skip


@contextmanager
def _folder(store: Store) -> Iterator[Path]:
    """A folder of the store for Parsl and for the word of running nodes; kept only if something went wrong.

    Those of runs that are over are removed.
    """
    home = store.root.absolute() / "cluster"
    folder = home / uuid.uuid4().hex[:12]
    for other in home.glob("*"):
        with Locks(other).try_key("run") as over:
            if over:
                shutil.rmtree(other, ignore_errors=True)
    (folder / "told").mkdir(parents=True)
    with ExitStack() as stack:
        stack.enter_context(Locks(folder).key("run", "a run on many machines"))
        yield folder
    shutil.rmtree(folder, ignore_errors=True)
