"""Worker processes, and the talk with them."""

from __future__ import annotations

import importlib
import json
import os
import select
import selectors
import signal
import sys
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from xstilts.execution.nursery import Nursery
from xstilts.execution.outcome import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.runners.context import Means
    from xstilts.store.node import Node
    from xstilts.store.store import Store

_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
_KERNELS_KEPT = "64"  # of oneDNN; its own 1024 grow a process by gigabytes where every batch has another shape
_CHECK_SECONDS = 1.0  # a death shows at once as the end of a pipe, unless a child of the dead worker holds it open


WORKER_DIED = "WorkerDied"
"""The error of a node whose worker died."""


class Worker:
    """One worker process; does one node at a time.

    Args:
        nursery: Where it is forked.
        modules: What is imported before.
        means: With what its nodes are run.

    Raises:
        ConnectionError: If the nursery is gone.
    """

    def __init__(self, nursery: Nursery, modules: Sequence[str], means: Means) -> None:
        self.node: Node | None = None
        self.modules = tuple(modules)
        self.means = means
        self._nursery = nursery
        self._buffer = b""
        own_in, self._input = os.pipe()
        self._output, own_out = os.pipe()
        try:
            self._child = nursery.fork(modules, own_in, own_out)
        except OSError:
            os.close(self._input)
            os.close(self._output)
            raise
        finally:
            os.close(own_in)
            os.close(own_out)

    def start(self, node: Node, store: Store, runner: str) -> None:
        """Hand it a node."""
        self.node = node
        request = {
            "node": node.to_json(),
            "store": str(store.root.absolute()),
            "runner": runner,
            "means": asdict(self.means),
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
        return self._status(wait=False) is None

    def stop(self) -> int:
        """End the worker and all it started, at once; returns its exit status, negative for a signal."""
        status = self._status(wait=False)
        if self._child.pid is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._child.pid, signal.SIGKILL)
        while select.select([self._output], [], [], _CHECK_SECONDS)[0] and os.read(self._output, 1 << 16):
            pass  # to the end of its output, which is that of the process and of all locks it held
        found = self._status(wait=True)
        for pipe in (self._input, self._output):
            os.close(pipe)
        return int(found or 0) if status is None else status

    def fileno(self) -> int:
        """The descriptor that its messages come from."""
        return self._output

    def _status(self, *, wait: bool) -> int | None:
        try:
            return self._nursery.status(self._child, wait=wait)
        except OSError:  # the nursery was killed, and nobody else knows
            return -signal.SIGKILL


class Pool:
    """Up to ``size`` workers, started when there is work and kept for the next node.

    Args:
        size: How many.
        means: With what each runs its nodes.
        wake: A descriptor that ends a wait when it becomes readable.
    """

    def __init__(self, size: int, means: Means, wake: int) -> None:
        self._size = max(1, size)
        self._means = means
        self._nursery = Nursery(_environment(means.threads))
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
        """Hand a node to an idle worker, or to a new one; one that lacks what the node needs makes room for it."""
        modules = preloaded(runner, node.kind)
        idle = [worker for worker in self._workers if worker.node is None]
        worker = next((one for one in idle if set(modules) <= set(one.modules)), None)
        if worker is None:
            if len(self._workers) >= self._size:
                self.remove(idle[0])
            worker = self._new(modules)
            self._workers.append(worker)
            self._selector.register(worker.fileno(), selectors.EVENT_READ, worker)
        worker.start(node, store, runner)

    def _new(self, modules: Sequence[str]) -> Worker:
        means = self._with_gpus()
        try:
            return Worker(self._nursery, modules, means)
        except OSError:  # the nursery was killed, for memory perhaps
            self._nursery.close()
            self._nursery = Nursery(_environment(self._means.threads))
            return Worker(self._nursery, modules, means)

    def _with_gpus(self) -> Means:
        """The means of one more worker: a share of the GPUs that no other one has."""
        if self._size == 1:
            return self._means
        taken = {worker.means.share[0] for worker in self._workers}
        return replace(self._means, share=(min(set(range(self._size)) - taken), self._size))

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
        with suppress(OSError):
            if self._nursery.busy():  # what it imports is not worth waiting for
                self._nursery.close()
        for worker in list(self._workers):
            self.remove(worker)
        self._selector.close()
        self._nursery.close()


def death(node: Node, status: int, store: Store) -> Failure:
    """The failure of a node whose worker died; ``status`` is that of the process, negative for a signal."""
    how = f"ended with status {status}"
    if status < 0:
        how = f"was killed by signal {-status} ({signal.strsignal(-status)})"
    hint = " Often that means too little memory: try fewer --workers." if status == -signal.SIGKILL else ""
    return Failure(f"The process that ran {node.label} {how}.{hint}", store.log(node.key), WORKER_DIED)


def preloaded(runner: str, kind: str) -> tuple[str, ...]:
    """What a runner's module says that nodes of a kind need: modules that take long to import."""
    if sys.platform == "darwin":  # its numerical libraries do not survive a fork
        return ()
    with suppress(ImportError):  # the node says that there is no such runner
        said: Mapping[str, Sequence[str]] = getattr(importlib.import_module(runner.partition(":")[0]), "PRELOAD", {})
        return tuple(said.get(kind, ()))
    return ()


def _environment(threads: int) -> dict[str, str]:
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {
        **os.environ,
        "ONEDNN_PRIMITIVE_CACHE_CAPACITY": _KERNELS_KEPT,
        **dict.fromkeys(_THREAD_VARIABLES, str(threads)),
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # to ask for a GPU without touching it, so that a fork can use it
        "TOKENIZERS_PARALLELISM": "false" if threads == 1 else "true",
        "PYTHONPATH": path,
    }


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]
