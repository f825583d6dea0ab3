"""A user's own file that looks like the files of its task, but for what is right: the task's options read it.

Told by its fields: a header, or the keys of JSON objects, that name every text of the task (or the kind's own columns).
What has none is a plain file, one input a line (``inputs``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, UnknownNameError
from xstilts.sources.arrow import table
from xstilts.sources.data_map import Part, by_language, parts
from xstilts.sources.formats.opening import text_lines
from xstilts.sources.rows import Tally, build
from xstilts.tasks.base import COLUMNS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from datasets import Dataset

    from xstilts.sources.formats.base import Record
    from xstilts.tasks.base import Task

_RIGHT: Mapping[Kind, Mapping[str, Any]] = {
    Kind.CLASSIFICATION: {"label": "-"},
    Kind.MULTIPLE_CHOICE: {"label": "0"},
    Kind.TAGGING: {"tags": []},
    Kind.SPAN_QA: {"answer_texts": [], "answer_starts": []},
    Kind.RETRIEVAL: {"gold": []},
}
"""The columns that say what is right, with what stands in for it while a record is read."""
_UNKNOWN: Mapping[str, Any] = {"label": None, "tags": [], "answer_texts": [], "answer_starts": [], "gold": []}
_NAMED: tuple[Mapping[str, Any], ...] = (
    {"format": "jsonl"},
    {"format": "delimited"},
    {"format": "delimited", "delimiter": ","},
)
_PLAIN: Mapping[Kind, tuple[Mapping[str, Any], ...]] = {
    Kind.CLASSIFICATION: _NAMED,
    Kind.RETRIEVAL: _NAMED,
    Kind.TAGGING: _NAMED[:1],
    Kind.MULTIPLE_CHOICE: _NAMED[:1],
    Kind.SPAN_QA: _NAMED[:1],
}
"""How files with the kind's own column names may look, where ``inputs`` does not read them itself."""
_TEXTS: Mapping[Kind, str] = {Kind.CLASSIFICATION: "text", Kind.TAGGING: "tokens", Kind.RETRIEVAL: "text"}
_ID = "file"
_LONE = re.compile("[\ud800-\udfff]")  # half a character, which UTF-8 cannot hold


def like_the_task(task: Task, files: Mapping[str, Any], file: Path) -> Dataset | None:
    """The examples of a file that has the fields of the task's own files, without gold answers.

    Args:
        task: The task.
        files: Its files by language and split, as a study describes them.
        file: The user's file.

    Returns:
        The kind's columns, labels null, tags and answers empty; ids are the file's own or numbers from 1. None for a
        file without such fields.

    Raises:
        DataError: If a later record is not like the first, or the file has named fields but not those of the task.
    """
    import datasets

    if task.kind not in _RIGHT:
        return None
    for part in _ways(task, files):
        first = _first(task, part, file)
        if first is not None:
            rows = []
            for where, values in _examples(task, part, chain([first[0]], first[1])):
                _check_values(task.kind, values, where)
                rows.append(values)
            _check(rows, file)
            if task.kind is Kind.RETRIEVAL:
                _check_search(rows, file)
            return datasets.Dataset(table(task.kind, rows))
    if task.kind is Kind.RETRIEVAL:
        hint = "Give JSON lines, or a table with a header: role (query or candidate), text, and id if you like."
        raise DataError(f"is no search as {task.name} has them.", field=str(file), hint=hint)
    _refuse_fields(task, files, file)
    return None


def _ways(task: Task, files: Mapping[str, Any]) -> Iterator[Part]:
    """Every way in which the task's files are read, then those of the kind; each once."""
    seen: list[tuple[object, ...]] = []
    for language, splits in by_language(files, f"tasks.{task.name}.files").items() if files else ():
        for split, entry in splits.items():
            for part in parts(entry, language, f"tasks.{task.name}.files.{language}.{split}"):
                columns, reader = dict(part.row_options.columns), dict(part.reader_options)
                way = (part.format.name, reader, columns, part.row_options.id, part.row_options.pattern)
                if way not in seen and not part.format.parallel:
                    seen.append(way)
                    yield part
    for entry in _PLAIN.get(task.kind, ()):
        yield from parts({"path": "FILE", **entry}, "", "FILE")


