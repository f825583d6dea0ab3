"""JSON Lines (or one JSON list), and the SQuAD document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.opening import text_lines, whole_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


def _read_jsonl(paths: Sequence[Path], options: Mapping[str, Any]) -> Iterator[Record]:
    del options
    for path in paths:
        first = next((line.lstrip() for _, line in text_lines(path) if line.strip()), "")
        yield from _list_records(path) if first.startswith("[") else _line_records(path)


def _line_records(path: Path) -> Iterator[Record]:
    for number, line in text_lines(path):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            item = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"is not JSON ({error.msg}, column {error.colno}); {_OBJECT}", field=where) from error
        yield Record(where, _object(item, where))


_OBJECT = "expected one JSON object per line."


def _list_records(path: Path) -> Iterator[Record]:
    document = _document(path)
    if not isinstance(document, list):
        raise DataError("holds more than a JSON list; expected a list of objects.", field=str(path))
    for index, item in enumerate(document):
        where = f"{path}:[{index}]"
        yield Record(where, _object(item, where))


def _object(item: object, where: str) -> Mapping[str, Any]:
    if not isinstance(item, dict):
        raise DataError(f"is {_name(item)}; {_OBJECT}", field=where)
    return item


def _document(path: Path) -> Any:  # noqa: ANN401
    try:
        return json.loads(whole_text(path))
    except json.JSONDecodeError as error:
        message = f"is not JSON ({error.msg}, column {error.colno}); expected one JSON document."
        raise DataError(message, field=f"{path}:{error.lineno}") from error


def _read_squad(paths: Sequence[Path], options: Mapping[str, Any]) -> Iterator[Record]:
    del options
    for path in paths:
        document = _document(path)
        for i, article in _items(document, "data", str(path), ""):
            for j, paragraph in _items(article, "paragraphs", str(path), i):
                context = _get(paragraph, "context", str, f"{path}:{j}")
                for k, question in _items(paragraph, "qas", str(path), j):
                    yield _question(article, context, question, f"{path}:{k}")


def _question(article: Mapping[str, Any], context: str, question: Mapping[str, Any], where: str) -> Record:
    answers = _get(question, "answers", list, where)
    return Record(
        where,
        {
            "id": str(_get(question, "id", (str, int), where)),
            "title": str(article.get("title", "")),
            "context": context,
            "question": _get(question, "question", str, where),
            "answer_texts": [_get(answer, "text", str, where) for answer in answers],
            "answer_starts": [_get(answer, "answer_start", int, where) for answer in answers],
            "is_impossible": bool(question.get("is_impossible", False)),
        },
    )


def _items(parent: object, key: str, file: str, at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    place = f"{at}.{key}" if at else key
    for index, item in enumerate(_get(parent, key, list, f"{file}:{at or 'document'}")):
        if not isinstance(item, dict):
            raise DataError(f"is {_name(item)}; expected a JSON object.", field=f"{file}:{place}[{index}]")
        yield f"{place}[{index}]", item


def _get(parent: object, key: str, wanted: type | tuple[type, ...], where: str) -> Any:  # noqa: ANN401
    if not isinstance(parent, dict):
        raise DataError(f"is {_name(parent)}; expected an object with the key {key!r}.", field=where)
    if key not in parent:
        raise DataError(f"has no key {key!r}; expected the SQuAD layout.", field=where, allowed=sorted(parent))
    if not isinstance(parent[key], wanted) or isinstance(parent[key], bool):
        names = " or ".join(kind.__name__ for kind in (wanted if isinstance(wanted, tuple) else (wanted,)))
        raise DataError(f"has {_name(parent[key])} as {key!r}; expected {names}.", field=where)
    return parent[key]


def _name(item: object) -> str:
    return "null" if item is None else f"of type {type(item).__name__}"


FORMATS.register(
    "jsonl",
    Format(
        "jsonl", "one JSON object per line, or one JSON list. Fields: as in the objects, dotted inside", _read_jsonl
    ),
)
FORMATS.register(
    "squad_json",
    Format(
        "squad_json",
        "SQuAD v1 or v2. Fields: id, title, context, question, answer_texts, answer_starts, is_impossible",
        _read_squad,
        marker=b'"question"',
    ),
)
