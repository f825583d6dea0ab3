"""Tables: comma- or tab-separated, quoted or not, with or without a header."""

from __future__ import annotations

import csv
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.sources.formats.base import FORMATS, Format, Option, Record
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path


_BLANK = "is a blank line; expected one record per line."


def _read(paths: Sequence[Path], options: Mapping[str, Any]) -> Iterator[Record]:
    for path in paths:
        rows = _quoted_rows(path, options["delimiter"]) if _quoted(options) else _plain_rows(path, options["delimiter"])
        yield from _records(path, rows, options)


def _quoted(options: Mapping[str, Any]) -> bool:
    if options["quoting"] == "auto":
        return bool(options["delimiter"] != "\t")
    return bool(options["quoting"] == "csv")


def _plain_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    blank = None
    for number, line in text_lines(path):
        if not line:
            blank = blank or number  # fine at the very end only: elsewhere it would shift parallel sets
        elif blank is not None:
            raise DataError(_BLANK, field=f"{path}:{blank}")
        else:
            yield number, line.split(delimiter)


def _quoted_rows(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader((f"{line}\n" for _, line in text_lines(path)), delimiter=delimiter, strict=True)
    number, blank = 1, None
    try:
        for row in reader:
            if not row:
                blank = blank or number
            elif blank is not None:
                raise DataError(_BLANK, field=f"{path}:{blank}")
            else:
                yield number, row
            number = reader.line_num + 1
    except csv.Error as error:
        hint = "Set quoting: none if quotation marks are plain text here."
        message = f"is not a well-formed table row ({error}); expected fields separated by {delimiter!r}."
        raise DataError(message, field=f"{path}:{number}", hint=hint) from error


def _header(names: list[str], where: str) -> list[str]:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        hint = "Rename one of them, or set header: false and use positions."
        raise DataError(f"names several columns {twice[0]!r}; expected each name once.", field=where, hint=hint)
    return names


def _records(path: Path, rows: Iterator[tuple[int, list[str]]], options: Mapping[str, Any]) -> Iterator[Record]:
    names: list[str] | None = None
    width = 0
    for number, row in rows:
        if not width:
            width = len(row)
            if options["header"]:
                names = _header(row, f"{path}:{number}")
                continue
        if len(row) != width:
            if options["broken_rows"] == "drop":
                yield Record(f"{path}:{number}", row, "broken row")
                continue
            message = f"has {len(row)} columns; expected {width}, as in the first row."
            hint = "Mend the row, or set broken_rows: drop to leave such rows out and count them."
            raise DataError(message, field=f"{path}:{number}", hint=hint)
        yield Record(f"{path}:{number}", dict(zip(names, row, strict=True)) if names else row)


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
