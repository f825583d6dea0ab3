"""The things that a study's names stand for: its source, tasks, targets and their protocols."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from xstilts import metrics, sources
from xstilts.errors import StudyError, UnknownNameError, nearest
from xstilts.languages import spoken
from xstilts.models import bases
from xstilts.planning.images import views
from xstilts.planning.portions import Portion, none_given
from xstilts.protocols import PROTOCOLS
from xstilts.sources import Source
from xstilts.studies.spec import NestedSeeds
from xstilts.tasks import TASKS, Kind, from_inline

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.protocols.base import Protocol
    from xstilts.studies.arm_spec import Arm
    from xstilts.studies.spec import Study
    from xstilts.studies.target_spec import Target
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class Seed:
    """The seeds of one chain and how tables show them (``3``, or ``1.2`` for nested seeds)."""

    intermediate: int
    target: int
    label: str


def known_bases(resolved: ResolvedStudy) -> list[tuple[str, bases.Base]]:
    """The bases that exist before the study, or that one of its own goes on from, by the name that the study gives."""
    found = [(f"bases.{place}", one) for place, one in enumerate(resolved.study.bases)]
    return [(one.name, bases.resolve(one.source, where)) for where, one in found if one.exists]


def seeds_of(study: Study) -> list[Seed]:
    """The seeds of a study's chains."""
    if isinstance(study.seeds, NestedSeeds):
        pairs = product(study.seeds.intermediate, study.seeds.target)
        return [Seed(first, second, f"{first}.{second}") for first, second in pairs]
    return [Seed(seed, seed, str(seed)) for seed in study.seeds]


@dataclass(frozen=True)
class ResolvedNames:
    """What a study's names resolve to, all but its arms.

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
    def of(cls, study: Study) -> ResolvedNames:
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
        return ResolvedNames(study, source, inline, sources.pivot(source))

    @cached_property
    def protocol(self) -> Protocol:
        """The study's own protocol; a target may follow another."""
        return PROTOCOLS.get(self.study.protocol, "protocol")

    @cached_property
    def targets(self) -> Sequence[ResolvedTarget]:
        """The study's targets, in its order."""
        return [ResolvedTarget(self, said, f"targets.{place}") for place, said in enumerate(self.study.targets)]

    def task(self, name: str, field: str) -> Task:
        """The task called ``name``, the study's own or a registered one, with its labels."""
        if name in self.inline:
            return self.inline[name]
        plain, view = sources.views.parsed(name)
        if view:
            return sources.views.viewed(self.task(plain, field), view, field)
        try:
            return sources.with_labels(TASKS.get(name, field), self.source)
        except UnknownNameError as error:
            known = sorted([*TASKS.names(), *self.inline])
            hint = f"{nearest(name, known) or 'Describe data of your own under tasks.'} {TASKS.listing}"
            raise UnknownNameError(error.message, field=field, value=name, allowed=known, hint=hint) from None

    def check_languages(self) -> None:
        """Refuse a language that nobody knows.

        Raises:
            UnknownNameError: Naming the nearest known code.
        """
        wanted = self.study.languages
        for index, code in enumerate([] if wanted == "all" else wanted):
            spoken(code, f"languages.{index}")


@dataclass(frozen=True)
class ResolvedStudy(ResolvedNames):
    """A study beside what its names resolve to; ``controls.resolve`` makes it.

    Attributes:
        arms: The arms of the study, controls written out as phases.
    """

    arms: Mapping[str, Arm]

    def runs_on(self, arm: str, target: str) -> bool:
        """Whether the study runs an arm on a target at all; arms may be cut to fewer targets."""
        chosen = self.arms[arm].targets
        return chosen is None or target in chosen

    def runs(self, arm: str, target: str, seed: Seed) -> bool:
        """Whether the study runs an arm on a target with a seed; arms may be cut to fewer of both."""
        seeds = self.arms[arm].seeds
        return self.runs_on(arm, target) and (seeds is None or seed.target in seeds)


