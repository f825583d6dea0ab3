"""What a store's records say of the studies behind a node: the command that runs one, and its own tasks.

Every run leaves a record (see ``retention``). Records of older versions lack what stands here, and a broken one is
somebody else's: both are passed over.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from xstilts.store.node import Node
    from xstilts.store.store import Store


@dataclass(frozen=True)
class Recorded:
    """What is kept of a study beside its nodes.

    Attributes:
        command: The command line that runs it, as typed in the folder it was typed in; "" where none was.
        tasks: The study's own tasks that its nodes read, as the study describes them.
    """

    command: str = ""
    tasks: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it stands in the record."""
        return {"command": self.command, "tasks": dict(self.tasks)}


def of_nodes(nodes: Iterable[Node], command: str) -> Recorded:
    """What to keep of a study that runs ``nodes``."""
    return Recorded(command, {name: said for node in nodes for name, said in node.places.inline.items()})


def behind(store: Store, key: str) -> list[Recorded]:
    """What the records that name the node say, the newest first."""
    found = [(time, said) for time, nodes, said in _records(store) if key in nodes]
    return [said for _, said in sorted(found, key=lambda one: one[0], reverse=True)]


def readers(store: Store, key: str, kind: str) -> Iterator[str]:
    """The nodes of a kind that read the node, as the records name them, the newest record first; some may be gone."""
    found = sorted(((time, nodes) for time, nodes, _ in _records(store)), key=lambda one: one[0], reverse=True)
    for _, nodes in found:
        for other, said in sorted(nodes.items()):
            parents = said.get("parents") if isinstance(said, dict) and said.get("kind") == kind else None
            if isinstance(parents, list) and key in parents:
                yield other


def _records(store: Store) -> Iterator[tuple[int, Mapping[str, Any], Recorded]]:
    for path in sorted((store.root / "runs").glob("*.json")):
        data = _read(path)
        nodes, command, tasks = data.get("nodes"), data.get("command", ""), data.get("tasks", {})
        if isinstance(nodes, dict) and isinstance(command, str) and isinstance(tasks, dict):
            yield path.stat().st_mtime_ns, nodes, Recorded(command, tasks)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_bytes()) if path.is_file() else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
