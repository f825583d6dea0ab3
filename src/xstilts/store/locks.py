"""Who may touch what, among processes that share a store.

Two sorts of lock, both taken on files by the operating system, so a killed process never leaves one behind:

* one lock per node key: whoever makes a node, or removes something of it, holds it;
* one lock per run: held while the run lasts; ``gc`` needs that no run holds one.

Beside a held lock lies a small file that says who holds it, for messages only.
"""

from __future__ import annotations

import json
import os
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from xstilts.disk import read_json
from xstilts.errors import StoreBusyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_POLL_SECONDS = 0.1
_WAIT = (
    "Wait until it is done and give the same command again, or stop it with Ctrl-C where it was started: what is "
    "finished stays, and `xstilts run` goes on from there."
)


class Locks:
    """The locks of one store.

    Args:
        folder: Where the lock files lie; made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def key(self, key: str, what: str, on_wait: Callable[[str], None] | None = None) -> Iterator[None]:
        """Hold the lock of one node; wait while another process holds it.

        Args:
            key: Key of the node.
            what: What the holder does with it, for those who wait (the label of the node).
            on_wait: Told once, before waiting, who is waited for.
        """
        lock = self._lock(key)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if on_wait is not None:
                on_wait(f"waiting for another run that is making {self._holder(key)}")
            lock.acquire(poll_interval=_POLL_SECONDS)
        try:
            self._sign(key, what)
            yield
        finally:
            self._path(key, "json").unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def try_key(self, key: str) -> Iterator[bool]:
        """Hold the lock of one node if it is free; yields whether it was."""
        lock = self._lock(key)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    @contextmanager
    def run(self, what: str) -> Iterator[None]:
        """Say that a run uses the store, as long as it lasts; any number of runs may."""
        name = f"run-{os.getpid()}-{uuid.uuid4().hex[:8]}"
        with self.gate():  # no run starts while gc looks
            lock = self._lock(name)
            lock.acquire(timeout=0)
            self._sign(name, what)
        try:
            yield
        finally:
            self._path(name, "json").unlink(missing_ok=True)
            self._path(name, "lock").unlink(missing_ok=True)
            lock.release()

    @contextmanager
    def gate(self) -> Iterator[None]:
        """Hold off whoever wants the store for himself, for a moment; wait while somebody has it."""
        with self._lock("gate"):
            yield

    @contextmanager
    def no_run(self) -> Iterator[None]:
        """Hold the store for oneself: no run is active, and none starts meanwhile.

        Raises:
            StoreBusyError: If a run is active, or another process is freeing space.
        """
        gate = self._lock("gate")
        try:
            gate.acquire(timeout=0)
        except Timeout:
            raise StoreBusyError("Another process is cleaning this store, or starts a run.", hint=_WAIT) from None
        try:
            for path in sorted(self.folder.glob("run-*.lock")):
                self._refuse_if_held(path.stem)
            yield
        finally:
            gate.release()

    def forget(self) -> None:
        """Remove lock files that nobody holds; only inside :meth:`no_run`."""
        for path in self.folder.glob("*.lock"):
            if path.stem == "gate":
                continue
            with self.try_key(path.stem) as free:
                if free:
                    path.with_suffix(".json").unlink(missing_ok=True)
                    path.unlink(missing_ok=True)

    def _refuse_if_held(self, name: str) -> None:
        with self.try_key(name) as free:
            if free:  # left by a killed run
                self._path(name, "json").unlink(missing_ok=True)
                self._path(name, "lock").unlink(missing_ok=True)
                return
        raise StoreBusyError(f"A run is using this store: {self._holder(name)}.", hint=_WAIT)

    def _lock(self, name: str) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._path(name, "lock"))

    def _path(self, name: str, suffix: str) -> Path:
        return self.folder / f"{name}.{suffix}"

    def _sign(self, name: str, what: str) -> None:
        self._path(name, "json").write_text(json.dumps({"pid": os.getpid(), "what": what}), encoding="utf-8")

    def _holder(self, name: str) -> str:
        try:
            data: Any = read_json(self._path(name, "json"))
            return f"{data['what']} (process {data['pid']})"
        except (OSError, ValueError, KeyError, TypeError):  # it has just been taken or let go
            return "something (an unknown process)"