def _first(task: Task, part: Part, file: Path) -> tuple[Record, Iterator[Record]] | None:
    """The first record of a file and those behind it, if it has named fields that give an example; else None."""
    records = part.format.read([file], part.reader_options)
    try:
        first = next(records, None)
        if first is None or not isinstance(first.fields, dict):
            return None
        list(_examples(task, part, iter([first])))
    except (DataError, UnknownNameError):
        return None
    return first, records


def _examples(task: Task, part: Part, records: Iterator[Record]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Places and examples of records as the task's options read them, whatever they say of gold or of other records."""
    said = part.row_options
    unknown = {name: {"value": value} for name, value in _RIGHT[task.kind].items()}
    labels = {"0": 0} if task.kind is Kind.MULTIPLE_CHOICE else {}
    options = replace(said, columns={**said.columns, **unknown}, labels=labels, where={}, drop={})
    start = f"{task.name}-{_ID}-"
    for row in build(task, _ID, records, options, Tally()):
        values = {name: _UNKNOWN.get(name, value) for name, value in row.values.items()}
        number = values["id"].removeprefix(start)
        if number != values["id"] and number.isdecimal():
            values["id"] = str(int(number) + 1)
        yield row.where, values


def _check_values(kind: Kind, values: Mapping[str, Any], where: str) -> None:
    """Refuse what is no text, and a record with nothing to label."""
    for name in (name for name in COLUMNS[kind] if name not in _UNKNOWN):
        texts = values[name] if isinstance(values[name], list) else [values[name]]
        wrong = next((text for text in texts if not isinstance(text, str) or _LONE.search(text)), None)
        if wrong is not None or (name == _TEXTS.get(kind) and not any(text.strip() for text in texts)):
            raise DataError(f"has {values[name]!r} as {name!r}; expected text to label.", field=where, value=wrong)


def _check(rows: list[dict[str, Any]], file: Path) -> None:
    seen: set[str] = set()
    for row in rows:
        if row["id"] in seen:
            hint = "Give every record its own, or leave the field out: records are then numbered."
            raise DataError(f"The id {row['id']!r} occurs twice.", field=str(file), value=row["id"], hint=hint)
        seen.add(row["id"])


def _check_search(rows: list[dict[str, Any]], file: Path) -> None:
    """Refuse a search without one of its sides.

    Raises:
        DataError: If there is no query, no candidate, or something else.
    """
    roles = {row["role"] for row in rows}
    if roles != {"query", "candidate"}:
        said = f"has the roles {', '.join(sorted(map(repr, roles)))}; expected queries and candidates."
        raise DataError(said, field=str(file), allowed=("query", "candidate"))


def _refuse_fields(task: Task, files: Mapping[str, Any], file: Path) -> None:
    """Refuse a table or JSON lines without the task's fields: as plain lines they would be answered, and wrongly.

    Raises:
        DataError: Naming the fields that the task's files have.
    """
    if task.kind is not Kind.CLASSIFICATION:
        return
    number, line = next(((number, line) for number, line in text_lines(file) if line.strip()), (0, ""))
    a_table = file.name.removesuffix(".gz").lower().endswith(".csv")
    if not a_table and not line.lstrip().startswith(('{"', "[{")):
        return
    named = [str(part.row_options.columns.get("text", "text")) for part in _ways(task, files)]
    what = "is a table of comma-separated values" if a_table else "holds JSON objects"
    hint = "Name the field so, or give plain text: one input a line, in a file that is not called .csv."
    raise DataError(f"{what} without the fields of {task.name}.", field=f"{file}:{number}",
                    allowed=dict.fromkeys(named), hint=hint)  # fmt: skip
