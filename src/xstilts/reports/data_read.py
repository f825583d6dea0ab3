"""Which data a study read: what they are known by, how many records were read, used and left out, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.errors import StoreError
from xstilts.runners.loading import META
from xstilts.store.payloads import ExamplesPayload, Form, payload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xstilts.planning.plan import Plan
    from xstilts.store.store import Store

COUNTS = ("read", "used", "rejected", "truncated", "unreachable_answers")


def data_read(known: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One entry for each data set (task, language, split, limit, tokenizer) that the store holds prepared.

    Args:
        known: Provenances of nodes; those of prepared examples have their ``counts`` beside.

    Returns:
        By task, language and split: ``task, language, split, limit`` (None: all), ``read, used, rejected`` (reason to
        count; ``read`` is the sum of ``used`` and these), ``truncated`` (examples longer than the model reads),
        ``unreachable_answers`` (questions whose answer no window holds whole),
        ``noted`` where there is something (what is odd about examples that were kept, with counts; 0 for what no
        record has),
        ``fingerprint`` (hashes of files, commit of the hub, or the lab's version, with all reading options) and
        ``node`` (the key). A count is None where the store does not tell it.
    """
    found = []
    for entry in known:
        node = entry.get("node", {})
        asked = payload_of("prepare", node["payload"], Form) if node.get("kind") == "prepare" else None
        if not isinstance(asked, ExamplesPayload):
            continue
        counts = entry.get("counts") or {}
        found.append(
            {name: getattr(asked, name) for name in ("task", "language", "split", "limit")}
            | ({"limit": counts["limit"]} if "limit" in counts else {})  # told by other data
            | {name: counts.get(name) for name in COUNTS}
            | ({"noted": counts["noted"]} if counts.get("noted") else {})
            | {"fingerprint": asked.data, "node": entry["key"]}
        )
    return sorted(found, key=lambda row: (row["task"], row["language"], row["split"], row["node"]))


def data_planned(plan: Plan, store: Store) -> list[dict[str, Any]]:
    """What the store knows of the data that a plan reads; the counts are None for what has not been read.

    Returns:
        Entries as of ``data_read``, without the fingerprint.
    """
    known = data_read(
        {"key": key, "node": {"kind": node.kind, "payload": node.payload}, "counts": _counts(store, key)}
        for key, node in plan.nodes.items()
        if node.kind == "prepare"
    )
    return [{name: value for name, value in row.items() if name != "fingerprint"} for row in known]


def _counts(store: Store, key: str) -> dict[str, Any] | None:
    try:
        path = store.file(key, "prepare", META) if store.has(key, "prepare") else None
    except StoreError:  # whoever reads the node for its examples says what is wrong with it
        return None
    return None if path is None else json.loads(path.read_text(encoding="utf-8"))
