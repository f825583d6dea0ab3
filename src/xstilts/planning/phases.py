"""From what a study says about a phase to the phase as pure data: its tasks, the portions it reads, its length."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any

from xstilts import sources
from xstilts.errors import InputError, StudyError
from xstilts.languages import choose, leave_out
from xstilts.planning import cost, hyperparameters
from xstilts.planning.data_nodes import Portion, TrainingSet, expected_examples
from xstilts.sources.views import SEPARATOR, VIEWS, parsed, viewed
from xstilts.studies.arm_spec import Beside, LanguageChoice, LanguageMix
from xstilts.tasks.base import Kind, TextOrigin
from xstilts.training.contrast import Contrast
from xstilts.training.language_mixture import LanguageMixture, items_taken
from xstilts.training.mixture import total_steps
from xstilts.training.phase import Mix, PhaseSpec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.resolved import Setting
    from xstilts.protocols.base import Protocol
    from xstilts.studies.arm_spec import MixSpec, PhaseItem
    from xstilts.studies.training_spec import Hyperparameters
    from xstilts.tasks.base import Task


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
    """

    spec: PhaseSpec
    portions: tuple[Portion, ...]
    values: Mapping[str, Any]
    mixtures: Mapping[str, LanguageMixture] = field(default_factory=dict)
    label: str = ""
    main: tuple[str, ...] = ()


def intermediate(
    setting: Setting, item: PhaseItem, seed: int, protocol: Protocol, where: str, arm: Hyperparameters | None = None
) -> Phase:
    """An arm's phase.

    Args:
        setting: The study.
        item: What the arm says about the phase.
        seed: The phase seed.
        protocol: The chain's protocol.
        where: The phase's place in the study, for errors.
        arm: What the arm says about all its phases.

    Raises:
        InputError: If a task, language or view does not exist.
    """
    tasks = [setting.task(name, f"{where}.tasks.{place}") for place, name in enumerate(item.tasks)]
    values = hyperparameters.resolve(setting.study.training, protocol, tasks, arm, item, view=item.view or "")
    portions, mixtures = [], {}
    for place, task in enumerate(tasks):
        _check_trainable(task, item, f"{where}.tasks.{place}")
        own, mixture = _data(setting, item, task, values["limit"], seed, f"{where}.language_mix")
        portions += own
        if mixture is not None:
            mixtures[own[0].name] = mixture
    names = list(dict.fromkeys(portion.name for portion in portions))
    spec = phase_spec(setting, values, names, _mix(item.mix, item.view), seed)
    return with_beside(setting, Phase(spec, tuple(portions), values, mixtures, _label(item, names), tuple(names)),
                       item.beside, protocol, seed, f"{where}.beside")  # fmt: skip


def _check_trainable(task: Task, item: PhaseItem, where: str) -> None:
    """Refuse a search as a training task: it has no head, and its queries and candidates say nothing of their form."""
    if task.kind is Kind.RETRIEVAL and not item.view:
        hint = "Train a QA task with view: dual-encoder."
        raise StudyError("is a retrieval task, which has no head to train.", field=where, value=task.name, hint=hint)


def with_beside(
    setting: Setting, phase: Phase, beside: Beside | None, protocol: Protocol, seed: int, where: str
) -> Phase:
    """The phase with further tasks at a share of its steps; their masked text, mix and limits are their own."""
    if beside is None:
        return phase
    portions = portions_beside(setting, beside, protocol, where)
    names = (*phase.spec.tasks, *beside.tasks)
    if len(set(names)) < len(names):
        raise StudyError("names a task that the phase itself trains.", field=f"{where}.tasks", value=beside.tasks)
    spec = replace(phase.spec, tasks=names, beside=beside.shares)
    label = f"{phase.label} beside {' + '.join(beside.tasks)} ({beside.share:g})"
    return replace(phase, spec=spec, portions=(*phase.portions, *portions), label=label)


