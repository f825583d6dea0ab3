"""Records → examples in the columns of a kind (``tasks.base.COLUMNS``), one function per kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, nearest
from xstilts.sources import search_rows
from xstilts.sources.options import MISSING, RowOptions, find, missing, raw_text
from xstilts.tasks.base import COLUMNS, Kind, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xstilts.sources.formats import Record

_DEFAULTS: Mapping[str, Any] = MappingProxyType({"text_pair": "", "context": "", "question": ""})
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True)
class Row:
    """One example and the place it was read from."""

    where: str
    values: dict[str, Any]


@dataclass
class Tally:
    """Counts of one reading: records read, and those left out by reason."""

    read: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


class _Reject(Exception):  # noqa: N818 - a signal inside this module, not an error
    """The record is left out; the argument says why."""


@dataclass(frozen=True)
class _View:
    """One record seen through the options: asks for our columns and gives raw values."""

    where: str
    fields: Mapping[str, Any] | Sequence[Any]
    options: RowOptions

    def get(self, column: str) -> Any:  # noqa: ANN401
        locator = self.options.columns.get(column, column)
        value = find(self.fields, locator)
        if value is not MISSING:
            return value
        if column in _DEFAULTS and column not in self.options.columns:
            return _DEFAULTS[column]
        raise missing(self.fields, locator, self.where, column)

    def text(self, column: str) -> str:
        value = self.get(column)
        if not isinstance(value, str):
            message = f"has {value!r} as {column!r}; expected text."
            raise DataError(message, field=self.where, value=value)
        return value

    def list(self, column: str) -> list[Any]:
        value = self.get(column)
        if not isinstance(value, list | tuple):
            message = f"has {value!r} as {column!r}; expected a list."
            raise DataError(message, field=self.where, value=value)
        return list(value)

    def label(self, value: object) -> Any:  # noqa: ANN401
        labels, raw = self.options.labels, raw_text(value)
        if not isinstance(value, str | int | float | None) or value != value:
            raise DataError(f"has {value!r} as label; expected text or a number.", field=self.where, value=value)
        if not labels:
            if value is None:
                hint = "Map it with labels (null: NAME), or leave such records out with drop."
                raise DataError("has null as label; expected text or a number.", field=self.where, hint=hint)
            return raw
        if raw not in labels:
            hint = "Add it to labels, or to drop if such records should be left out."
            raise DataError(f"has the label {raw!r}.", field=self.where, value=raw, allowed=labels, hint=hint)
        return labels[raw]


def check_columns(task: Task, options: RowOptions, where: str) -> None:
    """Refuse a column that the kind does not have.

    Raises:
        DataError: Naming the columns of the kind.
    """
    known = [name for name in COLUMNS[task.kind] if name != "id"]
    known += search_rows.COLUMNS if task.kind is Kind.RETRIEVAL else ()
    for column in options.columns:
        if column not in known:
            hint = "Say id: NAME beside columns." if column == "id" else nearest(str(column), known)
            message = f"{column!r} is not a column of {task.kind}."
            raise DataError(message, field=f"{where}.columns", value=column, allowed=known, hint=hint)


def build(task: Task, split: str, records: Iterator[Record], options: RowOptions, tally: Tally) -> Iterator[Row]:
    """Examples from records, counting into ``tally`` what was read and left out.

    Raises:
        DataError: If a record lacks what its kind needs; names file and line.
    """
    make = _MAKERS[task.kind]
    regex = re.compile(options.pattern.regex, re.DOTALL) if options.pattern else None
    passages: set[str] = set()
    for record in records:
        if record.rejected:  # before anything else: such a record may lack the fields that options name
            tally.read += 1
            tally.rejected[record.rejected] += 1
            continue
        fields = record.fields if regex is None else _with_groups(record, options, regex)
        view = _View(record.where, fields, options)
        if not all(_value(view, name) in allowed for name, allowed in options.where.items()):
            continue
        number = tally.read
        tally.read += 1
        try:
            _reject_unwanted(view)
            values = make(view, _identity(view, f"{task.name}-{split}-{number}"))
        except _Reject as reason:
            tally.rejected[str(reason)] += 1
            continue
        yield from (Row(record.where, row) for row in search_rows.new(values, options, passages))


def _with_groups(record: Record, options: RowOptions, regex: re.Pattern[str]) -> Mapping[str, Any]:
    pattern = options.pattern
    assert pattern is not None  # noqa: S101 - for the type checker
    value = find(record.fields, pattern.column)
    if value is MISSING:
        raise missing(record.fields, pattern.column, record.where, "pattern")
    match = regex.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        message = f"has a {pattern.column!r} that does not match the pattern; expected {pattern.regex!r}."
        raise DataError(message, field=record.where, value=value)
    fields = record.fields
    named: dict[Any, Any] = dict(fields) if isinstance(fields, dict) else dict(enumerate(fields))
    return named | match.groupdict()


def _value(view: _View, name: str | int) -> str:
    value = find(view.fields, name)
    if value is MISSING:
        raise missing(view.fields, name, view.where, "where or drop")
    return raw_text(value)


def _reject_unwanted(view: _View) -> None:
    for name, unwanted in view.options.drop.items():
        value = _value(view, name)
        if value in unwanted:
            raise _Reject(f"{name} = {value!r}")


def _identity(view: _View, generated: str) -> str:
    if view.options.id is None:
        return generated
    value = find(view.fields, view.options.id)
    if value is MISSING and not view.options.id_required:
        return generated
    if value is MISSING or value is None or value == "":
        raise missing(view.fields, view.options.id, view.where, "id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise DataError(f"has {value!r} as id; expected text or a whole number.", field=view.where, value=value)
    return str(value)


def _classification(view: _View, identity: str) -> list[dict[str, Any]]:
    label = view.label(view.get("label"))
    return [{"id": identity, "text": view.text("text"), "text_pair": view.text("text_pair"), "label": label}]


def _multiple_choice(view: _View, identity: str) -> list[dict[str, Any]]:
    texts, keys = _choices(view)
    row = {"id": identity, "context": view.text("context"), "question": view.text("question"), "choices": texts}
    return [row | {"label": _choice_index(view, keys)}]


def _choices(view: _View) -> tuple[list[Any], list[str]]:
    """Choice texts and, where the source names its choices, their names (``{label, text}`` in either nesting)."""
    value = view.get("choices")
    if isinstance(value, dict) and {"label", "text"} <= set(value):
        texts, keys = value["text"], value["label"]
    else:
        texts = keys = view.list("choices")
        if not texts or not all(isinstance(item, dict) and {"label", "text"} <= set(item) for item in texts):
            return texts, []
        texts, keys = [item["text"] for item in texts], [item["label"] for item in keys]
    if not isinstance(texts, list | tuple) or not isinstance(keys, list | tuple) or len(texts) != len(keys):
        raise DataError(f"has the choices {value!r}; expected as many labels as texts.", field=view.where, value=value)
    names = [raw_text(key) for key in keys]
    if len(set(names)) < len(names):
        raise DataError(f"has the choices {value!r}; expected each label once.", field=view.where, value=value)
    return list(texts), names


def _choice_index(view: _View, keys: Sequence[str]) -> int:
    label = view.label(view.get("label"))
    if keys and not view.options.labels:
        if label not in keys:
            raise DataError(f"has the label {label!r}.", field=view.where, value=label, allowed=keys)
        return keys.index(label)
    if _NUMBER.fullmatch(raw_text(label)):
        return int(label)
    message = f"has the label {label!r}; expected the 0-based number of the right choice."
    raise DataError(message, field=view.where, value=label, hint="Map it with labels.")


def _tagging(view: _View, identity: str) -> list[dict[str, Any]]:
    return [{"id": identity, "tokens": view.list("tokens"), "tags": [view.label(tag) for tag in view.list("tags")]}]


def _span_qa(view: _View, identity: str) -> list[dict[str, Any]]:
    row = {
        "id": identity,
        "context": view.text("context"),
        "question": view.text("question"),
        "answer_texts": view.list("answer_texts"),
        "answer_starts": view.list("answer_starts"),
    }
    if view.options.mismatched_answers == "error" or len(row["answer_texts"]) != len(row["answer_starts"]):
        return [row]  # what is wrong with it is said where every example is checked
    matches = answer_matches(row)
    if not (all(matches) if view.options.mismatched_answers == "drop" else any(matches) or not matches):
        raise _Reject("answer not at its offset")
    for column in ("answer_texts", "answer_starts"):
        row[column] = [value for value, matching in zip(row[column], matches, strict=True) if matching]
    return [row]


def answer_matches(row: Mapping[str, Any]) -> list[bool]:
    """For each answer, whether it is some text that the context holds at its offset."""
    return [
        isinstance(text, str)
        and isinstance(start, int)
        and start >= 0
        and text != ""
        and row["context"].startswith(text, start)
        for text, start in zip_longest(row["answer_texts"], row["answer_starts"])
    ]


def _masked_lm(view: _View, identity: str) -> list[dict[str, Any]]:
    return [{"id": identity, "text": view.text("text"), "text_pair": view.text("text_pair")}]


_MAKERS: Mapping[Kind, Callable[[_View, str], list[dict[str, Any]]]] = MappingProxyType(
    {
        Kind.CLASSIFICATION: _classification,
        Kind.MULTIPLE_CHOICE: _multiple_choice,
        Kind.TAGGING: _tagging,
        Kind.SPAN_QA: _span_qa,
        Kind.RETRIEVAL: search_rows.made,
        Kind.MASKED_LM: _masked_lm,
    }
)
