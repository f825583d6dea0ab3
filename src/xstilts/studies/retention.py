"""What the store keeps once the work is done.

Every run leaves a record of the nodes that its study needs; a later run of the same study into the same ``out``
replaces it. ``gc`` frees the nodes that no record names. Of the nodes that are named, the policy ``keep`` of the study
(an option of execution, never hashed) says which model weights stay once nothing unfinished needs them:

    all        everything
    encoders   encoders stay, task heads go: new targets can still start from them
    scores     no weights stay: predictions, scores and histories do

A node that lost weights stays complete for those who have read them. It is made anew when a new child needs them, or
when a run is told to keep them (``--keep all``).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import uuid
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import StoreBusyError, StoreError, StudyError
from xstilts.studies.disk import in_plain_words, replace_json
from xstilts.studies.node import KIND_VERSIONS, MODEL_KINDS
from xstilts.studies.store import PRUNED, dropped, weights_of
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.studies.node import Node
    from xstilts.studies.store import Store

KEEP: Mapping[str, frozenset[str]] = MappingProxyType(
    {"all": frozenset(), "encoders": frozenset({"heads"}), "scores": frozenset({"heads", "encoder"})}
)
"""Policy -> the parts of nodes with a model whose weights it drops."""

DEFAULT_KEEP = "encoders"
"""The policy of a run that is told none; it drops weights and makes none again."""

NEEDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "pretrain": frozenset({"encoder"}),
        "train": frozenset({"encoder"}),
        "choose": frozenset({"encoder", "heads"}),
        "predict": frozenset({"encoder", "heads"}),
    }
)
"""Kind of node -> the parts of its parents whose weights it may read."""


def reads(node: Node) -> frozenset[str]:
    """The parts of its parents whose weights a node reads: retrieval compares the encoder's vectors and has no head."""
    searched = node.kind == "predict" and node.payload.get("kind") == Kind.RETRIEVAL
    return frozenset({"encoder"}) if searched else NEEDS.get(node.kind, frozenset())


def wanted_by(keep: str | None) -> frozenset[str]:
    """The parts of every model that a run which is told to ``keep`` them must leave behind; none where it is not told.

    Raises:
        StudyError: If the policy is not known.
    """
    if keep is None:
        return frozenset()
    return KEEP["scores"] - KEEP[_known(keep)]


def _known(keep: str) -> str:
    if keep not in KEEP:
        raise StudyError(f"There is no policy {keep!r}.", field="--keep", value=keep, allowed=KEEP)
    return keep


@dataclass(frozen=True)
class Freed:
    """What was removed.

    Args:
        size: Bytes in all.
        nodes: Nodes that no study needs.
        weights: Nodes whose weights were dropped by a policy.
        leftovers: Folders of killed runs and logs of removed nodes.
    """

    size: int = 0
    nodes: int = 0
    weights: int = 0
    leftovers: int = 0


