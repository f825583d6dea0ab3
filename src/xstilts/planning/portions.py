"""The parts of tasks that chains read, one language and split each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.sources.views import viewed
from xstilts.store.roles import PortionRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.sources import Source
    from xstilts.store.payloads import Augmented
    from xstilts.tasks.base import Task
    from xstilts.training.language_mixture import LanguageMixture


@dataclass(frozen=True)
class Portion:
    """The part of a task that one prepare node reads.

    Attributes:
        task, language, split, limit: Which examples.
        view: Another use of their text (``sources.views``); "" for the task itself.
        view_seed: Seed of the view's draws.
        told: Key of the node that tells the limit once the data are there; ``limit`` is then the plan's guess.
        augment: Noise in them, with the file of its words ("" for none); None: they are clean.
    """

    task: Task
    language: str
    split: str
    limit: int | None
    view: str = ""
    view_seed: int = 0
    told: str = ""
    augment: tuple[Augmented, str] | None = None

    @cached_property
    def seen(self) -> Task:
        """The task as it is trained: itself, or its view."""
        return viewed(self.task, self.view) if self.view else self.task

    @property
    def name(self) -> str:
        """The task's name, as it is trained."""
        return self.seen.name

    @cached_property
    def role(self) -> str:
        """How consumers name this parent: split/task/language."""
        return str(PortionRole(self.split, self.name, self.language))

    def expected_examples(self, source: Source) -> int:
        """A guess at how many examples it will give, without reading it: for the plan's cost, and nothing else."""
        n = sources.expected_size(self.task, self.language, self.split, source)
        return n if self.limit is None else min(n, self.limit)

    def fingerprint(self, source: Source) -> dict[str, Any]:
        """The data behind it, as it enters keys."""
        return sources.fingerprint(self.task, self.language, self.split, source)


@dataclass(frozen=True)
class TrainingSet:
    """The portions of one task in a phase, one a language, and how they are mixed; without a mixture all of all."""

    portions: Sequence[Portion]
    mixture: LanguageMixture | None

    @property
    def task(self) -> str:
        """The name of the task that is read."""
        return self.portions[0].task.name

    @property
    def view(self) -> str:
        """The view under which it is trained; "" for none."""
        return self.portions[0].view
