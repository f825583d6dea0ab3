"""Where finished nodes are kept: made once, complete or absent, never overwritten.

    <root>/nodes/<kind>/<key>/   the files of a node and its provenance.json
           scratch/<key>/        checkpoints of a node in the making; survives kills, removed after success
           tmp/<key>-<unique>/   work in progress; becomes the node by one rename
           logs/<key>.log        what the node printed
           runs/<id>.json        which nodes a study needs (see retention)
           locks/                see locks

A node is worked on in ``tmp``, flushed to the disk, gets its provenance last and is renamed into place; so whatever is
killed, and whenever, a folder under ``nodes`` that has a provenance is whole.
"""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xstilts.errors import CorruptNodeError, InputError, StoreError
from xstilts.studies.disk import in_plain_words, sync_tree, write_json
from xstilts.studies.locks import Locks
from xstilts.studies.node import KIND_VERSIONS, check_key
from xstilts.studies.provenance import PROVENANCE, describe, now

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from xstilts.studies.node import Node

PRUNED = "pruned.json"
"""Lists the files that retention dropped from a node; see :mod:`xstilts.studies.retention`."""


@dataclass(frozen=True)
class Entry:
    """A complete node in the store: its key and its kind."""

    key: str
    kind: str


class Store:
    """The store below one folder; nothing is made on disk before the first node is.

    Args:
        root: The folder. Several processes may share it.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
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
        """
        folder = self.folder(key, kind)
        return (folder / PROVENANCE).is_file() and weights_of(dropped(folder)).isdisjoint(weights)

    def read(self, key: str, kind: str, weights: Collection[str] = ()) -> Path:
        """The folder of a complete node, after a cheap check: provenance readable, every file there in its size.

        Raises:
            StoreError: If the node is not there, or retention dropped weights that are asked for.
            CorruptNodeError: If its provenance or one of its files changed; names the file and what to do.
        """
        folder = self.folder(key, kind)
        if not self.has(key, kind):
            raise StoreError(f"The {kind} node {key[:12]} is not in the store {self.root}.", hint="Run its study.")
        if not self.has(key, kind, weights):
            raise StoreError(
                f"The weights of the {kind} node {key[:12]} were dropped to save space.",
                hint="Run its study again with --keep all: it makes them again.",
            )
        for name, facts in present_files(folder, self.provenance(key, kind)).items():
            path = folder / name
            if not path.is_file():
                raise corrupt(folder, name, "is gone")
            if path.stat().st_size != facts["bytes"]:
                raise corrupt(folder, name, f"has {path.stat().st_size} bytes instead of {facts['bytes']}")
        return folder

    def provenance(self, key: str, kind: str) -> dict[str, Any]:
        """What is known of a complete node (see :func:`xstilts.studies.provenance.describe`).

        Raises:
            CorruptNodeError: If it cannot be read, or is that of another node.
        """
        folder = self.folder(key, kind)
        try:
            data: dict[str, Any] = json.loads((folder / PROVENANCE).read_bytes())
            whole = data["key"] == key and all(isinstance(facts["bytes"], int) for facts in data["files"].values())
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            whole = False
        if not whole:
            raise corrupt(folder, PROVENANCE, "cannot be read")
        return data

    def kind_of(self, key: str) -> str | None:
        """The kind of the complete node with this key, None when there is none."""
        return next((kind for kind in KIND_VERSIONS if self.has(key, kind)), None)

    def nodes(self) -> Iterator[Entry]:
        """All complete nodes, by kind and key."""
        for kind in KIND_VERSIONS:
            for path in sorted((self.root / "nodes" / kind).glob("*/" + PROVENANCE)):
                yield Entry(path.parent.name, kind)

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

    def make(self, node: Node, fn: Callable[[Path, Path], None], on_wait: Callable[[str], None] | None = None) -> Path:
        """The folder of ``node``, made by ``fn(work, scratch)`` unless it is there, whole, already.

        One process makes a node, others that need it wait. A node whose weights were dropped is made anew.

        Args:
            node: What to make.
            fn: Writes all files of the node into ``work``; may keep checkpoints in ``scratch``, which is found again
                after a kill.
            on_wait: Told when another process is making the same node.

        Raises:
            StoreError: If the disk is full or may not be written to; nothing half-written counts as complete.
            CorruptNodeError: If a folder without provenance lies in the way.
        """
        folder = self.folder(node.key, node.kind)
        with in_plain_words(self.root, node.cost.disk_bytes), self.locks.key(node.key, node.label, on_wait):
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

    def _make(self, node: Node, fn: Callable[[Path, Path], None], folder: Path) -> None:
        work = self.root / "tmp" / f"{node.key}-{uuid.uuid4().hex[:8]}"
        scratch = self.scratch(node.key)
        for path in (work, scratch, folder.parent):
            path.mkdir(parents=True, exist_ok=True)
        try:
            started = now()
            fn(work, scratch)
            sync_tree(work)
            write_json(work / PROVENANCE, describe(node, work, started, now()))
            self._commit(work, folder)
        except BaseException:
            shutil.rmtree(work, ignore_errors=True)
            raise
        shutil.rmtree(scratch, ignore_errors=True)

    def _commit(self, work: Path, folder: Path) -> None:
        if folder.exists():  # a pruned node that was made anew: out of the way first, a rename never replaces it
            old = work.with_name(work.name + "-old")
            folder.rename(old)
            work.rename(folder)
            shutil.rmtree(old, ignore_errors=True)
        else:
            work.rename(folder)
        sync_tree(folder.parent, files=False)

    def _refuse_foreign(self, folder: Path) -> None:
        if folder.exists() and not (folder / PROVENANCE).is_file():
            raise corrupt(folder, PROVENANCE, "is gone")


def dropped(folder: Path) -> list[str]:
    """Relative paths of the files that retention dropped from a node; empty for a whole one."""
    try:
        data = json.loads((folder / PRUNED).read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        data = None
    if not isinstance(data, dict) or not isinstance(data.get("dropped"), list):
        raise corrupt(folder, PRUNED, "cannot be read")
    return [str(name) for name in data["dropped"]]


def present_files(folder: Path, provenance: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The files that a node must have now: those of its provenance without the dropped ones."""
    gone = set(dropped(folder))
    return {name: facts for name, facts in provenance["files"].items() if name not in gone}


def weights_of(names: Iterable[str]) -> set[str]:
    """The parts of a model (``encoder``, ``heads``) whose weights the files with these relative paths hold."""
    found = (name for name in names if name.endswith(".safetensors"))
    return {"heads" if name.startswith("heads/") else "encoder" for name in found}


def corrupt(folder: Path, name: str, what: str) -> CorruptNodeError:
    """The error that says which file of the node in ``folder`` is not what was written, and what to do."""
    return CorruptNodeError(
        f"{name} of the {folder.parent.name} node {folder.name[:12]} {what}.",
        field=str(folder / name),
        hint=f"`xstilts verify` checks every node. Delete the folder {folder} and run again to make the node anew.",
    )
