"""A user's own file that looks like the files of its task, but for what is right: the task's options read it.

Told by its fields: a header, or the keys of JSON objects, that name every text of the task (or the kind's own columns).
What has none is a plain file, one input a line (``plain_files``).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, UnknownNameError
from xstilts.languages.blanks import is_blank
from xstilts.sources.arrow import table
from xstilts.sources.data_map import FilePart, by_language, parts
from xstilts.sources.formats.opening import text_lines
from xstilts.sources.records.rows import ReadCounts, build
from xstilts.tasks.base import COLUMNS, Kind
from xstilts.using_models.plain_files import check_ids, looks_like_json

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
    Kind.TAGGING: (*_NAMED[:1], {"format": "conllu"}),
    Kind.MULTIPLE_CHOICE: _NAMED[:1],
    Kind.SPAN_QA: _NAMED[:1],
}
"""How files with the kind's own column names may look, where ``inputs`` does not read them itself."""
_TEXTS: Mapping[Kind, str] = {Kind.CLASSIFICATION: "text", Kind.TAGGING: "tokens", Kind.RETRIEVAL: "text"}
_ID = "file"
_WORD = re.compile(r"[0-9]+([-.][0-9]+)?(\t[^\t]*){9}$")  # a line of CoNLL-U
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
            check_ids(rows, file)
            if task.kind is Kind.RETRIEVAL:
                _check_search(rows, file)
            return datasets.Dataset(table(task.kind, rows))
    if task.kind is Kind.RETRIEVAL:
        hint = "Give JSON lines, or a table with a header: role (query or candidate), text, and id if you like."
        raise DataError(f"is no search as {task.name} has them.", field=str(file), hint=hint)
    _refuse_fields(task, files, file)
    return None


def _ways(task: Task, files: Mapping[str, Any]) -> Iterator[FilePart]:
    """Each way in which the task's files are read, the same fields in other formats, then the kind's own; all once."""
    seen: list[tuple[object, ...]] = []
    for part in chain(_own(task, files), _elsewhere(task, files), _usual(task)):
        columns, reader = dict(part.row_options.columns), dict(part.reader_options)
        way = (part.format.name, reader, columns, part.row_options.id, part.row_options.pattern)
        if way not in seen and not part.format.parallel:
            seen.append(way)
            yield part


def _own(task: Task, files: Mapping[str, Any]) -> Iterator[FilePart]:
    for language, splits in by_language(files, f"tasks.{task.name}.files").items() if files else ():
        for split, entry in splits.items():
            yield from parts(entry, language, f"tasks.{task.name}.files.{language}.{split}")


def _elsewhere(task: Task, files: Mapping[str, Any]) -> Iterator[FilePart]:
    """The task's fields, where it names them, in a table or JSON lines: its files may be of another format."""
    for part in _own(task, files):
        names = {name: part.row_options.columns[name] for name in part.row_options.columns if name not in _UNKNOWN}
        if names and part.row_options.pattern is None and all(map(_is_named, names.values())):
            for entry in _NAMED:
                (other,) = parts({"path": "FILE", **entry}, "", "FILE")
                yield replace(other, row_options=replace(part.row_options, columns=names))


def _is_named(locator: object) -> bool:
    return all(map(_is_named, locator)) if isinstance(locator, list | tuple) else isinstance(locator, str)


def _usual(task: Task) -> Iterator[FilePart]:
    for entry in _PLAIN.get(task.kind, ()):
        yield from parts({"path": "FILE", **entry}, "", "FILE")


def _first(task: Task, part: FilePart, file: Path) -> tuple[Record, Iterator[Record]] | None:
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


