"""How far predictions may be off: intervals from what the model says of cells that it was not shown.

For a cell whose arm and column were both measured elsewhere, the interval is conformal: the error of left-out cells,
each over the scale of its column, at the rank that covers a new one with the wanted chance (Vovk et al. 2005; with
folds as in Barber et al. 2021, "Predictive inference with the jackknife+", without its factor of 2). An arm, a language
or a target of which nothing was measured is harder, and is left out whole to see how hard; such units are few, so their
intervals are t intervals with one degree of freedom less than there are units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.errors import InputError
from xstilts.prediction.gain_model import chosen_shape, fit, left_out

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from xstilts.prediction.gain_model import Shape, Unit
    from xstilts.prediction.grid import Table

    Floats = NDArray[np.float64]


class Basis(Enum):
    """What a predicted number rests on."""

    CELL = "arm and language measured elsewhere"
    LANGUAGE = "other languages of the target"
    TARGET = "other targets"
    ARM = "other arms"
    NOTHING = "neither arm nor target measured"


@dataclass(frozen=True, eq=False)
class Predicted:
    """What is likely to be measured in each cell, measured ones included.

    Attributes:
        table: What it was predicted from.
        shape: Shape of the model.
        values: Shape ``(n_arms, n_columns)``.
        half: Half of each interval's length; infinite where too few units were measured to tell.
        basis: What each number rests on (``Basis``), shape ``(n_arms, n_columns)``.
        left_out: What the model says of each measured cell when it is not shown it; NaN elsewhere.
    """

    table: Table
    shape: Shape
    values: Floats
    half: Floats
    basis: NDArray[np.object_]
    left_out: Floats


class _Scale(NamedTuple):
    """Variance of the model's error and of a seed, in squares of points."""

    model: float
    seed: float

    def of(self, seeds: Floats | float) -> Floats:
        """Standard deviation of what a mean of so many seeds is off by, relative to the same for one seed or 1."""
        total: Floats = np.sqrt(self.model + self.seed / np.maximum(seeds, _LEAST))
        return np.where(total > 0, total, 1.0)


_LEAST = 1e-9
OWN = 5.0
"""Errors of all columns that the scale of one column starts from."""


def predict(table: Table, shape: Shape | None = None, level: float = 0.95, seeds: float | None = None) -> Predicted:
    """Predict every cell of a table.

    Args:
        table: What was measured.
        shape: Shape of the model; None: chosen by leaving cells out.
        level: Chance that an interval holds the mean of ``seeds`` seeds, once they are measured.
        seeds: How many seeds a prediction is of; None: as many as the measured cells have (their median).

    Raises:
        InputError: If nothing was measured, or the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise InputError("The level of an interval lies between 0 and 1.", field="level", value=level)
    if not table.known.any():
        raise InputError("Nothing was measured, so nothing can be predicted.")
    shape = shape or chosen_shape(table)
    asked = float(np.median(table.weight[table.known])) if seeds is None else seeds
    out = left_out(table, shape)
    basis = _basis(table)
    half = np.full(table.mean.shape, math.inf)
    here = basis == Basis.CELL
    half[here] = _conformal(table, out, level, asked)[here]
    for kind, unit in _units(table).items():
        half[basis == kind] = _student(table, shape, unit, level)
    return Predicted(table, shape, fit(table, shape).values, half, basis, out)


def _basis(table: Table) -> NDArray[np.object_]:
    arms, columns = np.asarray(table.known.any(axis=1)), np.asarray(table.known.any(axis=0))
    targets = {table.columns[place].target for place in np.flatnonzero(columns)}
    told = np.array([column.target in targets for column in table.columns])
    basis = np.full(table.mean.shape, Basis.NOTHING, dtype=object)
    basis[np.ix_(arms, ~told)] = Basis.TARGET
    basis[np.ix_(arms, told & ~columns)] = Basis.LANGUAGE
    basis[np.ix_(~arms, columns)] = Basis.ARM
    basis[np.ix_(arms, columns)] = Basis.CELL
    return basis


def _units(table: Table) -> dict[Basis, Unit]:
    return {
        Basis.LANGUAGE: lambda _, column: column,
        Basis.TARGET: lambda _, column: table.columns[column].target,
        Basis.ARM: lambda arm, _: arm,
    }


def _conformal(table: Table, out: Floats, level: float, seeds: float) -> Floats:
    """Half lengths for all cells, from the errors of those that were left out."""
    there = np.isfinite(out) & table.known
    errors = np.where(there, table.mean - out, 0.0)
    noise = table.seed_variance / np.maximum(table.weight, _LEAST)
    both = float((errors[there] ** 2).mean()) if there.any() else 0.0
    scale = _Scale(max(0.0, both - float(noise[there].mean())) if there.any() else 0.0, table.seed_variance)
    expected = scale.of(table.weight)
    relative = np.where(there, np.abs(errors) / expected, 0.0)
    spread = _of_columns(relative, there)
    scores = np.sort((relative / spread)[there])
    rank = math.ceil((len(scores) + 1) * level)
    if rank > len(scores):
        return np.full(table.mean.shape, math.inf)
    half: Floats = scores[rank - 1] * scale.of(seeds) * _of_columns(relative, there, own=False)
    return half


def _of_columns(relative: Floats, there: NDArray[np.bool_], *, own: bool = True) -> Floats:
    """Scale of each column's errors, drawn towards that of all; ``own``: of a cell, without its own error."""
    squares = relative**2
    whole = squares[there].mean() if there.any() else 1.0
    less = np.where(there, squares, 0.0) if own else np.zeros_like(squares)
    count = there.sum(axis=0)[None, :] - (there if own else 0)
    scale: Floats = np.sqrt((squares.sum(axis=0)[None, :] - less + OWN * whole) / (count + OWN))
    return np.where(scale > 0, scale, 1.0)


def _student(table: Table, shape: Shape, unit: Unit, level: float) -> float:
    """Half length for cells of a unit that was not measured at all, from units that were, each left out whole."""
    from scipy.special import stdtrit

    out = left_out(table, shape, unit)
    there = np.isfinite(out) & table.known
    units = {unit(int(arm), int(column)) for arm, column in np.argwhere(there)}
    if len(units) < _FEWEST:
        return math.inf
    error = math.sqrt(float(((table.mean - out)[there] ** 2).mean()))
    return float(stdtrit(len(units) - 1, (1 + level) / 2)) * error


_FEWEST = 3
"""Units from which on leaving one out says anything of a new one."""
