"""The executor for debugging: one node after the other, in this process."""

from __future__ import annotations

import time
import traceback
from contextlib import ExitStack, redirect_stderr, redirect_stdout
from typing import TYPE_CHECKING

from xstilts.execution.events import NodeProgress, NodeStarted, NodeWaiting, ignore
from xstilts.execution.one_node import load_runner, run_node
from xstilts.execution.outcome import failure_of
from xstilts.execution.run_options import RunOptions
from xstilts.execution.schedule import Schedule
from xstilts.runners.context import Means

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.execution.events import OnEvent
    from xstilts.execution.one_node import Runner
    from xstilts.execution.outcome import Outcome
    from xstilts.store.node import Node
    from xstilts.store.store import Store


def run(
    nodes: Sequence[Node],
    store: Store,
    runner: str,
    options: RunOptions = RunOptions(),
    on_event: OnEvent = ignore,
) -> Outcome:
    """Run ``nodes`` one by one, whatever ``options.workers`` says. See :class:`xstilts.execution.Executor`."""
    function = load_runner(runner)
    stopped = False
    with store.locks.run(f"a run of {len(nodes)} nodes"):
        store.clean()
        schedule = Schedule(nodes, store, on_event, options.weights)
        try:
            while (node := schedule.next()) is not None:
                _run_one(node, store, function, Means(options.threads, processes=options.processes), schedule, on_event)
        except KeyboardInterrupt:
            stopped = True
    return schedule.outcome(stopped=stopped)


def _run_one(node: Node, store: Store, runner: Runner, means: Means, schedule: Schedule, on_event: OnEvent) -> None:
    on_event(NodeStarted(node))
    start = time.monotonic()
    log = store.log(node.key)
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            file = stack.enter_context(log.open("a", encoding="utf-8"))
            stack.enter_context(redirect_stdout(file))
            stack.enter_context(redirect_stderr(file))
            made = run_node(
                node,
                store,
                runner,
                means,
                lambda progress: on_event(NodeProgress(node, progress)),
                lambda message: on_event(NodeWaiting(node, message)),
            )
    except Exception as error:  # whatever a node raises fails that node alone
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exception(error, file=file)
        schedule.failed(node, failure_of(error, log))
    else:
        schedule.finished(node, time.monotonic() - start, made=made)
