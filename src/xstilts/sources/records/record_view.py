"""One record as options say to read it: asks for our columns, and gives what the record has there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import DataError, nearest
from xstilts.sources.records.options import MISSING, RowOptions, find, missing, raw_text

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from xstilts.sources.formats.base import Fields


@dataclass(frozen=True)
class RecordView:
    """One record seen through the options.

    Attributes:
        where: Its place, for messages.
        fields: What it holds, by name or by position.
        options: How it is read.
        noted: Counts what is worth telling of the examples that are kept.
        lines: The line of each token, where the reader tells.
    """

    where: str
    fields: Fields
    options: RowOptions
    noted: Counter[str]
    lines: Sequence[int] = ()

    def get(self, column: str, default: object = MISSING) -> Any:  # noqa: ANN401
        """The raw value of one of our columns."""
        locator = self.options.columns.get(column, column)
        value = find(self.fields, locator)
        if value is not MISSING:
            return value
        if default is not MISSING and column not in self.options.columns:
            return default
        raise missing(self.fields, locator, self.where, column)

    def text(self, column: str, default: object = MISSING) -> str:
        """The text in one of our columns."""
        value = self.get(column, default)
        if not isinstance(value, str):
            message = f"has {value!r} as {column!r}; expected text."
            raise DataError(message, field=self.where, value=value)
        return value

    def list(self, column: str) -> list[Any]:
        """The list in one of our columns."""
        value = self.get(column)
        if not isinstance(value, list | tuple):
            message = f"has {value!r} as {column!r}; expected a list."
            raise DataError(message, field=self.where, value=value)
        return list(value)

    def label(self, value: object, token: int = 0) -> Any:  # noqa: ANN401
        """Our label for the record's, of one token where there are several."""
        labels, raw, at = self.options.labels, raw_text(value), (self.where, self.lines, token)
        if not isinstance(value, str | int | float | None) or value != value:
            message = f"has {value!r} as label; expected text or a number."
            raise DataError(message, field=place(*at), value=value)
        if not labels:
            if value is None:
                hint = 'Map it with labels ("null": NAME), or leave such records out with drop.'
                raise DataError(
                    "has null as label; expected text or a number.",
                    field=place(*at),
                    hint=hint,
                )
            return raw
        if raw not in labels:
            hint = "Add it to labels, or to drop if such records should be left out."
            hint = " ".join(filter(None, (nearest(raw, list(labels)), hint)))
            raise DataError(
                f"has the label {raw!r}.",
                field=place(*at),
                value=raw,
                allowed=labels,
                hint=hint,
            )
        return labels[raw]


def place(where: str, lines: Sequence[int], token: int) -> str:
    """Where a token of a record stands: its line where the reader tells, else the place of the record."""
    return f"{where.rpartition(':')[0]}:{lines[token]}" if token < len(lines) else where
