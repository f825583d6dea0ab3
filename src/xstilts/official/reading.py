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
    from collections.abc import Callable, Sequence
    from pathlib import Path

BOM = "\ufeff"
_SHOWN = 60


class Read(NamedTuple):
    """What two files say, example by example, in the form that the kind's metrics take.

    Attributes:
        gold: What is right.
        predictions: What was said.
        answers: The possible answers; empty where the files do not tell.
        n: Examples that the score is about.
        metrics: What the official script prints, then the additions that these files allow.
        notes: What a person should know of these files, though the official script scores them; each names its file.
    """

    gold: Sequence[Any]
    predictions: Sequence[Any]
    answers: Sequence[Any]
    n: int
    metrics: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Lines(NamedTuple):
    """The lines of a file without white space at both ends; empty ones are lines like others.

    Attributes:
        file: The file.
        texts: The lines.
        notes: What their ends and their beginning say.
    """

    file: Path
    texts: list[str]
    notes: tuple[str, ...] = ()

    @property
    def spoken(self) -> list[tuple[int, str]]:
        """Number and text of the lines that are not empty, without a byte-order mark."""
        bare = ((number, text.removeprefix(BOM)) for number, text in enumerate(self.texts, start=1))
        return [(number, text) for number, text in bare if text]


def lines_of(file: Path) -> Lines:
    """The stripped lines of a file, with notes on a byte-order mark and on carriage returns within lines.

    Raises:
        DataError: If the file cannot be read or is not UTF-8; names file and line.
    """
    text = text_of(file)
    notes = []
    if text.startswith(BOM):
        notes.append(f"{file}: begins with a byte-order mark, which counts as part of the first line.")
    if lone := text.replace("\r\n", "").count("\r"):
        notes.append(f"{file}: {lone} lone carriage returns end a line each, as in the official script.")
    return Lines(file, [line.strip() for line in _divided(text)], tuple(notes))


def raw_lines(file: Path) -> list[str]:
    """The lines of a file without their ends.

    Raises:
        DataError: As :func:`lines_of`.
    """
    return _divided(text_of(file))


def _divided(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


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


def repeated_keys(file: Path) -> int:
    """How many keys of a JSON document's objects are said again, in which case the last one counts.

    Raises:
        DataError: As :func:`document`.
    """
    repeated = 0

    def counted(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        found = dict(pairs)
        repeated += len(pairs) - len(found)
        return found

    parsed(text_of(file), str(file), pairs=counted)
    return repeated


def parsed(text: str, file: str, first: int = 1, pairs: Callable[[list[tuple[str, Any]]], Any] | None = None) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The JSON value of a text that begins in line ``first`` of ``file``.

    Args:
        text: The text.
        file: Its file, for errors.
        first: The line in which it begins.
        pairs: Makes an object of its keys and values; None for a mapping.

    Raises:
        DataError: If the text is no JSON.
    """
    try:
        return json.loads(text, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        line = first + error.lineno - 1
        raise DataError(f"This is not JSON ({error.msg}).", field=f"{file}:{line}") from error
    except (ValueError, RecursionError) as error:  # a number too long, or brackets too deep, for Python
        raise DataError(f"The JSON cannot be read ({error}).", field=f"{file}:{first}") from error


def same_number(gold: int, predictions: int, file: Path, what: str, hint: str | None = None) -> None:
    """Refuse files of different lengths; ``hint`` may say why they are.

    Raises:
        DataError: If the numbers differ.
    """
    if gold != predictions:
        raise DataError(f"The file has {predictions} {what}, the gold file has {gold}.", field=str(file), hint=hint)


def shown(text: object) -> str:
    """A value of a file as a message can show it: quoted, without control characters, at most 60 characters."""
    said = repr(text)
    return said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…"