def portions_beside(setting: Setting, beside: Beside, protocol: Protocol, where: str) -> list[Portion]:
    """The training data of tasks beside a phase's own."""
    portions = []
    for place, name in enumerate(beside.tasks):
        task = setting.task(name, f"{where}.tasks.{place}")
        limit = hyperparameters.resolve(setting.study.training, protocol, [task])["limit"]
        codes = languages_of(setting, task, beside.languages, f"{where}.languages")
        portions += [Portion(task, code, "train", limit) for code in codes]
    return portions


def languages_of(setting: Setting, task: Task, said: Sequence[str] | str | None, where: str) -> tuple[str, ...]:
    """The languages of a task's training data: codes, ``all`` that the source has; nothing said: the pivot."""
    if said is None:
        return (setting.pivot,)
    if said == "all":
        given = tuple(code for code in sources.languages(task, setting.source, "train") if "+" not in code)
        if not given:
            raise StudyError(f"{task.name} has no training data here.", field=where, value=task.name)
        return given
    return tuple(said)


def mixture_of(setting: Setting, task: Task, mix: LanguageMix, seed: int, where: str) -> LanguageMixture | None:
    """The mixture of a task's languages; None where all items are the pivot's."""
    if mix.share == 0 and mix.size != "all":
        return None
    if isinstance(mix.languages, LanguageChoice):
        codes = _chosen(setting, task, mix.languages, seed, where)
    else:
        codes = tuple(mix.languages)
    if setting.pivot in codes or len(set(codes)) < len(codes):
        said = f"must name languages beside the pivot {setting.pivot}, each once."
        raise StudyError(said, field=f"{where}.languages", value=list(codes))
    _check_origin(setting, task, codes, mix, where)
    return LanguageMixture(
        setting.pivot, codes, mix.share, mix.size, mix.temperature, mix.items, mix.code_switch
    )  # fmt: skip


def _check_origin(setting: Setting, task: Task, codes: Sequence[str], mix: LanguageMix, where: str) -> None:
    """Refuse text as a translation that was written in its language, and the other way round."""
    for code in codes:
        native = sources.origin(task, code, "train", setting.source) is TextOrigin.NATIVE
        if native == (mix.items == "native"):
            continue
        found = "was written in it" if native else "is a translation of the pivot's"
        other = "native" if native else "translations"
        raise StudyError(
            f"is {mix.items}, but the training data of {task.name} in {code} {found}.",
            field=f"{where}.items",
            value=mix.items,
            hint=f"Say items: {other}; in a data map, origin says how a text was made.",
        )


def _chosen(setting: Setting, task: Task, choice: LanguageChoice, seed: int, where: str) -> tuple[str, ...]:
    """The languages that a rule chooses among those the source has."""
    given = sources.languages(task, setting.source, "train")
    codes = tuple(code for code in given if code != setting.pivot and "+" not in code)
    for clustering, value in choice.without.items():
        try:
            codes = leave_out(codes, clustering, value)
        except InputError as error:
            raise StudyError(error.message, field=f"{where}.languages.without.{clustering}", value=value,
                             allowed=error.allowed, hint=error.hint) from None  # fmt: skip
    if not codes or (choice.count or 0) > len(codes):
        wanted = f"{choice.count} languages" if choice.count else "other languages"
        said = (
            f"asks for {wanted} beside the pivot; {task.name} has training data in {len(codes)} that the rule allows."
        )
        hint = "Lower count, or name the translations in a data map."
        raise StudyError(said, field=f"{where}.languages", value=choice.count, allowed=codes, hint=hint)
    return choose(codes, choice.count or len(codes), choice.rule, setting.pivot, seed=seed)


