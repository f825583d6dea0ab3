"""Which items each optimizer step sees, and at which rate: pure functions of the step. No torch, no state.

A step holds ``batch_size`` items of one task. The task of step s is drawn from (seed, "mixture", s); the items of a
task are the concatenation of one keyed permutation per epoch, so every epoch has its own order, an epoch's leftover
fills up with the next epoch's first items, and any step can be computed without its predecessors.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import DataError
from xstilts.randomness import permutation, uniforms

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from xstilts.training.phase import Mix, PhaseSpec


@dataclass(frozen=True)
class StepItems:
    """What one optimizer step trains on.

    Attributes:
        task: Name of the task.
        rows: Rows of the task's features, shape ``(batch_size,)``.
        epochs: Epoch (from 0) that each row is seen in, shape ``(batch_size,)``.
    """

    task: str
    rows: NDArray[np.int64]
    epochs: NDArray[np.int64]


def shares(mix: Mix, tasks: tuple[str, ...], sizes: Mapping[str, int]) -> dict[str, float]:
    """Probability of each task, in the order of ``tasks``; sums to 1.

    Proportional with a cap K and temperature T: ``min(n, K) ** (1 / T)`` normalised (Raffel et al. 2020, arXiv
    1910.10683, section 3.5.2).
    """
    if mix.rule == "proportional":
        raw = {task: float(effective_size(mix, sizes[task])) for task in tasks}
    else:
        raw = {task: 1.0 if mix.weights is None else float(mix.weights[task]) for task in tasks}
    largest = max(raw.values())  # dividing first keeps the power in range
    flat = {task: (value / largest) ** (1 / mix.temperature) for task, value in raw.items()}
    total = math.fsum(flat.values())
    return {task: value / total for task, value in flat.items()}


def effective_size(mix: Mix, size: int) -> int:
    """Items of a task that count: all, or the cap."""
    return size if mix.cap is None else min(size, mix.cap)


def total_steps(spec: PhaseSpec, sizes: Mapping[str, int]) -> int:
    """Optimizer steps of the phase; with ``epochs``, enough to see the (capped) items that often, rounded up."""
    if spec.steps is not None:
        return spec.steps
    return max(1, math.ceil(float(spec.epochs or 0) * items_per_epoch(spec, sizes) / spec.batch_size))


def items_per_epoch(spec: PhaseSpec, sizes: Mapping[str, int]) -> int:
    """Items of one pass over all tasks of the phase, capped as its mixture says."""
    return sum(effective_size(spec.mix, sizes[task]) for task in spec.tasks)


def evaluation_steps(spec: PhaseSpec, sizes: Mapping[str, int]) -> frozenset[int]:
    """Numbers of finished steps after which the dev score is read: every so often, and at the end."""
    if spec.selection == "last":
        return frozenset()
    steps = total_steps(spec, sizes)
    every = spec.evaluate_every or max(1, math.ceil(items_per_epoch(spec, sizes) / spec.batch_size))
    return frozenset({*range(every, steps, every), steps})


def learning_rate(spec: PhaseSpec, step: int, total: int) -> float:
    """Rate of step ``step`` (from 0) of ``total``: linear from 0 to the peak, then linear to 0.

    The same arithmetic as ``transformers.get_linear_schedule_with_warmup`` with ``ceil(warmup * total)`` warm-up steps.
    """
    warmup = math.ceil(spec.warmup * total)
    if step < warmup:
        return spec.learning_rate * step / max(1, warmup)
    return spec.learning_rate * max(0.0, (total - step) / max(1, total - warmup))


@dataclass(frozen=True)
class Schedule:
    """The whole phase as a function of the step.

    Attributes:
        spec: The phase.
        sizes: Training items of each task.
    """

    spec: PhaseSpec
    sizes: Mapping[str, int]

    @cached_property
    def total_steps(self) -> int:
        """Number of optimizer steps."""
        return total_steps(self.spec, self.sizes)

    @cached_property
    def _tasks(self) -> NDArray[np.int64]:
        """Index into ``spec.tasks`` for every step, shape ``(total_steps,)``."""
        names = tuple(sorted(self.spec.tasks))  # the same draws however the tasks were listed
        ends = np.cumsum(list(shares(self.spec.mix, names, self.sizes).values()))
        draws = uniforms(self.spec.seed, "mixture", np.arange(self.total_steps, dtype=np.uint64), 0)[:, 0]
        drawn = np.minimum(np.searchsorted(ends, draws, side="right"), len(names) - 1)
        return np.array([self.spec.tasks.index(name) for name in names])[drawn]

    @cached_property
    def _earlier(self) -> NDArray[np.int64]:
        """How many earlier steps had the same task, shape ``(total_steps,)``."""
        earlier = np.zeros(self.total_steps, dtype=np.int64)
        for index in range(len(self.spec.tasks)):
            steps = np.flatnonzero(self._tasks == index)
            earlier[steps] = np.arange(len(steps))
        return earlier

    def task(self, step: int) -> str:
        """The task of a step (from 0)."""
        return self.spec.tasks[int(self._tasks[step])]

    def counts(self) -> dict[str, int]:
        """Steps that each task gets in the whole phase."""
        return {task: int((self._tasks == index).sum()) for index, task in enumerate(self.spec.tasks)}

    def rows(self, step: int, item_hashes: NDArray[np.uint64]) -> StepItems:
        """The items of a step.

        Args:
            step: From 0.
            item_hashes: Hashed item ids of the step's task (``Features.item_hashes``), shape ``(n,)``.
        """
        task = self.task(step)
        position = self._earlier[step] * self.spec.batch_size + np.arange(self.spec.batch_size)
        epochs, places = np.divmod(position, len(item_hashes))
        rows = np.empty(len(position), dtype=np.int64)
        for epoch in np.unique(epochs):
            inside = epochs == epoch
            rows[inside] = self._order(task, int(epoch), item_hashes)[places[inside]]
        return StepItems(task, rows, epochs)

    def _order(self, task: str, epoch: int, item_hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """One epoch's order; the last few are kept, because thousands of steps ask for the same one."""
        key = (task, epoch)
        if key not in self._orders:
            while len(self._orders) > 2 * len(self.spec.tasks):
                del self._orders[next(iter(self._orders))]
            self._orders[key] = permutation(self.spec.seed, f"order:{task}", item_hashes, epoch)
        return self._orders[key]

    @cached_property
    def _orders(self) -> dict[tuple[str, int], NDArray[np.int64]]:
        return {}


def schedule(spec: PhaseSpec, sizes: Mapping[str, int]) -> Schedule:
    """The schedule of a phase over tasks with so many training items.

    Raises:
        DataError: If a task has no training items.
    """
    for task in spec.tasks:
        if sizes.get(task, 0) < 1:
            raise DataError("There is nothing to train on.", field=task, value=sizes.get(task, 0))
    return Schedule(spec, {task: sizes[task] for task in spec.tasks})
