"""The model finds what it was made of, and its intervals hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from prediction_simulated import Size, effects, grid

from xstilts.errors import InputError
from xstilts.prediction.gain_model import SHAPES, Shape, chosen_shape, fit, folds, left_out
from xstilts.prediction.grid import Column, Grid, Table, table_of
from xstilts.prediction.intervals import Basis, predict
from xstilts.prediction.skill import skill

TIGHT = Shape(0, 1e-6)


def table(mean: np.ndarray, known: np.ndarray | None = None) -> Table:
    columns = tuple(Column("t", f"l{place}") for place in range(mean.shape[1]))
    weight = np.ones(mean.shape) if known is None else known.astype(float)
    arms = tuple(f"a{place}" for place in range(len(mean)))
    return Table(arms, columns, np.where(weight > 0, mean, np.nan), weight, 0.0)


def test_an_additive_table_is_filled_exactly() -> None:
    whole = np.add.outer([0.0, 2.0, -1.0], [50.0, 30.0, 10.0, 70.0])
    known = np.ones(whole.shape, dtype=bool)
    known[0, 1] = known[2, 3] = False
    found = fit(table(whole, known), TIGHT).values
    # the ridge of columns draws each by 1 % of its distance from the grand mean, over its number of arms
    np.testing.assert_allclose(found, whole, atol=0.3)


def test_a_factor_is_found_that_sums_cannot_say() -> None:
    rng = np.random.default_rng(0)
    whole = np.outer(rng.normal(size=12), rng.normal(size=15)) * 5
    known = rng.random(whole.shape) < 0.8
    hidden = ~known
    shapes = Shape(0, 0.5), Shape(1, 0.1)
    errors = [np.abs(fit(table(whole, known), shape).values - whole)[hidden].mean() for shape in shapes]
    assert errors[1] < errors[0] / 3


def test_an_arm_that_was_never_measured_gets_the_mean_of_the_others() -> None:
    whole = np.add.outer([1.0, -1.0, 0.0], [10.0, 20.0, 30.0])
    known = np.array([[True] * 3, [True] * 3, [False] * 3])
    np.testing.assert_allclose(fit(table(whole, known), Shape(0, 2.0)).values[2], [10, 20, 30], atol=0.5)


def test_nothing_measured_is_no_table() -> None:
    with pytest.raises(InputError, match="Nothing was measured"):
        fit(table(np.zeros((2, 2)), np.zeros((2, 2), dtype=bool)))


def test_each_known_cell_is_left_out_once_and_units_go_whole() -> None:
    known = np.random.default_rng(1).random((6, 7)) < 0.7
    some = table(np.zeros((6, 7)), known)
    assert (sum(hidden.astype(int) for hidden in folds(some)) == known).all()
    for hidden in folds(some, lambda arm, _: arm):
        arms = hidden.any(axis=1)
        assert (hidden[arms] == known[arms]).all()


def test_a_cell_that_is_left_out_is_not_seen() -> None:
    whole = np.add.outer(np.arange(5.0), np.arange(6.0))
    one, other = table(whole), table(whole + 1000 * (np.arange(30).reshape(5, 6) == 7))
    first, second = (left_out(each, Shape(0, 0.5), n=30) for each in (one, other))
    assert first[1, 1] == pytest.approx(second[1, 1])


def test_the_shape_is_the_one_that_predicts_best() -> None:
    rng = np.random.default_rng(2)
    flat = np.add.outer(rng.normal(size=10), rng.normal(size=12)) + rng.normal(0, 0.3, (10, 12))
    bent = np.outer(rng.normal(size=10), rng.normal(size=12)) * 6
    few = (Shape(0, 0.5), Shape(1, 0.5))
    assert chosen_shape(table(flat), few) == few[0]
    assert chosen_shape(table(bent), few) == few[1]
    assert SHAPES[0].rank == 0, "of equals the simpler is taken, so simple ones come first"


@pytest.mark.parametrize(
    ("size", "share"), [(Size(), 0.5), (Size(20, 1, 15, 3), 0.3), (Size(12, 21, 1, 1), 0.5)], ids=str
)
def test_intervals_of_unmeasured_cells_cover(size: Size, share: float) -> None:
    held = []
    for seed in range(3):
        measured, scores = grid(size, seed, share)
        known = table_of(measured)
        told = predict(known, Shape(1, 2.0))
        there = ~known.known & (told.basis == Basis.CELL)
        held.append((np.abs(scores.mean(axis=-1) - told.values) <= told.half)[there])
    # 95 % of 350 to 650 cells, within three standard errors and what differs between the few grids
    assert 0.92 <= np.concatenate(held).mean() <= 0.985


def test_what_a_prediction_rests_on_widens_it() -> None:
    size = Size(8, 4, 5, 2)
    measured, _ = grid(size, 3, 1.0)
    values = measured.values.copy()
    values[:, 0] = np.nan
    values[:, :, :5] = np.nan
    values[:, :, 7] = np.nan
    values[:, 5, 12] = np.nan
    known = Grid(measured.arms, measured.columns, measured.seeds, measured.fidelities, values)
    told = predict(table_of(known), Shape(1, 2.0))
    assert told.basis[5, 12] == Basis.CELL
    assert told.basis[5, 7] == Basis.LANGUAGE
    assert told.basis[5, 0] == Basis.TARGET
    assert told.basis[0, 12] == Basis.ARM
    assert told.basis[0, 0] == Basis.NOTHING
    assert np.isinf(told.half[0, 0])
    assert told.half[5, 12] < told.half[5, 7] < told.half[5, 0]


def test_too_little_gives_no_interval_rather_than_a_narrow_one() -> None:
    told = predict(table(np.array([[1.0, 2.0], [2.0, 3.0]]), np.array([[True, True], [True, False]])), Shape(0, 2.0))
    assert np.isinf(told.half).all()


@pytest.mark.parametrize("level", [0, 1, 1.5])
def test_a_level_is_a_chance(level: float) -> None:
    with pytest.raises(InputError, match="level"):
        predict(table(np.zeros((2, 2))), level=level)


def test_skill_is_measured_against_the_better_mean() -> None:
    size = Size(10, 4, 5, 1)
    whole = effects(size, 0)
    columns = tuple(Column(f"t{t}", f"l{k}") for t in range(4) for k in range(5))
    told = skill(Table(tuple(map(str, range(10))), columns, whole, np.ones(whole.shape), 0.0), Shape(1, 0.5))
    assert told.cells == whole.size
    assert told.by_column < told.by_arm, "targets differ more than arms here"
    assert told.share == pytest.approx(1 - told.model / told.by_column)
    assert told.share > 0.3


def test_where_all_arms_are_alike_nothing_beats_the_mean_of_the_column() -> None:
    rng = np.random.default_rng(0)
    told = skill(table(np.linspace(30, 80, 15)[None] + rng.normal(0, 0.1, (10, 15))), Shape(1, 2.0))
    assert told.share < 0.15
