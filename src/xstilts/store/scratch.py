"""Snapshots that nobody will go on from: those of nodes that are finished, and of nodes that no study needs any more.

A stopped run leaves the snapshots of the nodes it was at, so that the same study can go on. They stay as long as a
record (see ``retention``) names a node that is not finished. The record of a study that was changed and run again into
the same ``out`` names its new nodes only, so the next run of any study takes what the old ones left.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from xstilts.disk import in_plain_words
from xstilts.errors import StoreError, XstiltsError
from xstilts.store.contents import dropped
from xstilts.store.node import check_key
from xstilts.store.study_records import records

if TYPE_CHECKING:
    from collections.abc import Collection

    from xstilts.store.store import Store


def drop_stale(store: Store) -> int:
    """Remove them, except where a process is making the node; call it when the record of the run is written.

    While the record of a study cannot be read it may name any node, and only those of finished nodes go.

    Returns:
        How many folders were removed.

    Raises:
        StoreError: If the store cannot be written to.
    """
    count = 0
    with in_plain_words(store.root), store.locks.gate():  # gc may not remove the same folders meanwhile
        needed = _needed(store)
        for path in sorted((store.root / "scratch").glob("*")):
            if not _is_key(path.name) or not _is_stale(store, path.name, needed):
                continue
            with store.locks.try_key(path.name) as free:
                if free:  # whoever writes snapshots holds the lock of the node
                    shutil.rmtree(path, ignore_errors=True)
                    count += 1
    return count


def _needed(store: Store) -> Collection[str] | None:
    try:
        return {key for study in records(store) for key in study.nodes}
    except StoreError:
        return None


def _is_stale(store: Store, key: str, needed: Collection[str] | None) -> bool:
    if needed is not None and key not in needed:
        return True
    with suppress(StoreError):  # a damaged node is not finished
        kind = store.kind_of(key)
        return kind is not None and not dropped(store.folder(key, kind))  # dropped weights may be in the making again
    return False


def _is_key(name: str) -> bool:
    try:
        return bool(check_key(name))
    except XstiltsError:
        return False
