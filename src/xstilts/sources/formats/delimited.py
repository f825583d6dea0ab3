"""Tables: comma- or tab-separated, quoted or not, with or without a header."""

from __future__ import annotations

import re
from collections import Counter
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Option, Record
from xstilts.sources.formats.opening import any_lines, text_lines
from xstilts.sources.formats.quoted import quoted_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from xstilts.sources.formats.base import Options

    Rows = Iterator[tuple[int, list[str]]]

_BLANK = "is a blank line; expected one record per line."
_DELIMITER_SAID = re.compile(r'"?sep=(.)"?')


def _read(paths: Sequence[Path], options: Options) -> Iterator[Record]:
    for path in paths:
        names, width = _shape(path, options)
        yield from _records(path, names, width, options)


def quoted(options: Options) -> bool:
    """Whether quotation marks enclose fields, rather than being text."""
    if options["quoting"] == "auto":
        return bool(options["delimiter"] != "\t")
    return bool(options["quoting"] == "csv")


def _rows(path: Path, options: Options) -> Rows:
    """Line numbers and fields; a blank line is fine at the very end only: elsewhere it would shift parallel sets."""
    delimiter, blank = options["delimiter"], None
    if quoted(options):
        lines = (line for line in any_lines(path) if not _says_delimiter(path, line.number, line.text, delimiter))
        rows = quoted_rows(path, lines, delimiter)
    else:
        rows = _plain_rows(path, delimiter)
    for number, row in rows:
        if not row:
            blank = blank or number
        elif blank is not None:
            raise DataError(_BLANK, field=f"{path}:{blank}")
        else:
            yield number, row


def _plain_rows(path: Path, delimiter: str) -> Rows:
    for number, line in text_lines(path):
        if not _says_delimiter(path, number, line, delimiter):
            yield number, line.split(delimiter) if line else []


def _says_delimiter(path: Path, number: int, line: str, delimiter: str) -> bool:
    """Whether this is the first line ``sep=,`` by which Excel is told the delimiter.

    Raises:
        DataError: If it names another one.
    """
    said = _DELIMITER_SAID.fullmatch(line) if number == 1 else None
    if said is not None and said[1] != delimiter:
        message = f"says that {said[1]!r} stands between columns, but delimiter is {delimiter!r}."
        raise DataError(message, field=f"{path}:1", value=said[1], hint=f"Set delimiter: {said[1]!r}.")
    return said is not None


def _shape(path: Path, options: Options) -> tuple[list[str], int]:
    """The names of the columns, none without a header; and how many there are, 0 in an empty file.

    Where broken rows are dropped, and no header says how many columns there are, most of the rows do.
    """
    rows = _rows(path, options)
    if not options["header"] and options["broken_rows"] == "drop":
        widths = Counter(len(row) for _, row in rows)
        return [], widths.most_common(1)[0][0] if widths else 0
    for number, row in rows:
        return (_header(row, f"{path}:{number}") if options["header"] else []), len(row)
    return [], 0


def _header(names: list[str], where: str) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        hint = "Rename one of them, or set header: false and use positions."
        raise DataError(f"names several columns {twice[0]!r}; expected each name once.", field=where, hint=hint)
    return names


def _records(path: Path, names: list[str], width: int, options: Options) -> Iterator[Record]:
    rows = _rows(path, options)
    if names:
        next(rows)
    kept = dropped = 0
    for number, row in rows:
        where = f"{path}:{number}"
        if len(row) == width and not (names == row and width > 1):
            kept += 1
            yield Record(where, dict(zip(names, row, strict=True)) if names else row)
        elif options["broken_rows"] == "drop":
            dropped += 1
            yield Record(where, row, "broken row" if len(row) != width else "the header again")
        else:
            raise _broken(where, row, width)
    if dropped > kept:
        message = f"has {dropped} rows that are not of {width} columns, and {kept} that are; expected most to be whole."
        raise DataError(message, field=str(path), hint="Look at delimiter, quoting and header.")


def _broken(where: str, row: list[str], width: int) -> DataError:
    if len(row) == width:
        hint = "Were files joined? Take the line out, or set broken_rows: drop to leave it out and count it."
        return DataError("is the header again; expected a record.", field=where, hint=hint)
    message = f"has {len(row)} columns; expected {width}, as in the first row."
    hint = "Mend the row, or set broken_rows: drop to leave such rows out and count them."
    return DataError(message, field=where, hint=hint)


FORMATS.register(
    "delimited",
    Format(
        "delimited",
        "a table with a delimiter (tab unless said). Fields: the header's names, or 0, 1, … without a header",
        _read,
        MappingProxyType(
            {
                "delimiter": Option(
                    "\t", "the character between columns", fits=lambda value: len(value) == 1 and value not in '\r\n"',
                    expected="one character other than a quotation mark or line end",
                ),
                "header": Option(True, "whether the first row names the columns"),
                "quoting": Option(
                    "auto", "csv: fields may be quoted; none: quotation marks are text; auto: none for tabs",
                    ("auto", "csv", "none"),
                ),
                "broken_rows": Option("error", "what to do with a row of another length", ("error", "drop")),
            }
        ),
    ),
)  # fmt: skip
