"""Where finished nodes are kept: made once, complete or absent, never overwritten.

    <root>/nodes/<kind>/<key>/   the files of a node and its provenance.json
           scratch/<key>/        snapshots of a node in the making; survives kills, removed after success
           tmp/<key>-<unique>/   work in progress; becomes the node by one rename
           logs/<key>.log        what the node printed
           runs/<id>.json        which nodes a study needs (see retention)
           locks/                see locks

A node is worked on in ``tmp``, flushed to the disk, gets its provenance last and is renamed into place; so whatever is
killed, and whenever, a folder under ``nodes`` that has a provenance is whole.
"""

from __future__ import annotations

import shutil
import uuid
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.disk import in_plain_words, refuse_file, shape_of, sync, sync_tree, write_json_durably
from xstilts.errors import InputError, StoreError
from xstilts.store.contents import (
    Fault,
    changed_files,
    corrupt,
    dropped,
    error_of,
    foreign_files,
    present_files,
    provenance_of,
    sha256_once,
    weights_of,
)
from xstilts.store.locks import Locks
from xstilts.store.node import KIND_VERSIONS, check_key
from xstilts.store.provenance import PROVENANCE, describe, now
from xstilts.store.survey import Entry, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from xstilts.store.node import Node

__all__ = ["Entry", "Store", "weights_of"]


