"""Unions: tasks whose examples are those of other tasks together (ANLI+ is ANLI, MNLI and SNLI under one head)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.tasks.base import TASKS

if TYPE_CHECKING:
    from xstilts.tasks.base import Task

SOURCES = ("hub", "files", "lab")


def members(task: Task) -> tuple[Task, ...]:
    """The tasks that hold the examples of this one, in their order: its parts, or the task itself.

    Raises:
        UnknownNameError: If a part is no registered task.
    """
    return tuple(TASKS.get(name, f"{task.name}.union") for name in task.union) or (task,)


def sources(task: Task) -> tuple[str, ...]:
    """The sources that have the task's examples; a union has those that all its parts have."""
    return tuple(name for name in SOURCES if all(getattr(member, name) for member in members(task)))
