r"""How the benchmarks' scripts read a file: Python's text mode, ``str.strip`` and ``json.load``.

So ``\n``, ``\r\n`` and a lone ``\r`` end a line, U+2028 and U+0085 do not, a byte-order mark is part of the first
line and no JSON, and JSON may hold NaN. Source: google-research/xtreme:evaluate.py, ``read_label``, ``read_squad``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import DataError
from xstilts.sources.formats.opening import decode, open_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Read(NamedTuple):
    """What two files say, example by example, in the form that the kind's metrics take.

    Attributes:
        gold: What is right.
        predictions: What was said.
        answers: The possible answers; empty where the files do not tell.
        n: Examples that the score is about.
        metrics: What the official script prints, then the additions that these files allow.
        note: What makes the predictions look like the wrong file, though the official script scores them; or "".
    """

    gold: Sequence[Any]
    predictions: Sequence[Any]
    answers: Sequence[Any]
    n: int
    metrics: tuple[str, ...]
    note: str = ""


def raw_lines(file: Path) -> list[str]:
    """The lines of a file without their ends.

    Raises:
        DataError: If the file cannot be read or is not UTF-8; names file and line.
    """
    lines = text_of(file).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def stripped_lines(file: Path) -> list[str]:
    """The lines of a file without white space at both ends; empty ones are lines like others.

    Raises:
        DataError: As :func:`raw_lines`.
    """
    return [line.strip() for line in raw_lines(file)]


def text_of(file: Path) -> str:
    """The whole file as text, with a byte-order mark if it has one.

    Raises:
        DataError: As :func:`raw_lines`.
    """
    with open_bytes(file) as stream:
        raw = stream.read()
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        number = raw.count(b"\n", 0, error.start) + 1
        return decode(raw, f"{file}:{number}")


def document(file: Path) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The value under ``data`` of a JSON document, or the document itself where it has none.

    Raises:
        DataError: If the file is no JSON document; names file and line.
    """
    value = whole(file)
    return value["data"] if isinstance(value, dict) and "data" in value else value


def whole(file: Path) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """A JSON document as it is, for scripts to which ``data`` is a key like others.

    Raises:
        DataError: As :func:`document`.
    """
    return parsed(text_of(file), str(file))


def parsed(text: str, file: str, first: int = 1) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The JSON value of a text that begins in line ``first`` of ``file``.

    Raises:
        DataError: If the text is no JSON.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line = first + error.lineno - 1
        raise DataError(f"This is not JSON ({error.msg}).", field=f"{file}:{line}") from error
    except (ValueError, RecursionError) as error:  # a number too long, or brackets too deep, for Python
        raise DataError(f"The JSON cannot be read ({error}).", field=f"{file}:{first}") from error


def same_number(gold: int, predictions: int, file: Path, what: str) -> None:
    """Refuse files of different lengths.

    Raises:
        DataError: If the numbers differ.
    """
    if gold != predictions:
        raise DataError(f"The file has {predictions} {what}, the gold file has {gold}.", field=str(file))
