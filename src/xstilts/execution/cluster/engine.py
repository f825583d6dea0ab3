"""All of Parsl: from a site to workers on its machines, and to a function that sends them tasks.

Parsl's own retries and records of finished work are not used: the store says what is done, and ``crew`` what to do
about the rest.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xstilts.errors import RunError, shortened
from xstilts.execution.cluster import bound
from xstilts.execution.cluster.machine import UNTIL, run_task
from xstilts.execution.cluster.providers import provider_of
from xstilts.runners.devices import GPUS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from xstilts.execution.cluster.site import Site

_FAILED_BLOCKS, _FAILED_LATER = 3, 10
"""So many blocks in a row may come to nothing: before any worker was there, and after."""
_ANY_NUMBER_OF_CORES = 1e-3
"""Cores of a worker, for Parsl, which would start fewer workers than it is told on a small machine."""


@dataclass
class Engine:
    """Workers, and how to send them tasks.

    Attributes:
        send: Gives a task, as text, to the next free worker; the future holds the reply.
        trouble: Why no worker will come, for people; empty while there is hope.
    """

    send: Callable[[str], Future[str]]
    trouble: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Refuse to wait for workers that will not come.

        Raises:
            RunError: With what the scheduler or the last block said.
        """
        if self.trouble:
            raise RunError(self.trouble[0], hint="Look at worker_init, python and address in the site file; each "
                           "machine must see the store, and reach this one.")  # fmt: skip


@contextmanager
def started(site: Site, folder: Path) -> Iterator[Engine]:
    """Workers of a site while the block lasts; afterwards their blocks are given back.

    Args:
        site: The machines.
        folder: Where Parsl keeps its logs, scripts and certificates; all machines must see it.
    """
    import parsl
    from parsl.app.app import python_app
    from parsl.dataflow.dflow import DataFlowKernel

    trouble: list[str] = []
    executor = _executor(site, trouble)
    config = parsl.Config(
        executors=[executor],
        run_dir=str(folder / "parsl"),
        strategy="simple",  # the other one stops blocks that have not come up yet
        strategy_period=1,
        usage_tracking=0,
        initialize_logging=False,
    )
    kernel = DataFlowKernel(config)
    try:
        send = python_app(run_task, data_flow_kernel=kernel, cache=False)
        yield Engine(send, trouble)
    finally:
        kernel.cleanup()


def is_loss(error: BaseException) -> bool:
    """Whether a task failed because its worker or machine is gone."""
    from parsl.executors.high_throughput.errors import ManagerLost, WorkerLost

    return isinstance(error, ManagerLost | WorkerLost)


def _executor(site: Site, trouble: list[str]) -> Any:  # noqa: ANN401 - Parsl is imported when it is used
    from parsl.executors import HighThroughputExecutor
    from parsl.executors.high_throughput.executor import DEFAULT_LAUNCH_CMD

    python = site.python or sys.executable
    program = "parsl.executors.high_throughput"
    launch = DEFAULT_LAUNCH_CMD.replace("process_worker_pool.py", f"{python} -m {program}.process_worker_pool", 1)
    return HighThroughputExecutor(
        label="xstilts",
        provider=provider_of(site, _beginning(site)),
        launch_cmd=launch,
        interchange_launch_cmd=[sys.executable, "-P", bound.__file__, sys.executable, "-m", f"{program}.interchange"],
        address="127.0.0.1" if site.provider == "local" else site.address,
        cores_per_worker=_ANY_NUMBER_OF_CORES,
        max_workers_per_node=site.workers_per_node,
        heartbeat_period=max(1, site.heartbeat // 4),
        heartbeat_threshold=site.heartbeat,
        drain_period=site.useful,
        block_error_handler=lambda executor, status: _look(executor, status, trouble),
        encrypted=True,
    )


def _beginning(site: Site) -> str:
    """Shell commands at the beginning of each block."""
    lines = [site.worker_init.strip()] if site.worker_init.strip() else []
    lines += [f"export {GPUS}={site.gpus}"] if site.gpus else []
    lines += [f"export {UNTIL}=$(( $(date +%s) + {site.useful} ))"] if site.useful is not None else []
    return "\n".join(lines)


def _look(executor: Any, status: Mapping[str, Any], trouble: list[str]) -> None:  # noqa: ANN401 - Parsl's executor
    """Note it when blocks come to nothing again and again. Parsl's own handlers leave the other blocks behind."""
    from parsl.jobs.states import JobState

    most = _FAILED_LATER if executor.connected_blocks() else _FAILED_BLOCKS
    latest = [status[block] for block in sorted(status, key=int)[-most:]]
    if len(latest) == most and all(one.state in (JobState.FAILED, JobState.MISSING) for one in latest) and not trouble:
        trouble.append(f"{most} blocks in a row came to nothing. The last one said: {_said(latest[-1])}")


def _said(status: Any) -> str:  # noqa: ANN401 - Parsl's JobStatus
    parts = [status.stderr_summary, status.message]
    text = next((part for part in parts if part and part.strip()), "nothing")
    return shortened(" ".join(text.split()), 500)
