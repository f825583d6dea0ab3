"""Values of a data map that must be what the data say, letter for letter, and that YAML may have read as another type.

YAML reads an unquoted ``no`` as false, ``1.10`` as 1.1, ``0x1F`` as 31, ``~`` as null and ``2024-01-05`` as a date.
What was written is gone then, so such a value could never be found in a file.
"""

from __future__ import annotations

from datetime import date, time
from typing import Any

from xstilts.errors import DataError

_ALSO = 'The quoted "true", "false" and "null" also stand for the values true, false and null of JSON.'
_NAMES = ((bool, "a boolean"), (float, "a number with a fraction"), (int, "a number"), (date | time, "a date or time"))


class OtherDigits(int):
    """A whole number that was written in another way than its digits: ``0x1F``, ``010``, ``1_000``, ``12:30``."""

    written: str

    @classmethod
    def of(cls, value: int, written: str) -> int:
        """The number; a plain one where it was written plainly."""
        if str(value) == written:
            return value
        number = cls(value)
        number.written = written
        return number


def is_retyped(value: object) -> bool:
    """Whether the text that was written may be another than that of the value."""
    return value is None or isinstance(value, bool | float | date | time | OtherDigits)


def refuse_retyped(value: object, field: str) -> None:
    """Refuse a value that YAML read as another type than text, also inside a list.

    Args:
        value: A value of ``drop``, ``where``, ``labels`` or a constant column.
        field: Its place in the data map.

    Raises:
        DataError: Saying what it was read as, and how to write it.
    """
    for item in value if isinstance(value, list | tuple) else (value,):
        if is_retyped(item):
            raise _refusal(item, field)


def _refusal(value: object, field: str) -> DataError:
    read = next((name for types, name in _NAMES if isinstance(value, types)), "no value")
    hint = f"Write it in quotes, as it stands in the data, for example {_example(value)}."
    if value is None or isinstance(value, bool):
        hint = f"{hint} {_ALSO}"
    said = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    message = f"is {said}: YAML reads what is written here as {read}, not as text."
    return DataError(message, field=field, value=value, hint=hint)


def _example(value: Any) -> str:  # noqa: ANN401
    if isinstance(value, OtherDigits):
        return f'"{value.written}"'
    if value is None:
        return '"null", or "" for an empty field'
    if isinstance(value, bool):
        return '"yes" or "true"' if value else '"no" or "false"'
    return f'"{value}"'
