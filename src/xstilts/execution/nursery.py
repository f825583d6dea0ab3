"""Where worker processes are forked from: one process that has imported what their nodes need, so that it is done once.

    run ── Nursery ── this module as a process ── a worker, forked on request, for each of the run's slots

The process imports and nothing else: it starts no thread, multiplies no matrix and touches no accelerator, so what it
forks is as a fresh interpreter would be, but at once. It ends with the run, whose socket it reads from.
"""

from __future__ import annotations

import importlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LARGEST = 1 << 16


@dataclass
class Child:
    """A worker that was asked for; ``pid`` is None until it was forked, which may take as long as its imports."""

    pid: int | None = None


class Nursery:
    """The run's side; but for :meth:`close`, methods raise an OSError once the process is gone.

    Args:
        environment: Variables of the workers; numerical libraries read them when they are imported.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._asked: deque[Child] = deque()
        self._buffer = b""
        self._socket, there = socket.socketpair()
        with there:
            self._process = subprocess.Popen(  # noqa: S603 - this program's own module
                [sys.executable, "-P", "-m", "xstilts.execution.nursery", str(there.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=dict(environment),
                pass_fds=[there.fileno()],
                process_group=0,  # Ctrl-C reaches the run alone
            )

    def fork(self, modules: Sequence[str], stdin: int, stdout: int) -> Child:
        """Ask for a worker, the leader of a process group of its own; ``modules`` are imported before it is forked."""
        socket.send_fds(self._socket, [_line({"modules": list(modules)})], [stdin, stdout])
        child = Child()
        self._asked.append(child)
        return child

    def busy(self) -> bool:
        """Whether a worker is still to be forked; does not wait."""
        while self._asked and select.select([self._socket], [], [], 0)[0]:
            self._take_pid()
        return bool(self._asked)

    def status(self, child: Child, *, wait: bool) -> int | None:
        """The exit status of a worker, negative for a signal; None while it runs.

        Without ``wait`` it is None too while another one is to be forked: the process imports and answers nobody.
        """
        if self.busy() and not wait:
            return None
        while self._asked:
            self._take_pid()
        self._socket.sendall(_line({"pid": child.pid, "wait": wait}))
        found = self._answer()
        return None if found == _RUNS else found

    def _take_pid(self) -> None:
        pid = self._answer()
        self._asked.popleft().pid = pid

    def _answer(self) -> int:
        while b"\n" not in self._buffer:
            data = self._socket.recv(_LARGEST)
            if not data:
                raise ConnectionResetError("the process that starts workers is gone")
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        return int(line)

    def close(self) -> None:
        """End the process at once; workers that it has forked are not touched."""
        self._asked.clear()
        self._socket.close()
        with suppress(ProcessLookupError, PermissionError):
            self._process.kill()
        self._process.wait()


def _line(request: Mapping[str, Any]) -> bytes:
    return json.dumps(request).encode() + b"\n"


_RUNS = 1000
"""Answered for a worker without an exit status, which is at most 255."""


def main(handle: int) -> None:
    """Answer requests until the run closes its end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended: dict[int, int] = {}
    buffer, handles = b"", deque[int]()
    with socket.socket(fileno=handle) as requests:
        while True:
            data, new, _, _ = socket.recv_fds(requests, _LARGEST, 64)
            if not data:
                os._exit(0)
            handles.extend(new)
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                request: dict[str, Any] = json.loads(line)
                if "pid" in request:
                    answer = _status(request, ended)
                else:
                    answer = _forked(request["modules"], (handles.popleft(), handles.popleft()), handles, requests)
                with suppress(BrokenPipeError):
                    requests.sendall(f"{answer}\n".encode())


def _forked(modules: Sequence[str], own: tuple[int, int], others: Sequence[int], requests: socket.socket) -> int:
    """The process id of a new worker; ``others``: pipes of workers that were asked for after it."""
    for name in modules:
        with suppress(Exception):  # the node that needs it says what is missing
            importlib.import_module(name)
    pid = os.fork()
    if pid == 0:
        _be_a_worker(own, others, requests)
    with suppress(ProcessLookupError, PermissionError):
        os.setpgid(pid, pid)
    for handle in own:
        os.close(handle)
    return pid


def _be_a_worker(own: tuple[int, int], others: Sequence[int], requests: socket.socket) -> None:
    try:
        os.setpgid(0, 0)
        requests.close()
        for target, handle in enumerate(own):
            os.dup2(handle, target)
        for handle in (*own, *others):  # a pipe that another process holds open would never end
            os.close(handle)
        from xstilts.execution import worker

        worker.main()
    finally:
        os._exit(1)


def _status(request: Mapping[str, Any], ended: dict[int, int]) -> int:
    pid = request["pid"]
    if pid not in ended:
        found, status = os.waitpid(pid, 0 if request["wait"] else os.WNOHANG)
        if not found:
            return _RUNS
        ended[pid] = os.waitstatus_to_exitcode(status)
    return ended[pid]


if __name__ == "__main__":
    main(int(sys.argv[1]))
