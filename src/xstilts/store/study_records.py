"""What studies need from the store: every run leaves a record of its nodes, and of what it lets go of.

A later run of the same study into the same ``out`` replaces its record.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.disk import in_plain_words, read_json, replace_json
from xstilts.errors import StoreError, StudyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from xstilts.store.node import Node
    from xstilts.store.store import Store

KEEP: Mapping[str, frozenset[str]] = MappingProxyType(
    {"all": frozenset(), "encoders": frozenset({"heads"}), "scores": frozenset({"heads", "encoder"})}
)
"""Policy -> the parts of nodes with a model whose weights it drops."""

DEFAULT_KEEP = "encoders"
"""The policy of a run that is told none; it drops weights and makes none again."""


def known_policy(keep: str) -> str:
    """The policy itself.

    Raises:
        StudyError: If it is not known.
    """
    if keep not in KEEP:
        raise StudyError(f"There is no policy {keep!r}.", field="--keep", value=keep, allowed=KEEP)
    return keep


@dataclass(frozen=True)
class StudyRecord:
    """What one study needs from the store.

    Args:
        study: Its name.
        keep: Its policy.
        nodes: Key -> kind and keys of the parents.
    """

    study: str
    keep: str
    nodes: Mapping[str, tuple[str, tuple[str, ...]]]


def record(
    store: Store, study: str, nodes: Sequence[Node], keep: str, out: str, asked: Mapping[str, Any] | None = None
) -> Path:
    """Say that ``study``, reported to ``out``, needs ``nodes``; call it before the run.

    Args:
        store: The store.
        study: Name of the study.
        nodes: All nodes of its plan.
        keep: A key of :data:`KEEP`.
        out: Where its report goes; the record of an earlier run of the same study to the same place is replaced.
        asked: What is kept of the study beside its nodes, see ``store.recorded``.

    Returns:
        The file of the record; delete it to let go of its nodes.

    Raises:
        StudyError: If the policy is not known.
        StoreError: If the store cannot be written to.
    """
    known_policy(keep)
    name = re.sub(r"[^a-zA-Z0-9_-]+", "-", study)[:60]
    path = store.root / "runs" / f"{name}-{hashlib.sha256(out.encode()).hexdigest()[:12]}.json"
    needed = {node.key: {"kind": node.kind, "parents": sorted(set(node.parents.values()))} for node in nodes}
    store.make_folders()
    with in_plain_words(store.root), store.locks.gate():  # gc removes what a killed process left in tmp
        value = {"study": study, "out": out, "keep": keep, "nodes": needed, **(asked or {})}
        replace_json(path, value, in_the_making(store))
    return path


def records(store: Store) -> list[StudyRecord]:
    """The records of all studies.

    Raises:
        StoreError: If one cannot be read; freeing space without it could remove what a study needs.
    """
    return [_read(path) for path in sorted((store.root / "runs").glob("*.json"))]


def in_the_making(store: Store) -> Path:
    """A new name for a file in the making, outside of all nodes."""
    return store.root / "tmp" / f"{uuid.uuid4().hex}.json"


def _read(path: Path) -> StudyRecord:
    try:
        data: Any = read_json(path)
        nodes = {key: (item["kind"], tuple(item["parents"])) for key, item in data["nodes"].items()}
        found = StudyRecord(data["study"], data["keep"], nodes)
        KEEP[found.keep]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            "The record of a study cannot be read, so nothing was freed.",
            field=str(path),
            hint="Run that study again, or delete the file to let go of its nodes.",
        ) from error
    return found
