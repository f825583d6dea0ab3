"""The things that a study's names stand for: its tasks, protocols, bases and source."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xstilts import metrics, sources
from xstilts.errors import StudyError, UnknownNameError, nearest
from xstilts.languages import spoken
from xstilts.protocols import PROTOCOLS
from xstilts.sources import Source
from xstilts.tasks import TASKS, Kind, from_inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.protocols.base import Protocol
    from xstilts.studies.arm_spec import Arm
    from xstilts.studies.spec import Study
    from xstilts.studies.target_spec import Target
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class ResolvedStudy:
    """A study beside what its names resolve to.

    Attributes:
        study: The validated study.
        source: Where examples come from, with the study's data map.
        inline: The study's own tasks by name.
        pivot: The language of the training data.
    """

    study: Study
    source: Source
    inline: Mapping[str, Task]
    pivot: str

    @classmethod
    def of(cls, study: Study) -> ResolvedStudy:
        """Resolve the study's source and inline tasks.

        Raises:
            StudyError: If the source lacks what it needs.
        """
        if study.source == "files" and study.data is None:
            hint = "Say where the files are, for example --set data=DIR."
            raise StudyError("source: files needs the folder of the data.", field="data", hint=hint)
        data_map: dict[str, Any] = dict(study.data_map) if isinstance(study.data_map, dict) else {}
        inline: dict[str, Task] = {}
        for name, mapping in study.tasks.items():
            if name in TASKS:
                raise StudyError("is already the name of a task of xstilts; choose another.", field=f"tasks.{name}")
            inline[name], data_map[name] = from_inline(name, mapping)
        source = Source(kind=study.source, data=study.data, data_map=data_map)
        return cls(study, source, inline, sources.pivot(source))

    @cached_property
    def arms(self) -> Mapping[str, Arm]:
        """The arms of the study, controls written out as phases."""
        from xstilts.planning.controls import expanded  # it reads lengths, which need a resolved

        return expanded(self)

    def task(self, name: str, field: str) -> Task:
        """The task called ``name``, the study's own or a registered one, with its labels."""
        if name in self.inline:
            return self.inline[name]
        try:
            return sources.with_labels(TASKS.get(name, field), self.source)
        except UnknownNameError as error:
            known = sorted([*TASKS.names(), *self.inline])
            hint = nearest(name, known)
            raise UnknownNameError(error.message, field=field, value=name, allowed=known, hint=hint) from None

    def protocol(self, target: Target, field: str) -> Protocol:
        """The protocol that a target follows."""
        return PROTOCOLS.get(target.protocol or self.study.protocol, field)

    def train_phases(self, target: Target, field: str) -> Sequence[tuple[str, ...]]:
        """What the protocol trains for a target, in order; a study's own task trains itself, unless it is a search."""
        protocol = self.protocol(target, field)
        if target.task in protocol.trains:
            return protocol.trains[target.task]
        if target.task in self.inline:
            searched = self.inline[target.task].kind is Kind.RETRIEVAL  # no head is trained for a search
            return () if searched else ((target.task,),)
        hint = "Give the target another protocol: {task: NAME, protocol: NAME}."
        raise StudyError(
            f"The protocol {protocol.name!r} does not say how {target.task!r} is trained.",
            field=field,
            allowed=sorted(protocol.trains),
            hint=hint,
        )

    def split(self, target: Target, task: Task, field: str) -> str:
        """The split on which a target is scored."""
        split = target.split or ("test" if "test" in task.splits else "dev")
        if split not in task.splits:
            raise StudyError(f"{task.name} has no split {split!r}.", field=f"{field}.split", allowed=task.splits)
        return split

    def metrics(self, target: Target, task: Task, field: str) -> tuple[str, ...]:
        """The metrics of a target, the headline first.

        Raises:
            UnknownNameError: If the study names one that the task's kind does not have.
        """
        if target.metric is None:
            return task.metrics
        known = metrics.for_kind(task.kind, task.rule)
        usable = [name for name, metric in known.items() if not metric.diagnostic]
        if target.metric not in usable:
            said = f"{task.name} is not scored by {target.metric!r}."
            hint = nearest(target.metric, usable)
            raise UnknownNameError(said, field=f"{field}.metric", value=target.metric, allowed=usable, hint=hint)
        return (target.metric, *(name for name in task.metrics if name != target.metric))

    def evaluation_languages(self, target: Target, task: Task, split: str, field: str) -> tuple[str, ...]:
        """The languages a target is scored in: wanted by the study, allowed by the protocol, given by the source."""
        given = sources.languages(task, self.source, split)
        by_protocol = self.protocol(target, field).languages.get(task.name)
        if by_protocol and self.source.kind != "lab":
            given = tuple(code for code in given if code in by_protocol)
        wanted = self.study.languages
        chosen = given if wanted == "all" else tuple(code for code in given if code in wanted)
        if not chosen:
            hint = "Check languages, the data folder and its map."
            raise StudyError(f"{task.name} has no {split} data in any language asked for.", field=field, hint=hint)
        return chosen

    def check_languages(self) -> None:
        """Refuse a language that nobody knows.

        Raises:
            UnknownNameError: Naming the nearest known code.
        """
        wanted = self.study.languages
        for index, code in enumerate([] if wanted == "all" else wanted):
            spoken(code, f"languages.{index}")
