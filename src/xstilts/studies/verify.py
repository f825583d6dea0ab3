"""Does the store still hold what was written to it, byte for byte?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.errors import CorruptNodeError
from xstilts.studies.node import KIND_VERSIONS, node_key
from xstilts.studies.provenance import PROVENANCE, file_sha256
from xstilts.studies.store import PRUNED, dropped, present_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from xstilts.studies.store import Store


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one stored node.

    Args:
        kind: Kind of the node.
        key: Its key.
        path: The file, or the folder of the node.
        what: What is wrong with it.
    """

    kind: str
    key: str
    path: Path
    what: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}"


def verify(store: Store, on_node: Callable[[str], None] | None = None) -> list[Problem]:
    """Every problem of every node: reads all bytes, changes nothing.

    What to do about a problem: delete the folder of the node and run its study again.

    Args:
        store: The store.
        on_node: Told the key of each node before it is read, for a progress display.
    """
    problems = []
    for kind in KIND_VERSIONS:
        for folder in sorted((store.root / "nodes" / kind).glob("*")):
            if on_node is not None:
                on_node(folder.name)
            problems += [Problem(kind, folder.name, path, what) for path, what in _check(store, kind, folder)]
    return problems


def _check(store: Store, kind: str, folder: Path) -> Iterator[tuple[Path, str]]:
    try:
        provenance = store.provenance(folder.name, kind)
        expected = present_files(folder, provenance)
        gone = set(dropped(folder))
    except CorruptNodeError as error:
        yield folder, error.message
        return
    if _recomputed_key(provenance) != folder.name:
        yield folder / PROVENANCE, "kind, version, payload and parents do not give the key of the node"
    for name, facts in expected.items():
        path = folder / name
        if not path.is_file():
            yield path, "is gone"
        elif file_sha256(path) != facts.get("sha256"):
            yield path, "its bytes changed"
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in expected and name not in gone and name not in (PROVENANCE, PRUNED):
            yield path, "was not written by xstilts"


def _recomputed_key(provenance: Mapping[str, Any]) -> str | None:
    try:
        return node_key(*(provenance["node"][name] for name in ("kind", "version", "payload", "parents")))
    except (KeyError, TypeError):
        return None
