"""The options ``where`` and ``drop`` at work: which records are read, and what they name that no record has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.errors import DataError, nearest
from xstilts.sources.records.options import MISSING, find, raw_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.sources.formats import Record
    from xstilts.sources.formats.base import Fields
    from xstilts.sources.records.options import RowOptions


class Filters:
    """Decides on the records of one reading, one by one, and remembers what was never met."""

    def __init__(self, options: RowOptions) -> None:
        self._where, self._drop = options.where, options.drop
        self._unmet = {
            (option, name, value)
            for option, fields in (("where", self._where), ("drop", self._drop))
            for name, values in fields.items()
            for value in values
        }
        self._absent: dict[object, str] = {**dict.fromkeys(self._drop, "drop"), **dict.fromkeys(self._where, "where")}
        if options.empty_answer == "none":  # a misspelt column must not make every question one without an answer
            column = options.columns.get("answer_texts", "answer_texts")
            named = column if isinstance(column, list | tuple) else [column]
            for name in named:
                self._absent[name if isinstance(name, str | int) else "answer_texts"] = "columns: answer_texts"
        self._first = ""
        self._known: dict[str, None] = {}

    def is_wanted(self, record: Record, fields: Fields) -> bool:
        """Whether ``where`` keeps a record; one without the field is not kept."""
        if self._absent:
            self._look_for_absent(record, fields)
        # no early end: values of every field must be seen, or those of a later one would be told as never met
        wanted = True
        for name, allowed in self._where.items():
            value = _text(fields, name)
            self._unmet.discard(("where", name, value))
            wanted = wanted and value in allowed
        return wanted

    def unwanted(self, fields: Fields) -> str | None:
        """Why ``drop`` leaves a record out; None for one that stays."""
        reason = None
        for name, values in self._drop.items():
            value = _text(fields, name)
            if value in values:
                self._unmet.discard(("drop", name, value))
                reason = reason or f"{name} = {value!r}"
        return reason

    def _look_for_absent(self, record: Record, fields: Fields) -> None:
        self._first = self._first or record.where
        self._known.update(dict.fromkeys(map(str, fields if isinstance(fields, dict) else range(len(fields)))))
        for name in list(self._absent):
            if find(fields, name) is not MISSING:
                del self._absent[name]

    def refuse_absent(self) -> None:
        """Refuse a field that no record had.

        Raises:
            DataError: Naming the option, the first record, and the fields that there are.
        """
        if not self._first:  # no record at all: the split is empty, which is said elsewhere
            return
        for name, option in self._absent.items():
            known = list(self._known)
            message = f"has no field {name!r}, which {option} names, and neither has any other record."
            raise DataError(message, field=self._first, value=name, allowed=known, hint=nearest(str(name), known))

    def unmet(self) -> Iterator[str]:
        """The values that no record had, in words."""
        for option, name, value in sorted(self._unmet, key=str):
            yield f"{name} = {value!r} ({option})"


def _text(fields: Fields, name: str | int) -> str | None:
    value = find(fields, name)
    return None if value is MISSING else raw_text(value)
