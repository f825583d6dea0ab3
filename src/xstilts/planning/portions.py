"""The parts of tasks that chains read, one language and split each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.errors import StudyError
from xstilts.sources.views import viewed
from xstilts.store.roles import PortionRole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.sources import Source
    from xstilts.store.payloads import Augmented
    from xstilts.tasks.base import Task
    from xstilts.training.language_mixture import LanguageMixture

MOST_CODES = 8
"""Languages that a message offers."""


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


def none_given(task: Task, split: str, source: Source, where: str, given: Sequence[str]) -> StudyError:
    """The error for a target that the source has in none of the languages asked for, with where to look.

    Args:
        task: The target.
        split: The split that is scored.
        source: The study's source.
        where: The target's place in the study.
        given: The languages that the source has.
    """
    why = task.no_source.get(source.kind, "") if not given else ""
    said = f"{task.name} has no {split} data in any language asked for" + (f": {why}." if why else ".")
    hint = f"`xstilts show task {task.name}` says where its data lies and in which languages."
    if source.kind == "files" and not given:
        hint = f"Put its files into {str(source.data)!r}, or say where they are in a data map: {hint}"
    elif given:
        hint = f"Take some of these: --set languages=[{','.join(given[:MOST_CODES])}]. {hint}"
    return StudyError(said, field=where, hint=hint)
