"""Tables that are not what their entry takes them for: without a header, or with quotation marks around fields."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError
from xstilts.tasks.base import TASKS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.sources.data_map import FilePart
    from xstilts.sources.formats import Record
    from xstilts.tasks.base import Task

_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_SENTENCE_ENDS = tuple(".!?…。！？؟۔।॥։።")
_LONG_NAME = 60
_MANY_WORDS = 6


def read(task: Task, part: FilePart, records: Iterator[Record]) -> Iterator[Record]:
    """The records of a part, with a look at what its entry does not say.

    Raises:
        DataError: If columns are positions and the supposed header looks like a record; or if all fields with a
            quotation mark are quoted as spreadsheets do it, while quotation marks are read as text.
    """
    if part.format.name != "delimited":
        return records
    if part.reader_options["header"] and "header" not in part.said and _by_position(part):
        records = _with_headers(task, part, records)
    own = task.name not in TASKS.names()  # what the marks of known data sets are is known
    if own and part.reader_options["delimiter"] == "\t" and "quoting" not in part.said:
        records = _without_quotes(records)
    return records


def _by_position(part: FilePart) -> bool:
    found = [item for locator in part.row_options.columns.values() for item in _flat(locator)]
    return bool(found) and all(isinstance(item, int) for item in found)


def _flat(locator: Any) -> Iterator[Any]:  # noqa: ANN401 - a locator of the options
    if isinstance(locator, list | tuple):
        for item in locator:
            yield from _flat(item)
    elif isinstance(locator, str | int):
        yield locator


def _with_headers(task: Task, part: FilePart, records: Iterable[Record]) -> Iterator[Record]:
    seen = ""
    for record in records:
        path = record.where.rpartition(":")[0]
        if path != seen and isinstance(record.fields, dict):
            seen = path
            _check_header(task, part, list(record.fields), f"{path}:1")
        yield record


def _check_header(task: Task, part: FilePart, names: Sequence[str], where: str) -> None:
    options = part.row_options
    cells = {column: [_at(names, item) for item in _flat(locator)] for column, locator in options.columns.items()}
    known: Mapping[str, Any] = options.labels or dict.fromkeys(task.labels)
    labels, texts = cells.pop("label", []), [cell for found in cells.values() for cell in found]
    labels_are_known = any(cell in known or (task.kind is Kind.MULTIPLE_CHOICE and _is_number(cell)) for cell in labels)
    filters = [*options.where.items(), *options.drop.items()]
    chosen = any(isinstance(place, int) and _at(names, place) in values for place, values in filters)
    if labels_are_known or chosen or any(_is_text(cell) for cell in texts):
        message = (
            f"is taken for the header, and would be no record, but holds {names[0][:60]!r}, which looks like data."
        )
        hint = "Set header: false if there is no header; if this is one, set header: true."
        raise DataError(message, field=where, value=names[0], hint=hint)


def _at(names: Sequence[str], place: int) -> str:
    return names[place] if -len(names) <= place < len(names) else ""


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell.strip()) is not None


def _is_text(cell: str) -> bool:
    """Whether a cell is rather a value than a column's name."""
    long = len(cell) > _LONG_NAME or len(cell.split()) > _MANY_WORDS
    return long or _is_number(cell) or cell.rstrip().endswith(_SENTENCE_ENDS)


@dataclass
class _Marks:
    """How the fields with quotation marks, and those with commas, are written.

    A program that encloses fields puts marks around each field with a mark in it, and doubles the marks inside;
    spreadsheets enclose fields with a comma too, and some programs all fields.
    """

    first: tuple[str, str] | None = None
    enclosed: int = 0
    doubled: bool = False
    needless: bool = False
    bare: bool = False
    bare_comma: bool = False

    def note(self, where: str, cell: str) -> bool:
        """Look at one field; False if it shows that marks are text."""
        if '"' not in cell:
            self.bare, self.bare_comma = True, self.bare_comma or "," in cell
            return True
        inside = cell[1:-1]
        if len(cell) < 2 or cell[0] != '"' or cell[-1] != '"' or '"' in inside.replace('""', ""):
            return False
        self.first = self.first or (where, cell)
        self.enclosed += 1
        self.doubled = self.doubled or '""' in inside
        self.needless = self.needless or not ("," in inside or '""' in inside)
        return True

    def check(self) -> None:
        by_commas = self.enclosed > 1 and not self.needless and not self.bare_comma
        if self.first is not None and (self.doubled or by_commas or not self.bare):
            where, cell = self.first
            message = f"has {cell[:60]!r}, and all fields like it are written so: quotation marks enclose fields here."
            hint = "Set quoting: csv to read them as such, or quoting: none to keep them as text."
            raise DataError(message, field=where, value=cell, hint=hint)


def _without_quotes(records: Iterable[Record]) -> Iterator[Record]:
    """All records; refused at their end if whoever wrote the table put fields into quotation marks."""
    marks, text = _Marks(), False
    for record in records:
        if not text and not record.rejected:
            fields = record.fields
            cells = fields.values() if isinstance(fields, dict) else fields
            text = not all(marks.note(record.where, cell) for cell in cells)
        yield record
    if not text:
        marks.check()
