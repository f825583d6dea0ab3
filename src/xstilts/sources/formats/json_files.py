"""JSON Lines (or one JSON list), and the SQuAD document."""

from __future__ import annotations

import json
import re
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.languages.blanks import is_blank
from xstilts.sources.formats.base import FORMATS, Format, Record
from xstilts.sources.formats.opening import first_sign, text_lines, whole_text
from xstilts.sources.records.options import ID_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options


def _read_jsonl(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    del options
    for path in paths:
        yield from _list_records(path) if first_sign(path) == b"[" else _line_records(path)


def _line_records(path: Path) -> Iterator[Record]:
    for number, line in text_lines(path):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        yield Record(where, _object(parsed(line, str(path), number, _OBJECT), where))


_OBJECT = "expected one JSON object per line."
_SQUAD = "the SQuAD layout"
_NAMES: Mapping[type, str] = MappingProxyType(
    {dict: "an object", list: "a list", str: "text", int: "a whole number", float: "a number", bool: "true or false",
     type(None): "null"}
)  # fmt: skip
"""What people call the types of JSON."""


def parsed(text: str, file: str, first_line: int, expected: str) -> Any:  # noqa: ANN401
    """JSON as its standard has it: without NaN and infinities, and with each key once.

    Args:
        text: The document.
        file: Its file, for messages.
        first_line: The number of its first line there.
        expected: What the message says was expected.

    Raises:
        DataError: If it is not; names file and line.
    """
    reading = _Reading()
    try:
        return json.loads(text, object_pairs_hook=reading.object, parse_constant=reading.constant)
    except json.JSONDecodeError as error:
        hint = "A file with an object a line is read by the format jsonl." if error.msg == "Extra data" else None
        where, what = f"{file}:{first_line + error.lineno - 1}", f"{error.msg}, column {error.colno}"
        raise DataError(f"is not JSON ({what}); {expected}", field=where, hint=hint) from error
    except RecursionError as error:
        raise DataError(f"is nested too deeply; {expected}", field=f"{file}:{first_line}") from error
    except _NotAllowedError as error:
        line = first_line + text.count("\n", 0, reading.place(text, error.sign))
        raise DataError(f"{error}; {expected}", field=f"{file}:{line}") from error
    except ValueError as error:  # Python refuses to read numbers of thousands of digits
        raise DataError(f"holds a number that is too long; {expected}", field=f"{file}:{first_line}") from error


class _NotAllowedError(Exception):
    """Something that Python's reader would let through; ``sign`` is the mark at which it was seen."""

    def __init__(self, message: str, sign: str) -> None:
        super().__init__(message)
        self.sign = sign


class _Reading:
    """Looks at each object and constant of one document, and counts the objects so that the wrong one can be found."""

    def __init__(self) -> None:
        self.objects = 0

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.objects += 1
        found = dict(pairs)
        if len(found) < len(pairs):
            names = [name for name, _ in pairs]
            twice = next(name for name in names if names.count(name) > 1)
            raise _NotAllowedError(f"has the key {twice!r} twice in one object", "}")
        return found

    def constant(self, name: str) -> None:
        raise _NotAllowedError(f"holds {name}, which is no JSON", name)

    def place(self, text: str, sign: str) -> int:
        """Where the last object seen ends, or the first constant is; what is in strings does not count."""
        marks = (match.start() for match in re.finditer(rf'"(?:[^"\\]|\\.)*"|{sign}', text) if match[0] == sign)
        return next(islice(marks, self.objects - 1 if sign == "}" else 0, None), 0)


def _list_records(path: Path) -> Iterator[Record]:
    found = document(path)
    if not isinstance(found, list):
        raise DataError("holds more than a JSON list; expected a list of objects.", field=str(path))
    for index, item in enumerate(found):
        where = f"{path}:[{index}]"
        yield Record(where, _object(item, where))


def _object(item: object, where: str) -> Mapping[str, Any]:
    if not isinstance(item, dict):
        raise DataError(f"is {_name(item)}; {_OBJECT}", field=where)
    return item


def document(path: Path) -> Any:  # noqa: ANN401
    """A file that is one JSON document.

    Raises:
        DataError: As :func:`parsed`.
    """
    return parsed(whole_text(path), str(path), 1, "expected one JSON document.")


def _read_squad(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    del options
    for path in paths:
        for i, article in objects(squad_document(path), "data", str(path), ""):
            for j, paragraph in objects(article, "paragraphs", str(path), i):
                context = member(paragraph, "context", str, f"{path}:{j}")
                for k, question in objects(paragraph, "qas", str(path), j):
                    yield _question(article, context, question, f"{path}:{k}")


def squad_document(path: Path) -> Any:  # noqa: ANN401
    """A SQuAD document as an object with ``data``; also a bare list of articles or paragraphs, and one article alone.

    Raises:
        DataError: As :func:`parsed`, and for a list of something else.
    """
    found = document(path)
    if isinstance(found, dict):
        return {"data": [found]} if "data" not in found and "paragraphs" in found else found
    first = found[0] if isinstance(found, list) and found else None
    if isinstance(first, dict) and "paragraphs" in first:
        return {"data": found}
    if isinstance(first, dict) and "qas" in first:
        return {"data": [{"paragraphs": found}]}
    if isinstance(first, dict):
        hint = "A list of questions, each with its context, is read by the format jsonl."
        message = f"is a list of objects without 'paragraphs' or 'qas'; expected {_SQUAD}."
        raise DataError(message, field=f"{path}:[0]", allowed=list(first), hint=hint)
    return found


def _question(article: Mapping[str, Any], context: str, question: Mapping[str, Any], where: str) -> Record:
    named = next((name for name in ID_NAMES if name in question), None)
    return Record(
        where,
        {
            **({} if named is None else {"id": _as_text(question[named])}),
            "title": str(article.get("title", "")),
            "context": context,
            "question": member(question, "question", str, where),
            **_answers(question, where),
            "is_impossible": _is_impossible(question, where),
        },
    )


def _as_text(identity: object) -> object:
    return str(identity) if isinstance(identity, int) and not isinstance(identity, bool) else identity


def _answers(question: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Texts and offsets; nothing where there is no list of answers, which the options of the rows decide on."""
    if question.get("answers") is None:
        return {}
    answers = member(question, "answers", list, where)
    texts = [None if _is_null(answer, "text") else member(answer, "text", str, where) for answer in answers]
    starts = [
        -1
        if is_blank(text or "") and answer.get("answer_start") is None
        else member(answer, "answer_start", int, where)
        for text, answer in zip(texts, answers, strict=True)
    ]
    return {"answer_texts": texts, "answer_starts": starts}


def _is_null(answer: object, key: str) -> bool:
    return isinstance(answer, dict) and key in answer and answer[key] is None


def _is_impossible(question: Mapping[str, Any], where: str) -> bool:
    value = question.get("is_impossible", False)
    if not isinstance(value, bool):
        raise DataError(f"has {value!r} as 'is_impossible'; expected true or false.", field=where, value=value)
    return value


def objects(
    parent: object, key: str, file: str, at: str, layout: str = _SQUAD
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The objects of a list inside a document, each with its place.

    Args:
        parent: The object that has the list.
        key: Its name there.
        file: The file, for messages.
        at: The place of ``parent``; empty for the document itself.
        layout: What messages say was expected.

    Raises:
        DataError: If there is no such list, or it holds something else.
    """
    place = f"{at}.{key}" if at else key
    for index, item in enumerate(member(parent, key, list, f"{file}:{at or 'document'}", layout)):
        if not isinstance(item, dict):
            raise DataError(f"is {_name(item)}; expected a JSON object.", field=f"{file}:{place}[{index}]")
        yield f"{place}[{index}]", item


def member(parent: object, key: str, wanted: type | tuple[type, ...], where: str, layout: str = _SQUAD) -> Any:  # noqa: ANN401
    """A member of an object; ``layout`` is what messages say was expected.

    Raises:
        DataError: If it has none of that name and type.
    """
    if not isinstance(parent, dict):
        raise DataError(f"is {_name(parent)}; expected an object with the key {key!r}.", field=where)
    if key not in parent:
        raise DataError(f"has no key {key!r}; expected {layout}.", field=where, allowed=sorted(parent))
    if not isinstance(parent[key], wanted) or isinstance(parent[key], bool):
        names = " or ".join(_NAMES[kind] for kind in (wanted if isinstance(wanted, tuple) else (wanted,)))
        raise DataError(f"has {_name(parent[key])} as {key!r}; expected {names}.", field=where)
    return parent[key]


def _name(item: object) -> str:
    return _NAMES[type(item)]


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
        "SQuAD v1 or v2, or a bare list of its articles or paragraphs. Fields: id, title, context, question, "
        "answer_texts, answer_starts, is_impossible",
        _read_squad,
        marker=b'"question"',
    ),
)
