"""Rows of tables whose fields may stand in quotation marks: line ends and delimiters inside them are text."""

from __future__ import annotations

import csv
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources.formats.opening import LONGEST_LINE, Line, check_end

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_MARKS = "Set quoting: none if quotation marks are plain text here; else double those inside a field."
_MANY_LINES = 10
_MOST_VALUES = 1000


class _Limit:
    """The longest field that the csv module reads is one number for the whole process: raised while anybody reads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._readers, self._usual = 0, 0

    @contextmanager
    def raised(self) -> Iterator[None]:
        with self._lock:
            if not self._readers:
                self._usual = csv.field_size_limit(LONGEST_LINE)
            self._readers += 1
        try:
            yield
        finally:
            with self._lock:
                self._readers -= 1
                if not self._readers:
                    csv.field_size_limit(self._usual)


_LIMIT = _Limit()


def quoted_rows(path: Path, lines: Iterable[Line], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The number of its first line, and the fields, of every row; a blank line is a row without fields.

    Args:
        path: The file, for messages.
        lines: Its lines; those inside a field may end as they like, and are joined by line feeds.
        delimiter: What stands between fields.

    Raises:
        DataError: If quotation marks do not match, rows end in different ways, or a field has swallowed rows.
    """
    taken = _Taken(lines)
    swallowed = _Swallowed(path, delimiter)
    first = ""
    reader = csv.reader(taken, delimiter=delimiter, strict=True)
    try:
        with _LIMIT.raised():
            for row in reader:
                first = first or taken.end
                check_end(first, taken.end, path, taken.number)
                number = taken.number - len(taken.row) + 1
                swallowed.note(number, row, taken.row)
                yield number, row
                taken.row.clear()
    except csv.Error as error:
        number = taken.number - len(taken.row) + 1
        message = f"is not a well-formed table row ({error}); expected fields separated by {delimiter!r}."
        raise DataError(message, field=f"{path}:{number}", hint=_MARKS) from error
    swallowed.check()


class _Taken:
    """Hands lines to the csv module and remembers those of the row that it is reading."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self.row: list[str] = []
        self.number, self.end = 1, ""

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number, self.end = line.number, line.end
            self.row.append(line.text)
            yield f"{line.text}\n"


class _Swallowed:
    """Fields of several lines that look like rows: a stray quotation mark opens a field, and a later one closes it.

    Each line of such a field is a whole row when the marks are taken as text, and has a value (a label, a language) in
    some column that other rows have there too.
    """

    def __init__(self, path: Path, delimiter: str) -> None:
        self._path, self._delimiter = path, delimiter
        self._seen: list[set[str]] = []
        self._suspects: list[tuple[int, list[list[str]]]] = []

    def note(self, number: int, row: list[str], lines: list[str]) -> None:
        """Look at one row and the lines that it was read from."""
        self._seen += [set() for _ in row[len(self._seen) :]]
        for values, cell in zip(self._seen, row, strict=False):
            if len(values) < _MOST_VALUES and "\n" not in cell:
                values.add(cell)
        if len(lines) == 1:
            return
        split = [line.split(self._delimiter) for line in lines]
        if len(row) > 1 and all(len(cells) == len(row) for cells in split):
            self._suspects.append((number, split))

    def check(self) -> None:
        """Refuse the first field that has swallowed rows.

        Raises:
            DataError: Naming its first line, and how many there are.
        """
        for number, split in self._suspects:
            known = (
                all(cells[column] and cells[column] in values for cells in split)
                for column, values in enumerate(self._seen[: len(split[0])])
            )
            if len(split) >= _MANY_LINES or any(known):
                message = (
                    f"begins a field of {len(split)} lines in quotation marks, each of which looks like a row; "
                    "expected one row a line."
                )
                raise DataError(message, field=f"{self._path}:{number}", hint=_MARKS)