def _data(
    setting: Setting, item: PhaseItem, task: Task, limit: int | None, seed: int, where: str
) -> tuple[list[Portion], LanguageMixture | None]:
    view, view_seed = item.view or "", seed if item.view else 0
    mixture = mixture_of(setting, task, item.language_mix, seed, where) if item.language_mix else None
    if mixture is not None:
        return [Portion(task, code, "train", limit, view, view_seed) for code in mixture.codes], mixture
    said = item.languages.get(task.name) if isinstance(item.languages, dict) else item.languages
    codes = languages_of(setting, task, said, where)
    return [Portion(task, code, "train", limit, view, view_seed) for code in codes], None


def _mix(mix: MixSpec, view: str | None) -> Mix:
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
    view = parsed(name)[1]
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
    setting: Setting, values: Mapping[str, Any], tasks: Sequence[str], mix: Mix, seed: int, selection: str | None = None
) -> PhaseSpec:
    """The phase as pure data, from resolved hyper-parameters."""
    chosen = selection or pivot_selection(setting)
    names = (
        "steps", "epochs", "batch_size", "learning_rate", "warmup", "weight_decay", "max_grad_norm", "token_budget",
        "gradient_checkpointing", "mlm_probability", "lora_rank", "lora_alpha", "freeze_embeddings", "freeze_layers",
    )  # fmt: skip
    fields = {name: values[name] for name in names}
    if any(is_dual_encoder(name) for name in tasks):
        fields["contrast"] = {item.name: values[item.name] for item in dataclass_fields(Contrast)}
    every = values["evaluate_every"] if chosen != "last" else None
    rest = {"mix": mix.to_json(), "seed": seed, "evaluate_every": every, "precision": setting.study.precision}
    kept = {"average_last": setting.study.selection.average_last} if chosen == "average" else {}
    return PhaseSpec.from_json({**fields, **rest, **kept, "tasks": list(tasks), "selection": chosen})


def pivot_selection(setting: Setting) -> str:
    """How checkpoints of a phase are chosen that has no target of its own: never by a target language."""
    chosen = setting.study.selection.checkpoint
    return "pivot-dev" if chosen == "oracle" else chosen


def expected_steps(setting: Setting, phase: Phase) -> int:
    """Optimizer steps of a phase as the plan guesses them, for its cost alone; training counts what was prepared."""
    return total_steps(phase.spec, expected_sizes(setting, phase))


def expected_sizes(setting: Setting, phase: Phase) -> dict[str, int]:
    """Task to its training items as the plan guesses them, for its cost alone; at least 1, to tell a length by."""
    found: dict[str, dict[str, int]] = {name: {} for name in phase.spec.tasks}
    for portion in phase.portions:
        found[portion.name][portion.language] = expected_examples(setting.source, portion)
    return {name: max(1, items_taken(phase.mixtures.get(name), sizes)) for name, sizes in found.items()}


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
    """The phase with the limit of its own tasks told by a node; what is trained beside them keeps its own."""
    portions = [replace(one, told=key) if one.name in phase.main else one for one in phase.portions]
    return replace(phase, portions=tuple(portions))


def inputs_of(phase: Phase) -> float:
    """Assumed inputs of one item of a phase, for its cost; a question counts as one with its passage."""
    own = {portion.name: trained_task(portion).kind for portion in phase.portions if portion.name in phase.main}
    negatives = phase.spec.contrast.hard_negatives if phase.spec.contrast else 0
    duals = sum(kind is Kind.RETRIEVAL for kind in own.values()) / max(1, len(own))
    return cost.inputs_of(own.values()) + duals * negatives


def longer(phase: Phase, factor: float) -> Phase:
    """The phase ``factor`` times as long."""
    if factor == 1:
        return phase
    spec = phase.spec
    if spec.epochs is not None:
        return replace(phase, spec=replace(spec, epochs=spec.epochs * factor))
    return replace(phase, spec=replace(spec, steps=math.ceil((spec.steps or 0) * factor)))


def trained_task(portion: Portion) -> Task:
    """The task of a portion as it is trained: itself, or its view."""
    return viewed(portion.task, portion.view) if portion.view else portion.task
