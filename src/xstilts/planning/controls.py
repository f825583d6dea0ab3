"""Controls of an arm, each one line in a study: ``{control: shuffled-labels, of: mnli}``.

same-compute      no intermediate phase; the target is trained longer by as many tokens as the arm's phases
shuffled-labels   the same text, labels without signal
random-task       the same text, labels that are an arbitrary function of it
masked-lm         masked LM on the same text, for as many tokens
real-or-fake      the same text, telling real from corrupted (after Chang and Lu 2021)
size-matched      the same tasks with as many items as another arm, or as said
more-pretraining  masked LM on the pretraining text of all languages, for as many tokens

Tokens stand for compute: operations are 6 for each parameter and token (``planning/cost.py``). How many they are is
known when the arm's phases have been trained, how many items an arm takes when its data are prepared. Until then the
plan guesses both, for its cost alone: no guess reaches what is trained.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from xstilts.errors import StudyError
from xstilts.planning.phases import (
    expected_sizes,
    expected_steps,
    inputs_of,
    intermediate,
    is_dual_encoder,
    viewed_name,
)
from xstilts.planning.resolved import ResolvedNames, ResolvedStudy
from xstilts.statistics.score_rows import NONE
from xstilts.studies.arm_spec import Arm, Control, PhaseItem, View

if TYPE_CHECKING:
    from xstilts.studies.spec import Study
    from xstilts.studies.training_spec import Hyperparameters

PRETRAINING = "mlm"
"""The task of ``more-pretraining``."""
_VIEWS = tuple(control for control in get_args(Control) if control in get_args(View))
"""Controls that see the same tasks another way."""


def resolve(study: Study) -> ResolvedStudy:
    """A study beside what its names resolve to, with every control written out as phases.

    Raises:
        StudyError: If the source lacks what it needs, or a control's arm has no phases to control for.
    """
    names = ResolvedNames.of(study)
    arms = {name: _where_asked(study, name, _written_out(names, name, arm)) for name, arm in study.arms.items()}
    return ResolvedStudy(names.study, names.source, names.inline, names.pivot, arms)


def _where_asked(study: Study, name: str, arm: Arm) -> Arm:
    """The arm on those of its targets that have it; ``none`` runs on all."""
    lost = {target.task for target in study.targets if target.arms is not None and name not in target.arms}
    if name == NONE or not lost:
        return arm
    own = [target.task for target in study.targets] if arm.targets is None else arm.targets
    return arm.model_copy(update={"targets": [target for target in own if target not in lost]})


def _written_out(resolved: ResolvedNames, name: str, arm: Arm) -> Arm:
    if arm.control is None:
        return arm
    other = resolved.study.arms[str(arm.of)]
    if not other.phases:
        said = f"controls for {arm.of!r}, which has no intermediate phase."
        raise StudyError(said, field=f"arms.{name}.of", value=arm.of)
    cells = {"targets": arm.targets or other.targets, "seeds": arm.seeds or other.seeds}
    kept = other.model_copy(update={**cells, "training": _over(other.training, arm.training)})
    if arm.control == "same-compute":
        longer = other.target_phase.model_copy(update={"same_compute_as": arm.of, "replay": None})
        return kept.model_copy(update={"phases": [], "target_phase": longer})
    return kept.model_copy(update={"phases": _phases(resolved, name, arm, other), "to": arm.to})


def _over(outer: Hyperparameters, inner: Hyperparameters) -> Hyperparameters:
    """The values of both; those of the control itself win."""
    said = {name: value for name, value in inner if value is not None}
    apart = {"epochs": None, "steps": None} if {"epochs", "steps"} & set(said) else {}
    return outer.model_copy(update={**apart, **said})


def _phases(resolved: ResolvedNames, name: str, arm: Arm, other: Arm) -> list[PhaseItem]:
    if arm.control in _VIEWS:
        if other.target_phase.replay is not None:
            said = f"controls for {arm.of!r}, whose replay would go on with the true labels."
            raise StudyError(said, field=f"arms.{name}.of", hint="Control for an arm without replay.")
        _check_form(name, arm, other)
        masked = arm.control == "masked-lm"
        return [
            item.model_copy(update={"view": arm.control, **(_as_long(resolved, arm, item, other) if masked else {})})
            for item in other.phases
        ]
    if arm.control == "size-matched":
        limit = arm.limit or _guessed_limit(resolved, resolved.study.arms[str(arm.to)], other)
        return [item.model_copy(update={"limit": limit}) for item in other.phases]
    steps = arm_steps(resolved, other)
    return [PhaseItem(tasks=[PRETRAINING], languages="all", steps=steps, same_compute_as=arm.of)]


def _check_form(name: str, arm: Arm, other: Arm) -> None:
    """Refuse new labels for questions that have passages instead of labels."""
    seen = sorted({str(item.view) for item in other.phases if is_dual_encoder(viewed_name("", item.view))})
    if arm.control in ("shuffled-labels", "random-task") and seen:
        raise StudyError(
            f"controls for {arm.of!r}, which sees its tasks as {seen[0]}: a phase has one view, and there is no "
            f"{arm.control} of that one.",
            field=f"arms.{name}.control",
            value=arm.control,
            allowed=[view for view in _VIEWS if view not in ("shuffled-labels", "random-task")],
            hint="Control for an arm that trains the same task without a view.",
        )


def _as_long(resolved: ResolvedNames, arm: Arm, item: PhaseItem, other: Arm) -> dict[str, Any]:
    """The length of masked LM, whose items are not the task's; nothing is trained beside it."""
    steps = _steps_of_one_input(resolved, item, other)
    return {"epochs": None, "steps": steps, "beside": None, "same_compute_as": arm.of}


def arm_steps(resolved: ResolvedNames, arm: Arm) -> int:
    """Optimizer steps that have about as many tokens as all intermediate phases of an arm, for the plan."""
    return sum(_steps_of_one_input(resolved, item, arm) for item in arm.phases)


def _steps_of_one_input(resolved: ResolvedNames, item: PhaseItem, arm: Arm) -> int:
    """Steps of items of one input each that cost as much as a phase."""
    phase = intermediate(resolved, item, 0, resolved.protocol, "arms", arm.training)
    return round(expected_steps(resolved, phase) * inputs_of(phase))


_PROBE = 8
"""A limit that every training set reaches, to see how many items a phase takes for each of a training set."""


def _guessed_limit(resolved: ResolvedNames, to: Arm, other: Arm) -> int:
    """About how many items each training set of ``other`` may have, to take as many in all as ``to`` does.

    For the plan's cost; the chain's own phases have the limit told by the prepared data (``chains/arm.py``).
    """
    # Items taken are the limit times a factor, told by languages and mixtures. A limit that every set reaches shows it.
    taken = sum(_taken(resolved, item, to) for item in to.phases)
    probed = sum(_taken(resolved, item.model_copy(update={"limit": _PROBE}), other) for item in other.phases)
    return max(1, int(taken * _PROBE / probed))


def _taken(resolved: ResolvedNames, item: PhaseItem, arm: Arm) -> int:
    """About how many items a phase takes, without what is trained beside it."""
    alone = item.model_copy(update={"beside": None})
    phase = intermediate(resolved, alone, 0, resolved.protocol, "arms", arm.training)
    sizes = expected_sizes(resolved, phase)
    return sum(sizes[task] for task in phase.main)
