"""What was measured: scores of arms on targets in languages, one for each seed, some of cheaper runs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

FULL = 1.0
"""The fidelity of a run that is as long and as large as the question asks."""


class Column(NamedTuple):
    """What arms are compared on: a target in a language."""

    target: str
    language: str


@dataclass(frozen=True)
class Measured:
    """One score.

    Attributes:
        arm: What was trained.
        target: What it was tested on.
        language: In which language.
        seed: Scores of two arms with one seed are a pair.
        value: The score, more being better; in points wherever a margin is in points.
        fidelity: Share of the full run, above 0 and at most 1 (steps, data, or size of the base).
    """

    arm: str
    target: str
    language: str
    seed: str
    value: float
    fidelity: float = FULL


@dataclass(frozen=True, eq=False)
class Grid:
    """Scores by arm, column, seed and fidelity.

    Attributes:
        arms: Rows.
        columns: Targets in languages.
        seeds: Seeds.
        fidelities: Ascending; the last is the full run.
        values: Scores, shape ``(n_fidelities, n_arms, n_columns, n_seeds)``; NaN where nothing was measured.
    """

    arms: tuple[str, ...]
    columns: tuple[Column, ...]
    seeds: tuple[str, ...]
    fidelities: tuple[float, ...]
    values: NDArray[np.float64]

    @classmethod
    def of(cls, scores: Iterable[Measured], arms: Iterable[str] = (), columns: Iterable[Column] = ()) -> Grid:
        """The grid of some scores; names stay in the order in which they come.

        Args:
            scores: What was measured.
            arms: Arms that are there whether or not anything was, before all others.
            columns: Columns likewise.

        Raises:
            InputError: If a score is not finite, a fidelity is not in (0, 1], or one cell has two scores.
        """
        rows = list(scores)
        arms = tuple(dict.fromkeys([*arms, *(row.arm for row in rows)]))
        columns = tuple(dict.fromkeys([*columns, *(Column(row.target, row.language) for row in rows)]))
        seeds = tuple(dict.fromkeys(row.seed for row in rows))
        fidelities = tuple(sorted({row.fidelity for row in rows} | {FULL}))
        if not all(0 < fidelity <= FULL for fidelity in fidelities):
            raise InputError("A fidelity is a share of the full run.", value=fidelities, allowed=["above 0, at most 1"])
        places = [{name: place for place, name in enumerate(names)} for names in (fidelities, arms, columns, seeds)]
        values = np.full([len(names) for names in places], np.nan)
        for row in rows:
            keys = (row.fidelity, row.arm, Column(row.target, row.language), row.seed)
            place = tuple(known[key] for known, key in zip(places, keys, strict=True))
            if not math.isfinite(row.value):
                raise InputError("A score of a grid must be a finite number.", field=" ".join(map(str, keys[1:])))
            if not np.isnan(values[place]) and values[place] != row.value:
                raise InputError("One cell has two scores.", field=" ".join(map(str, keys)), value=row.value)
            values[place] = row.value
        return cls(arms, columns, seeds, fidelities, values)

    @property
    def full(self) -> NDArray[np.float64]:
        """The scores of full runs, shape ``(n_arms, n_columns, n_seeds)``."""
        full: NDArray[np.float64] = self.values[-1]
        return full

    def gains(self, reference: str) -> Grid:
        """The paired differences to an arm: of each seed, column and fidelity that both have, without that arm.

        Raises:
            InputError: If there is no such arm.
        """
        if reference not in self.arms:
            raise InputError("Gains need an arm to be measured against.", value=reference, allowed=self.arms)
        place = self.arms.index(reference)
        others = [index for index in range(len(self.arms)) if index != place]
        values = self.values[:, others] - self.values[:, [place]]
        return Grid(tuple(self.arms[index] for index in others), self.columns, self.seeds, self.fidelities, values)


@dataclass(frozen=True, eq=False)
class Table:
    """One number per arm and column, with what it weighs.

    Attributes:
        arms: Rows.
        columns: Columns.
        mean: Shape ``(n_arms, n_columns)``; NaN where nothing is known.
        weight: How many full runs with a seed of their own each number is worth; 0 where nothing is known.
        seed_variance: Variance between seeds of one cell, pooled over cells; 0 where no cell has two seeds.
    """

    arms: tuple[str, ...]
    columns: tuple[Column, ...]
    mean: NDArray[np.float64]
    weight: NDArray[np.float64]
    seed_variance: float

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where something was measured."""
        known: NDArray[np.bool_] = self.weight > 0
        return known

    def without(self, hidden: NDArray[np.bool_]) -> Table:
        """The same as if some cells had not been measured; ``hidden`` has the shape of ``mean``."""
        mean, weight = np.where(hidden, np.nan, self.mean), np.where(hidden, 0.0, self.weight)
        return Table(self.arms, self.columns, mean, weight, self.seed_variance)


def table_of(grid: Grid) -> Table:
    """The mean over seeds of full runs, beside the cells that only cheaper runs tell something of.

    A cheaper run stands for a full one after a shift: the mean difference of the cells that have both. What is left of
    these differences is its error, with variance v; such a cell then weighs ``seed_variance / v``, at most a full run.
    Below ``FEWEST`` cells with both, cheaper runs are not used, unless there is no full run at all: then the longest
    stand for them.
    """
    fidelities = [one for one in range(len(grid.fidelities)) if np.isfinite(grid.values[one]).any()]
    if not fidelities:
        empty = np.full(grid.values.shape[1:3], np.nan)
        return Table(grid.arms, grid.columns, empty, np.zeros_like(empty), 0.0)
    longest = fidelities[-1]
    mean, count = _over_seeds(grid.values[longest])
    variance = pooled_variance(grid.values[longest])
    weight = count.astype(np.float64)
    for fidelity in reversed(fidelities[:-1]):
        cheap, seeds = _over_seeds(grid.values[fidelity])
        both = (count > 0) & (seeds > 0)
        if both.sum() < FEWEST:
            continue
        shift = float((mean - cheap)[both].mean())
        error = float((mean - cheap)[both].var(ddof=1))
        new = (weight == 0) & (seeds > 0)
        mean = np.where(new, cheap + shift, mean)
        weight = np.where(new, min(1.0, variance / error if error > 0 else 1.0), weight)
        weight = np.where(new & (weight == 0), LEAST_WEIGHT, weight)
    return Table(grid.arms, grid.columns, mean, weight, variance)


FEWEST = 5
"""Cells with a cheap and a full run from which on the cheap runs of other cells are used."""
LEAST_WEIGHT = 0.1
"""What a cheap run weighs where no cell has two seeds, so that nothing is known of the noise of full ones."""


def _over_seeds(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Mean over the last axis where there is anything, and how many there are."""
    there = np.isfinite(values)
    count = there.sum(axis=-1)
    total = np.where(there, values, 0.0).sum(axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan), count


def pooled_variance(values: NDArray[np.float64]) -> float:
    """Variance over the last axis, pooled over all cells with two numbers or more; 0 where there is none."""
    mean, count = _over_seeds(values)
    squares = np.where(np.isfinite(values), (values - mean[..., None]) ** 2, 0.0).sum()
    freedom = int(np.maximum(count - 1, 0).sum())
    return float(squares / freedom) if freedom else 0.0
