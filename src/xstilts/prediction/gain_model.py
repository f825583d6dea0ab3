"""A model of the numbers of a table: additive over arm, target and language, and of low rank beyond that.

    number[arm, (target, language)] = grand + target + language + column
                                    + arm + arm x target + arm x language + left[arm] . right[column]

The first line is what any arm does there, the second what this arm does; its terms are drawn towards 0 by a ridge, so
that a term that few cells tell of stays small. Fitted by alternating least squares: each term is the mean of what the
others leave, each row of the two factors a ridge regression on the other (Zhou et al. 2008, "Large-scale parallel
collaborative filtering for the Netflix prize", section 3.1, without the scaling of its ridge by counts).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.errors import InputError
from xstilts.randomness import generator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from xstilts.prediction.grid import Table

    Floats = NDArray[np.float64]
    Unit = Callable[[int, int], object]

SWEEPS = 40
"""Most rounds of alternating least squares; they end where no number moves by ``STILL`` of the spread."""
STILL = 1e-4
COLUMN_RIDGE = 0.01
"""Ridge of the first line: a column is what its cells say, nearly without shrinking."""
FOLDS = 10
"""Parts of the cells that are left out in turn."""


class Shape(NamedTuple):
    """What is free in the model.

    Attributes:
        rank: Rank of the last term, 0 or more.
        ridge: Ridge of all terms of an arm, in full runs: a term that rests on so many is half of their mean.
    """

    rank: int = 1
    ridge: float = 2.0


USUAL = Shape()
SHAPES = tuple(Shape(rank, ridge) for rank, ridge in product((0, 1, 2, 3), (0.5, 2.0, 8.0)))
"""Among which ``chosen_shape`` chooses."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A model that was fitted.

    Attributes:
        shape: Its shape.
        values: What it says of every cell, shape ``(n_arms, n_columns)``.
    """

    shape: Shape
    values: Floats


class _Term(NamedTuple):
    """Cells with one id share one number."""

    ids: NDArray[np.int64]
    ridge: float


def fit(table: Table, shape: Shape = USUAL) -> Fitted:
    """The model of a table.

    Args:
        table: What is known; arms and columns of which nothing is are predicted from the others.
        shape: Rank and ridge.

    Raises:
        InputError: If nothing is known.
    """
    known = table.known
    if not known.any():
        raise InputError("Nothing was measured, so nothing can be predicted.")
    numbers, weight = np.where(known, table.mean, 0.0), table.weight
    spread = float(numbers[known].std()) or 1.0
    parts, total = _Additive.start(table, shape.ridge), np.zeros(known.shape)
    # first alone: factors that start on what a target is would end there
    for _ in range(SWEEPS):
        before, total = total, parts.sweep(numbers, total, weight)
        if float(np.abs(total - before).max()) < STILL * spread:
            break
    left, right = _start(table, shape.rank)
    for _ in range(SWEEPS if shape.rank else 0):
        before, total = total, parts.sweep(numbers, total, weight)
        total = parts.total()
        rest = numbers - total
        left = _regress(rest, weight, right, shape.ridge)
        right = _regress(rest.T, weight.T, left, shape.ridge)
        left, right = _balanced(left, right)
        # of a cell that was not seen, factors say no more than they leave anywhere
        most = float(np.abs(rest[known]).max())
        total = total + np.clip(left @ right.T, -most, most)
        if float(np.abs(total - before).max()) < STILL * spread:
            break
    return Fitted(shape, total)


@dataclass(frozen=True, eq=False)
class _Additive:
    """The additive terms and what each says now; ``parts`` changes from sweep to sweep."""

    terms: list[_Term]
    parts: list[Floats]

    @classmethod
    def start(cls, table: Table, ridge: float) -> _Additive:
        terms = _terms(table, ridge)
        return cls(terms, [np.zeros(table.mean.shape) for _ in terms])

    def total(self) -> Floats:
        """What the terms say together."""
        total: Floats = np.sum(self.parts, axis=0)
        return total

    def sweep(self, numbers: Floats, total: Floats, weight: Floats) -> Floats:
        """Each term anew, given all else that ``total`` holds; returns the new total."""
        for place, term in enumerate(self.terms):
            others = total - self.parts[place]
            self.parts[place] = _effect(term, numbers - others, weight)
            total = others + self.parts[place]
        return total


def _terms(table: Table, ridge: float) -> list[_Term]:
    """The additive terms; one that says the same as another is left out."""
    n_arms, n_columns = table.mean.shape
    target, language = (_codes([column[part] for column in table.columns]) for part in (0, 1))
    arm = np.repeat(np.arange(n_arms), n_columns).reshape(n_arms, n_columns)
    columns = np.broadcast_to(np.arange(n_columns), arm.shape)
    terms = [_Term(np.zeros_like(arm), 0.0), _Term(columns, COLUMN_RIDGE), _Term(arm, ridge)]
    for codes in (target, language):
        if 1 < codes.max(initial=0) + 1 < n_columns:
            # before the column itself, which then holds only what they leave
            terms.insert(1, _Term(np.broadcast_to(codes, arm.shape), COLUMN_RIDGE))
            terms.append(_Term(arm * (codes.max() + 1) + codes, ridge))
    return terms


def _codes(names: Sequence[str]) -> NDArray[np.int64]:
    known = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return np.array([known[name] for name in names], dtype=np.int64)


def _effect(term: _Term, rest: Floats, weight: Floats) -> Floats:
    ids, n = term.ids.ravel(), int(term.ids.max()) + 1
    sums = np.bincount(ids, (weight * rest).ravel(), minlength=n)
    counts = np.bincount(ids, weight.ravel(), minlength=n) + term.ridge
    effect: Floats = np.divide(sums, counts, out=np.zeros(n), where=counts > 0)[term.ids]
    return effect


def _start(table: Table, rank: int) -> tuple[Floats, Floats]:
    """Factors to start from: nothing on the left, fixed draws on the right, by the names of the columns."""
    n_arms, n_columns = table.mean.shape
    draws = generator(0, "factors", n_columns).standard_normal((n_columns, rank))
    return np.zeros((n_arms, rank)), draws


def _balanced(left: Floats, right: Floats) -> tuple[Floats, Floats]:
    """The same product from factors of one length, component by component, so that the ridge weighs on both."""
    lengths = [np.sqrt((side**2).sum(axis=0)) for side in (left, right)]
    there = (lengths[0] > 0) & (lengths[1] > 0)
    ratio = np.sqrt(np.divide(lengths[1], lengths[0], out=np.ones(len(there)), where=there))
    return left * ratio, right / ratio


def _regress(rest: Floats, weight: Floats, factors: Floats, ridge: float) -> Floats:
    """Each row of ``rest``, regressed on the factors of its columns."""
    gram = np.einsum("ac,cj,ck->ajk", weight, factors, factors)
    gram += ridge * np.eye(factors.shape[1])
    found: Floats = np.linalg.solve(gram, ((weight * rest) @ factors)[..., None])[..., 0]
    return found


def folds(table: Table, unit: Unit | None = None, n: int = FOLDS) -> Iterator[NDArray[np.bool_]]:
    """Which cells are hidden in turn: each known one once, in ``n`` equal parts drawn at random.

    Args:
        table: The table.
        unit: What is left out whole, given the places of arm and column (``lambda arm, column: arm``); None: cells.
        n: Number of parts; there are never more than units.
    """
    cells = np.argwhere(table.known)
    named: dict[object, list[NDArray[np.int64]]] = {}
    for cell in cells:
        named.setdefault(unit(int(cell[0]), int(cell[1])) if unit else tuple(cell), []).append(cell)
    groups = list(named.values())
    order = generator(0, "left out", len(groups)).permutation(len(groups))
    for part in range(min(n, len(groups))):
        hidden = np.zeros(table.mean.shape, dtype=bool)
        for group in order[part :: min(n, len(groups))]:
            hidden[tuple(np.array(groups[group]).T)] = True
        yield hidden


def left_out(table: Table, shape: Shape, unit: Unit | None = None, n: int = FOLDS) -> Floats:
    """What the model says of each known cell when that cell was not there; NaN elsewhere, shape of the table."""
    found = np.full(table.mean.shape, np.nan)
    for hidden in folds(table, unit, n):
        rest = table.without(hidden)
        if rest.known.any():
            found = np.where(hidden, fit(rest, shape).values, found)
    return found


def chosen_shape(table: Table, shapes: Sequence[Shape] = SHAPES, n: int = 5) -> Shape:
    """The shape whose predictions of left-out cells err least (mean squared error); of equals the simpler one.

    Args:
        table: What is known.
        shapes: The candidates, simple ones first.
        n: Parts of the cells that are left out in turn.
    """
    errors = [float(np.nanmean((left_out(table, shape, None, n) - table.mean) ** 2)) for shape in shapes]
    return shapes[int(np.argmin(errors))] if np.isfinite(errors).all() else shapes[0]
