"""What every source's examples must satisfy before anything is computed from them."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import DataError, nearest
from xstilts.languages.blanks import is_blank
from xstilts.sources.records.answers import answer_matches
from xstilts.sources.records.record_view import place
from xstilts.sources.records.remarks import Remarks
from xstilts.sources.records.rows import ReadCounts, numbered
from xstilts.tasks.base import COLUMNS, Kind, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from xstilts.sources.arrow import Example
    from xstilts.sources.records.rows import Row

_NAMED = 3
"""Files that a message names; how many more there are is said."""
MOST_IMAGES = 8
"""Images that one text may speak of."""
_LONE = re.compile("[\ud800-\udfff]")
_IS: Mapping[str, Callable[[object], bool]] = MappingProxyType(
    {
        "string": lambda value: isinstance(value, str),
        "int64": lambda value: isinstance(value, int) and not isinstance(value, bool),
        "list<string>": lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value),
        "list<int64>": lambda value: (
            isinstance(value, list) and all(isinstance(item, int) and not isinstance(item, bool) for item in value)
        ),
    }
)

_IN_WORDS: Mapping[str, str] = MappingProxyType(
    {"string": "text", "int64": "a whole number", "list<string>": "a list of texts",
     "list<int64>": "a list of whole numbers"}
)  # fmt: skip


def checked(task: Task, rows: Iterable[Row], what: str, tally: ReadCounts | None = None) -> Iterator[Example]:
    """Pass examples on, each looked at.

    Args:
        task: Whose examples they are.
        rows: The examples with their places.
        what: Task, language, split and files in words, for the message about an empty split.
        tally: Counts of the reading; what is odd about an example is noted there.

    Raises:
        DataError: If an id occurs twice, a value has the wrong type, a label is outside the set, an answer is not at
            its offset, there is no example at all, or a search is none (see :class:`_Search`).
    """
    seen: dict[str, str] = {}
    tally = tally or ReadCounts()
    search, remarks = _Search(), Remarks(task.kind, tally.noted)
    columns = [(column, kind, _IS[kind]) for column, kind in COLUMNS[task.kind].items()]
    check_content = _CONTENT.get(task.kind, _nothing)
    for row in rows:
        _types(columns, row)
        identity = row.values["id"]
        if identity in seen:
            message = f"has the id {identity!r}, which {seen[identity]} has too; ids must be unique in a split."
            raise DataError(message, field=row.where, value=identity, hint=numbered({}, "id"))
        seen[identity] = row.where
        check_content(task, row)
        if task.kind is Kind.RETRIEVAL:
            search.note(row)
        remarks.note(row.values)
        yield row.values
    remarks.close(pairs=tally.pairs)
    if not seen:
        message = f"There is no example in {what}: the split is empty. {_left(tally)}"
        raise DataError(message, hint="Check the file, and the options where and drop.")
    if task.kind is Kind.RETRIEVAL:
        search.check(what, _left(tally))


def _left(tally: ReadCounts) -> str:
    """What became of the records, and where they were read, in words."""
    more = f" and {len(tally.files) - _NAMED} more" if len(tally.files) > _NAMED else ""
    place = f" in {', '.join(tally.files[:_NAMED])}{more}" if tally.files else ""
    if not tally.read and not tally.elsewhere:
        return f"There is no record{place}."
    reasons = ", ".join(f"{reason}: {count:,}" for reason, count in tally.rejected.most_common())
    left_out = f", {tally.rejected.total():,} of them left out ({reasons})" if reasons else ""
    elsewhere = f"; where leaves {tally.elsewhere:,} more to others" if tally.elsewhere else ""
    return f"Records read{place}: {tally.read:,}{left_out}{elsewhere}."


class _Search:
    """What only the whole of a search can show: both sides are there, and every gold is a candidate.

    Equal texts under two ids are no mistake: both stay, and both are found.
    """

    def __init__(self) -> None:
        self._roles: dict[str, str] = {}
        self._golds: list[tuple[str, str]] = []

    def note(self, row: Row) -> None:
        """Remember one example."""
        self._roles[row.values["id"]] = row.values["role"]
        self._golds.extend((row.where, gold) for gold in row.values["gold"])

    def check(self, what: str, left: str) -> None:
        """Refuse a search that cannot be scored.

        Raises:
            DataError: If a query or a candidate is missing altogether, or a gold is not among the candidates.
        """
        for where, gold in self._golds:
            role = self._roles.get(gold)
            if role != "candidate":
                reason = "is not among the examples" if role is None else "is a query"
                raise DataError(f"names {gold!r} as gold, which {reason}.", field=where, value=gold)
        for role in ("query", "candidate"):
            if role not in self._roles.values():
                hint = "Check the file, and the options where and drop."
                raise DataError(f"There is no {role} in {what}: nothing can be searched. {left}", hint=hint)


def _types(columns: Sequence[tuple[str, str, Callable[[object], bool]]], row: Row) -> None:
    for column, kind, fits in columns:
        value = row.values.get(column)
        if not fits(value):
            hint = "Set empty_choice: cut or drop." if column == "choices" and _has_null(value) else None
            message = f"has {value!r} as {column!r}; expected {_IN_WORDS[kind]}."
            raise DataError(message, field=row.where, value=value, hint=hint)
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and not text.isascii() and _LONE.search(text):
                message = f"has half a character (a lone surrogate) in {column!r}; expected text that UTF-8 can hold."
                raise DataError(message, field=row.where, value=text)


def _has_null(value: object) -> bool:
    return isinstance(value, list) and None in value


def _nothing(task: Task, row: Row) -> None:
    del task, row


def _label(task: Task, label: str, where: str) -> None:
    if task.labels and label not in task.labels:
        hint = "Map it with labels, or leave such records out with drop."
        hint = " ".join(filter(None, (nearest(label, task.labels), hint)))
        raise DataError(f"has the label {label!r}.", field=where, value=label, allowed=task.labels, hint=hint)


def _classification(task: Task, row: Row) -> None:
    _label(task, row.values["label"], row.where)


def _visual_classification(task: Task, row: Row) -> None:
    _label(task, row.values["label"], row.where)
    if not 0 < len(row.values["images"]) <= MOST_IMAGES:
        said = f"has {len(row.values['images'])} images; expected 1 to {MOST_IMAGES}."
        raise DataError(said, field=row.where, value=len(row.values["images"]))


def _tagging(task: Task, row: Row) -> None:
    tokens, tags = row.values["tokens"], row.values["tags"]
    if not tokens or len(tokens) != len(tags):
        raise DataError(f"has {len(tokens)} tokens and {len(tags)} tags; expected one tag each.", field=row.where)
    if "" in tokens:
        at = place(row.where, row.lines, tokens.index(""))
        raise DataError("has an empty token; expected text in each.", field=at)
    for number, tag in enumerate(tags):
        _label(task, tag, place(row.where, row.lines, number))


def _multiple_choice(task: Task, row: Row) -> None:
    del task
    n, label = len(row.values["choices"]), row.values["label"]
    if n < 2:
        raise DataError(f"has {n} choices; expected at least 2.", field=row.where)
    if not 0 <= label < n:
        raise DataError(f"has the label {label}.", field=row.where, value=label, allowed=range(n))


def _span_qa(task: Task, row: Row) -> None:
    del task
    texts, starts = row.values["answer_texts"], row.values["answer_starts"]
    if len(texts) != len(starts):
        message = f"has {len(texts)} answer texts and {len(starts)} offsets; expected as many."
        raise DataError(message, field=row.where)
    for text, start, matches in zip(texts, starts, answer_matches(row.values), strict=True):
        if not matches:
            message = f"has the answer {text!r} at offset {start}, but the context does not hold it there."
            hint = "Offsets count characters from 0. Set mismatched_answers to drop (the question) or drop_answer."
            if is_blank(text):
                hint = "Set empty_answer: none to read blank answers as no answer, or mismatched_answers: drop_answer."
            raise DataError(message, field=row.where, value=text, hint=hint)


def _retrieval(task: Task, row: Row) -> None:
    del task
    if row.values["role"] not in ("query", "candidate"):
        role = row.values["role"]
        raise DataError(f"has the role {role!r}.", field=row.where, value=role, allowed=("query", "candidate"))
    if is_blank(row.values["text"]):
        hint = "Leave such records out with drop."
        raise DataError(f"has a {row.values['role']} without text; expected some.", field=row.where, hint=hint)


_CONTENT: Mapping[Kind, Callable[[Task, Row], None]] = MappingProxyType(
    {
        Kind.CLASSIFICATION: _classification,
        Kind.TAGGING: _tagging,
        Kind.MULTIPLE_CHOICE: _multiple_choice,
        Kind.SPAN_QA: _span_qa,
        Kind.RETRIEVAL: _retrieval,
        Kind.VISUAL_CLASSIFICATION: _visual_classification,
    }
)
