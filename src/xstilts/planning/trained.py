"""What each arm of a study trains, told once: from the phases that its chains are made of to plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.planning import phases
from xstilts.planning.adapters import update_phases
from xstilts.planning.cells import runs, seeds_of
from xstilts.planning.data_nodes import expected_examples
from xstilts.planning.target_chain import partners, target_phase
from xstilts.protocols import PROTOCOLS
from xstilts.statistics.arm_training import LANGUAGES, TARGET, Control, Stage, Text, Trained, intermediate
from xstilts.studies.arm_spec import LanguageChoice
from xstilts.training.language_mixture import SWITCH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.planning.cells import Seed
    from xstilts.planning.data_nodes import Portion
    from xstilts.planning.phases import Phase
    from xstilts.planning.resolved import Setting
    from xstilts.statistics.arm_training import Part
    from xstilts.studies.arm_spec import Arm, LanguageMix, PhaseItem
    from xstilts.training.language_mixture import LanguageMixture

_TOLD_APART = frozenset({"phases", "target_phase", "language_adapters", "control", "of", "to", "limit"})
"""Keys of an arm that its stages and its control say."""
_CELLS = frozenset({"targets", "seeds"})
"""Keys of an arm that say where it runs, not what it trains."""


def trained(setting: Setting) -> dict[str, Trained]:
    """Arm to what it trains beside what ``none`` trains, for every arm of a study, controls written out as phases."""
    return {name: _of_arm(setting, name, arm) for name, arm in setting.arms.items()}


def _of_arm(setting: Setting, name: str, arm: Arm) -> Trained:
    said = setting.study.arms[name]
    stages = [*_updates(setting, name, arm), *_phases(setting, name, arm), *_target(setting, name, arm)]
    control = Control(said.control, str(said.of), said.to or "") if said.control is not None else None
    changes = arm.model_dump(mode="json", exclude_defaults=True, exclude={*_TOLD_APART, *_CELLS})
    return Trained(tuple(stages), control, changes)


def _updates(setting: Setting, name: str, arm: Arm) -> Iterator[Stage]:
    """The updates for the languages that the arm is tested in."""
    if arm.language_adapters is None:
        return
    tested: list[str] = []
    for index, target in enumerate(setting.study.targets):
        if arm.targets is None or target.task in arm.targets:
            where = f"targets.{index}"
            task = setting.task(target.task, where)
            split = setting.split(target, task, where)
            tested += setting.evaluation_languages(target, task, split, where)
    protocol = PROTOCOLS.get(setting.study.protocol, "protocol")
    drawn = update_phases(setting, name, 0, protocol, tested).values()
    says = arm.language_adapters.model_dump(mode="json", exclude_defaults=True)
    yield Stage(LANGUAGES, tuple(text for phase in drawn for text in _of_phases(setting, [phase])), says)


def _phases(setting: Setting, name: str, arm: Arm) -> Iterator[Stage]:
    protocol = PROTOCOLS.get(setting.study.protocol, "protocol")
    for index, item in enumerate(arm.phases):
        drawn = [
            phases.intermediate(setting, item, seed.intermediate, protocol, f"arms.{name}.{index}", arm.training)
            for seed in _seeds(setting, name, item.language_mix)
        ]
        steps = phases.expected_steps(setting, drawn[0])
        yield Stage(intermediate(index), tuple(_of_phases(setting, drawn, steps)), _says(arm, item))


def _says(arm: Arm, item: PhaseItem) -> dict[str, Any]:
    """What the study says of a phase beside its tasks and languages.

    Values that other arms' data or training tell, and that only the plan's cost guesses, are left out.
    """
    guessed = {"steps", "epochs"} if item.same_compute_as is not None else set()
    guessed |= {"limit"} if arm.to is not None else set()
    return item.model_dump(mode="json", exclude_defaults=True, exclude={"tasks", "languages", *guessed})


def _target(setting: Setting, name: str, arm: Arm) -> Iterator[Stage]:
    """What the arm changes in the target phases of the study, all of them together."""
    changes, where = arm.target_phase, f"arms.{name}.target_phase.beside"
    texts: list[Text] = []
    if (beside := partners(arm)) is not None:  # also where a target trains such a task itself, which is warned of
        portions = phases.portions_beside(setting, beside, PROTOCOLS.get(setting.study.protocol, "protocol"), where)
        part: Part = "beside" if changes.replay is None else "replay"
        texts += _texts(setting, portions, [], beside.shares, part)
    if changes.language_mix is not None:
        drawn = list(_mixed_targets(setting, name, changes.language_mix))
        portions = [one for phase in drawn for one in phase.portions if one.name in phase.mixtures]
        texts += _texts(setting, portions, [phase.mixtures for phase in drawn], {})
    says = changes.model_dump(mode="json", exclude_defaults=True)
    if says:
        yield Stage(TARGET, tuple(texts), says)


def _mixed_targets(setting: Setting, name: str, mix: LanguageMix) -> Iterator[Phase]:
    """The target phases of an arm that mixes the languages of the targets' own training data."""
    for index, target in enumerate(setting.study.targets):
        where = f"targets.{index}"
        own, protocol = setting.train_phases(target, where), setting.protocol(target, where)
        for seed in _seeds(setting, name, mix):
            if own and runs(setting, name, target.task, seed):
                view = protocol.view_of(target.task)
                yield target_phase(setting, own[-1], protocol, seed.target, name, True, False, where, {}, view)


def _seeds(setting: Setting, name: str, mix: LanguageMix | None) -> list[Seed]:
    """The seeds that an arm runs with; one of them, unless each draws languages of its own."""
    every = seeds_of(setting.study)
    run = [seed for seed in every if any(runs(setting, name, one.task, seed) for one in setting.study.targets)]
    random = mix is not None and isinstance(mix.languages, LanguageChoice) and mix.languages.rule == "random"
    return (run or every) if random else (run or every)[:1]


def _of_phases(setting: Setting, drawn: Sequence[Phase], steps: int | None = None) -> Iterator[Text]:
    """The texts of a phase, as all seeds together draw it."""
    portions = [portion for phase in drawn for portion in phase.portions]
    mixtures = [phase.mixtures for phase in drawn]
    yield from _texts(setting, portions, mixtures, drawn[0].spec.beside or {}, "beside", steps)


def _texts(
    setting: Setting,
    portions: Iterable[Portion],
    mixtures: Sequence[Mapping[str, LanguageMixture]],
    beside: Mapping[str, float],
    part: Part = "beside",
    steps: int | None = None,
) -> Iterator[Text]:
    """What portions give to train on, task by task; those that are read for nothing but their ids are left out.

    Args:
        setting: The study.
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
            n = expected_examples(setting.source, portion)
            yield Text(
                task=portion.task.name,
                language=code,
                origin=str(sources.origin(portion.task, code, "train", setting.source)),
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
