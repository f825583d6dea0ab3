"""The side of the machines: nodes run in a process of the worker's own, so that what kills a node spares the worker.

Parsl calls :func:`run_task` in its worker process. The worker ends with its manager, the process of the node with the
worker, and with both go the locks on the store: a lost node is free to be run elsewhere.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.execution.cluster.bound import end_with_parent
from xstilts.execution.cluster.task import Fate, Reply, Task, Told
from xstilts.execution.pool import Pool, death
from xstilts.runners.context import Means
from xstilts.store.store import Store

if TYPE_CHECKING:
    from xstilts.store.node import Node

UNTIL = "XSTILTS_UNTIL"
"""Environment variable of a block: when its phases stop, in seconds since 1970."""

_REFUSAL_SECONDS = 1.0
"""A worker that refuses a task is busy for so long, so that another one takes it."""
_TELL_SECONDS = 2.0


def run_task(text: str) -> str:
    """Run the nodes of a :class:`Task`; answers with a :class:`Reply`, both as JSON."""
    end_with_parent()
    task = Task.from_text(text)
    here, until = machine_name(), _until()
    if not Path(task.told).is_dir():
        return Reply(here, unseen=task.told).to_text()
    if here in task.avoid or (until is not None and time.time() >= until):
        time.sleep(_REFUSAL_SECONDS)
        return Reply(here).to_text()
    means = Means(task.threads, until, task.processes, _share())
    pool = _pool(means, task.path)
    store, fates = Store(Path(task.store)), []
    for node in task.nodes:
        if until is not None and time.time() >= until:
            break
        fates.append(_run(node, task, pool, store))
    return Reply(here, tuple(fates)).to_text()


def machine_name() -> str:
    """What the scheduler calls this machine, or what it calls itself."""
    return os.environ.get("SLURMD_NODENAME") or socket.gethostname()


def _until() -> float | None:
    said = os.environ.get(UNTIL, "")
    return float(said) if said else None


def _share() -> tuple[int, int]:
    """Which worker of how many on this machine it is, as Parsl numbers them."""
    return int(os.environ.get("PARSL_WORKER_RANK", 0)), int(os.environ.get("PARSL_WORKER_COUNT", 1))


@lru_cache(maxsize=1)
def _pool(means: Means, path: tuple[str, ...]) -> Pool:
    """The process that runs nodes; the same one for all tasks of a run."""
    sys.path.extend(entry for entry in path if entry not in sys.path)
    wake, _ = os.pipe()  # nobody wakes it: its end is the end of this process
    return Pool(1, means, wake)


def _run(node: Node, task: Task, pool: Pool, store: Store) -> Fate:
    """Run one node in the pool's process, leaving word of how it goes."""
    told = Told(time.time())
    place = Path(task.told) / f"{node.key}.json"
    _leave(place, told)
    last = 0.0
    pool.start(node, store, task.runner)
    try:
        while True:
            for worker, messages in pool.wait():
                if messages is None:
                    failure = death(node, pool.remove(worker), store)
                    return Fate(node.key, time.time() - told.started, message=failure.message, error=failure.error)
                for message in messages:
                    kind = message.pop("type")
                    if kind == "progress":
                        told.progress, told.waiting = message, ""
                    elif kind == "waiting":
                        told.waiting = message["message"]
                    else:
                        worker.node = None
                        return _fate(node, kind, message, told.started)
                    if kind == "waiting" or time.monotonic() - last >= _TELL_SECONDS:
                        last = time.monotonic()
                        _leave(place, told)
    finally:
        place.unlink(missing_ok=True)


def _fate(node: Node, kind: str, message: dict[str, Any], started: float) -> Fate:
    if kind == "done":
        return Fate(node.key, message["seconds"], message["made"])
    return Fate(node.key, time.time() - started, message=message["message"], error=message["error"])


def _leave(place: Path, told: Told) -> None:
    """Write the word so that a reader sees the old one or the new; a disk that refuses it is no reason to fail."""
    work = place.with_suffix(f".{os.getpid()}")
    try:
        work.write_text(json.dumps(asdict(told)), encoding="utf-8")
        work.replace(place)
    except OSError:
        work.unlink(missing_ok=True)
