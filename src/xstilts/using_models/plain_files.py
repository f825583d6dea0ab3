"""A user's own unlabelled file as examples of a kind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, InputError, nearest
from xstilts.languages.blanks import is_blank, spaced_words
from xstilts.sources.formats import FORMATS
from xstilts.sources.formats.opening import text_lines
from xstilts.sources.records.options import ID_NAMES
from xstilts.tasks.base import COLUMNS, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from datasets import Dataset

_UNLABELLED: Mapping[str, Any] = {"label": None, "tags": [], "answer_texts": [], "answer_starts": []}


def read_unlabelled(kind: str, file: Path) -> Dataset:
    """Examples without gold answers.

    Args:
        kind: Decides how the file is read. Classification: ``text`` or ``text<TAB>text_pair`` a line; tagging: words
            separated by spaces or tabs, a sentence a line, or JSON lines with ``tokens``; multiple choice: JSON lines
            with ``context``, ``question``, ``choices``; span_qa: SQuAD JSON, or JSON lines with ``context`` and
            ``question``; visual classification: JSON lines with ``text`` and ``images``.
        file: The file, plain or gzip. Ids are line numbers where the file has none.

    Returns:
        The kind's columns; labels are null, tags and answers are empty.

    Raises:
        DataError: If the file cannot be read so; names file and line.
        InputError: If the kind has no answers to give.
    """
    import datasets
    import pyarrow as pa

    if kind not in _READERS:
        raise InputError(f"A {kind} task has no answers to give.", value=kind, allowed=_READERS)
    rows = [{**_UNLABELLED, **row} for row in _READERS[kind](file)]
    if not rows:
        raise DataError("The file holds no example.", field=str(file))
    check_ids(rows, file)
    columns = COLUMNS[Kind(kind)]
    schema = pa.schema([(name, _arrow_type(type_name)) for name, type_name in columns.items()])
    try:
        table = pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows], schema)
    except UnicodeEncodeError as error:  # a lone surrogate, which JSON can escape
        raise DataError("holds half a character, which UTF-8 cannot hold.", field=str(file)) from error
    return datasets.Dataset(table)


def _arrow_type(name: str) -> Any:  # noqa: ANN401 - an Arrow type, imported lazily
    import pyarrow as pa

    if name.startswith("list<"):
        return pa.list_(_arrow_type(name[len("list<") : -1]))
    return pa.type_for_alias(name)


def check_ids(rows: list[dict[str, Any]], file: Path) -> None:
    """Refuse a file in which two records have one id.

    Raises:
        DataError: Naming the id.
    """
    seen: set[str] = set()
    for row in rows:
        if row["id"] in seen:
            hint = "Give every record its own, or leave the field out: records are then numbered."
            raise DataError(f"The id {row['id']!r} occurs twice.", field=str(file), value=row["id"], hint=hint)
        seen.add(row["id"])


def _texts(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in text_lines(file):
        fields = line.split("\t")
        if is_blank(line) or len(fields) > 2:
            found = "is empty" if is_blank(line) else f"has {len(fields)} fields"
            raise DataError(f"The line {found}; expected a text, or two texts with a tab.", field=f"{file}:{number}")
        yield {"id": str(number), "text": fields[0], "text_pair": fields[1] if len(fields) == 2 else ""}


def _sentences(file: Path) -> Iterator[dict[str, Any]]:
    if looks_like_json(_first_line(file)):
        yield from _json_lines(file, {"tokens": list})
        return
    for number, line in text_lines(file):
        if is_blank(line):
            hint = 'Words that hold spaces are given as JSON lines: {"tokens": ["New York", "sleeps"]}.'
            message = "The line is empty; expected words separated by spaces."
            raise DataError(message, field=f"{file}:{number}", hint=hint)
        yield {"id": str(number), "tokens": spaced_words(line)}


def looks_like_json(line: str) -> bool:
    """Whether the first line of a file begins JSON objects, or a list of objects or texts, and is no plain text."""
    text = line.strip()
    if text in ("[", "{") or text.startswith(('{"', "[{")):
        return True
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return False
    first = found[0] if isinstance(found, list) and found else found
    return isinstance(first, dict) or (isinstance(first, str) and text.startswith('["'))


def _choices(file: Path) -> Iterator[dict[str, Any]]:
    yield from _json_lines(file, {"context": str, "question": str, "choices": list})


def _about_images(file: Path) -> Iterator[dict[str, Any]]:
    for row in _json_lines(file, {"text": str, "images": list}):
        if "" in row["images"]:
            raise DataError(f"Record {row['id']} has an image without a name.", field=str(file), value=row["id"])
        yield {"text_pair": "", "caption": "", **row}


def _questions(file: Path) -> Iterator[dict[str, Any]]:
    if _is_squad(file):
        for number, record in enumerate(FORMATS.get("squad_json").read([file], {}), start=1):
            fields = dict(record.fields)
            identity = fields.get("id")
            named = str(number if identity in (None, "") else identity)
            yield {"id": named, "context": fields["context"], "question": fields["question"]}
    else:
        yield from _json_lines(file, {"context": str, "question": str})


def _is_squad(file: Path) -> bool:
    """Whether a file is one document; JSON lines are told by a first line that is a question with its context."""
    try:
        found = json.loads(_first_line(file))
    except (ValueError, RecursionError):  # the document goes on, or it is no JSON, which its reader says
        return True
    first = found[0] if isinstance(found, list) and found else found
    return isinstance(first, dict) and bool({"data", "paragraphs", "qas"} & set(first))


def _first_line(file: Path) -> str:
    return next((line for _, line in text_lines(file) if line.strip()), "")


def _json_lines(file: Path, wanted: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    for number, record in enumerate(FORMATS.get("jsonl").read([file], {}), start=1):
        fields = dict(record.fields)
        for name, kind in wanted.items():
            if not isinstance(fields.get(name), kind):
                words = "a text" if kind is str else "a list of texts"
                hint = None if name in fields else nearest(name, [str(field) for field in fields])
                message = f"The object needs {words} under {name!r}."
                raise DataError(message, field=record.where, allowed=wanted, hint=hint)
            if kind is list and not _are_texts(fields[name], empty=name != "tokens"):
                raise DataError(f"has {fields[name]!r} as {name!r}; all of these must be texts.", field=record.where)
        named = next((name for name in ID_NAMES if fields.get(name) not in (None, "")), None)
        identity = number if named is None else fields[named]
        yield {"id": str(identity), **{name: fields[name] for name in wanted}}


def _are_texts(items: list[Any], *, empty: bool) -> bool:
    return bool(items) and all(isinstance(item, str) and (empty or item) for item in items)


_READERS: Mapping[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    Kind.CLASSIFICATION: _texts,
    Kind.TAGGING: _sentences,
    Kind.MULTIPLE_CHOICE: _choices,
    Kind.SPAN_QA: _questions,
    Kind.VISUAL_CLASSIFICATION: _about_images,
}
