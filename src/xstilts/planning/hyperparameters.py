"""What a training phase is run with: each value from the innermost place that says something.

Innermost first: the phase itself, ``training.tasks.<task>``, ``training``, the protocol's value for the task or its
kind, and last the defaults below. For a phase on several tasks only values that stand outside single tasks count,
unless all its tasks agree. A view of a task, in an arm's phase or a target's own, has the values of the task, and over
them what the protocol says about the view (``dual-encoder``) and about this task's view (``squad~dual-encoder``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from xstilts.sources.views import SEPARATOR
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.protocols.base import Protocol, Windows
    from xstilts.studies.training_spec import Hyperparameters, RobustTraining, Training
    from xstilts.tasks.base import Task
    from xstilts.training.contrast import Pooling, Similarity


@dataclass(frozen=True)
class PhaseValues:
    """What a phase is run with, each as ``studies.training_spec.Hyperparameters`` says.

    The defaults are used where neither study nor protocol says anything. ``windows`` are the protocol's alone: task to
    how its contexts are read, where that is not xstilts' own way.
    """

    epochs: float | None = 3.0
    steps: int | None = None
    batch_size: int = 32
    learning_rate: float = 2e-5
    warmup: float = 0.1
    weight_decay: float = 0.01
    max_grad_norm: float = 1.0
    token_budget: int = 4096
    gradient_checkpointing: bool = False
    max_length: int = 128
    stride: int = 128
    mlm_probability: float = 0.15
    evaluate_every: int | None = None
    limit: int | None = None
    lora_rank: int | None = None
    lora_alpha: float | None = None
    freeze_embeddings: bool = False
    freeze_layers: int = 0
    pooling: Pooling = "mean"
    similarity: Similarity = "cosine"
    temperature: float = 0.05
    hard_negatives: int = 0
    robust: RobustTraining | None = None
    windows: Mapping[str, Windows] = field(default_factory=dict)


Said: TypeAlias = "Mapping[str, Any]"
"""What one place says of the values, by name; what it leaves out, or says None of, others say."""

_NAMES = frozenset(item.name for item in fields(PhaseValues) if item.name != "windows")

KIND_DEFAULTS: Mapping[Kind, Said] = MappingProxyType({Kind.SPAN_QA: MappingProxyType({"max_length": 384})})
"""Where a kind's default differs from the general one."""


def resolve(
    training: Training, protocol: Protocol, tasks: Sequence[Task], *phase: Hyperparameters | None, view: str = ""
) -> PhaseValues:
    """All values of one phase.

    Args:
        training: The study's ``training``.
        protocol: The protocol of the chain.
        tasks: The tasks that the phase trains on.
        phase: What the arm or base recipe says about this phase, the innermost last.
        view: Another use of the tasks' text that the phase makes, or "".
    """
    places = [_agreed(KIND_DEFAULTS.get(task.kind, {}) for task in tasks)]
    places.append(_agreed(protocol_values(protocol, task, view) for task in tasks))
    places.append(_said(training))
    places.append(_agreed(_said(training.tasks[task.name]) if task.name in training.tasks else {} for task in tasks))
    places += [_said(said) for said in phase]
    values: dict[str, Any] = {}
    for place in places:
        values.update({name: value for name, value in place.items() if value is not None and name in _NAMES})
        if place.get("steps") is not None:
            values["epochs"] = None
        elif place.get("epochs") is not None:
            values["steps"] = None
    return PhaseValues(**values, windows=protocol.windows)


def protocol_values(protocol: Protocol, task: Task, view: str = "") -> Said:
    """What the protocol says about a task: its own entry over the entry of its kind, the view's over both."""
    names = [str(task.kind), task.name, *([view, f"{task.name}{SEPARATOR}{view}"] if view else [])]
    return {key: value for name in names for key, value in protocol.hyperparameters.get(name, {}).items()}


def _said(values: Hyperparameters | None) -> Said:
    if values is None:
        return {}
    return {name: value for name, value in values.__dict__.items() if value is not None and name in _NAMES}


def _agreed(places: Iterable[Said]) -> Said:
    """The entries on which all tasks of a phase agree."""
    first, *others = [dict(place) for place in places]
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in others)}
