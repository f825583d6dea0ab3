"""Views of a task: other uses of its data.

Most are controls for what intermediate training on the task itself does; the dual encoders of question answering train
the task in another form.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import StudyError, UnknownNameError, nearest
from xstilts.sources import arrow
from xstilts.sources.records.rows import ReadCounts
from xstilts.sources.views import arbitrary, dual, fakes, pictures, running_text, shuffled
from xstilts.tasks.inline import HEADLINES

if TYPE_CHECKING:
    from collections.abc import Mapping

    import datasets

    from xstilts.sources.views.view import View
    from xstilts.tasks.base import Task

SEPARATOR = "~"
"""Between a task's name and a view's, in the name of the viewed task."""

_EVERY = (shuffled.VIEW, arbitrary.VIEW, running_text.VIEW, fakes.VIEW, *dual.VIEWS, *pictures.VIEWS)
VIEWS: Mapping[str, View] = MappingProxyType({view.name: view for view in _EVERY})
"""Every view by name."""


def viewed(task: Task, view: str, field: str | None = None) -> Task:
    """The task that a view makes of ``task``: what its head, encoding and metrics go by; it reads no data.

    Its examples come from :func:`apply`, not from a source. What says where the data is from (files, hub, licence,
    origin of the text) stays.

    Args:
        task: The original task.
        view: Name in ``VIEWS``.
        field: Where it was written, for messages.

    Returns:
        A task called ``TASK~VIEW``, with the kind and labels of the view and the usual metrics of that kind.

    Raises:
        UnknownNameError: If there is no such view.
        StudyError: If the task's kind cannot have it.
    """
    found = _found(view, field)
    if task.kind not in found.ways:
        message = f"{task.name} is a {task.kind} task, which has no view {view!r}."
        having = [name for name, other in VIEWS.items() if task.kind in other.ways]
        raise StudyError(message, field=field, value=view, allowed=having, hint=f"Kinds with it: {_kinds(found)}.")
    kind = found.kind or task.kind
    return replace(
        task,
        name=f"{task.name}{SEPARATOR}{view}",
        title=f"{task.title}: {found.title}",
        kind=kind,
        labels=task.labels if found.labels is None else found.labels,
        label_file=task.label_file if found.labels is None else "",
        metrics=HEADLINES[kind],
        rule="",
    )


def apply(
    view: str, task: Task, dataset: datasets.Dataset, seed: int, tally: ReadCounts | None = None
) -> datasets.Dataset:
    """The examples of a split as the view sees them.

    Draws depend on the seed, the view and the example's id alone. Some views look at the whole split beside: labels of
    a classification task are permuted among its examples, fakes take their words from it, and the questions of a dual
    encoder share passages.

    Args:
        view: Name in ``VIEWS``.
        task: The original task, with its labels.
        dataset: Its examples, in the columns of its kind.
        seed: The phase seed.
        tally: Counts the examples that the view leaves out, by reason.

    Returns:
        Examples in the columns of the viewed task's kind: as many, with the same ids in the same order; of a dual
        encoder, the questions that have an answer, with the same ids in the same order, and after them the passages.

    Raises:
        UnknownNameError: If there is no such view.
        StudyError: If the task's kind cannot have it.
        DataError: If the view draws labels and the task names none, or no example is left.
    """
    import datasets

    kind = viewed(task, view).kind
    seen = VIEWS[view].ways[task.kind](task, dataset, seed, ReadCounts() if tally is None else tally)
    return datasets.Dataset(arrow.table(kind, seen))


def parsed(name: str) -> tuple[str, str]:
    """The task's name and the view's ("" for none) in the name of a task, viewed or not."""
    task, _, view = name.partition(SEPARATOR)
    return task, view


def _found(view: str, field: str | None) -> View:
    if view not in VIEWS:
        message = f"There is no view called {view!r}."
        raise UnknownNameError(message, field=field, value=view, allowed=VIEWS, hint=nearest(str(view), list(VIEWS)))
    return VIEWS[view]


def _kinds(view: View) -> str:
    return ", ".join(view.ways)
