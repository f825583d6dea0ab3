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
from xstilts.training.shares import drawing_order, effective_size, step_shares

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from xstilts.training.phase import PhaseSpec


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


def total_steps(spec: PhaseSpec, sizes: Mapping[str, int]) -> int:
    """Optimizer steps of all tasks together; with ``epochs``, enough to see the items that often, rounded up.

    Tasks beside the others come on top: the phase is as much longer as leaves the others their steps in expectation.

    Args:
        spec: The phase.
        sizes: Training items of each task; those of the tasks ``beside`` the others are not looked at.
    """
    if spec.steps is not None:
        return _with_beside(spec, spec.steps)
    main = math.ceil(float(spec.epochs or 0) * items_per_epoch(spec, sizes) / spec.batch_size)
    return _with_beside(spec, max(1, main))


def items_per_epoch(spec: PhaseSpec, sizes: Mapping[str, int]) -> int:
    """Items of one pass over the tasks that the mixture draws, capped as it says."""
    return sum(effective_size(spec.mix, sizes[task]) for task in spec.main_tasks)


def _with_beside(spec: PhaseSpec, main: int) -> int:
    """Steps in which the tasks that the mixture draws get ``main`` in expectation."""
    return math.ceil(round(main / (1 - spec.beside_share), 6))  # 1 step beside a share of 0.9 is 10, not 11


def evaluation_steps(spec: PhaseSpec, sizes: Mapping[str, int]) -> frozenset[int]:
    """Numbers of finished steps after which the weights are looked at: every so often, and at the end.

    The dev score is read then, or the weights join the average; none where the last weights are kept.
    """
    if spec.selection == "last":
        return frozenset()
    steps = total_steps(spec, sizes)
    epoch = _with_beside(spec, max(1, math.ceil(items_per_epoch(spec, sizes) / spec.batch_size)))
    every = spec.evaluate_every or epoch
    points = [*range(every, steps, every), steps]
    # an average joins the last weights alone; a choice looks at all of them
    return frozenset(points[-spec.average_last :] if spec.selection == "average" else points)


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
        names = drawing_order(self.spec)  # the same draws however the tasks were listed
        drawn = step_shares(self.spec, self.sizes, self.total_steps)
        draws = uniforms(self.spec.seed, "mixture", np.arange(self.total_steps, dtype=np.uint64), 0)
        last = len(names) - 1 - np.argmax(drawn[:, ::-1] > 0, axis=1)  # where rounding leaves the sum below the draw
        # the number of ends at or below the draw is the task whose stretch it falls into
        chosen = np.minimum((draws >= np.cumsum(drawn, axis=1)).sum(axis=1), last)
        places = np.array([self.spec.tasks.index(name) for name in names], dtype=np.int64)
        tasks: NDArray[np.int64] = places[chosen]
        return tasks

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
        # places in the endless row of a task's epochs, of which each step takes the next ones
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
