"""The phases that a protocol trains for a target, as an arm changes them, and the sweep that tunes the last one."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.errors import StudyError
from xstilts.evaluation.dev_halves import CHOOSING_HALF
from xstilts.planning import controls, cost, hyperparameters, phases
from xstilts.planning.chains.arm import trained_by
from xstilts.planning.chains.training import AsLong, train
from xstilts.planning.data_nodes import encoding_of
from xstilts.planning.phase_languages import mixture_of
from xstilts.planning.phases import Phase, is_search
from xstilts.planning.portions import Portion
from xstilts.planning.resolved import Seed
from xstilts.store.node import Node
from xstilts.store.payloads import ChoosePayload, Runtime
from xstilts.store.roles import SweptRole
from xstilts.studies.arm_spec import TargetPhase
from xstilts.training.contrast import searched_as
from xstilts.training.mix import Mix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.chains.chain import Chain, Course
    from xstilts.planning.chains.model import Model
    from xstilts.planning.hyperparameters import PhaseValues
    from xstilts.planning.planner import Planner
    from xstilts.planning.resolved import ResolvedNames
    from xstilts.studies.arm_spec import Beside
    from xstilts.studies.spec import Study
    from xstilts.tasks.base import Task
    from xstilts.training.language_mixture import LanguageMixture


def after_target(chain: Chain, start: Model, model: Model) -> Model:
    """The encoder and head after the phases that the protocol trains for the target.

    Args:
        chain: The chain. What its arm changes, its view and its sweep meet the last phase only.
        start: The encoder before the arm's phases.
        model: The encoder after them.
    """
    if not chain.target.phases:
        return model
    for names in chain.target.phases[:-1]:
        model = train(chain.planner, model, _phase(chain, names, TargetPhase()))
    wanted = [last_phase(chain, tried) for tried in _tried(chain.resolved.study)]
    oracle = chain.dev_sets() if chain.selection == "oracle" else []
    as_long = _on_top(chain, start)
    models = [train(chain.planner, model, phase, oracle=oracle, as_long=as_long) for phase in wanted]
    return models[0] if len(models) == 1 else _best_of(chain.planner, models, wanted[0])


def _on_top(chain: Chain, start: Model) -> AsLong | None:
    """The nodes of another arm whose tokens come on top of the last phase."""
    other = chain.said.target_phase.same_compute_as
    if other is None:
        return None
    # The other arm is seeded by the target's seed: then the phase is one for all intermediate seeds, of which an arm
    # without phases of its own has none.
    seed = chain.seed.target
    keys = trained_by(replace(chain, arm=other, seed=Seed(seed, seed, str(seed))), start)
    return AsLong(keys, controls.arm_steps(chain.resolved, chain.resolved.arms[other]))


def last_phase(course: Course, tried: Mapping[str, Any] = MappingProxyType({})) -> Phase:
    """The phase that an arm's changes meet; ``tried`` are the values that a sweep gives it."""
    changes, names = course.said.target_phase, course.target.phases[-1]
    selection = "oracle" if course.selection == "oracle" else None
    phase = phases.longer(_phase(course, names, changes, course.target.view, tried, selection), changes.epochs_factor)
    beside = _without_own(phases.partners(course.said), names)
    where = f"arms.{course.arm}.target_phase.beside"
    return phases.with_beside(course.resolved, phase, beside, course.protocol, where)


