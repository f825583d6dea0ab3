"""A worker process: reads one request a line on stdin, answers with JSON lines on stdout, until stdin ends.

Forked by :mod:`xstilts.execution.nursery`, with the number of threads in its environment since before anything
numerical was imported. What a node prints goes to the log of the node. When
stdin ends, the run that started the worker is over or dead: the worker and all it started end at once.
"""

from __future__ import annotations

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.execution.one_node import load_runner, run_node
from xstilts.execution.outcome import failure_of
from xstilts.runners.context import Means
from xstilts.runners.devices import take_share
from xstilts.store.node import Node, Progress
from xstilts.store.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator

_REPORT_SECONDS = 0.2


class Replies:
    """Sends messages to the run; thread-safe.

    Args:
        handle: File descriptor that they go to.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._lock = threading.Lock()
        self._last = 0.0

    def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        data = json.dumps(message, allow_nan=True).encode() + b"\n"
        with self._lock:
            while data:
                data = data[os.write(self._handle, data) :]

    def progress(self, progress: Progress) -> None:
        """Send a progress, unless one went out a moment ago."""
        now = time.monotonic()
        if progress.step >= progress.total > 0 or now - self._last >= _REPORT_SECONDS:
            self._last = now
            self.send({"type": "progress", **asdict(progress)})


def main() -> None:
    """Answer requests until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run decides when to stop
    requests, replies = os.dup(0), Replies(os.dup(1))
    quiet = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(quiet, handle)
    faulthandler.enable()
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(requests, waiting), daemon=True).start()
    request = waiting.get()
    take_share(*request["means"]["share"])  # of what this process inherited, once
    while True:
        _answer(request, replies, quiet)
        request = waiting.get()


def _read(handle: int, waiting: queue.SimpleQueue[dict[str, Any]]) -> None:
    with os.fdopen(handle, encoding="utf-8") as lines:
        for line in lines:
            waiting.put(json.loads(line))
    if os.getpgrp() == os.getpid():  # helpers that a node forked must not hold its lock any longer
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _answer(request: dict[str, Any], replies: Replies, quiet: int) -> None:
    store = Store(Path(request["store"]))
    node = Node.from_json(request["node"])
    log = store.log(node.key)
    start = time.monotonic()
    try:
        with _printing_to(log, quiet):
            made = run_node(
                node,
                store,
                load_runner(request["runner"]),
                Means(**request["means"]),
                replies.progress,
                lambda message: replies.send({"type": "waiting", "message": message}),
            )
    except BaseException as error:  # whatever a node raises fails that node alone
        failure = failure_of(error, log)
        replies.send({"type": "failed", "message": failure.message, "error": failure.error})
    else:
        replies.send({"type": "done", "made": made, "seconds": time.monotonic() - start})


@contextmanager
def _printing_to(log: Path, quiet: int) -> Iterator[None]:
    """Send stdout and stderr, those of libraries and child processes included, to the end of ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for target in (1, 2):
        os.dup2(handle, target)
    os.close(handle)
    try:
        yield
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for target in (1, 2):
            os.dup2(quiet, target)
