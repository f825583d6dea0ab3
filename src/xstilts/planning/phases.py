"""From what a study says about a phase to the phase as pure data: its tasks, the portions it reads, its length."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING

from xstilts.errors import StudyError
from xstilts.planning import cost, hyperparameters
from xstilts.planning.noise_variants import augmented
from xstilts.planning.phase_languages import languages_of, mixture_of, replayed_languages
from xstilts.planning.portions import Portion, TrainingSet
from xstilts.sources.views import SEPARATOR, VIEWS, parsed
from xstilts.studies.arm_spec import Beside
from xstilts.tasks.base import Kind
from xstilts.training.consistency import KINDS as CONSISTENT
from xstilts.training.contrast import Contrast
from xstilts.training.language_mixture import items_taken
from xstilts.training.mix import Mix
from xstilts.training.mixture import total_steps
from xstilts.training.phase import PhaseSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.hyperparameters import PhaseValues
    from xstilts.planning.resolved import ResolvedNames
    from xstilts.protocols.base import Protocol
    from xstilts.studies.arm_spec import Arm, MixSpec, PhaseItem
    from xstilts.studies.noise_spec import Augment
    from xstilts.studies.training_spec import Hyperparameters
    from xstilts.tasks.base import Task
    from xstilts.training.language_mixture import LanguageMixture


@dataclass(frozen=True)
class Phase:
    """One training phase of a chain.

    Attributes:
        spec: The phase as pure data.
        portions: The training data it reads.
        values: Its resolved hyper-parameters.
        mixtures: Task name, as trained, to the mixture of its languages; a task without one takes all its portions.
        label: What it trains, for people.
        main: Names, as trained, of its own tasks, without those beside.
        copies: The training data of its own tasks once more, with noise in all items; empty without.
    """

    spec: PhaseSpec
    portions: tuple[Portion, ...]
    values: PhaseValues
    mixtures: Mapping[str, LanguageMixture] = field(default_factory=dict)
    label: str = ""
    main: tuple[str, ...] = ()
    copies: tuple[Portion, ...] = ()


def intermediate(
    resolved: ResolvedNames,
    item: PhaseItem,
    seed: int,
    protocol: Protocol,
    where: str,
    arm: Hyperparameters | None = None,
) -> Phase:
    """An arm's phase.

    Args:
        resolved: The study.
        item: What the arm says about the phase.
        seed: The phase seed.
        protocol: The chain's protocol.
        where: The phase's place in the study, for errors.
        arm: What the arm says about all its phases.

    Raises:
        InputError: If a task, language or view does not exist.
    """
    tasks = [resolved.task(name, f"{where}.tasks.{place}") for place, name in enumerate(item.tasks)]
    values = hyperparameters.resolve(resolved.study.training, protocol, tasks, arm, item, view=item.view or "")
    portions, mixtures = [], {}
    for place, task in enumerate(tasks):
        _check_trainable(task, item, f"{where}.tasks.{place}")
        own, mixture = _data(resolved, item, task, values.limit, seed, f"{where}.language_mix")
        portions += own
        if mixture is not None:
            mixtures[own[0].name] = mixture
    names = list(dict.fromkeys(portion.name for portion in portions))
    spec = phase_spec(resolved, values, names, mix_of(item.mix, item.view), seed)
    phase = Phase(spec, tuple(portions), values, mixtures, _label(item, names), tuple(names))
    phase = with_noise(phase, item.augment, resolved.pivot, f"{where}.augment")
    return with_beside(resolved, phase, item.beside, protocol, f"{where}.beside")


def _check_trainable(task: Task, item: PhaseItem, where: str) -> None:
    """Refuse a search as a training task: it has no head, and its queries and candidates say nothing of their form."""
    if task.kind is Kind.RETRIEVAL and not item.view:
        hint = "Train a QA task with view: dual-encoder."
        raise StudyError("is a retrieval task, which has no head to train.", field=where, value=task.name, hint=hint)


def with_beside(resolved: ResolvedNames, phase: Phase, beside: Beside | None, protocol: Protocol, where: str) -> Phase:
    """The phase with further tasks at a share of its steps; their masked text, mix and limits are their own."""
    if beside is None:
        return phase
    portions = portions_beside(resolved, beside, protocol, where)
    names = (*phase.spec.tasks, *beside.tasks)
    if len(set(names)) < len(names):
        raise StudyError("names a task that the phase itself trains.", field=f"{where}.tasks", value=beside.tasks)
    spec = replace(phase.spec, tasks=names, beside=beside.shares)
    label = f"{phase.label} beside {' + '.join(beside.tasks)} ({beside.share:g})"
    return replace(phase, spec=spec, portions=(*phase.portions, *portions), label=label)


def portions_beside(resolved: ResolvedNames, beside: Beside, protocol: Protocol, where: str) -> list[Portion]:
    """The training data of tasks beside a phase's own."""
    portions = []
    for place, name in enumerate(beside.tasks):
        task = resolved.task(name, f"{where}.tasks.{place}")
        limit = hyperparameters.resolve(resolved.study.training, protocol, [task]).limit
        codes = languages_of(resolved, task, beside.languages, f"{where}.languages")
        portions += [Portion(task, code, "train", limit) for code in codes]
    return portions