def _phase(
    course: Course,
    names: Sequence[str],
    changes: TargetPhase,
    view: str = "",
    tried: Mapping[str, Any] = MappingProxyType({}),
    selection: str | None = None,
) -> Phase:
    """One phase of a target on its own tasks, with their languages as an arm changes them."""
    resolved, seed = course.resolved, course.seed.target
    tasks = [resolved.task(name, course.target.where) for name in names]
    own = hyperparameters.resolve(resolved.study.training, course.protocol, tasks, course.said.training, view=view)
    values = replace(own, **tried)
    mixtures: dict[str, LanguageMixture] = {}
    portions: list[Portion] = []
    for task in tasks:
        mix, where = changes.language_mix, f"arms.{course.arm}.target_phase.language_mix"
        mixture = mixture_of(resolved, task, mix, seed, where) if mix else None
        if mixture is not None:
            mixtures[phases.viewed_name(task.name, view)] = mixture
        codes = mixture.codes if mixture else (resolved.pivot,)
        portions += [Portion(task, code, "train", values.limit, view) for code in codes]
    trained = [phases.viewed_name(name, view) for name in names]
    spec = phases.phase_spec(resolved, values, trained, Mix(), seed, selection)
    label = " + ".join(trained)
    label += f" ({changes.language_mix.share:.0%} other languages)" if changes.language_mix else ""
    label += f" at {values.learning_rate:g}, {values.epochs or 0:g} epochs" if tried else ""
    phase = Phase(spec, tuple(portions), values, mixtures, label, tuple(trained))
    return phases.with_noise(phase, changes.augment, resolved.pivot, f"arms.{course.arm}.target_phase.augment")


def _without_own(beside: Beside | None, names: Sequence[str]) -> Beside | None:
    """The tasks beside, without those that the target trains itself (such a cell is marked degenerate)."""
    others = [task for task in beside.tasks if task not in names] if beside else []
    return beside.model_copy(update={"tasks": others}) if beside and others else None


def _tried(study: Study) -> list[dict[str, Any]]:
    """The values of every combination of a sweep; one empty one without a sweep."""
    tune = study.training.tune
    if tune is None:
        return [{}]
    rates = [{"learning_rate": rate} for rate in tune.learning_rate] or [{}]
    lengths = [{"epochs": epochs, "steps": None} for epochs in tune.epochs] or [{}]
    return [{**rate, **length} for rate in rates for length in lengths]


def _best_of(planner: Planner, models: Sequence[Model], phase: Phase) -> Model:
    """The node that keeps the model of a sweep that is best on one half of the pivot's dev set."""
    first, resolved = phase.portions[0], planner.resolved
    portion = dev_portion(resolved, first.task, "training.tune", first.view)
    tokenizer = models[0].tokenizer
    parents = planner.prepare([portion], tokenizer, encoding_of(phase.values))
    parents |= {str(SweptRole(place)): str(model.node) for place, model in enumerate(models)}
    parents |= {**planner.grids([portion]), **tokenizer.parents()}
    if is_search(first.view):  # without a head
        asked = ChoosePayload(None, portion.role, CHOOSING_HALF, trained_vectors(phase.values))
    else:
        asked = ChoosePayload(phase.main[0], portion.role, CHOOSING_HALF)
    tokens = cost.tokens_of([portion.seen.kind], phase.values.max_length, resolved.source.kind == "lab")
    each = cost.predict(models[0].size, portion.expected_examples(resolved.source), tokens)
    price = replace(each, seconds=each.seconds * len(models), flops=each.flops * len(models))
    label = f"choose {phase.label}, seed {phase.spec.seed}"
    node = planner.add(Node.of(asked, label, parents, price, Runtime(tokenizer=tokenizer.place)))
    trained = tuple(dict.fromkeys(key for model in models for key in model.trained))
    return replace(models[0], node=node.key, trained=trained)


def trained_vectors(values: PhaseValues) -> dict[str, int | str]:
    """How the texts of a dual encoder are compared, as a setting of retrieval: as these hyper-parameters train it."""
    return searched_as(values.pooling, values.similarity)


def dev_portion(resolved: ResolvedNames, task: Task, where: str, view: str = "") -> Portion:
    """The pivot's dev set of a task, as it is trained, for choosing.

    Raises:
        StudyError: If the task has none.
    """
    if "dev" not in task.splits:
        raise StudyError(f"needs a dev split of {task.name}.", field=where, value=task.name)
    return Portion(task, resolved.pivot, "dev", None, view)
