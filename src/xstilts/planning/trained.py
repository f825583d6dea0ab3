"""What each arm of a study trains, told once: from the phases that its chains are made of to plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.planning import phases
from xstilts.planning.chains.arm import arm_phases, update_phases
from xstilts.planning.chains.chain import Course
from xstilts.planning.chains.target import last_phase
from xstilts.planning.resolved import seeds_of
from xstilts.statistics.arm_training import LANGUAGES, TARGET, Control, Stage, Text, Trained, intermediate
from xstilts.studies.arm_spec import LanguageChoice
from xstilts.training.language_mixture import SWITCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.planning.phases import Phase
    from xstilts.planning.portions import Portion
    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.statistics.arm_training import PhasePart
    from xstilts.studies.arm_spec import Arm, LanguageMix, PhaseItem
    from xstilts.training.language_mixture import LanguageMixture

_TOLD_APART = frozenset({"phases", "target_phase", "language_adapters", "control", "of", "to", "limit"})
"""Keys of an arm that its stages and its control say."""
_NOT_TRAINED = frozenset({"targets", "seeds", "must"})
"""Keys of an arm that say where it runs and what it must show, not what it trains."""


def trained(resolved: ResolvedStudy) -> dict[str, Trained]:
    """Arm to what it trains beside what ``none`` trains, for every arm of a study, controls written out as phases."""
    return {name: _of_arm(resolved, name, arm) for name, arm in resolved.arms.items()}


def _of_arm(resolved: ResolvedStudy, name: str, arm: Arm) -> Trained:
    courses, said = _courses(resolved, name), resolved.study.arms[name]
    stages = [*_updates(courses), *_phases(courses), *_target(courses)] if courses else []
    control = Control(said.control, str(said.of), said.to or "") if said.control is not None else None
    changes = arm.model_dump(mode="json", exclude_defaults=True, exclude={*_TOLD_APART, *_NOT_TRAINED})
    return Trained(tuple(stages), control, changes)


def _courses(resolved: ResolvedStudy, name: str) -> list[Course]:
    """What the arm is run as, seed by seed; all that it could be, where the study has none of its seeds."""
    every = [Course(resolved, name, seed, target) for seed in seeds_of(resolved.study) for target in resolved.targets]
    return [one for one in every if resolved.runs(name, one.target.name, one.seed)] or every


def _of_seeds(courses: Sequence[Course], mixes: Sequence[LanguageMix | None]) -> list[Course]:
    """The courses of one seed, or of all where each draws languages of its own."""
    chosen = [mix.languages for mix in mixes if mix is not None]
    if any(isinstance(languages, LanguageChoice) and languages.rule == "random" for languages in chosen):
        return list(courses)
    return [course for course in courses if course.seed == courses[0].seed]


def _updates(courses: Sequence[Course]) -> Iterator[Stage]:
    """The updates for the languages that the arm is tested in."""
    first, said = courses[0], courses[0].said.language_adapters
    if said is not None:
        drawn = [update_phases(course) for course in _of_seeds(courses, [])]
        by_language = {code: phase for one in drawn for code, phase in one.items()}
        texts = [text for phase in by_language.values() for text in _of_phases(first.resolved, [phase])]
        yield Stage(LANGUAGES, tuple(texts), said.model_dump(mode="json", exclude_defaults=True))


def _phases(courses: Sequence[Course]) -> Iterator[Stage]:
    """The arm's own phases, as its first target's protocol has them."""
    first, arm = courses[0], courses[0].said
    of_one = [course for course in courses if course.target is first.target]
    by_seed = [arm_phases(course) for course in _of_seeds(of_one, [item.language_mix for item in arm.phases])]
    for index, (item, *drawn) in enumerate(zip(arm.phases, *by_seed, strict=True)):
        steps = phases.expected_steps(first.resolved, drawn[0])
        yield Stage(intermediate(index), tuple(_of_phases(first.resolved, drawn, steps)), _says(arm, item))


def _says(arm: Arm, item: PhaseItem) -> dict[str, Any]:
    """What the study says of a phase beside its tasks and languages.

    Values that other arms' data or training tell, and that only the plan's cost guesses, are left out.
    """
    guessed = {"steps", "epochs"} if item.same_compute_as is not None else set()
    guessed |= {"limit"} if arm.to is not None else set()
    return item.model_dump(mode="json", exclude_defaults=True, exclude={"tasks", "languages", *guessed})


def _target(courses: Sequence[Course]) -> Iterator[Stage]:
    """What the arm changes in the target phases of the study, all of them together."""
    first, resolved, changes = courses[0], courses[0].resolved, courses[0].said.target_phase
    texts: list[Text] = []
    if (beside := phases.partners(first.said)) is not None:  # also where a target trains such a task: that is warned of
        where = f"arms.{first.arm}.target_phase.beside"
        part: PhasePart = "beside" if changes.replay is None else "replay"
        portions = phases.portions_beside(resolved, beside, first.protocol, where)
        texts += _texts(resolved, portions, [], beside.shares, part)
    if changes.language_mix is not None:
        drawn = [last_phase(course) for course in _of_seeds(courses, [changes.language_mix]) if course.target.phases]
        mixed = [one for phase in drawn for one in phase.portions if one.name in phase.mixtures]
        texts += _texts(resolved, mixed, [phase.mixtures for phase in drawn], {})
    if says := changes.model_dump(mode="json", exclude_defaults=True):
        yield Stage(TARGET, tuple(texts), says)


def _of_phases(resolved: ResolvedStudy, drawn: Sequence[Phase], steps: int | None = None) -> Iterator[Text]:
    """The texts of a phase, as all seeds together draw it."""
    portions = [portion for phase in drawn for portion in phase.portions]
    mixtures = [phase.mixtures for phase in drawn]
    yield from _texts(resolved, portions, mixtures, drawn[0].spec.beside or {}, "beside", steps)


def _texts(
    resolved: ResolvedStudy,
    portions: Iterable[Portion],
    mixtures: Sequence[Mapping[str, LanguageMixture]],
    beside: Mapping[str, float],
    part: PhasePart = "beside",
    steps: int | None = None,
) -> Iterator[Text]:
    """What portions give to train on, task by task; those that are read for nothing but their ids are left out.

    Args:
        resolved: The study.
        portions: What is read.
        mixtures: For each seed: task to how its languages are mixed.
        beside: Tasks that are trained beside the others, with their share of the steps.
        part: What these are.
        steps: Steps of the stage.
    """
    by_task: dict[str, dict[str, Portion]] = {}
    for portion in portions:
        by_task.setdefault(portion.name, {})[portion.language] = portion
    for name, by_language in by_task.items():
        mixed = [own[name] for own in mixtures if name in own]
        for code, portion in by_language.items():
            share = _share(mixed, code) if mixed else beside.get(name)
            if share == 0:
                continue
            if name in beside and share is not None:  # as if all languages had as many items
                share /= len(by_language)
            n = portion.expected_examples(resolved.source)
            yield Text(
                task=portion.task.name,
                language=code,
                origin=str(sources.origin(portion.task, code, "train", resolved.source)),
                view=portion.view,
                part=part if name in beside else "own",
                share=share,
                items=n if not mixed else None if share is None else round(share * n),
                steps=steps,
            )


def _share(mixed: Sequence[LanguageMixture], code: str) -> float | None:
    """Share of a task's items in a language, as if all others had as many; None where the plan does not know it."""
    first = mixed[0]
    replaced = first.size == "fixed"
    if replaced and code == first.pivot and first.share == 1:
        return 0.0
    if not replaced or any(set(other.languages) != set(first.languages) for other in mixed):
        return None
    if code == first.pivot:
        return 1 - first.share
    switched = first.code_switch if SWITCH in code else 1 - first.code_switch
    return first.share * switched / len(first.languages)
