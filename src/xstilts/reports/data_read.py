"""Which data a study read: what they are known by, how many records were read, used and left out, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.store.payloads import ExamplesPayload, Form, payload_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
