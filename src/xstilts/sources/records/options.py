"""The options that turn records into examples: the same keys in data maps, ``Task.files`` and ``HubSpec``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from xstilts.errors import DataError, nearest
from xstilts.sources.records.image_names import Images, parsed
from xstilts.sources.records.retyped import refuse_retyped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.sources.formats.base import Fields

_EMPTY: Mapping[Any, Any] = MappingProxyType({})
MISSING = object()
ID_NAMES = ("id", "qid", "question_id", "guid", "idx", "_id", "ID", "uid", "uuid", "pair_id", "pairID", "sent_id")
"""What data sets call the field that names their examples."""


@dataclass(frozen=True)
class Pattern:
    """A regular expression whose named groups become fields of the record; it must match the whole column."""

    column: str | int
    regex: str


@dataclass(frozen=True)
class RowOptions:
    """How the records of a file or hub split become examples.

    Attributes:
        columns: Our column to where its value lies: a field's name (dots go inside), a position, a list of these
            (several columns that form one list, such as choices), or ``{value: X}`` for a constant.
        labels: Raw label to label name (to the 0-based index for multiple choice).
        where: Field to value, or list of values: all other records, also those without the field, belong to something
            else and are not counted.
        drop: Field to values: such records are left out and counted.
        id: The field that names examples: by default one called ``id``, where there is one. Null, or no such field:
            examples are called ``TASK-SPLIT-N``, so parallel languages get equal ids.
        id_required: Whether a record without that field is an error.
        pattern: ``{column: FIELD, regex: EXPRESSION}``, before everything else: the named groups of an expression that
            matches the whole field become fields.
        mismatched_answers: What to do with a question that has an answer not found at its offset, or an empty one.
            ``drop`` leaves the question out and counts it; ``drop_answer`` leaves out that answer, and the question
            when none of its answers remains.
        empty_answer: ``none`` reads a blank answer (``""``, or null in place of the answers) as "there is no answer";
            ``error`` refuses it.
        impossible: What to do with a question that is marked ``is_impossible`` and has an answer: ``error``; ``answer``
            keeps the answer, ``none`` the mark.
        empty_choice: What to do with choices without text, with which some files fill up shorter lists: ``keep`` counts
            the questions, ``cut`` takes such choices away, ``drop`` leaves the questions out and counts them.
        images: Where the images of the records lie, and what they are called.
        own: Whether the user said so; a value of ``where`` or ``drop`` that no record has is then told.
    """

    columns: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    labels: Mapping[str, Any] = field(default_factory=lambda: _EMPTY)
    where: Mapping[str | int, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    drop: Mapping[str | int, tuple[str, ...]] = field(default_factory=lambda: _EMPTY)
    id: str | int | None = "id"
    id_required: bool = False
    pattern: Pattern | None = None
    mismatched_answers: Literal["error", "drop", "drop_answer"] = "error"
    empty_answer: Literal["error", "none"] = "error"
    impossible: Literal["error", "answer", "none"] = "error"
    empty_choice: Literal["keep", "cut", "drop"] = "keep"
    images: Images | None = None
    own: bool = False


CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "mismatched_answers": ("error", "drop", "drop_answer"),
        "empty_answer": ("error", "none"),
        "impossible": ("error", "answer", "none"),
        "empty_choice": ("keep", "cut", "drop"),
    }
)
"""Options that are one of these words, the first unless said."""

ROW_OPTIONS = ("columns", "drop", "id", "images", "labels", "pattern", "where", *CHOICES)


def parse(given: Mapping[str, Any], where: str) -> RowOptions:
    """Row options from a data map or a task entry.

    Args:
        given: The options; only names in ``ROW_OPTIONS``.
        where: Path of the entry, for messages.

    Raises:
        DataError: If an option is unknown or does not have its shape.
    """
    for name in given:
        if name not in ROW_OPTIONS:
            hint = nearest(str(name), ROW_OPTIONS)
            raise DataError(f"There is no option {name!r}.", field=where, value=name, allowed=ROW_OPTIONS, hint=hint)
    chosen: dict[str, Any] = {name: given.get(name, words[0]) for name, words in CHOICES.items()}
    for name, value in chosen.items():
        if value not in CHOICES[name]:
            raise _wrong(where, name, value, one_of(CHOICES[name]))
    return RowOptions(
        columns=_columns(given.get("columns", {}), where),
        labels=_labels(given.get("labels", {}), where),
        where=_values(given.get("where", {}), where, "where"),
        drop=_values(given.get("drop", {}), where, "drop"),
        id=_field_name(given.get("id", "id"), where),
        id_required=given.get("id") is not None,
        pattern=_pattern(given.get("pattern"), where),
        images=parsed(given.get("images"), f"{where}.images"),
        **chosen,
    )


def one_of(words: Sequence[str]) -> str:
    """``a, b or c``."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def as_json(options: RowOptions) -> dict[str, Any]:
    """All options with their defaults written out, for fingerprints; those that came later only where they are said."""
    # written always, they would have changed the keys of everything that was prepared before they came
    later = ("empty_answer", "impossible", "empty_choice")
    said = {name: getattr(options, name) for name in later}
    return {
        "columns": _plain(options.columns),
        "labels": _plain(options.labels),
        "where": _plain(options.where),
        "drop": _plain(options.drop),
        "id": options.id,
        "pattern": None if options.pattern is None else [options.pattern.column, options.pattern.regex],
        "mismatched_answers": options.mismatched_answers,
        **{name: value for name, value in said.items() if value != CHOICES[name][0]},
        **({"images": list(options.images.names)} if options.images else {}),  # what lies there has a key of its own
    }


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, dict | MappingProxyType):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _wrong(where: str, name: str, value: object, expected: str) -> DataError:
    return DataError(f"is {value!r}; expected {expected}.", field=f"{where}.{name}", value=value)


