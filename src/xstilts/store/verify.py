"""Does the store still hold what was written to it, byte for byte, and was every node made of what it holds?"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xstilts.disk import file_sha256
from xstilts.errors import CorruptNodeError, StoreError
from xstilts.store.contents import changed_files, dropped, foreign_files, present_files, provenance_of
from xstilts.store.node import node_key
from xstilts.store.provenance import PROVENANCE, files_digest, is_sealed
from xstilts.store.survey import Entry, Stray, survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from xstilts.store.store import Store


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one stored node, or something that is no node.

    Args:
        kind: Kind of the node, "" for what is none.
        key: Its key, "" for what is none.
        path: The file, or the folder of the node.
        what: What is wrong with it.
        damage: Whether the node is not what it should be, so that it has to be made again; else it is out of reach, or
            something lies there that xstilts did not write.
    """

    kind: str
    key: str
    path: Path
    what: str
    damage: bool = True

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"

    @property
    def entry(self) -> Entry:
        """The node."""
        return Entry(self.key, self.kind)


@dataclass(frozen=True)
class Lineage:
    """What the provenances of a store say of who was made from whom.

    Args:
        parents: Node -> keys of its parents.
        files: Key -> hash of the files of each node that has it; more than one for a node that lies there twice.
        read: Node -> key of each parent that it read -> hash of the parent's files at that time.
        labels: Node -> what it is, for people.
        unsealed: Nodes whose provenance has no hash of itself.
    """

    parents: dict[Entry, set[str]] = field(default_factory=dict)
    files: dict[str, set[str]] = field(default_factory=dict)
    read: dict[Entry, Mapping[str, str]] = field(default_factory=dict)
    labels: dict[Entry, str] = field(default_factory=dict)
    unsealed: set[Entry] = field(default_factory=set)


@dataclass(frozen=True)
class Verified:
    """What was found in a store.

    Args:
        nodes: How many nodes there are.
        problems: What is wrong with them, and what is no node.
        lineage: Who was made from whom.
    """

    nodes: int
    problems: list[Problem]
    lineage: Lineage


def verify(store: Store, on_node: Callable[[str], None] | None = None) -> list[Problem]:
    """Every problem of every node: reads all bytes, changes nothing. See :func:`verified`."""
    return verified(store, on_node).problems


def verified(store: Store, on_node: Callable[[str], None] | None = None) -> Verified:
    """Every problem of every node, and who was made from whom: reads all bytes, changes nothing.

    A node that another process is making or freeing meanwhile is no problem.

    Args:
        store: The store.
        on_node: Told the key of each node before it is read, for a progress display.
    """
    nodes = 0
    problems: list[Problem] = []
    lineage = Lineage()
    for found in survey(store.root):
        if isinstance(found, Stray):
            problems.append(Problem("", "", found.path, found.what, damage=False))
            continue
        nodes += 1
        if on_node is not None:
            on_node(found.key)
        problems += _settled(store, found)
        _note(store, found, lineage)
    return Verified(nodes, problems + _of_other_bytes(store, lineage), lineage)


def _settled(store: Store, entry: Entry) -> list[Problem]:
    """The problems of a node that are still there when nobody else has a hand in it."""
    folder = store.folder(entry.key, entry.kind)
    if next(_check(store, entry, folder), None) is None:
        return []
    with _alone(store, entry.key) as alone:
        problems = list(_check(store, entry, folder)) if alone else []
    return problems if folder.exists() else []  # gc may have freed it


@contextmanager
def _alone(store: Store, key: str) -> Iterator[bool]:
    """Whether nobody makes or frees a node, and nobody does as long as this lasts."""
    with ExitStack() as stack:
        try:
            alone = stack.enter_context(store.locks.try_key(key))
        except OSError:  # a store that may not be written to: nobody here changes it
            alone = True
        yield alone


def _check(store: Store, entry: Entry, folder: Path) -> Iterator[Problem]:
    def problem(name: str, what: str, damage: bool = True) -> Problem:
        return Problem(entry.kind, entry.key, folder / name, what, damage)

    try:
        provenance = provenance_of(folder)
        expected = present_files(folder, provenance)
        gone = dropped(folder)
    except StoreError as error:
        yield problem("", error.message, isinstance(error, CorruptNodeError))
        return
    if _recomputed_key(provenance) != entry.key:
        yield problem(PROVENANCE, "kind, version, payload and parents do not give the key of the node")
    for fault in changed_files(folder, expected, file_sha256):
        yield problem(*fault)
    for fault in foreign_files(folder, (*expected, *gone)):
        yield problem(*fault)


def _note(store: Store, entry: Entry, lineage: Lineage) -> None:
    try:
        facts = provenance_of(store.folder(entry.key, entry.kind))
        node = facts["node"]
        lineage.parents[entry] = set(node["parents"].values())
        lineage.labels[entry] = str(node["label"])
    except (StoreError, KeyError, TypeError, AttributeError):  # told of already
        return
    lineage.files.setdefault(entry.key, set()).add(files_digest(facts))
    lineage.read[entry] = facts.get("read", {})
    if not is_sealed(facts):
        lineage.unsealed.add(entry)


def _of_other_bytes(store: Store, lineage: Lineage) -> list[Problem]:
    """Nodes whose parents hold other bytes now than those that were read."""
    problems = []
    for entry in lineage.read:
        if others := _others(entry, lineage):
            now = Lineage()  # a run may have made them again since they were looked at
            for one in (entry, *(parent for parent in lineage.read if parent.key in others)):
                _note(store, one, now)
            others &= _others(entry, now)
        for key in sorted(others):
            what = f"was made of other bytes than its parent {key[:12]} holds now; the parent was made again since"
            problems.append(Problem(entry.kind, entry.key, store.folder(entry.key, entry.kind), what))
    return problems


def _others(entry: Entry, lineage: Lineage) -> set[str]:
    read = lineage.read.get(entry, {})
    return {key for key, seen in read.items() if seen not in lineage.files.get(key, {seen})}


def _recomputed_key(provenance: Mapping[str, Any]) -> str | None:
    try:
        return node_key(*(provenance["node"][name] for name in ("kind", "version", "payload", "parents")))
    except (KeyError, TypeError):
        return None
