"""The default executor: worker processes on this machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from xstilts.execution.events import NodeProgress, NodeStarted, NodeWaiting, ignore
from xstilts.execution.outcome import Failure
from xstilts.execution.pool import Pool, Worker, death
from xstilts.execution.run_options import RunOptions
from xstilts.execution.schedule import Schedule
from xstilts.execution.stopping import stop_signals
from xstilts.runners.context import Means
from xstilts.store.node import Progress

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    with store.locks.run(f"a run of {len(nodes)} nodes"), stop_signals() as stop:
        store.clean()
        schedule = Schedule(nodes, store, on_event, options.weights)
        pool = Pool(
            options.workers or default_workers(), Means(options.threads, processes=options.processes), stop.wake
        )
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
            schedule.failed(worker.node, death(worker.node, status, store))
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