class Store:
    """The store below one folder; nothing is made on disk before the first node is.

    Args:
        root: The folder. Several processes may share it.

    Raises:
        InputError: If something else than a folder lies there.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        refuse_file(self.root, "store")
        self.locks = Locks(self.root / "locks")

    def folder(self, key: str, kind: str) -> Path:
        """Where a node lies, or would lie."""
        if kind not in KIND_VERSIONS:
            raise StoreError(f"There is no node kind {kind!r}.", value=kind, allowed=KIND_VERSIONS)
        return self.root / "nodes" / kind / check_key(key)

    def log(self, key: str) -> Path:
        """Where the output of a node goes."""
        return self.root / "logs" / f"{check_key(key)}.log"

    def scratch(self, key: str) -> Path:
        """Where a node in the making keeps what survives a kill."""
        return self.root / "scratch" / check_key(key)

    def has(self, key: str, kind: str, weights: Collection[str] = ()) -> bool:
        """Whether the node is complete.

        Args:
            key: Key of the node.
            kind: Its kind.
            weights: Parts (``encoder``, ``heads``) whose weights must not have been dropped by retention.

        Raises:
            CorruptNodeError: If something else lies in the place of its provenance.
            StoreError: If it cannot be looked at.
        """
        folder = self.folder(key, kind)
        try:
            shape = shape_of(folder / PROVENANCE)
        except OSError as error:
            raise error_of(folder, Fault(PROVENANCE, f"cannot be read: {error.strerror}", damage=False)) from error
        if shape not in {"a file", "nothing"}:
            raise corrupt(folder, PROVENANCE, f"is {shape} instead of a file")
        return shape == "a file" and weights_of(dropped(folder)).isdisjoint(weights)

    def look(self, key: str, kind: str, weights: Collection[str] = ()) -> Path:
        """The folder of a complete node, after a cheap check: provenance whole, every file there in its size.

        Raises:
            StoreError: If the node is not there, or retention dropped weights that are asked for.
            CorruptNodeError: If its provenance or one of its files changed; names the file and what to do.
        """
        folder = self._complete(key, kind, weights)
        _refuse(folder, changed_files(folder, present_files(folder, self.provenance(key, kind)), None))
        return folder

    def read(self, key: str, kind: str, weights: Collection[str] = ()) -> Path:
        """The folder of a complete node, to be read from: every byte of it is what was written.

        Each file is hashed, once in a process as long as nothing changes it.

        Raises:
            StoreError: If the node is not there, retention dropped weights that are asked for, or there are files in it
                that xstilts did not write and that might be taken for its own.
            CorruptNodeError: If its provenance or one of its files changed; names the file and what to do.
        """
        folder = self._complete(key, kind, weights)
        files = present_files(folder, self.provenance(key, kind))
        strange = (fault for fault in foreign_files(folder, files) if not Path(fault.name).name.startswith("."))
        _refuse(folder, chain(changed_files(folder, files, sha256_once), strange))
        return folder

    def file(self, key: str, kind: str, name: str) -> Path | None:
        """One file of a complete node, checked like :meth:`read`; None if the node has no such file."""
        folder = self._complete(key, kind)
        files = present_files(folder, self.provenance(key, kind))
        if name not in files:
            return None
        _refuse(folder, changed_files(folder, {name: files[name]}, sha256_once))
        return folder / name

    def provenance(self, key: str, kind: str) -> dict[str, Any]:
        """What is known of a complete node (see :func:`xstilts.store.provenance.describe`).

        Raises:
            CorruptNodeError: If it is not what was written, or is that of another node.
        """
        return provenance_of(self.folder(key, kind))

    def refusals(self, nodes: Iterable[Node]) -> Iterator[str]:
        """Why a run would refuse the store: one paragraph for each of ``nodes`` that is there and not as it was."""
        for node in nodes:
            try:
                if self.has(node.key, node.kind):
                    self.look(node.key, node.kind)
            except StoreError as error:
                yield str(error)

    def kind_of(self, key: str) -> str | None:
        """The kind of the complete node with this key, None when there is none."""
        return next((kind for kind in KIND_VERSIONS if self.has(key, kind)), None)

    def nodes(self) -> Iterator[Entry]:
        """All complete nodes, by kind and key."""
        for found in survey(self.root):
            if isinstance(found, Entry):
                with suppress(StoreError):  # verify names it
                    if self.has(found.key, found.kind):
                        yield found

    def find(self, prefix: str) -> Entry:
        """The one complete node whose key starts with ``prefix``.

        Raises:
            InputError: If there is none, or more than one.
        """
        found = [entry for entry in self.nodes() if entry.key.startswith(prefix)] if prefix else []
        if len(found) == 1:
            return found[0]
        if found:
            names = [f"{entry.key[:16]} ({entry.kind})" for entry in found[:10]]
            raise InputError(f"{len(found)} nodes have a key that starts with {prefix!r}.", value=prefix, allowed=names)
        raise InputError(
            f"No node in {self.root} has a key that starts with {prefix!r}.",
            value=prefix,
            hint="`xstilts plan STUDY` prints the keys.",
        )

    def make_folders(self) -> None:
        """Make the folders that a run writes to, so that what lies in their way is told before any work is done.

        Raises:
            StoreError: If one cannot be made, or the log of a node is no file, so that writing might wait for ever.
        """
        with in_plain_words(self.root):
            for name in ("nodes", "scratch", "tmp", "logs", "runs", "locks"):
                (self.root / name).mkdir(parents=True, exist_ok=True)
            for path in sorted((self.root / "logs").glob("*.log")):
                if (shape := shape_of(path)) != "a file":
                    raise StoreError(f"is {shape} instead of a log.", field=str(path), hint="Delete it.")

    def make(
        self,
        node: Node,
        fn: Callable[[Path, Path], Mapping[str, str] | None],
        on_wait: Callable[[str], None] | None = None,
    ) -> Path:
        """The folder of ``node``, made by ``fn(work, scratch)`` unless it is there, whole, already.

        One process makes a node, others that need it wait. A node whose weights were dropped is made anew.

        Args:
            node: What to make.
            fn: Writes all files of the node into ``work``; may keep snapshots in ``scratch``, which is found again
                after a kill. Returns what it read (see :func:`xstilts.store.provenance.describe`), None for nothing.
            on_wait: Told when another process is making the same node.

        Raises:
            StoreError: If the disk is full or may not be written to; nothing half-written counts as complete.
            CorruptNodeError: If a folder without provenance lies in the way.
        """
        folder = self.folder(node.key, node.kind)
        with in_plain_words(self.root, needed=node.cost.disk_bytes), self.locks.key(node.key, node.label, on_wait):
            if self.has(node.key, node.kind) and not dropped(folder):
                return folder
            self._refuse_foreign(folder)
            self._make(node, fn, folder)
        return folder

    def clean(self) -> int:
        """Remove what killed processes left in ``tmp``; returns how many folders."""
        count = 0
        for path in sorted((self.root / "tmp").glob("*-*")):
            with self.locks.try_key(path.name.partition("-")[0]) as free:
                if free:  # whoever works in it holds the lock of its key
                    shutil.rmtree(path, ignore_errors=True)
                    count += 1
        return count

    def remove(self, key: str, kind: str) -> int:
        """Remove a node; returns its bytes. Out of ``nodes`` by one rename, so a kill leaves no half-removed node."""
        folder = self.folder(key, kind)
        away = self.root / "tmp" / f"{key}-{uuid.uuid4().hex[:8]}"
        away.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(away)
        size = size_of(away)
        shutil.rmtree(away)
        return size

    def _complete(self, key: str, kind: str, weights: Collection[str] = ()) -> Path:
        if not self.has(key, kind):
            raise StoreError(f"The {kind} node {key[:12]} is not in the store {self.root}.", hint="Run its study.")
        if not self.has(key, kind, weights):
            raise StoreError(
                f"The weights of the {kind} node {key[:12]} were dropped to save space.",
                hint="Run its study again with --keep all: it makes them again.",
            )
        return self.folder(key, kind)

    def _make(self, node: Node, fn: Callable[[Path, Path], Mapping[str, str] | None], folder: Path) -> None:
        work = self.root / "tmp" / f"{node.key}-{uuid.uuid4().hex[:8]}"
        scratch = self.scratch(node.key)
        for path in (work, scratch, folder.parent):
            path.mkdir(parents=True, exist_ok=True)
        try:
            started = now()
            read = fn(work, scratch)
            sync_tree(work)
            write_json_durably(work / PROVENANCE, describe(node, work, started, now(), read))
            self._commit(work, folder)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        shutil.rmtree(scratch, ignore_errors=True)

    def _commit(self, work: Path, folder: Path) -> None:
        if dropped(folder):  # a pruned node that was made anew: out of the way first, a rename never replaces it
            old = work.with_name(work.name + "-old")
            folder.rename(old)
            work.rename(folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            try:
                work.rename(folder)
            except OSError:  # on a disk without locks another process may have been faster
                if not (folder / PROVENANCE).is_file():
                    raise
                shutil.rmtree(work, ignore_errors=True)
        sync(folder.parent)

    def _refuse_foreign(self, folder: Path) -> None:
        if folder.exists() and not (folder / PROVENANCE).is_file():
            raise corrupt(folder, PROVENANCE, "is gone")


def size_of(path: Path) -> int:
    """The bytes of a file, or of all files below a folder."""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _refuse(folder: Path, faults: Iterator[Fault]) -> None:
    fault = next(faults, None)
    if fault is not None:
        raise error_of(folder, fault)