def _data(
    resolved: ResolvedNames, item: PhaseItem, task: Task, limit: int | None, seed: int, where: str
) -> tuple[list[Portion], LanguageMixture | None]:
    mixture = mixture_of(resolved, task, item.language_mix, seed, where) if item.language_mix else None
    if mixture is not None:
        codes = mixture.codes
    else:
        said = item.languages.get(task.name) if isinstance(item.languages, dict) else item.languages
        codes = languages_of(resolved, task, said, where)
    view, view_seed = item.view or "", seed if item.view else 0
    return [Portion(task, code, "train", limit, view, view_seed) for code in codes], mixture


def with_noise(phase: Phase, said: Augment | None, pivot: str, where: str) -> Phase:
    """The phase with noise in the data of its own tasks: in a share of the items, or in a copy of each.

    Raises:
        StudyError: If a task cannot have it, or cannot answer a copy as the original.
    """
    if said is None:
        return phase
    noisy = tuple(replace(one, augment=augmented(one, said, phase.spec.seed, pivot, where)) for one in phase.portions)
    if not said.consistency:
        label = f"{phase.label} ({said.share:.0%} with {said.type}:{said.severity})"
        return replace(phase, portions=noisy, label=label)
    for portion in phase.portions:
        if portion.seen.kind not in CONSISTENT:
            why = f"brings together what is answered to an item and to its copy; {portion.name} has no answer for each."
            raise StudyError(why, field=f"{where}.consistency", value=portion.name, hint="Say share instead.")
    if phase.spec.robust is not None:
        raise StudyError("moves no word vectors; say robust or consistency.", field=f"{where}.consistency")
    label = f"{phase.label} (each with a copy with {said.type}:{said.severity})"
    return replace(phase, spec=replace(phase.spec, consistency=said.consistency), copies=noisy, label=label)


def mix_of(mix: MixSpec, view: str | None = None) -> Mix:
    """The mixture of tasks; weights name the tasks as they are trained."""
    both = [
        None if weights is None else {viewed_name(name, view): value for name, value in weights.items()}
        for weights in (mix.weights, mix.end_weights)
    ]
    return Mix(mix.rule, mix.cap, mix.temperature, both[0], both[1])


def viewed_name(name: str, view: str | None) -> str:
    """What a task is called under a view."""
    return f"{name}{SEPARATOR}{view}" if view else name


def is_dual_encoder(name: str) -> bool:
    """Whether the task called ``name``, as it is trained, trains the bare encoder on questions and passages."""
    return is_search(parsed(name)[1])


def is_search(view: str) -> bool:
    """Whether a view makes a search of what it sees, for which no head is trained."""
    return view in VIEWS and VIEWS[view].kind is Kind.RETRIEVAL


def _label(item: PhaseItem, names: Sequence[str]) -> str:
    said = " + ".join(names)
    mix = item.language_mix
    if mix is not None and (mix.share or mix.size == "all"):
        said += f" ({mix.share:.0%} other languages)" if mix.size != "all" else " (every item in every language)"
    elif item.languages == "all":
        said += " (all languages)"
    elif isinstance(item.languages, list):
        said += f" ({' '.join(item.languages)})"
    return said


