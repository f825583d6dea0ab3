"""Single values of a study, changed before it is validated: ``--set path=value``."""

from __future__ import annotations

from typing import Any

from xstilts.errors import StudyError, nearest
from xstilts.studies.spec import Study

Change = tuple[str, object]
"""A dotted path, and the value that it gets."""


def apply(root: dict[str, Any], path: str, value: object) -> None:
    """Set one value of a study's mapping, which is changed in place.

    Args:
        root: The mapping.
        path: Dotted; numbers name items of lists.
        value: Takes the place of what is there; for an arm None takes it out.

    Raises:
        StudyError: If there is no such path.
    """
    place: Any = root
    *parents, last = path.split(".")
    for depth, part in enumerate(parents):
        place = _step_into(place, part, ".".join(parents[: depth + 1]))
    if isinstance(place, list):
        place[_index(place, last, path)] = value
    elif isinstance(place, dict) and parents == ["arms"] and value is None:
        _take_out(place, last, path)
    elif isinstance(place, dict):
        place[last] = value  # an unknown key is refused, with its nearest neighbour, by the validation that follows
    else:
        raise StudyError("there is no such path in this study.", field=f"--set {path}")


def _take_out(place: dict[str, Any], name: str, path: str) -> None:
    if name not in place:
        hint = nearest(name, list(place))
        raise StudyError("there is no such arm to take out.", field=f"--set {path}", allowed=list(place), hint=hint)
    del place[name]


def _step_into(place: object, part: str, path: str) -> object:
    if isinstance(place, list):
        return place[_index(place, part, path)]
    if not isinstance(place, dict):
        raise StudyError("there is no such path in this study.", field=f"--set {path}")
    if place.get(part) is None:
        if path == part and part not in Study.model_fields:
            hint = nearest(part, list(Study.model_fields))
            raise StudyError("there is no such root key.", field=f"--set {path}", allowed=Study.model_fields, hint=hint)
        place[part] = {}
    return place[part]


def _index(place: list[Any], part: str, path: str) -> int:
    if part not in map(str, range(len(place))):
        allowed = [str(index) for index in range(len(place))]
        raise StudyError("names no item of this list.", field=f"--set {path}", value=part, allowed=allowed)
    return int(part)
