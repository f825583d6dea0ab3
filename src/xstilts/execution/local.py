"""The default executor: worker processes on this machine."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.execution.events import NodeProgress, NodeStarted, NodeWaiting, ignore
from xstilts.execution.outcome import Failure
from xstilts.execution.pool import Pool, Worker
from xstilts.execution.run_options import RunOptions
from xstilts.execution.schedule import Schedule
from xstilts.store.node import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.execution.events import OnEvent
    from xstilts.execution.outcome import Outcome
    from xstilts.store.node import Node
    from xstilts.store.store import Store


def default_workers() -> int:
    """The physical cores that this process may use."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        import psutil  # type: ignore[import-untyped,unused-ignore]  # comes with accelerate
    except ImportError:
        return allowed
    cores = psutil.cpu_count(logical=False)  # type: ignore[no-untyped-call,unused-ignore]
    return max(1, min(allowed, cores or allowed))


def run(
    nodes: Sequence[Node],
    store: Store,
    runner: str,
    options: RunOptions = RunOptions(),
    on_event: OnEvent = ignore,
) -> Outcome:
    """Run ``nodes`` in worker processes (default: one a physical core). See :class:`xstilts.execution.Executor`.

    A worker that dies fails its node alone and is replaced. Ctrl-C and SIGTERM stop the workers; the outcome then
    says what is missing.
    """
    with store.locks.run(f"a run of {len(nodes)} nodes"), _stop_signals() as stop:
        store.clean()
        schedule = Schedule(nodes, store, on_event, options.weights)
        pool = Pool(options.workers or default_workers(), options.threads, stop.wake)
        try:
            while not stop.asked:
                while pool.free() and (node := schedule.next()) is not None:
                    on_event(NodeStarted(node))
                    pool.start(node, store, runner)
                if not pool.busy():
                    break
                for worker, messages in pool.wait():
                    _hear(worker, messages, pool, schedule, store, on_event)
        finally:
            pool.stop()
            store.clean()
        return schedule.outcome(stopped=stop.asked)


def _hear(
    worker: Worker,
    messages: list[dict[str, Any]] | None,
    pool: Pool,
    schedule: Schedule,
    store: Store,
    on_event: OnEvent,
) -> None:
    if messages is None:
        status = pool.remove(worker)
        if worker.node is not None:
            schedule.failed(worker.node, _death(worker.node, status, store))
        return
    for message in messages:
        node = worker.node
        if node is None:  # a thread that outlived its node
            continue
        if message["type"] == "progress":
            on_event(NodeProgress(node, Progress(**{k: v for k, v in message.items() if k != "type"})))
        elif message["type"] == "waiting":
            on_event(NodeWaiting(node, message["message"]))
        elif message["type"] == "done":
            worker.node = None
            schedule.finished(node, message["seconds"], made=message["made"])
        else:
            worker.node = None
            schedule.failed(node, Failure(message["message"], store.log(node.key), message["error"]))


def _death(node: Node, status: int, store: Store) -> Failure:
    how = f"ended with status {status}"
    if status < 0:
        how = f"was killed by signal {-status} ({signal.strsignal(-status)})"
    hint = " Often that means too little memory: try fewer --workers." if status == -signal.SIGKILL else ""
    return Failure(f"The process that ran {node.label} {how}.{hint}", store.log(node.key), "WorkerDied")


@dataclass
class _Stop:
    """Whether somebody asked the run to stop; ``wake`` becomes readable then."""

    wake: int
    asked: bool = False


@contextmanager
def _stop_signals() -> Iterator[_Stop]:
    """Turn SIGINT and SIGTERM into a wish that the loop looks at between two messages."""
    wake, ring = os.pipe()
    stop = _Stop(wake)

    def ask(number: int, frame: object) -> None:
        stop.asked = True
        os.write(ring, b"!")

    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(number) is not signal.SIG_IGN:
                before[number] = signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(wake)
        os.close(ring)