def _examples(task: Task, part: FilePart, records: Iterator[Record]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Places and examples of records as the task's options read them, whatever they say of gold or of other records."""
    said = part.row_options
    unknown = {name: {"value": value} for name, value in _RIGHT[task.kind].items()}
    labels = {"0": 0} if task.kind is Kind.MULTIPLE_CHOICE else {}
    options = replace(
        said, columns={**said.columns, **unknown}, labels=labels, where={}, drop={}, empty_answer="error",
        empty_choice="keep",
    )  # fmt: skip
    start = f"{task.name}-{_ID}-"
    for row in build(task, _ID, map(_answered, records), options, ReadCounts()):
        values = {name: _UNKNOWN.get(name, value) for name, value in row.values.items()}
        number = values["id"].removeprefix(start)
        if number != values["id"] and number.isdecimal():
            values["id"] = str(int(number) + 1)
        yield row.where, values


def _answered(record: Record) -> Record:
    """A record that training would leave out (words withheld, too short), which is answered all the same.

    Raises:
        DataError: If it is a broken one.
    """
    if record.rejected and isinstance(record.fields, list):
        raise DataError(f"is a record to leave out ({record.rejected}); each is to be answered.", field=record.where)
    return replace(record, rejected=None) if record.fields else record


def _check_values(kind: Kind, values: Mapping[str, Any], where: str) -> None:
    """Refuse what is no text, and a record with nothing to label."""
    for name in (name for name in COLUMNS[kind] if name not in _UNKNOWN):
        texts = values[name] if isinstance(values[name], list) else [values[name]]
        if not all(map(_is_text, texts)) or (name == _TEXTS.get(kind) and _says_nothing(texts)):
            raise DataError(f"has {values[name]!r} as {name!r}; expected text to label.", field=where)


def _is_text(value: object) -> bool:
    return isinstance(value, str) and _LONE.search(value) is None


def _says_nothing(texts: list[str]) -> bool:
    return "" in texts or all(map(is_blank, texts))


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
    """Refuse what is no plain file and lacks the task's fields: as lines of text it would be answered, and wrongly.

    Raises:
        DataError: Saying why a table with the task's fields, or CoNLL-U, cannot be read; or naming the fields that the
            task's files have.
    """
    number, line = next(((number, line) for number, line in text_lines(file) if line.strip()), (0, ""))
    for part in _ways(task, files):
        if _is_meant(task.kind, part, line):
            list(_examples(task, part, part.format.read([file], part.reader_options)))
            raise DataError("has a header, and no record.", field=f"{file}:{number}")
    if task.kind is not Kind.CLASSIFICATION:
        return
    a_table = file.name.removesuffix(".gz").lower().endswith(".csv")
    if not a_table and not looks_like_json(line):
        return
    named = [str(part.row_options.columns.get("text", "text")) for part in _ways(task, files)]
    what = "is a table of comma-separated values" if a_table else "holds JSON objects"
    hint = "Name the field so, or give plain text: one input a line, in a file that is not called .csv."
    raise DataError(f"{what} without the fields of {task.name}.", field=f"{file}:{number}",
                    allowed=dict.fromkeys(named), hint=hint)  # fmt: skip


def _is_meant(kind: Kind, part: FilePart, line: str) -> bool:
    """Whether a first line can only be of this part: it is CoNLL-U's, or a header, if not to the letter, or JSON."""
    if part.format.name == "jsonl":  # a question's file may also be SQuAD, which is read elsewhere
        return kind is not Kind.SPAN_QA and "columns" in part.said and looks_like_json(line)
    if part.format.name == "conllu":
        return _WORD.match(line) is not None or line.startswith("# sent_id =")
    if part.format.name != "delimited" or not part.reader_options["header"]:
        return False
    columns = [name for key, name in part.row_options.columns.items() if key not in _UNKNOWN]
    wanted = {_plainly(name) for name in columns if isinstance(name, str)}
    cells = [cell.strip('"') for cell in line.split(part.reader_options["delimiter"])]
    return bool(wanted) and len(wanted) == len(columns) and wanted <= set(map(_plainly, cells))


def _plainly(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
