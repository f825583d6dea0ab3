"""The label names of tasks whose data may not be published, labels included: read from a file of the user's."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.sources import files
from xstilts.sources.formats.opening import text_lines

if TYPE_CHECKING:
    from xstilts.sources.source import Source
    from xstilts.tasks.base import Task


def with_labels(task: Task, source: Source) -> Task:
    """The task with its label names; only one that has a ``label_file`` changes.

    In the lab the names are those of the twin. In files, also those beside the hub, they are the lines of
    ``Task.label_file``, in their order, which is the order of the head's logits.

    Raises:
        DataError: If the file is missing, empty, or names a label twice; says where to get it.
    """
    if not task.label_file:
        return task
    if source.kind == "lab" and task.lab is not None:
        from xstilts import lab

        return replace(task, labels=tuple(lab.TWINS.get(task.lab).labels))
    if source.kind == "hub" and (source.data is None or not (source.data / task.label_file).is_file()):
        return task  # enough to plan with; the file stands among what is needed (sources/hub_fallback.py)
    if source.kind == "lab":
        why = task.no_source.get(source.kind, "its labels may not be published")
        raise DataError(f"{task.name} cannot be had from {source.kind}: {why}.", field="source", hint=task.access)
    return replace(task, labels=_labels(task, source))


def _labels(task: Task, source: Source) -> tuple[str, ...]:
    path = files.folder(source) / task.label_file
    if not path.is_file():
        message = f"{task.name} needs its labels, one a line, in {task.label_file!r}; there is no such file."
        raise DataError(message, field=str(path), value=task.label_file, hint=task.access)
    places: dict[str, int] = {}
    for number, line in text_lines(path):
        label = line.strip(" \t")
        if not label:
            continue
        if label in places:
            message = f"names the label {label!r}, which line {places[label]} names too."
            raise DataError(message, field=f"{path}:{number}", value=label)
        places[label] = number
    if len(places) < 2:
        raise DataError(f"names {len(places)} labels; expected at least 2, one a line.", field=str(path))
    return tuple(places)
