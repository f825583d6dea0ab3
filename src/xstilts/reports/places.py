"""A study without the places of one machine: what a report shows of folders is their name."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS = ("data", "data_map", "tasks", "bases")
"""Keys of a study below which folders and files are named."""


def without_places(study: Mapping[str, Any]) -> dict[str, Any]:
    """The study with ``…/NAME`` for every absolute path; data and bases are told by their hashes, not their place."""
    return {name: _without(value) if name in _KEYS else value for name, value in study.items()}


def _without(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(value, dict):
        return {name: _without(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_without(part) for part in value]
    if isinstance(value, str) and (PurePath(value).is_absolute() or value.startswith("~")) and PurePath(value).name:
        return f"…/{PurePath(value).name}"
    return value