@dataclass(frozen=True)
class Record:
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
        asked: What is kept of the study beside its nodes, see ``studies.recorded``.

    Returns:
        The file of the record; delete it to let go of its nodes.

    Raises:
        StudyError: If the policy is not known.
        StoreError: If the store cannot be written to.
    """
    _known(keep)
    name = re.sub(r"[^a-zA-Z0-9_-]+", "-", study)[:60]
    path = store.root / "runs" / f"{name}-{hashlib.sha256(out.encode()).hexdigest()[:12]}.json"
    needed = {node.key: {"kind": node.kind, "parents": sorted(set(node.parents.values()))} for node in nodes}
    with in_plain_words(store.root):
        replace_json(path, {"study": study, "out": out, "keep": keep, "nodes": needed, **(asked or {})})
    return path


def records(store: Store) -> list[Record]:
    """The records of all studies.

    Raises:
        StoreError: If one cannot be read; freeing space without it could remove what a study needs.
    """
    return [_read(path) for path in sorted((store.root / "runs").glob("*.json"))]


def gc(store: Store) -> Freed:
    """Free what no study needs: nodes, weights by policy, leftovers of killed runs.

    Raises:
        StoreBusyError: If a run is using the store.
        StoreError: If the record of a study cannot be read.
    """
    with store.locks.no_run():
        studies = records(store)
        needed = {key for study in studies for key in study.nodes}
        size, nodes = _remove_nodes(store, needed)
        pruned_size, weights = _prune(store, studies)
        left_size, leftovers = _remove_leftovers(store, needed)
        store.locks.forget()
    return Freed(size + pruned_size + left_size, nodes, weights, leftovers)


def after_run(store: Store) -> Freed:
    """Apply the policies after a run; does nothing while another run is active, whose end will do it."""
    try:
        with store.locks.no_run():
            size, weights = _prune(store, records(store))
    except StoreBusyError:
        return Freed()
    return Freed(size=size, weights=weights)


def _prune(store: Store, studies: Sequence[Record]) -> tuple[int, int]:
    size = count = 0
    for key, (kind, parts) in sorted(_droppable(store, studies).items()):
        freed = _drop(store.folder(key, kind), parts)
        size += freed
        count += freed > 0
    return size, count


def _droppable(store: Store, studies: Sequence[Record]) -> dict[str, tuple[str, frozenset[str]]]:
    """Key -> kind and the parts that every study lets go of and nothing unfinished needs."""
    parts: dict[str, tuple[str, frozenset[str]]] = {}
    for study in studies:
        for key, (kind, _) in study.nodes.items():
            if kind in MODEL_KINDS and store.has(key, kind):
                parts[key] = (kind, KEEP[study.keep] & parts.get(key, (kind, KEEP[study.keep]))[1])
    for study in studies:
        for key, (kind, parents) in study.nodes.items():
            if not store.has(key, kind):
                for parent in set(parents) & set(parts):
                    parts[parent] = (parts[parent][0], parts[parent][1] - NEEDS.get(kind, frozenset()))
    return parts


def _drop(folder: Path, parts: Collection[str]) -> int:
    """Drop the weights in ``parts`` of one node; returns the bytes freed."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    names = {name for name in names if weights_of([name]) & set(parts)}
    if not names:
        return 0
    size = sum((folder / name).stat().st_size for name in names)
    replace_json(folder / PRUNED, {"dropped": sorted(names | set(dropped(folder)))})  # first: killed here, still true
    for name in names:
        (folder / name).unlink()
    return size


def _remove_nodes(store: Store, needed: Collection[str]) -> tuple[int, int]:
    size = count = 0
    for kind in KIND_VERSIONS:
        for folder in sorted((store.root / "nodes" / kind).glob("*")):
            if folder.name not in needed:
                size += _size(folder)
                count += 1
                _remove_whole(store, folder)
    return size, count


def _remove_whole(store: Store, folder: Path) -> None:
    """Out of ``nodes`` by one rename, so that a kill leaves no half-removed node."""
    away = store.root / "tmp" / f"{folder.name}-{uuid.uuid4().hex[:8]}"
    away.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(away)
    shutil.rmtree(away)


def _remove_leftovers(store: Store, needed: Collection[str]) -> tuple[int, int]:
    paths = [*(store.root / "tmp").glob("*"), *_orphans(store, needed)]
    size = sum(_size(path) for path in paths)
    for path in paths:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return size, len(paths)


def _orphans(store: Store, needed: Collection[str]) -> Iterator[Path]:
    complete = {entry.key for entry in store.nodes()}
    for path in sorted((store.root / "scratch").glob("*")):
        if path.name in complete or path.name not in needed:
            yield path
    for path in sorted((store.root / "logs").glob("*.log")):
        if path.stem not in needed:
            yield path


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files)


def _read(path: Path) -> Record:
    try:
        data = json.loads(path.read_bytes())
        nodes = {key: (item["kind"], tuple(item["parents"])) for key, item in data["nodes"].items()}
        found = Record(data["study"], data["keep"], nodes)
        KEEP[found.keep]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(
            "The record of a study cannot be read, so nothing was freed.",
            field=str(path),
            hint="Run that study again, or delete the file to let go of its nodes.",
        ) from error
    return found
