"""The task that a command is about: one of xstilts' own, of a study's ``tasks:``, or the one that a model tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import InputError, UnknownNameError, nearest
from xstilts.sources import MAP_FILE, Source, read_map
from xstilts.tasks import TASKS, from_inline

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.studies.spec import Study
    from xstilts.tasks.base import Task


class NamedTask(NamedTuple):
    """A task, and where its files lie: language → split → entry, empty for a task of xstilts' own."""

    task: Task
    files: Mapping[str, Any]


def named_task(name: str | None, study: Study | None = None, model: str | None = None) -> NamedTask:
    """The task called ``name``.

    Args:
        name: As said with ``--task``; None: what the model tells, else the only task of the study's own, else what the
            model's head can do.
        study: The study given with ``--study``; its own tasks come first.
        model: A model directory; one that was exported tells its task.

    Raises:
        UnknownNameError: If nobody knows the name.
        InputError: If no name is said and none is told, or a study's task is not well described.
        ModelError: If what the model tells cannot be read.
    """
    own = study.tasks if study is not None else {}
    told = _told(model)
    if name is None and told is None and not own and (by_head := _by_head(model)) is not None:
        return by_head
    chosen = name or _unsaid(told, own)
    if chosen in own:
        return NamedTask(*from_inline(chosen, own[chosen]))
    if chosen in TASKS:
        return NamedTask(TASKS.get(chosen), {})
    if told is not None and told.task.name == chosen:
        return told
    known = [*own, *([told.task.name] if told is not None else [])]
    hint = nearest(chosen, [*known, *TASKS.names()]) or "`xstilts list tasks` has the names of all others."
    if not own:
        hint += " A task of a study of your own needs --study FILE, or a model exported from that study."
    said = f"There is no task called {chosen!r}."
    raise UnknownNameError(said, field="--task", value=chosen, allowed=known or None, hint=hint)


def _told(model: str | None) -> NamedTask | None:
    if model is None:
        return None
    from xstilts.models.exported import told_task

    found = told_task(Path(model))
    return None if found is None else NamedTask(*found)


def _by_head(model: str | None) -> NamedTask | None:
    if model is None:
        return None
    from xstilts.models.exported import task_by_head

    found = task_by_head(Path(model))
    return None if found is None else NamedTask(found, {})


def _unsaid(told: NamedTask | None, own: Mapping[str, Any]) -> str:
    if told is not None:
        return told.task.name
    if len(own) == 1:
        return next(iter(own))
    hint = "Say --task NAME; for a task of a study of your own also --study FILE."
    said = "The task is missing, and nothing else tells it."
    raise InputError(said, field="--task", allowed=list(own) or None, hint=hint)


def source_of(said: str | None, named: NamedTask, study: Study | None) -> Source:
    """Where the examples of a task come from, with its files.

    Args:
        said: ``--source``: lab, hub or files:DIR; None: the study's, else the lab, where it has the task.
        named: The task.
        study: The study given with ``--study``.

    Raises:
        InputError: If the source cannot be told, or cannot be read.
    """
    from xstilts.planning.resolved import ResolvedNames

    if said is None and study is not None:
        return ResolvedNames.of(study).source
    if said is None and named.task.lab is None:
        hint = "Say --source files:DIR, the folder of its files, or --study FILE, or another --task."
        raise InputError(f"The lab has no {named.task.name}.", field="--source", hint=hint)
    source = Source.parse(said or "lab")
    maps = dict(study.data_map) if study is not None and isinstance(study.data_map, dict) else {}
    if named.files and not _is_mapped_in(source.data, named.task.name):
        maps[named.task.name] = named.files
    return replace(source, data_map=maps)


def _is_mapped_in(folder: Path | None, name: str) -> bool:
    """Whether the folder's own map says where the files of the task lie."""
    path = None if folder is None else folder / MAP_FILE
    return path is not None and path.is_file() and name in read_map(path)
