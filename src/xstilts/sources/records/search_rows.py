"""Records → queries and candidates: pairs, queries with their passages, whole searches, or one row each."""

from __future__ import annotations

from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xstilts.sources.arrow import Example
    from xstilts.sources.records.options import RowOptions
    from xstilts.sources.records.record_view import RecordView

_PAIR = ("query", "candidate")
_PASSAGE = "passage"
"""The text in which a query's answer stands; many queries may have the same, which is one candidate then."""

_PAIRS: Mapping[str, int] = MappingProxyType({"pairs": 0, "pairs_from_1": 1})
"""Column of the right pairs of a whole search, to the number of the first query and candidate."""

COLUMNS = (*_PAIR, _PASSAGE, "queries", "candidates", *_PAIRS)
"""What a record of retrieval may be given as, beside the columns of its kind."""


def made(view: RecordView, identity: str) -> list[Example]:
    """The queries and candidates of one record.

    Raises:
        DataError: If the record lacks a column, or a pair has numbers that are none of its queries and candidates.
    """
    if "queries" in view.options.columns:
        return _whole_search(view, identity)
    if _PASSAGE in view.options.columns:
        return _with_passage(view, identity)
    if not set(_PAIR) & set(view.options.columns):
        role = view.text("role")
        gold = [str(item) for item in view.list("gold")] if role == "query" else []
        return [{"id": identity, "role": role, "text": view.text("text"), "gold": gold}]
    candidate = f"{identity}/candidate"
    return [
        {"id": f"{identity}/query", "role": "query", "text": view.text("query"), "gold": [candidate]},
        {"id": candidate, "role": "candidate", "text": view.text("candidate"), "gold": []},
    ]


def new(rows: list[Example], options: RowOptions, passages: set[str]) -> Iterator[Example]:
    """The rows without passages that have come before; the others are noted in ``passages``."""
    for row in rows:
        if _PASSAGE in options.columns and row["role"] == "candidate":
            if row["id"] in passages:
                continue
            passages.add(row["id"])
        yield row


def _with_passage(view: RecordView, identity: str) -> list[Example]:
    """A query and its passage, which is named by its text: equal ones are one candidate, in whatever record."""
    text = view.text(_PASSAGE)
    name = f"passage-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
    return [
        {"id": identity, "role": "query", "text": view.text("query"), "gold": [name]},
        {"id": name, "role": "candidate", "text": text, "gold": []},
    ]


def _whole_search(view: RecordView, identity: str) -> list[Example]:
    """Examples of a record that holds all queries, all candidates and the numbers of those that belong together."""
    queries, candidates = view.list("queries"), view.list("candidates")
    column = next((name for name in _PAIRS if name in view.options.columns), "pairs")
    first, names = _PAIRS[column], [f"{identity}/candidate-{number}" for number in range(len(candidates))]
    gold: list[list[str]] = [[] for _ in queries]
    for pair in view.list(column):
        numbers = [value - first if type(value) is int else -1 for value in pair] if isinstance(pair, list) else []
        if len(numbers) != 2 or not (0 <= numbers[0] < len(queries) and 0 <= numbers[1] < len(candidates)):
            message = f"has the pair {pair!r}; expected the numbers of a query and a candidate, counted from {first}."
            raise DataError(message, field=view.where, value=pair)
        gold[numbers[0]].append(names[numbers[1]])
    asked = [
        {"id": f"{identity}/query-{number}", "role": "query", "text": text, "gold": list(dict.fromkeys(answers))}
        for number, (text, answers) in enumerate(zip(queries, gold, strict=True))
    ]
    offered = zip(names, candidates, strict=True)
    return asked + [{"id": name, "role": "candidate", "text": text, "gold": []} for name, text in offered]
