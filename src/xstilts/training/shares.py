"""How often each task of a phase is drawn, at each step: pure arithmetic on sizes and weights. No torch, no draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from xstilts.training.mix import Mix
    from xstilts.training.phase import PhaseSpec


def effective_size(mix: Mix, size: int) -> int:
    """Items of a task that count: all, or the cap."""
    return size if mix.cap is None else min(size, mix.cap)


def drawing_order(spec: PhaseSpec) -> tuple[str, ...]:
    """All tasks of the phase in the order of :func:`step_shares`: by name, those that stand beside the others last."""
    return (*sorted(spec.main_tasks), *sorted(spec.beside or {}))


def step_shares(spec: PhaseSpec, sizes: Mapping[str, int], steps: int) -> NDArray[np.float64]:
    """Probability of each task at each step.

    Args:
        spec: The phase.
        sizes: Training items of each task.
        steps: Optimizer steps of the whole phase.

    Returns:
        Shape ``(steps, n)``, or ``(1, n)`` where all steps are alike; columns as :func:`drawing_order` names them.
    """
    changing = spec.mix.rule == "linear"
    progress = np.arange(steps) / max(1, steps - 1) if changing else np.zeros(1)
    main = shares(spec.mix, sorted(spec.main_tasks), sizes, progress) * (1 - spec.beside_share)
    beside = [share for _, share in sorted((spec.beside or {}).items())]
    return np.concatenate([main, np.tile(np.array(beside, dtype=np.float64), (len(main), 1))], axis=1)


def expected_counts(spec: PhaseSpec, sizes: Mapping[str, int], steps: int) -> dict[str, float]:
    """Steps that each task gets in expectation, of so many in all; in the order of ``spec.tasks``."""
    means = step_shares(spec, sizes, steps).mean(axis=0)
    named = dict(zip(drawing_order(spec), means.tolist(), strict=True))
    return {task: named[task] * steps for task in spec.tasks}


def shares(
    mix: Mix, tasks: Sequence[str], sizes: Mapping[str, int], progress: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probability of each task at each point of a phase.

    Proportional with a cap K and temperature T: ``min(n, K) ** (1 / T)`` normalised (Raffel et al. 2020, arXiv
    1910.10683, section 3.5.2).

    Args:
        mix: The rule.
        tasks: The tasks that it draws.
        sizes: Training items of each task.
        progress: Places in the phase, each from 0 (first step) to 1 (last); only the rule ``linear`` looks at them.

    Returns:
        Shape ``(places, tasks)``; each row sums to 1.
    """
    raw = np.array([[_weight(mix, task, sizes) for task in tasks]], dtype=np.float64)
    if mix.end_weights is not None:
        end = np.array([[mix.end_weights[task] for task in tasks]], dtype=np.float64)
        raw = (1 - progress[:, None]) * raw + progress[:, None] * end
    flat = (raw / raw.max(axis=1, keepdims=True)) ** (1 / mix.temperature)  # dividing first keeps the power in range
    drawn: NDArray[np.float64] = flat / np.array([[math.fsum(row)] for row in flat])
    return np.broadcast_to(drawn, (len(progress), len(tasks)))


def _weight(mix: Mix, task: str, sizes: Mapping[str, int]) -> float:
    if mix.rule == "proportional":
        return float(effective_size(mix, sizes[task]))
    return 1.0 if mix.weights is None else float(mix.weights[task])
