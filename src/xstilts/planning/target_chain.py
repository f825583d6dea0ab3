"""The phases that a protocol trains for a target, as an arm changes them, and the sweep that tunes the last one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from xstilts.errors import StudyError
from xstilts.evaluation.dev_halves import CHOOSING_HALF
from xstilts.planning import controls, cost, hyperparameters, phases
from xstilts.planning.chains import encoding_options, train, trained_by
from xstilts.planning.data_nodes import Portion, expected_examples
from xstilts.planning.phases import Phase
from xstilts.store.node import Node
from xstilts.studies.arm_spec import Beside, TargetPhase
from xstilts.training.contrast import searched_as
from xstilts.training.phase import Mix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.chains import Model, Nodes
    from xstilts.planning.resolved import Setting
    from xstilts.protocols.base import Protocol
    from xstilts.studies.arm_spec import Arm
    from xstilts.tasks.base import Task
    from xstilts.training.language_mixture import LanguageMixture


def target_phases(
    setting: Setting,
    nodes: Nodes,
    start: Model,
    model: Model,
    trained: Sequence[tuple[str, ...]],
    protocol: Protocol,
    seed: int,
    arm: str,
    oracle: Sequence[Portion],
    where: str,
) -> Model:
    """The encoder and head after the phases that the protocol trains for a target; what an arm changes meets the last.

    Args:
        setting: The study.
        nodes: Takes the nodes.
        start: The base of the chain.
        model: The encoder after the arm's intermediate phases.
        trained: The protocol's phases, each a tuple of tasks.
        protocol: The chain's protocol.
        seed: The target seed.
        arm: The arm.
        oracle: Target-language dev sets, where checkpoints are chosen by them.
        where: The target's place in the study (``targets.N``).
    """
    view = _view(setting, protocol, where)
    for index, names in enumerate(trained):
        last = index == len(trained) - 1
        dev = oracle if last else ()
        wanted = [_target_phase(setting, names, protocol, seed, arm, last, bool(dev), where, tried,
                                view if last else "")
                  for tried in (_tried(setting) if last else [{}])]  # fmt: skip
        as_long, more = _longer_by(setting, nodes, start, arm, seed, protocol) if last else ((), None)
        models = [train(setting, nodes, model, phase, oracle=dev, as_long=as_long, more_steps=more) for phase in wanted]
        model = models[0] if len(models) == 1 else _best_of(setting, nodes, models, wanted[0])
    return model


def _view(setting: Setting, protocol: Protocol, where: str) -> str:
    """The view under which the protocol trains the target at this place; "" for none."""
    target = setting.study.targets[int(where.rpartition(".")[2])]
    return protocol.view_of(target.task)


def _longer_by(
    setting: Setting, nodes: Nodes, start: Model, arm: str, seed: int, protocol: Protocol
) -> tuple[tuple[str, ...], int | None]:
    """The nodes whose tokens come on top of a target phase, and how many steps the plan takes them for."""
    other = setting.arms[arm].target_phase.same_compute_as
    if other is None:
        return (), None
    return trained_by(setting, nodes, start, other, seed, protocol), controls.arm_steps(setting, other)


def _target_phase(
    setting: Setting,
    names: Sequence[str],
    protocol: Protocol,
    seed: int,
    arm: str,
    last: bool,
    oracle: bool,
    where: str,
    tried: Mapping[str, Any],
    view: str,
) -> Phase:
    """One phase of a target; ``tried`` are the values that a sweep gives it."""
    tasks = [setting.task(name, where) for name in names]
    said = setting.arms[arm]
    values = hyperparameters.resolve(setting.study.training, protocol, tasks, said.training, view=view) | dict(tried)
    changes = said.target_phase if last else TargetPhase()
    mixtures: dict[str, LanguageMixture] = {}
    portions: list[Portion] = []
    for task in tasks:
        mix = changes.language_mix
        place = f"arms.{arm}.target_phase.language_mix"
        mixture = phases.mixture_of(setting, task, mix, seed, place) if mix else None
        if mixture is not None:
            mixtures[phases.viewed_name(task.name, view)] = mixture
        codes = mixture.codes if mixture else (setting.pivot,)
        portions += [Portion(task, code, "train", values["limit"], view) for code in codes]
    trained = [phases.viewed_name(name, view) for name in names]
    spec = phases.phase_spec(setting, values, trained, Mix(), seed, "oracle" if oracle else None)
    label = " + ".join(trained)
    label += f" ({changes.language_mix.share:.0%} other languages)" if changes.language_mix else ""
    label += f" at {values['learning_rate']:g}, {values['epochs'] or 0:g} epochs" if tried else ""
    phase = Phase(spec, tuple(portions), values, mixtures, label, tuple(trained))
    phase = phases.longer(phase, changes.epochs_factor)
    beside = _partners(changes.beside or _replayed(said, changes.replay), names)
    return phases.with_beside(setting, phase, beside, protocol, seed, f"arms.{arm}.target_phase.beside")


def _partners(beside: Beside | None, names: Sequence[str]) -> Beside | None:
    """The tasks beside, without those that the target trains itself (such a cell is marked degenerate)."""
    others = [task for task in beside.tasks if task not in names] if beside else []
    return beside.model_copy(update={"tasks": others}) if beside and others else None


def _tried(setting: Setting) -> list[dict[str, Any]]:
    """The values of every combination of a sweep; one empty one without a sweep."""
    tune = setting.study.training.tune
    if tune is None:
        return [{}]
    rates = [{"learning_rate": rate} for rate in tune.learning_rate] or [{}]
    lengths = [{"epochs": epochs, "steps": None} for epochs in tune.epochs] or [{}]
    return [{**rate, **length} for rate in rates for length in lengths]


def _replayed(arm: Arm, share: float | None) -> Beside | None:
    """The tasks of an arm's own phases as partners of its target phase, in the languages they were trained in."""
    if share is None:
        return None
    tasks = list(dict.fromkeys(task for item in arm.phases for task in item.tasks))
    return Beside(tasks=tasks, share=share, languages=replayed_languages(arm))


