"""What a training phase is run with: each value from the innermost place that says something.

Innermost first: the phase itself, ``training.tasks.<task>``, ``training``, the protocol's value for the task or its
kind, and last the defaults below. For a phase on several tasks only values that stand outside single tasks count,
unless all its tasks agree. A view of a task, in an arm's phase or a target's own, has the values of the task, and over
them what the protocol says about the view (``dual-encoder``) and about this task's view (``squad~dual-encoder``).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from xstilts.sources.views import SEPARATOR
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.protocols.base import Protocol
    from xstilts.studies.training_spec import Hyperparameters, Training
    from xstilts.tasks.base import Task

DEFAULTS: Mapping[str, Any] = MappingProxyType(
    {
        "epochs": 3.0,
        "steps": None,
        "batch_size": 32,
        "learning_rate": 2e-5,
        "warmup": 0.1,
        "weight_decay": 0.01,
        "max_grad_norm": 1.0,
        "token_budget": 4096,
        "gradient_checkpointing": False,
        "max_length": 128,
        "stride": 128,
        "mlm_probability": 0.15,
        "evaluate_every": None,
        "limit": None,
        "lora_rank": None,
        "lora_alpha": None,
        "freeze_embeddings": False,
        "freeze_layers": 0,
        "pooling": "mean",
        "similarity": "cosine",
        "temperature": 0.05,
        "hard_negatives": 0,
    }
)
"""Used where neither study nor protocol says anything."""

KIND_DEFAULTS: Mapping[Kind, Mapping[str, Any]] = MappingProxyType(
    {Kind.SPAN_QA: MappingProxyType({"max_length": 384})}
)
"""Where a kind's default differs from the general one."""


def resolve(
    training: Training, protocol: Protocol, tasks: Sequence[Task], *phase: Hyperparameters | None, view: str = ""
) -> dict[str, Any]:
    """All values of one phase, every key of ``DEFAULTS`` written out.

    Args:
        training: The study's ``training``.
        protocol: The protocol of the chain.
        tasks: The tasks that the phase trains on.
        phase: What the arm or base recipe says about this phase, the innermost last.
        view: Another use of the tasks' text that the phase makes, or "".

    Returns:
        The values and, where the protocol reads tasks through windows of its own, these under ``windows``.
    """
    places: list[Mapping[str, Any]] = [dict(DEFAULTS)]
    places.append(_agreed(KIND_DEFAULTS.get(task.kind, {}) for task in tasks))
    places.append(_agreed(protocol_values(protocol, task, view) for task in tasks))
    places.append(_said(training))
    places.append(_agreed(_said(training.tasks[task.name]) if task.name in training.tasks else {} for task in tasks))
    places += [_said(said) for said in phase]
    values: dict[str, Any] = {}
    for place in places:
        values.update({key: place[key] for key in DEFAULTS if place.get(key) is not None})
        if place.get("steps") is not None:
            values["epochs"] = None
        elif place.get("epochs") is not None:
            values["steps"] = None
    windows = {"windows": protocol.windows} if protocol.windows else {}
    return {key: values.get(key) for key in DEFAULTS} | windows


def protocol_values(protocol: Protocol, task: Task, view: str = "") -> Mapping[str, Any]:
    """What the protocol says about a task: its own entry over the entry of its kind, the view's over both."""
    names = [str(task.kind), task.name, *([view, f"{task.name}{SEPARATOR}{view}"] if view else [])]
    return {key: value for name in names for key, value in protocol.hyperparameters.get(name, {}).items()}


def _said(values: Hyperparameters | None) -> Mapping[str, Any]:
    if values is None:
        return {}
    return {key: getattr(values, key) for key in DEFAULTS if getattr(values, key) is not None}


def _agreed(places: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The entries on which all tasks of a phase agree."""
    first, *others = [dict(place) for place in places]
    return {key: value for key, value in first.items() if all(other.get(key) == value for other in others)}
