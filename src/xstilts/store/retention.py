"""What the store keeps once the work is done.

Every run leaves a record of the nodes that its study needs; a later run of the same study into the same ``out``
replaces it. ``gc`` frees the nodes that no record names. Of the nodes that are named, the policy ``keep`` of the study
(an option of execution, never hashed) says which model weights stay once nothing unfinished needs them:

    all        everything
    encoders   encoders stay, task heads go: new targets can still start from them
    scores     no weights stay: predictions, scores and histories do

They go while the run goes on, as soon as the last node that needs them is there.

A node that lost weights stays complete for those who have read them. It is made anew when a new child needs them, or
when a run is told to keep them (``--keep all``).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.disk import in_plain_words, replace_json
from xstilts.errors import StoreBusyError, StoreError
from xstilts.store.contents import PRUNED, dropped, is_leftover, weights_of
from xstilts.store.node import MODEL_KINDS
from xstilts.store.payloads import AnswersPayload
from xstilts.store.store import size_of
from xstilts.store.study_records import KEEP, in_the_making, known_policy, records
from xstilts.store.survey import Stray, survey
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.store.node import Node
    from xstilts.store.store import Store
    from xstilts.store.study_records import StudyRecord

NEEDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "cut": frozenset({"encoder"}),
        "pretrain": frozenset({"encoder"}),
        "train": frozenset({"encoder"}),
        "choose": frozenset({"encoder", "heads"}),
        "predict": frozenset({"encoder", "heads"}),
    }
)
"""Kind of node -> the parts of its parents whose weights it may read."""


def reads(node: Node) -> frozenset[str]:
    """The parts of its parents whose weights a node reads: retrieval compares the encoder's vectors and has no head."""
    searched = node.kind == "predict" and node.asked(AnswersPayload).kind is Kind.RETRIEVAL
    return frozenset({"encoder"}) if searched else NEEDS.get(node.kind, frozenset())


def wanted_by(keep: str | None) -> frozenset[str]:
    """The parts of every model that a run which is told to ``keep`` them must leave behind; none where it is not told.

    Raises:
        StudyError: If the policy is not known.
    """
    if keep is None:
        return frozenset()
    return KEEP["scores"] - KEEP[known_policy(keep)]


@dataclass(frozen=True)
class Freed:
    """What was removed.

    Args:
        size: Bytes in all.
        nodes: Nodes that no study needs.
        weights: Nodes whose weights were dropped by a policy.
        leftovers: Files and folders of killed runs and logs of removed nodes.
        left: What stayed because it is damaged, out of reach or not of xstilts: one line each, with its path.
    """

    size: int = 0
    nodes: int = 0
    weights: int = 0
    leftovers: int = 0
    left: tuple[str, ...] = ()


def gc(store: Store) -> Freed:
    """Free what no study needs: nodes, weights by policy, leftovers of killed runs.

    Raises:
        StoreBusyError: If a run is using the store.
        StoreError: If the record of a study cannot be read, or the store cannot be written to.
    """
    with in_plain_words(store.root), store.locks.no_run():
        studies = records(store)
        needed = {key for study in studies for key in study.nodes}
        found = list(survey(store.root))
        left = [str(one) for one in found if isinstance(one, Stray)]
        unneeded = [one for one in found if not isinstance(one, Stray) and one.key not in needed]
        sizes = [store.remove(one.key, one.kind) for one in unneeded]
        pruned_size, weights = _prune(store, studies, left)
        left_size, leftovers = _remove([*_leftovers(store), *(store.root / "tmp").glob("*"), *_orphans(store, needed)])
        store.locks.forget()
    return Freed(sum(sizes) + pruned_size + left_size, len(sizes), weights, leftovers, tuple(dict.fromkeys(left)))


