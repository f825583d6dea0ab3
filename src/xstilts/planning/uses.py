"""What each arm trains on, task by task: for warnings, terms of use, and the report's table of provenance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.planning import hyperparameters, phases
from xstilts.planning.controls import PRETRAINING
from xstilts.planning.phase_languages import languages_of, mixture_of, single_languages
from xstilts.planning.portions import Portion
from xstilts.studies.arm_spec import LanguageChoice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.studies.arm_spec import Arm, Beside, PhaseItem
    from xstilts.tasks.base import Task
    from xstilts.training.language_mixture import LanguageMixture

TARGET = "target"
"""Stage of what an arm adds to the target phase."""
LANGUAGES = "languages"
"""Stage of the updates for each language."""


def stage(index: int) -> str:
    """What the intermediate phase at a place (from 0) is called."""
    return f"intermediate {index + 1}"


@dataclass(frozen=True)
class Use:
    """One task in one phase of an arm.

    Attributes:
        arm: The arm.
        stage: ``intermediate 1``, ``intermediate 2`` …, ``target`` or ``languages`` (updates for each language).
        task: The task.
        languages: Languages of its data.
        view: Another use of its text, or "".
        share: Share of the phase's steps, where the task is trained beside others; None: as the mixture says.
        mixture: How its languages are mixed, or None.
        limit: At most so many items of each language.
        steps: Optimizer steps of the phase as the plan guesses them; None where they differ by target.
    """

    arm: str
    stage: str
    task: Task
    languages: tuple[str, ...]
    view: str = ""
    share: float | None = None
    mixture: LanguageMixture | None = None
    limit: int | None = None
    steps: int | None = None


def uses(resolved: ResolvedStudy) -> Iterator[Use]:
    """Every task that an arm trains on beside what ``none`` trains on."""
    for name, arm in resolved.arms.items():
        yield from _of_arm(resolved, name, arm)


def _of_arm(resolved: ResolvedStudy, name: str, arm: Arm) -> Iterator[Use]:
    protocol = resolved.protocol
    if arm.language_adapters is not None:
        text = resolved.task(PRETRAINING, f"arms.{name}.language_adapters")
        values = hyperparameters.resolve(resolved.study.training, protocol, [text], arm.language_adapters)
        yield Use(name, LANGUAGES, text, single_languages(resolved, text), limit=values["limit"])
    for index, item in enumerate(arm.phases):
        where = f"arms.{name}.{index}"
        seeds = _seeds(resolved, item)
        drawn = [phases.intermediate(resolved, item, seed, protocol, where, arm.training) for seed in seeds]
        phase, read = drawn[0], [portion for one in drawn for portion in one.portions]
        by_name = {portion.name: portion for portion in phase.portions}
        for task, portion in by_name.items():
            codes = tuple(dict.fromkeys(own.language for own in read if own.name == task))
            share = (phase.spec.beside or {}).get(task)
            mixture, steps = phase.mixtures.get(task), phases.expected_steps(resolved, phase)
            yield Use(name, stage(index), portion.task, codes, portion.view, share, mixture, portion.limit, steps)
    changes = arm.target_phase
    if changes.beside is not None:
        yield from _beside(resolved, name, changes.beside)
    again = phases.replayed(arm)
    if again is not None:
        yield from _beside(resolved, name, again)


def _seeds(resolved: ResolvedStudy, item: PhaseItem) -> list[int]:
    """One seed, or all where each draws its own languages."""
    mix = item.language_mix
    if mix is None or not isinstance(mix.languages, LanguageChoice) or mix.languages.rule != "random":
        return [0]
    seeds = resolved.study.seeds
    return list(seeds) if isinstance(seeds, list) else list(seeds.intermediate)


def _beside(resolved: ResolvedStudy, name: str, beside: Beside) -> Iterator[Use]:
    where = f"arms.{name}.target_phase.beside"
    for task in beside.tasks:
        own = resolved.task(task, where)
        codes = languages_of(resolved, own, beside.languages, where)
        yield Use(name, TARGET, own, codes, share=beside.share / len(beside.tasks))


def arm_data(resolved: ResolvedStudy) -> dict[str, list[dict[str, Any]]]:
    """Arm to what it trains on, one entry for each task and language, in the shape of ``statistics.Facts``."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in resolved.arms}
    for use in uses(resolved):
        found[use.arm] += _entries(resolved, use)
    for name, arm in resolved.arms.items():
        if arm.target_phase.language_mix is not None:
            found[name] += _translated_training(resolved, name)
    return found


def _entries(resolved: ResolvedStudy, use: Use) -> list[dict[str, Any]]:
    """An entry for each language that items are taken from."""
    return [entry for code in use.languages if (entry := _entry(resolved, use, code))["share"] != 0]


def _entry(resolved: ResolvedStudy, use: Use, code: str) -> dict[str, Any]:
    single = code.split("+")[-1]
    items: int | None = Portion(use.task, code, "train", use.limit).expected_examples(resolved.source)
    share = _share(use, code, resolved.pivot)
    if use.mixture is not None:
        items = None if share is None or items is None else round(share * items)
    return {
        "phase": use.stage,
        "task": use.task.name,
        "language": code,
        "origin": str(sources.origin(use.task, single, "train", resolved.source)),
        "items": items,
        "steps": use.steps,
        "share": share,
        "view": use.view,
    }


def _share(use: Use, code: str, pivot: str) -> float | None:
    """Share of the task's items in this language as far as the plan knows, or the task's share of the steps."""
    mixture = use.mixture
    if mixture is None:  # of a task beside, by language as if all had as many items
        return None if use.share is None else use.share / len(use.languages)
    if mixture.size != "fixed" or not set(use.languages) <= set(mixture.codes):  # each seed draws its own languages
        return None
    if code == pivot:
        return 1 - mixture.share
    switched = mixture.code_switch if "+" in code else 1 - mixture.code_switch
    return mixture.share * switched / len(mixture.languages)


def _translated_training(resolved: ResolvedStudy, arm: str) -> list[dict[str, Any]]:
    """The target's own training data in other languages, once for each target of the arm."""
    rows = []
    for target in resolved.targets:
        if not target.phases or not resolved.runs_on(arm, target.name):
            continue
        view = target.view
        for task in target.head_tasks:
            mix = resolved.arms[arm].target_phase.language_mix
            mixture = mixture_of(resolved, task, mix, 0, f"arms.{arm}.target_phase") if mix else None
            if mixture is not None:
                said = resolved.arms[arm].training
                values = hyperparameters.resolve(resolved.study.training, target.protocol, [task], said, view=view)
                use = Use(arm, TARGET, task, mixture.codes, view, mixture=mixture, limit=values["limit"])
                rows += _entries(resolved, use)
    return list({(row["task"], row["view"], row["language"]): row for row in rows}.values())


def trained_names(resolved: ResolvedStudy) -> Sequence[str]:
    """Names of every task that some arm trains on."""
    return sorted({use.task.name for use in uses(resolved)})
