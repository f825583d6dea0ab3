"""What an arm trains, as plain values: told once by the planner, read by warnings, statistics, claims and reports."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

PhasePart: TypeAlias = Literal["own", "beside", "replay"]
"""Of what a stage's text is part: the phase's own tasks (in the target phase: the target's), the tasks beside them, or
tasks of the arm's own phases that are trained again beside the target's."""
TARGET = "target"
"""Name of the stage of what an arm adds to the target phase."""
LANGUAGES = "languages"
"""Name of the stage of the updates for each language."""


def intermediate(index: int) -> str:
    """Name of the stage that is an arm's phase at a place (from 0)."""
    return f"intermediate {index + 1}"


@dataclass(frozen=True)
class Text:
    """One task in one language, as a stage trains on it.

    Attributes:
        task: The task.
        language: Language of the text, or the pivot and another (``en+de``) where an item is said in both.
        origin: How the text was made, a value of ``tasks.base.TextOrigin``.
        view: Another use of the text, or "".
        part: Of what it is part.
        share: Share of the task's items, in [0, 1]; of a task trained beside others, share of the stage's steps. None
            where the plan does not know it.
        items: Items in this language, before any epoch repeats them; None where they are not known.
        steps: Optimizer steps of the whole stage, or the least and the most where they differ; None: not known.
    """

    task: str
    language: str
    origin: str
    view: str = ""
    part: PhasePart = "own"
    share: float | None = None
    items: int | None = None
    steps: int | tuple[int, int] | None = None


@dataclass(frozen=True)
class Stage:
    """One phase of an arm, or its updates for all languages together.

    Attributes:
        name: ``intermediate 1``, ``intermediate 2`` …, ``target`` or ``languages``.
        texts: What it trains on; in the target phase only that in which the arm differs from ``none``.
        says: What the study says of it beside its tasks and languages, by the keys of the study file.
    """

    name: str
    texts: tuple[Text, ...] = ()
    says: Mapping[str, Any] = field(default_factory=dict)

    @property
    def uses(self) -> tuple[tuple[str, str], ...]:
        """The tasks, each with its view, in order."""
        return tuple(dict.fromkeys((text.task, text.view) for text in self.texts))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of all tasks together, in order."""
        return tuple(dict.fromkeys(text.language for text in self.texts))

    @property
    def added(self) -> Stage:
        """The stage without the target's own task, which ``none`` trains too."""
        kept = tuple(text for text in self.texts if self.name != TARGET or text.part != "own")
        return Stage(self.name, kept, self.says)


@dataclass(frozen=True)
class Control:
    """What an arm is a control of.

    Attributes:
        control: The kind of control (``shuffled-labels``).
        of: The arm that it controls for.
        to: The arm whose number of items it has; "" for none.
    """

    control: str
    of: str
    to: str = ""


@dataclass(frozen=True)
class Trained:
    """Everything in which an arm's training and test differ from those of ``none``.

    Attributes:
        stages: Updates for languages first, then the arm's phases in order, then the target phase.
        control: What it is a control of; None: it is none.
        changes: What it changes throughout, the test included, by the keys of the study file.
    """

    stages: tuple[Stage, ...] = ()
    control: Control | None = None
    changes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tasks(self) -> frozenset[str]:
        """Every task that it trains beside the target's own."""
        return frozenset(text.task for stage in self.stages for text in stage.added.texts)

    def to_json(self) -> dict[str, Any]:
        """All fields as mappings, lists and plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Trained:
        """The inverse of :meth:`to_json`, before and after JSON.

        Raises:
            TypeError: If a field is unknown or one without default is missing.
        """
        stages = tuple(
            Stage(**{**stage, "texts": tuple(_text(text) for text in stage.get("texts", ()))})
            for stage in values.get("stages", ())
        )
        control = values.get("control")
        return cls(**{**values, "stages": stages, "control": Control(**control) if control else None})


def _text(values: Mapping[str, Any]) -> Text:
    steps = values.get("steps")
    return Text(**{**values, "steps": tuple(steps) if isinstance(steps, list) else steps})
