"""Uncertainty by items: known values, and what pairing is worth."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.statistics.inference import jackknife


def mean_of(sums):
    return sums[:, 0] / sums[:, 1]


def sums_of(values):
    return np.column_stack([values, np.ones(len(values))])


def test_seventy_of_a_hundred_items_are_nine_points_unsure() -> None:
    low, high = jackknife.wilson(70.0, 100, 0.95)
    assert (low, high) == (pytest.approx(60.4151, abs=1e-3), pytest.approx(78.1051, abs=1e-3))
    assert jackknife.wilson(0.0, 20, 0.95) == (0.0, pytest.approx(16.1125, abs=1e-3))
    assert jackknife.wilson(100.0, 20, 0.95)[1] == 100.0


@given(st.lists(st.floats(0, 100), min_size=2, max_size=50))
def test_of_a_mean_the_error_is_sd_over_the_root_of_n(values: list[float]) -> None:
    array = np.array(values)
    known = array.std(ddof=1) / math.sqrt(len(array))
    assert jackknife.standard_error(sums_of(array), mean_of) == pytest.approx(known, abs=1e-6)


def test_one_group_for_each_item_gives_the_error_of_the_items() -> None:
    values = np.random.default_rng(1).normal(50, 20, 100)
    moved = jackknife.moves(sums_of(values), mean_of, np.arange(100))
    assert jackknife.error_of(moved) == pytest.approx(jackknife.standard_error(sums_of(values), mean_of), rel=1e-9)


def test_groups_of_unequal_size_are_right_on_average() -> None:
    draw = np.random.default_rng(2)
    groups = jackknife.groups_of(f"item {number}" for number in range(400))
    found = [jackknife.error_of(jackknife.moves(sums_of(draw.normal(0, 10, 400)), mean_of, groups)) ** 2
             for _ in range(300)]  # fmt: skip
    assert np.mean(found) == pytest.approx(100 / 400, rel=0.03)


def test_pairing_takes_out_what_two_scores_share() -> None:
    draw = np.random.default_rng(3)
    hard = draw.normal(50, 30, 500)
    arm, none = hard + draw.normal(2, 1, 500), hard
    groups = jackknife.groups_of(map(str, range(500)))
    first, second = (jackknife.moves(sums_of(values), mean_of, groups) for values in (arm, none))
    apart = math.hypot(jackknife.error_of(first), jackknife.error_of(second))
    paired = jackknife.error_of(first - second)
    assert paired == pytest.approx(1 / math.sqrt(500), rel=0.2)
    assert paired < apart / 20
    assert jackknife.error_of(first - first) == 0


def test_seeds_on_the_same_items_do_not_make_a_mean_surer() -> None:
    values = np.random.default_rng(4).normal(50, 30, 300)
    moved = jackknife.moves(sums_of(values), mean_of, jackknife.groups_of(map(str, range(300))))
    assert jackknife.error_of(jackknife.mean_moves([moved] * 5)) == pytest.approx(jackknife.error_of(moved))


def test_a_group_of_all_items_moves_nothing() -> None:
    assert not jackknife.moves(sums_of(np.array([1.0, 5.0])), mean_of, np.array([3, 3])).any()
    assert jackknife.standard_error(sums_of(np.array([7.0])), lambda sums: np.zeros(len(sums))) == 0


def test_groups_depend_on_the_ids_alone() -> None:
    first, again = jackknife.groups_of(["a", "b", "c"]), jackknife.groups_of(["c", "x", "a"])
    assert (first[0], first[2]) == (again[2], again[0])
    assert set(jackknife.groups_of(map(str, range(5000)))) == set(range(jackknife.GROUPS))


def test_an_interval_over_seeds_is_widened_by_the_items() -> None:
    low, high = jackknife.wider(1.0, 7.0, 4.0, 4 / 1.959964, 0.95)
    assert (low, high) == (pytest.approx(-1.0, abs=1e-4), pytest.approx(9.0, abs=1e-4))
