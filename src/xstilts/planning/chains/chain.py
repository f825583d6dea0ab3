"""What is handed on while one chain of a study's grid is planned, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from xstilts import sources
from xstilts.errors import StudyError
from xstilts.store.payloads import ScoredCell

if TYPE_CHECKING:
    from xstilts.planning.chains.bases import ChainBase
    from xstilts.planning.planner import Planner
    from xstilts.planning.portions import Portion
    from xstilts.planning.resolved import ResolvedStudy, ResolvedTarget, Seed
    from xstilts.protocols.base import Protocol
    from xstilts.studies.arm_spec import Arm


@dataclass(frozen=True)
class Course:
    """What is trained in one chain of the grid, whatever base it starts from.

    Attributes:
        resolved: The study.
        arm: The name of the arm.
        seed: The seeds.
        target: What is trained for and tested on.
    """

    resolved: ResolvedStudy
    arm: str
    seed: Seed
    target: ResolvedTarget

    @property
    def said(self) -> Arm:
        """What the study says about the arm, a control written out."""
        return self.resolved.arms[self.arm]

    @property
    def protocol(self) -> Protocol:
        """The protocol that all its phases follow."""
        return self.target.protocol

    @property
    def selection(self) -> str:
        """How the checkpoint of the last target phase is chosen; ``oracle`` needs dev sets of the target to look at."""
        chosen: str = self.resolved.study.selection.checkpoint
        return "pivot-dev" if chosen == "oracle" and "dev" not in self.target.task.splits else chosen


@dataclass(frozen=True)
class Chain(Course):
    """One chain of the grid: a course on a base, whose nodes are made.

    Attributes:
        planner: Takes its nodes.
        base: What it starts from.
    """

    planner: Planner
    base: ChainBase

    def dev_sets(self) -> list[Portion]:
        """The target's dev set in each of its languages."""
        target = self.target
        return [target.portion(code, "dev") for code in target.languages]

    def tested_portions(self) -> list[Portion]:
        """What the chain is scored on in each language: the target's items, or for some arms their translation.

        Raises:
            StudyError: If there is no such translation.
        """
        items, pivot, task = target_items(self.target), self.resolved.pivot, self.target.plain
        if self.said.test == "as-is":
            return items
        given = sources.languages(task, self.resolved.source, sources.TRANSLATED_TEST)
        for portion in items:
            if portion.language not in (pivot, *given):
                hint = "Give translations as the split translated-test in a data map, or name the arm's targets."
                said = f"{task.name} has no translation into the pivot for {portion.language}."
                raise StudyError(said, field=f"arms.{self.arm}.test", value=self.target.where, hint=hint)
        return [own if own.language == pivot else replace(own, split=sources.TRANSLATED_TEST) for own in items]


def target_items(target: ResolvedTarget) -> list[Portion]:
    """The items of a target in each of its languages."""
    return [target.portion(code, target.split) for code in target.languages]


@dataclass(frozen=True)
class Cell(ScoredCell):
    """One chain of the grid, or one baseline; ``trained`` are the keys of its training nodes, oldest first."""

    trained: tuple[str, ...] = ()

    def scored(self) -> ScoredCell:
        """Which chain it is and where its scores lie."""
        return ScoredCell(**{item.name: getattr(self, item.name) for item in fields(ScoredCell)})
