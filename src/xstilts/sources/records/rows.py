"""Records → examples in the columns of a kind (``tasks.base.COLUMNS``), one function per kind."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, nearest
from xstilts.images.names import checked
from xstilts.languages.blanks import is_blank
from xstilts.sources.records import search_rows
from xstilts.sources.records.answers import NOT_THERE, answer_matches, answers_of
from xstilts.sources.records.filters import Filters
from xstilts.sources.records.options import ID_NAMES, MISSING, RowOptions, find, missing, raw_text
from xstilts.sources.records.record_view import RecordView
from xstilts.tasks.base import COLUMNS, Kind, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xstilts.sources.arrow import Example
    from xstilts.sources.formats import Record
    from xstilts.sources.formats.base import Fields

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}")


@dataclass(frozen=True)
class Row:
    """One example and the place it was read from; of a sentence in several lines, the line of each token."""

    where: str
    values: Example
    lines: Sequence[int] = ()


@dataclass
class ReadCounts:
    """Counts of one reading.

    Attributes:
        read: Records read.
        rejected: Those of them that were left out, by reason.
        noted: Examples that were kept and are worth a look, by what is odd about them; 0 for a value that the user
            named in ``where`` or ``drop`` and that no record has.
        elsewhere: Records that ``where`` leaves to others; they are not among those read.
        files: What was read, for messages.
        pairs: Whether options name a column for the second text of a pair.
    """

    read: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    noted: Counter[str] = field(default_factory=Counter)
    elsewhere: int = 0
    files: list[str] = field(default_factory=list)
    pairs: bool = False


class _Reject(Exception):  # noqa: N818 - a signal inside this module, not an error
    """The record is left out; the argument says why."""


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


def build(task: Task, split: str, records: Iterator[Record], options: RowOptions, tally: ReadCounts) -> Iterator[Row]:
    """Examples from records, counting into ``tally`` what was read and left out.

    Raises:
        DataError: If a record lacks what its kind needs; names file and line.
    """
    make = _MAKERS[task.kind]
    regex = re.compile(options.pattern.regex, re.DOTALL) if options.pattern else None
    passages: set[str] = set()
    filters = Filters(options)
    tally.pairs |= isinstance(options.columns.get("text_pair"), str | int)
    for record in records:
        if record.rejected:  # before anything else: such a record may lack the fields that options name
            tally.read += 1
            tally.rejected[record.rejected] += 1
            continue
        fields = record.fields if regex is None else _with_groups(record, options, regex)
        if not filters.is_wanted(record, fields):
            tally.elsewhere += 1
            continue
        # counted after where and before drop: an example keeps its name when drop changes
        number = tally.read
        tally.read += 1
        if unwanted := filters.unwanted(fields):
            tally.rejected[unwanted] += 1
            continue
        view = RecordView(record.where, fields, options, tally.noted, record.lines)
        try:
            values = make(view, _identity(view, f"{task.name}-{split}-{number}"))
        except _Reject as reason:
            tally.rejected[str(reason)] += 1
            continue
        yield from (Row(record.where, row, record.lines) for row in search_rows.new(values, options, passages))
    filters.refuse_absent()
    if options.own:
        tally.noted.update(dict.fromkeys(filters.unmet(), 0))


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


def _identity(view: RecordView, generated: str) -> str:
    if view.options.id is None:
        return generated
    value = find(view.fields, view.options.id)
    if value is MISSING and not view.options.id_required:
        return generated
    if value is MISSING:
        error = missing(view.fields, view.options.id, view.where, "id")
        hint = error.hint or numbered(view.fields, view.options.id)
        raise DataError(error.message, field=error.field, value=error.value, allowed=error.allowed, hint=hint)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        said = "null" if value is None else repr(value)
        message = f"has {said} as {view.options.id!r}; expected text or a whole number that names the record."
        raise DataError(message, field=view.where, value=value, hint=numbered(view.fields, view.options.id))
    return str(value)


def numbered(fields: Fields, named: str | int) -> str:
    """What to do where the ids of a field cannot be used: number the examples, or name another field."""
    known = fields if isinstance(fields, dict) else {}
    others = [name for name in ID_NAMES if name != named and known.get(name) not in (None, "")]
    other = f", or name another field: id: {others[0]}" if others else ""
    return f"Say id: null to number the examples instead{other}."


def _classification(view: RecordView, identity: str) -> list[Example]:
    label = raw_text(view.label(view.get("label")))
    return [{"id": identity, "text": view.text("text"), "text_pair": view.text("text_pair", ""), "label": label}]


def _multiple_choice(view: RecordView, identity: str) -> list[Example]:
    texts, keys = _choices(view)
    label = _choice_index(view, keys)
    empty = [number for number, text in enumerate(texts) if text is None or (isinstance(text, str) and is_blank(text))]
    if empty:
        texts, label = _without_empty(view, texts, label, empty)
    row = {"id": identity, "context": view.text("context", ""), "question": view.text("question", "")}
    return [row | {"choices": texts, "label": label}]


def _without_empty(view: RecordView, texts: list[Any], label: int, empty: list[int]) -> tuple[list[Any], int]:
    """What ``empty_choice`` makes of choices without text."""
    if view.options.empty_choice == "drop":
        raise _Reject("a choice is empty")
    if label in empty and view.options.empty_choice == "cut":
        raise DataError(f"has the label {label}, and that choice is empty.", field=view.where, value=label)
    view.noted["a choice is empty"] += 1
    if view.options.empty_choice == "keep":
        return texts, label
    # the label is a place among the choices: those taken out before it do not count any more
    kept = [text for number, text in enumerate(texts) if number not in empty]
    return kept, label - sum(number < label for number in empty)


def _choices(view: RecordView) -> tuple[list[Any], list[str]]:
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


def _choice_index(view: RecordView, keys: Sequence[str]) -> int:
    label = view.label(view.get("label"))
    if keys and not view.options.labels:
        if label not in keys:
            raise DataError(f"has the label {label!r}.", field=view.where, value=label, allowed=keys)
        return keys.index(label)
    if _NUMBER.fullmatch(raw_text(label)):
        return int(label)
    message = f"has the label {label!r}; expected the 0-based number of the right choice."
    raise DataError(message, field=view.where, value=label, hint="Map it with labels.")


def _tagging(view: RecordView, identity: str) -> list[Example]:
    tags = [raw_text(view.label(tag, number)) for number, tag in enumerate(view.list("tags"))]
    return [{"id": identity, "tokens": view.list("tokens"), "tags": tags}]


def _span_qa(view: RecordView, identity: str) -> list[Example]:
    texts, starts = answers_of(view)
    row: Example = {"id": identity, "context": view.text("context"), "question": view.text("question")}
    row |= {"answer_texts": texts, "answer_starts": starts}
    if view.options.mismatched_answers == "error" or len(texts) != len(starts):
        return [row]  # what is wrong with it is said where every example is checked
    matches = answer_matches(row)
    if not (all(matches) if view.options.mismatched_answers == "drop" else any(matches) or not matches):
        raise _Reject(NOT_THERE)
    for column in ("answer_texts", "answer_starts"):
        row[column] = [value for value, matching in zip(row[column], matches, strict=True) if matching]
    return [row]


def _visual_classification(view: RecordView, identity: str) -> list[Example]:
    (row,) = _classification(view, identity)
    return [row | {"caption": view.text("caption", ""), "images": _images(view)}]


def _images(view: RecordView) -> list[str]:
    """The names of a record's images, made of its fields; none of them leads out of the place where images lie."""
    option = view.options.images
    if option is None:
        hint = "Say where images lie: images: {in: FOLDER, names: ['{image}.jpg']}."
        raise DataError("names no images, and its kind has some.", field=view.where, hint=hint)
    values = {}
    for name in option.fields:
        value = find(view.fields, name)
        if value is MISSING:
            raise missing(view.fields, name, view.where, "images")
        values[name] = raw_text(value)
    return [checked(name, view.where) for name in option.named(values)]


def _masked_lm(view: RecordView, identity: str) -> list[Example]:
    return [{"id": identity, "text": view.text("text"), "text_pair": view.text("text_pair", "")}]


_MAKERS: Mapping[Kind, Callable[[RecordView, str], list[Example]]] = MappingProxyType(
    {
        Kind.CLASSIFICATION: _classification,
        Kind.MULTIPLE_CHOICE: _multiple_choice,
        Kind.TAGGING: _tagging,
        Kind.SPAN_QA: _span_qa,
        Kind.RETRIEVAL: search_rows.made,
        Kind.MASKED_LM: _masked_lm,
        Kind.VISUAL_CLASSIFICATION: _visual_classification,
    }
)
