"""Whether a model says more than the means that anybody would guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.prediction.gain_model import USUAL, folds, left_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xstilts.prediction.gain_model import Shape, Unit
    from xstilts.prediction.grid import Table

    Floats = NDArray[np.float64]


class Skill(NamedTuple):
    """Mean absolute errors on left-out cells, in the unit of the table.

    Attributes:
        model: Of the model.
        by_column: Of the mean of the other arms in the same target and language.
        by_arm: Of the mean of the same arm in all other columns.
        cells: How many cells were left out.
    """

    model: float
    by_column: float
    by_arm: float
    cells: int

    @property
    def share(self) -> float:
        """Part of the better mean's error that the model takes away: 1 errs nowhere, 0 says nothing new; may be < 0."""
        best = min(self.by_column, self.by_arm)
        return 1 - self.model / best if best > 0 else 0.0


def skill(table: Table, shape: Shape = USUAL, unit: Unit | None = None) -> Skill:
    """The errors of the model and of both means on cells that none of them was shown.

    Where a mean has no other cell to be taken of, it is the mean of all cells that were shown.

    Args:
        table: What was measured.
        shape: Shape of the model.
        unit: What is left out whole; None: cells.
    """
    model = left_out(table, shape, unit)
    by_column, by_arm = (np.full(table.mean.shape, np.nan) for _ in range(2))
    for hidden in folds(table, unit):
        rest = table.without(hidden)
        by_column = np.where(hidden, _means(rest, 0), by_column)
        by_arm = np.where(hidden, _means(rest, 1), by_arm)
    there = table.known & np.isfinite(model)
    errors = [float(np.abs(told - table.mean)[there].mean()) for told in (model, by_column, by_arm)]
    return Skill(errors[0], errors[1], errors[2], int(there.sum()))


def _means(table: Table, axis: int) -> Floats:
    known = table.known
    filled = np.where(known, table.mean, 0.0)
    count = known.sum(axis=axis, keepdims=True)
    whole = filled.sum() / max(1, known.sum())
    mean = np.where(count > 0, filled.sum(axis=axis, keepdims=True) / np.maximum(count, 1), whole)
    return np.broadcast_to(mean, table.mean.shape)