def _columns(given: object, where: str) -> Mapping[str, Any]:
    expected = "a mapping from our columns to the file's"
    if not isinstance(given, dict | MappingProxyType):
        raise _wrong(where, "columns", given, expected)
    for name, locator in given.items():
        _refuse_retyped_names(locator, f"{where}.columns.{name}")
        if not _is_locator(locator):
            raise _wrong(where, f"columns.{name}", locator, "a field's name, a position, a list of these or {value: X}")
    return given


def _refuse_retyped_names(locator: object, field: str) -> None:
    """Refuse what YAML re-typed where a field is named, and in constants."""
    if isinstance(locator, list | tuple):
        for item in locator:
            _refuse_retyped_names(item, field)
    elif isinstance(locator, dict | MappingProxyType):
        refuse_retyped(locator.get("value", ""), f"{field}.value")
    else:
        refuse_retyped(locator, field)


def _is_locator(locator: object) -> bool:
    if isinstance(locator, list | tuple):
        return all(_is_locator(item) for item in locator)
    if isinstance(locator, dict | MappingProxyType):
        return set(locator) == {"value"}
    return isinstance(locator, str | int) and not isinstance(locator, bool)


def _labels(given: object, where: str) -> Mapping[str, Any]:
    if not isinstance(given, dict | MappingProxyType):
        raise _wrong(where, "labels", given, "a mapping from the file's labels to ours")
    for raw, label in given.items():
        refuse_retyped([raw, label], f"{where}.labels")
        if not isinstance(label, str | int):
            raise _wrong(where, f"labels.{raw}", label, "a label's name, or the number of a choice")
    return {raw_text(raw): label for raw, label in given.items()}


def _values(given: object, where: str, name: str) -> Mapping[str | int, tuple[str, ...]]:
    if not isinstance(given, dict | MappingProxyType):
        raise _wrong(where, name, given, "a mapping from a field to a value or a list of values")
    lists = {key: value if isinstance(value, list | tuple) else [value] for key, value in given.items()}
    for key, values in lists.items():
        refuse_retyped(key, f"{where}.{name}")
        refuse_retyped(values, f"{where}.{name}.{key}")
        if not all(isinstance(value, str | int) for value in values):
            raise _wrong(where, f"{name}.{key}", given[key], "a value or a list of values")
    return {key: tuple(raw_text(value) for value in values) for key, values in lists.items()}


def _field_name(given: object, where: str) -> str | int | None:
    if given is not None:
        refuse_retyped(given, f"{where}.id")
    if given is not None and (not isinstance(given, str | int) or isinstance(given, bool)):
        raise _wrong(where, "id", given, "a field's name or a position")
    return given


def _pattern(given: object, where: str) -> Pattern | None:
    if given is None:
        return None
    if not isinstance(given, dict | MappingProxyType) or set(given) != {"column", "regex"}:
        raise _wrong(where, "pattern", given, "{column: NAME, regex: EXPRESSION}")
    refuse_retyped(given["column"], f"{where}.pattern.column")
    if not isinstance(given["column"], str | int):
        raise _wrong(where, "pattern.column", given["column"], "a field's name or a position")
    try:
        groups = re.compile(given["regex"]).groupindex
    except (re.error, TypeError, RecursionError) as error:
        raise _wrong(where, "pattern.regex", given["regex"], f"a regular expression ({error})") from error
    if not groups:
        raise _wrong(where, "pattern.regex", given["regex"], "named groups such as (?P<text>.*)")
    return Pattern(given["column"], given["regex"])


def raw_text(value: object) -> str:
    """A raw value as the text by which maps know it: ``0``, ``entailment``, ``true``, ``null``."""
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)


def find(fields: Fields, locator: object) -> Any:  # noqa: ANN401
    """The value at a locator, or ``MISSING``.

    A field whose whole name matches comes before a dotted path; a position also counts named fields.
    """
    if isinstance(locator, int):
        if isinstance(fields, list) and 0 <= locator < len(fields):  # most records by far
            return fields[locator]
        # a number that is no field's name is a position among the fields
        if isinstance(fields, dict) and locator not in fields:
            return _step(list(fields.values()), locator)
        return _step(fields, locator)
    if isinstance(locator, (dict, MappingProxyType)):
        return locator["value"]
    if isinstance(locator, (list, tuple)):
        values = [find(fields, item) for item in locator]
        return MISSING if any(value is MISSING for value in values) else values
    if isinstance(fields, dict) and locator in fields:
        return fields[locator]
    value: Any = fields
    for part in str(locator).split("."):
        value = _step(value, int(part) if part.isdecimal() and isinstance(value, list | tuple) else part)
        if value is MISSING:
            return MISSING
    return value


def _step(value: object, key: object) -> Any:  # noqa: ANN401
    if isinstance(value, dict) and key in value:
        return value[key]
    if isinstance(value, list | tuple) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    if (
        isinstance(value, list | tuple)
        and isinstance(key, str)
        and all(isinstance(v, dict) and key in v for v in value)
    ):
        return [item[key] for item in value]
    return MISSING


def missing(fields: Fields, locator: object, where: str, ours: str) -> DataError:
    """The error for a record that lacks what a column needs."""
    named = isinstance(fields, dict)
    known = [str(name) for name in fields] if named else [str(i) for i in range(len(fields))]
    if isinstance(locator, list | tuple):
        locator = next((item for item in locator if find(fields, item) is MISSING), locator)
    message = f"has no field {locator!r} (for our column {ours!r})."
    return DataError(message, field=where, value=locator, allowed=known, hint=nearest(str(locator), known))
