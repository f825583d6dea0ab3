"""One text for one value: the JSON that keys are the hash of.

Keys are sorted, nothing is written that JSON does not know, floats are written by ``repr`` (shortest text that reads
back as the same double), tuples are lists. An integer and a float of equal value are two texts (``1`` and ``1.0``).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

from xstilts.errors import XstiltsError


def plain(value: object, field: str = "") -> Any:  # noqa: ANN401 -- JSON has no narrower type
    """A deep copy of ``value`` made of dict, list, str, int, float, bool and None alone.

    Args:
        value: Anything that JSON can say; mappings need string keys, tuples become lists.
        field: Dotted path of ``value``, for the message.

    Raises:
        XstiltsError: If a part of it is not JSON (a set, a path, NaN, an infinity, a key that is not a string).
    """
    try:
        return _copied(value)
    except XstiltsError:
        return _walked(value, field)  # once more, slowly, to name the place


def _copied(value: object) -> Any:  # noqa: ANN401 -- JSON has no narrower type
    """Plans copy millions of values, nearly all of these types; where one is not, its part is walked."""
    kind = type(value)
    if kind in _ATOMS:
        return value
    if kind is dict:
        if all(type(key) is str for key in value):  # type: ignore[attr-defined]
            return {key: _copied(item) for key, item in value.items()}  # type: ignore[attr-defined]
    elif kind is list or kind is tuple:
        return [_copied(item) for item in value]  # type: ignore[attr-defined]
    return _walked(value, "")


_ATOMS = frozenset({str, int, bool, type(None)})


def _walked(value: object, field: str) -> Any:  # noqa: ANN401 -- JSON has no narrower type
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise XstiltsError(f"{value!r} has no place in a key.", field=field or None, hint="Write null instead.")
        return float(value)
    if isinstance(value, Mapping):
        return {_text_key(key, field): _walked(item, _join(field, key)) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(item, _join(field, index)) for index, item in enumerate(value)]
    raise XstiltsError(f"A {type(value).__name__} is not JSON.", field=field or None, value=value)


def canonical_json(value: object) -> str:
    """The one text of ``value``: ASCII, sorted keys, no spaces.

    Raises:
        XstiltsError: If ``value`` is not JSON (see :func:`plain`).
    """
    return _written(plain(value))


_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def digest(value: object) -> str:
    """The sha256 of :func:`canonical_json`, 64 hexadecimal digits."""
    return digest_of_plain(plain(value))


def digest_of_plain(value: object) -> str:
    """The same of what :func:`plain` gave, which is not copied once more."""
    return hashlib.sha256(_written(value).encode("ascii")).hexdigest()


def _text_key(key: object, field: str) -> str:
    if not isinstance(key, str):
        raise XstiltsError(f"The key {key!r} is not a string.", field=field or None, value=key)
    return key


def _join(field: str, part: object) -> str:
    return f"{field}.{part}" if field else str(part)