def after_run(store: Store) -> Freed:
    """Apply the policies after a run; does nothing while another run is active, whose end will do it.

    A record that cannot be read might need any weights, so then all of them stay.
    """
    left: list[str] = []
    size = weights = 0
    try:
        with in_plain_words(store.root), store.locks.no_run():
            _remove([*_leftovers(store), *(path for path in (store.root / "tmp").glob("*") if path.is_file())])
            size, weights = _prune(store, records(store), left)
    except StoreBusyError:
        return Freed()
    except StoreError as error:
        left.append(f"No weights were dropped. {error}")
    return Freed(size=size, weights=weights, left=tuple(dict.fromkeys(left)))


def during_run(store: Store, keys: frozenset[str]) -> None:
    """Apply the policies to these nodes while a run goes on, so that a disk holds no weights that nothing waits for.

    Records that cannot be read, and damage, are told after the run.

    Raises:
        StoreError: If the store cannot be written to.
    """
    try:
        studies = records(store)
    except StoreError:
        return
    with in_plain_words(store.root):
        _prune(store, studies, [], keys)


def _prune(
    store: Store, studies: Sequence[StudyRecord], left: list[str], only: frozenset[str] | None = None
) -> tuple[int, int]:
    size = count = 0
    for key, (kind, parts) in sorted(_droppable(store, studies, left, only).items()):
        with store.locks.try_key(key) as free:
            freed = _drop(store, store.folder(key, kind), parts) if free else 0
        size += freed
        count += freed > 0
    return size, count


def _droppable(
    store: Store, studies: Sequence[StudyRecord], left: list[str], only: frozenset[str] | None
) -> dict[str, tuple[str, frozenset[str]]]:
    """Key -> kind and the parts that every study lets go of and nothing unfinished needs; of all nodes, or of some."""
    asked = [  # nodes whose weights may go, and those that may need them
        (study.keep, key, kind, parents)
        for study in studies
        for key, (kind, parents) in study.nodes.items()
        if only is None or key in only or not only.isdisjoint(parents)
    ]
    there = {key: _has(store, key, kind, left) for _, key, kind, _ in asked}
    parts: dict[str, tuple[str, frozenset[str]]] = {}
    for keep, key, kind, _ in asked:
        if kind in MODEL_KINDS and there[key] and (only is None or key in only):
            parts[key] = (kind, KEEP[keep] & parts.get(key, (kind, KEEP[keep]))[1])
    for _, key, kind, parents in asked:
        if not there[key]:
            for parent in set(parents) & set(parts):
                parts[parent] = (parts[parent][0], parts[parent][1] - NEEDS.get(kind, frozenset()))
    return parts


def _has(store: Store, key: str, kind: str, left: list[str]) -> bool:
    """Whether a node is there; a damaged one is not, and is told of."""
    try:
        return store.has(key, kind)
    except StoreError as error:
        left.append(str(error))
        return False


def _drop(store: Store, folder: Path, parts: Collection[str]) -> int:
    """Drop the weights in ``parts`` of one node; returns the bytes freed."""
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    names = {name for name in names if weights_of([name]) & set(parts)}
    if not names:
        return 0
    size = sum((folder / name).stat().st_size for name in names)
    known = {"dropped": sorted(names | set(dropped(folder)))}
    replace_json(folder / PRUNED, known, in_the_making(store))  # first: killed here, still true
    for name in names:
        (folder / name).unlink()
    return size


def _leftovers(store: Store) -> Iterator[Path]:
    """What killed processes left beside the files they were about to replace; only older versions leave such."""
    for kind in MODEL_KINDS:
        yield from filter(is_leftover, (store.root / "nodes" / kind).glob(f"*/.{PRUNED}.*"))
    yield from (store.root / "runs").glob(".*.json.*")


def _remove(paths: Iterable[Path]) -> tuple[int, int]:
    size = count = 0
    for path in paths:
        size += size_of(path)
        count += 1
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return size, count


def _orphans(store: Store, needed: Collection[str]) -> Iterator[Path]:
    complete = {entry.key for entry in store.nodes()}
    for path in sorted((store.root / "scratch").glob("*")):
        if path.name in complete or path.name not in needed:
            yield path
    for path in sorted((store.root / "logs").glob("*.log")):
        if path.stem not in needed:
            yield path
