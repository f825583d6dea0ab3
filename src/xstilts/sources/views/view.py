"""What a view is: another use of a task's text, as a control for training on the task itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.randomness import generator
from xstilts.sources import arrow
from xstilts.sources.arrow import Example
from xstilts.sources.records.rows import ReadCounts

if TYPE_CHECKING:
    import datasets
    import numpy as np

    from xstilts.tasks.base import Kind, Task

Change = Callable[[Example], Example]
Changes = Callable[["Task", "datasets.Dataset", int], Change]
"""``(task, examples of the split, seed) -> change``; the change of one example may depend on the split as a whole."""
Way = Callable[["Task", "datasets.Dataset", int, ReadCounts], Iterator[Example]]
"""``(task, examples of the split, seed, tally) -> examples``; the tally counts those that are left out, by reason."""


@dataclass(frozen=True)
class View:
    """Another use of a task's text.

    Attributes:
        name: The name used in studies.
        title: What it is, for people, as a continuation of the task's title.
        ways: Kind of the task to how its examples are seen; a kind that is not there cannot have the view.
        kind: Kind of the result; None: the task's own.
        labels: Label names of the result; None: the task's own.
    """

    name: str
    title: str
    ways: Mapping[Kind, Way]
    kind: Kind | None = None
    labels: tuple[str, ...] | None = None


def each(changes: Changes) -> Way:
    """The way that changes one example at a time: as many, with the same ids, in the same order."""

    def way(task: Task, examples: datasets.Dataset, seed: int, tally: ReadCounts) -> Iterator[Example]:
        del tally
        return map(changes(task, examples, seed), arrow.rows(examples))

    return way


def purpose(view: str) -> str:
    """What the draws of a view are called."""
    return f"view:{view}"


def draws(seed: int, view: str, example: Example) -> np.random.Generator:
    """The draws of one example: a function of the seed, the view and the example's id."""
    return generator(seed, purpose(view), example["id"], 0)
