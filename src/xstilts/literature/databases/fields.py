"""Fields of JSON that a stranger wrote: of the right type, or empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.literature.bodies import GarbledError
from xstilts.literature.titles import without_markup

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIRST_YEAR, _LAST_YEAR = 1000, 2999


def child(data: object, *path: str) -> object:
    """What lies at a path of names; None where a step is missing or no object."""
    for name in path:
        if not isinstance(data, dict):
            return None
        data = data.get(name)
    return data


def text(data: object, *path: str) -> str:
    """A string, on one line; "" for anything else."""
    found = child(data, *path)
    return " ".join(found.split()) if isinstance(found, str) else ""


def prose(data: object, *path: str) -> str:
    """A string without markup, on one line; "" for anything else."""
    return without_markup(text(data, *path))


def items(data: object, *path: str) -> list[object]:
    """A list; empty for anything else."""
    found = child(data, *path)
    return found if isinstance(found, list) else []


def number(data: object, *path: str) -> int | None:
    """A whole number of at least 0; None for anything else."""
    found = child(data, *path)
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else None


def year(data: object, *path: str) -> int | None:
    """A year of four digits; None for anything else."""
    found = number(data, *path)
    return found if found is not None and _FIRST_YEAR <= found <= _LAST_YEAR else None


def address(data: object, *path: str) -> str:
    """An address of the web; "" for anything else, such as ``javascript:``."""
    found = text(data, *path)
    return found if re.match(r"https?://[^\s\"<>]+$", found) else ""


def listed(data: Mapping[str, object], name: str) -> list[object]:
    """A list that an answer must have.

    Raises:
        GarbledError: If it is missing or no list.
    """
    found = data.get(name)
    if not isinstance(found, list):
        raise GarbledError(f"it has no list {name!r}")
    return found