def phase_spec(
    resolved: ResolvedNames,
    values: PhaseValues,
    tasks: Sequence[str],
    mix: Mix,
    seed: int,
    selection: str | None = None,
) -> PhaseSpec:
    """The phase as pure data, from resolved hyper-parameters."""
    chosen = selection or pivot_selection(resolved)
    names = (  # what is told of a phase by values; the rest is the study's, the chain's or the mixture's to say
        "steps", "epochs", "batch_size", "learning_rate", "warmup", "weight_decay", "max_grad_norm", "token_budget",
        "gradient_checkpointing", "mlm_probability", "lora_rank", "lora_alpha", "freeze_embeddings", "freeze_layers",
    )  # fmt: skip
    fields = {name: getattr(values, name) for name in names}
    if values.robust is not None:
        fields["robust"] = values.robust.model_dump()
    if any(is_dual_encoder(name) for name in tasks):
        if values.robust is not None:
            hint = "Say robust in the phases that train heads."
            raise StudyError(f"{tasks[0]} is trained without.", field="robust", value=values.robust.method, hint=hint)
        fields["contrast"] = {item.name: getattr(values, item.name) for item in dataclass_fields(Contrast)}
    every = values.evaluate_every if chosen != "last" else None
    rest = {"mix": mix.to_json(), "seed": seed, "evaluate_every": every, "precision": resolved.study.precision}
    kept = {"average_last": resolved.study.selection.average_last} if chosen == "average" else {}
    return PhaseSpec.from_json({**fields, **rest, **kept, "tasks": list(tasks), "selection": chosen})


def pivot_selection(resolved: ResolvedNames) -> str:
    """How checkpoints of a phase are chosen that has no target of its own: never by a target language."""
    chosen = resolved.study.selection.checkpoint
    return "pivot-dev" if chosen == "oracle" else chosen


def partners(arm: Arm) -> Beside | None:
    """What an arm trains beside the target's tasks: what it says, or its own phases' tasks in the same languages."""
    share = arm.target_phase.replay
    if share is None:
        return arm.target_phase.beside
    tasks = list(dict.fromkeys(task for item in arm.phases for task in item.tasks))
    return Beside(tasks=tasks, share=share, languages=replayed_languages(arm))


def expected_steps(resolved: ResolvedNames, phase: Phase) -> int:
    """Optimizer steps of a phase as the plan guesses them, for its cost alone; training counts what was prepared."""
    return total_steps(phase.spec, expected_sizes(resolved, phase))


def expected_sizes(resolved: ResolvedNames, phase: Phase) -> dict[str, int]:
    """Task to its training items as the plan guesses them, for its cost alone; at least 1, to tell a length by."""
    by_language: dict[str, dict[str, int]] = {name: {} for name in phase.spec.tasks}
    for portion in phase.portions:
        by_language[portion.name][portion.language] = portion.expected_examples(resolved.source)
    # A mixture takes some items of each language; how many rests on the sizes of all of them. An empty file still
    # needs a step: epochs of nothing would be a phase without a length, and a share of it no share.
    return {name: max(1, items_taken(phase.mixtures.get(name), sizes)) for name, sizes in by_language.items()}


def training_sets(phase: Phase) -> list[TrainingSet]:
    """The training sets of a phase's own tasks, in order; pairs for code-switching are no items of their own."""
    return [_training_set(phase, name) for name in phase.main]


def _training_set(phase: Phase, name: str) -> TrainingSet:
    mixture = phase.mixtures.get(name)
    own = [portion for portion in phase.portions if portion.name == name]
    if mixture is not None:
        own = [portion for portion in own if portion.language in (mixture.pivot, *mixture.languages)]
    return TrainingSet(own, mixture)


def told_limit(phase: Phase, key: str) -> Phase:
    """The phase with the limit of its own tasks told by a node; what is trained beside them keeps its own.

    The limit that a portion has is then the plan's guess, and reaches no key (``data_nodes.prepare``).
    """
    portions = tuple(replace(one, told=key) if one.name in phase.main else one for one in phase.portions)
    return replace(phase, portions=portions, copies=tuple(replace(one, told=key) for one in phase.copies))


def inputs_of(phase: Phase) -> float:
    """Assumed inputs of one item of a phase, for its cost; a question counts as one with its passage."""
    own = {portion.name: portion.seen.kind for portion in phase.portions if portion.name in phase.main}
    negatives = phase.spec.contrast.hard_negatives if phase.spec.contrast else 0
    duals = sum(kind is Kind.RETRIEVAL for kind in own.values()) / max(1, len(own))  # only they have hard negatives
    return cost.inputs_of(own.values()) * (2 if phase.copies else 1) + duals * negatives


def longer(phase: Phase, factor: float) -> Phase:
    """The phase ``factor`` times as long."""
    if factor == 1:
        return phase
    spec = phase.spec
    if spec.epochs is not None:
        return replace(phase, spec=replace(spec, epochs=spec.epochs * factor))
    return replace(phase, spec=replace(spec, steps=math.ceil((spec.steps or 0) * factor)))