def replayed_languages(arm: Arm) -> list[str] | Literal["all"] | None:
    """The languages of an arm's phases together; None: the pivot."""
    said = [item.languages for item in arm.phases]
    if "all" in said:
        return "all"
    codes = [code for given in said if isinstance(given, list) for code in given]
    return list(dict.fromkeys(codes)) or None


def _best_of(setting: Setting, nodes: Nodes, models: Sequence[Model], phase: Phase) -> Model:
    """The node that keeps the model of a sweep that is best on one half of the pivot's dev set."""
    first = phase.portions[0]
    portion = dev_portion(setting, first.task, "training.tune", first.view)
    role = portion.role
    options = encoding_options(phase.values)
    parents = {role: nodes.prepare(setting, portion, models[0].tokenizer, options)}
    parents |= {f"model/{place}": str(model.node) for place, model in enumerate(models)}
    payload: dict[str, Any] = {"head": phase.main[0], "dev": role, "half": CHOOSING_HALF}
    if first.view:  # without a head
        payload |= {"head": None, "searched": trained_vectors(phase.values)}
    if models[0].tokenizer.node is not None:
        parents["vocabulary"] = models[0].tokenizer.node
    n = expected_examples(setting.source, portion)
    each = cost.predict(models[0].size, n, phase.values["max_length"])
    price = replace(each, seconds=each.seconds * len(models), flops=each.flops * len(models))
    runtime = {"tokenizer": models[0].tokenizer.place}
    label = f"choose {phase.label}, seed {phase.spec.seed}"
    node = nodes.add(Node("choose", label, payload, parents, price, runtime))
    trained = tuple(dict.fromkeys(key for model in models for key in model.trained))
    return replace(models[0], node=node.key, trained=trained)


def trained_vectors(values: Mapping[str, Any]) -> dict[str, Any]:
    """How the texts of a dual encoder are compared, as a setting of retrieval: as these hyper-parameters train it."""
    return searched_as(values["pooling"], values["similarity"])


def dev_portion(setting: Setting, task: Task, where: str, view: str = "") -> Portion:
    """The pivot's dev set of a task, as it is trained, for choosing.

    Raises:
        StudyError: If the task has none.
    """
    if "dev" not in task.splits:
        raise StudyError(f"needs a dev split of {task.name}.", field=where, value=task.name)
    return Portion(task, setting.pivot, "dev", None, view)
