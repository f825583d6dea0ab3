"""Values of a phase that are refused, said in one way."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


def finite(value: float) -> bool:
    """Whether a number is one, and no infinity."""
    return math.isfinite(value)


def require(name: str, value: object, holds: bool, expected: str) -> None:
    """Refuse the value of a field that must be something else, with what is expected."""
    if not holds:
        raise InputError(f"{value!r} is refused; it must be {expected}.", field=name, value=value)


def one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    """Refuse a name that is none of those allowed."""
    if value not in allowed:
        raise InputError(f"{value!r} is unknown.", field=name, value=value, allowed=allowed)


def known_keys(cls: type, values: Mapping[str, Any], where: str | None) -> None:
    """Refuse keys that are no fields of a dataclass; ``where`` is the field that holds it."""
    allowed = [item.name for item in fields(cls)]
    for key in values:
        if key not in allowed:
            name = f"{where}.{key}" if where else str(key)
            raise InputError("There is no such field.", field=name, value=key, allowed=allowed)
