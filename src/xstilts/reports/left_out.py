"""What was left out of the data and why, what is odd about the rest, and what the options named in vain."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import StoreError
from xstilts.reports.data_read import data_read
from xstilts.reports.table import Table
from xstilts.runners.loading import META

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.planning.plan import Plan
    from xstilts.reports.table import Cell
    from xstilts.store.store import Store

LEFT_OUT, KEPT, NEVER = "left out", "kept", "no record has"
_BY_DESIGN = "over the limit"
_LANGUAGES, _LINES = 6, 12
"""Languages that a sentence names, and sentences that are printed; the tables have all of them."""


class _Reason(NamedTuple):
    """One thing that is told of a split."""

    task: str
    split: str
    what: str
    why: str


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


def left_out_table(data: Iterable[Mapping[str, Any]]) -> Table | None:
    """Each reason with its count in every language; None where nothing is to be told."""
    rows: list[list[Cell]] = [
        [reason.task, reason.split, reason.what, reason.why, _by_language(found, len(found))]
        for reason, found in _reasons(data).items()
    ]
    said = (
        "Records that were left out and why; examples that were kept and are worth a look; values that where or drop "
        "name and that no record has."
    )
    head = ("data set", "split", "what", "why", "records by language")
    return Table("data", said, head, rows, frozenset(), frozenset({3, 4})) if rows else None


def left_out_sentences(data: Sequence[Mapping[str, Any]]) -> list[str]:
    """The same for a terminal, a line each, without what the study's own limits leave out."""
    told = [(reason, found) for reason, found in _reasons(data).items() if reason.why != _BY_DESIGN]
    told.sort(key=lambda pair: pair[0].what != NEVER)
    lines = [
        f"{reason.task} {reason.split}: {reason.what} {reason.why} ({_by_language(found, _LANGUAGES)})."
        for reason, found in told[:_LINES]
    ]
    if len(told) > _LINES:
        lines.append(f"{len(told) - _LINES} more of these stand in the report's data table.")
    if unread := sum(row["read"] is None for row in data):
        lines.append(f"Not read yet: {unread} of {len(data)} data sets.")
    return [_printable(line) for line in lines]


def _printable(text: str) -> str:
    """Text without control characters, which names of fields may hold; they are shown as escapes."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def _reasons(data: Iterable[Mapping[str, Any]]) -> dict[_Reason, dict[str, int]]:
    """Reason to language to count; the same records read for several tokenizers count once."""
    found: dict[_Reason, dict[str, int]] = defaultdict(dict)
    for row in data:
        told = [(LEFT_OUT, why, count) for why, count in (row["rejected"] or {}).items()]
        told += [(KEPT if count else NEVER, why, count) for why, count in (row.get("noted") or {}).items()]
        for what, why, count in told:
            by_language = found[_Reason(row["task"], row["split"], what, why)]
            by_language[row["language"]] = max(by_language.get(row["language"], 0), int(count))
    return dict(sorted(found.items()))


def _by_language(found: Mapping[str, int], most: int) -> str:
    named = [f"{language} {count:,}" if count else language for language, count in sorted(found.items())]
    more = f" and {len(named) - most} more languages" if len(named) > most else ""
    return ", ".join(named[:most]) + more
