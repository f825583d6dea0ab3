"""Worker processes, and the talk with them."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.studies.node import Node
    from xstilts.studies.store import Store

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
_KERNELS_KEPT = "64"  # of oneDNN; its own 1024 grow a process by gigabytes where every batch has another shape
_CHECK_SECONDS = 1.0  # a death shows at once as the end of a pipe, unless a child of the dead worker holds it open


class Worker:
    """One worker process; does one node at a time.

    Args:
        threads: Threads that its numerical libraries may use.
    """

    def __init__(self, threads: int) -> None:
        self.node: Node | None = None
        self.threads = threads
        self._buffer = b""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-u", "-m", "xstilts.studies.execute.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(threads),
            bufsize=0,
            process_group=0,  # Ctrl-C reaches the run alone, and the run stops whole groups
        )

    def start(self, node: Node, store: Store, runner: str) -> None:
        """Hand it a node."""
        self.node = node
        request = {
            "node": node.to_json(),
            "store": str(store.root.absolute()),
            "runner": runner,
            "threads": self.threads,
        }
        with suppress(BrokenPipeError):  # it died idle: its output says so next
            _write_all(self._input, json.dumps(request).encode() + b"\n")

    def read(self) -> list[dict[str, Any]] | None:
        """The messages that have come, None when the worker is dead; call it when :meth:`fileno` is readable."""
        data = os.read(self.fileno(), 1 << 16)
        if not data:
            return None
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def stop(self) -> int:
        """End the worker and all it started, at once; returns its exit status, negative for a signal."""
        status = self._process.poll()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        found = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        return found if status is None else status

    def fileno(self) -> int:
        """The descriptor that its messages come from."""
        if self._process.stdout is None:
            raise ValueError("the worker has no output")
        return self._process.stdout.fileno()

    @property
    def _input(self) -> int:
        if self._process.stdin is None:
            raise ValueError("the worker has no input")
        return self._process.stdin.fileno()


class Pool:
    """Up to ``size`` workers, started when there is work and kept for the next node.

    Args:
        size: How many.
        threads: Threads each may use.
        wake: A descriptor that ends a wait when it becomes readable.
    """

    def __init__(self, size: int, threads: int, wake: int) -> None:
        self._size = max(1, size)
        self._threads = threads
        self._workers: list[Worker] = []
        self._selector = selectors.DefaultSelector()
        self._selector.register(wake, selectors.EVENT_READ, None)

    def free(self) -> bool:
        """Whether another node can be started."""
        return self.busy() < self._size

    def busy(self) -> int:
        """How many workers have a node."""
        return sum(worker.node is not None for worker in self._workers)

    def start(self, node: Node, store: Store, runner: str) -> None:
        """Hand a node to an idle worker, or to a new one."""
        worker = next((worker for worker in self._workers if worker.node is None), None)
        if worker is None:
            worker = Worker(self._threads)
            self._workers.append(worker)
            self._selector.register(worker.fileno(), selectors.EVENT_READ, worker)
        worker.start(node, store, runner)

    def wait(self) -> Iterator[tuple[Worker, list[dict[str, Any]] | None]]:
        """Wait for something to happen; gives the workers that spoke, with None for those that died."""
        if not self._selector.select(_CHECK_SECONDS):
            dead = [worker for worker in self._workers if not worker.alive()]
            if not self._selector.select(0):  # and none of them spoke at the last moment
                for worker in dead:
                    yield worker, None
                return
        for worker in [key.data for key, _ in self._selector.select(0) if key.data is not None]:
            yield worker, worker.read()

    def remove(self, worker: Worker) -> int:
        """Bury a dead worker; returns its exit status."""
        self._selector.unregister(worker.fileno())
        self._workers.remove(worker)
        return worker.stop()

    def stop(self) -> None:
        """End all workers at once."""
        for worker in list(self._workers):
            self.remove(worker)
        self._selector.close()


def _environment(threads: int) -> dict[str, str]:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {
        **os.environ,
        "ONEDNN_PRIMITIVE_CACHE_CAPACITY": _KERNELS_KEPT,
        **dict.fromkeys(_THREAD_VARIABLES, str(threads)),
        "TOKENIZERS_PARALLELISM": "false" if threads == 1 else "true",
        "PYTHONPATH": path,
    }


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