@dataclass(frozen=True)
class ResolvedTarget:
    """A target of a study and what its names stand for, each looked up when it is first asked for.

    Attributes:
        resolved: What the study's other names resolve to.
        said: What the study says about the target.
        where: Its place in the study, for messages and for nothing else.
    """

    resolved: ResolvedNames
    said: Target
    where: str

    def check(self) -> None:
        """Look all of it up, so that what does not exist is refused before anything rests on it.

        Raises:
            InputError: If a name, split or language does not exist.
        """
        _ = self.task, self.phases, self.split, self.languages  # whether it can be a target at all comes first

    @property
    def name(self) -> str:
        """The name of its task, with the view in which it is tested."""
        return self.said.task

    @cached_property
    def tested_as(self) -> str:
        """The view in which its items are tested; "" for none."""
        return views.tested_as(self.name, self.where)

    @cached_property
    def plain(self) -> Task:
        """The task whose items are tested, as they are without a view."""
        return self.resolved.task(sources.views.parsed(self.name)[0], self.where)

    @cached_property
    def task(self) -> Task:
        """What is asked."""
        return sources.views.viewed(self.plain, self.tested_as, self.where) if self.tested_as else self.plain

    def portion(self, language: str, split: str) -> Portion:
        """Its items of one split in one language."""
        return Portion(self.plain, language, split, self.said.limit, self.tested_as)

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol that it follows."""
        return PROTOCOLS.get(self.said.protocol or self.resolved.study.protocol, self.where)

    @property
    def view(self) -> str:
        """The view under which its last phase is trained: that of its test, or the protocol's; "" for none."""
        return views.trained_as(self.tested_as) or self.protocol.view_of(self.plain.name)

    @cached_property
    def phases(self) -> Sequence[tuple[str, ...]]:
        """The tasks that the protocol trains for it, phase by phase.

        A task that no protocol names trains itself: a study's own, and a registered one. A search that no protocol
        names is searched with the encoder as it comes. Both are so under every protocol, and no benchmark's own
        targets are trained otherwise than it says.

        Raises:
            StudyError: If only other protocols say how it is trained, or nothing in the pivot trains it.
        """
        name = self.plain.name
        if name in self.protocol.trains:
            kind_of = lambda other: self.resolved.task(other, self.where).kind  # noqa: E731
            return views.with_sight(self.protocol.trains[name], self.tested_as, kind_of)
        own = name in self.resolved.inline
        others = [] if own else [one.name for one in PROTOCOLS if name in one.trains]
        if others:
            raise self._trained_elsewhere(others)
        if self.task.kind is Kind.RETRIEVAL:
            return ()  # no head is trained for a search
        if not own:
            self._check_trains_itself()
        return ((name,),)

    def _trained_elsewhere(self, protocols: Sequence[str]) -> StudyError:
        """The error for a target that other protocols train, with what to write for one of them."""
        best = next((name for name in protocols if name != "lab"), "lab")
        said = f"The protocol {self.protocol.name!r} does not say how {self.name!r} is trained."
        hint = f"Give the target a protocol that does: {{task: {self.name}, protocol: {best}}}."
        return StudyError(said, field=self.where, value=self.name, allowed=protocols, hint=hint)

    def _check_trains_itself(self) -> None:
        """Refuse a registered task that has nothing to be trained on in the pivot, unless a data map gives it."""
        source, pivot = self.resolved.source, self.resolved.pivot
        if not self.task.no_target or pivot in sources.languages(self.plain, source, "train"):
            return
        said = f"{self.name} cannot be a target: {self.task.no_target}."
        hint = f"Use it in an arm, or take another target: `xstilts show protocol {self.protocol.name}` lists them."
        raise StudyError(said, field=self.where, value=self.name, hint=hint)

    @cached_property
    def head_tasks(self) -> Sequence[Task]:
        """The tasks of its last phase, whose head answers and whose values encode; itself where nothing is trained."""
        return [self.resolved.task(name, self.where) for name in self.phases[-1]] if self.phases else [self.task]

    @cached_property
    def split(self) -> str:
        """The split on which it is scored.

        Raises:
            StudyError: If the task does not have the one that the study names.
        """
        split = self.said.split or ("test" if "test" in self.task.splits else "dev")
        if split not in self.task.splits:
            said = f"{self.task.name} has no split {split!r}."
            raise StudyError(said, field=f"{self.where}.split", allowed=self.task.splits)
        return split

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Its metrics, the headline first.

        Raises:
            UnknownNameError: If the study names one that the task's kind does not have.
        """
        task, wanted = self.task, self.said.metric
        if wanted is None:
            return task.metrics
        known = metrics.for_kind(task.kind, task.rule)
        usable = [name for name, metric in known.items() if not metric.diagnostic]
        if wanted not in usable:
            said = f"{task.name} is not scored by {wanted!r}."
            hint = nearest(wanted, usable)
            raise UnknownNameError(said, field=f"{self.where}.metric", value=wanted, allowed=usable, hint=hint)
        return (wanted, *(name for name in task.metrics if name != wanted))

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages it is scored in: wanted by the study, allowed by the protocol, given by the source.

        Raises:
            StudyError: If there are none.
        """
        given = sources.languages(self.plain, self.resolved.source, self.split)
        by_protocol = self.protocol.languages.get(self.plain.name)
        if by_protocol and self.resolved.source.kind != "lab":
            given = tuple(code for code in given if code in by_protocol)
        wanted = self.resolved.study.languages
        chosen = given if wanted == "all" else tuple(code for code in given if code in wanted)
        if not chosen:
            raise none_given(self.task, self.split, self.resolved.source, self.where, given)
        return chosen
