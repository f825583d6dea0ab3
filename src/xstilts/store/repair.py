"""Damaged nodes leave the store together with all that was made from them, so that the next run makes them again."""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from xstilts.disk import in_plain_words
from xstilts.store.verify import verified

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.store.store import Store
    from xstilts.store.survey import Entry
    from xstilts.store.verify import Verified


@dataclass(frozen=True)
class Repaired:
    """What a repair found and did.

    Args:
        found: What was in the store before.
        removed: The nodes that were removed, each before those that it was made from.
    """

    found: Verified
    removed: list[Entry]


def repair(store: Store, on_node: Callable[[str], None] | None = None) -> Repaired:
    """Verify the store, and remove every damaged node with all of its descendants.

    What is out of reach, or was not written by xstilts, stays.

    Raises:
        StoreBusyError: If a run is using the store.
        StoreError: If the store cannot be written to.
    """
    with in_plain_words(store.root), store.locks.no_run():
        found = verified(store, on_node)
        removed = doomed(found)
        for entry in removed:
            store.remove(entry.key, entry.kind)
    return Repaired(found, removed)


def doomed(found: Verified) -> list[Entry]:
    """The damaged nodes and their descendants, in an order in which a kill leaves the damage to be found again.

    A node that lies under a wrong kind has the descendants of the right one: they stay while that one is whole.
    """
    parents = found.lineage.parents
    damaged = {problem.entry for problem in found.problems if problem.damage}
    whole = {entry.key for entry in parents if entry not in damaged}
    bad = {entry.key for entry in damaged} - whole
    todo = set(damaged)
    while more := {entry for entry in parents if entry not in todo and parents[entry] & bad}:
        todo |= more
        bad |= {entry.key for entry in more}
    children: dict[str, set[Entry]] = {}
    for entry in todo:
        for key in parents.get(entry, ()):
            children.setdefault(key, set()).add(entry)
    return list(TopologicalSorter({entry: children.get(entry.key, ()) for entry in todo}).static_order())
