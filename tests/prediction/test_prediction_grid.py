"""A grid, its table, and what cheap runs tell."""

from __future__ import annotations

import numpy as np
import pytest

from xstilts.errors import InputError
from xstilts.prediction.grid import Column, Grid, Measured, pooled_variance, table_of


def scores(arm: str, values: dict[tuple[str, str], float], fidelity: float = 1.0) -> list[Measured]:
    return [Measured(arm, "t", language, seed, value, fidelity) for (language, seed), value in values.items()]


GRID = Grid.of(
    scores("none", {("de", "1"): 50, ("de", "2"): 54, ("sw", "1"): 30})
    + scores("nli", {("de", "1"): 53, ("de", "2"): 55, ("sw", "2"): 40})
)


def test_names_keep_their_order_and_gaps_are_nan() -> None:
    assert GRID.arms == ("none", "nli")
    assert GRID.columns == (Column("t", "de"), Column("t", "sw"))
    assert np.isnan(GRID.full[1, 1, 0])
    assert GRID.full[1, 1, 1] == 40


def test_gains_are_paired_by_seed() -> None:
    gains = GRID.gains("none")
    assert gains.arms == ("nli",)
    np.testing.assert_allclose(gains.full[0, 0], [3, 1])
    assert np.isnan(gains.full[0, 1]).all(), "Swahili has no seed that both arms have"


def test_a_table_has_means_counts_and_the_noise_of_seeds() -> None:
    table = table_of(GRID)
    np.testing.assert_allclose(table.mean, [[52, 30], [54, 40]])
    np.testing.assert_allclose(table.weight, [[2, 1], [2, 1]])
    # squares 2 * 2**2 and 2 * 1**2 over one degree of freedom each
    assert table.seed_variance == pytest.approx((8 + 2) / 2)


def test_cheap_runs_stand_for_full_ones_after_their_shift() -> None:
    full = {str(one): 50.0 + one for one in range(5)}
    rows = [Measured(arm, "t", "de", seed, value) for arm, value in full.items() for seed in "12"]
    rows += [Measured(arm, "t", "de", "1", value - 7, 0.1) for arm, value in full.items()]
    rows.append(Measured("new", "t", "de", "1", 60.0, 0.1))
    table = table_of(Grid.of(rows))
    assert table.mean[-1, 0] == pytest.approx(67)
    assert table.weight[-1, 0] == 1, "its error is 0, and it is worth no more than one full run"


def test_a_few_pairs_of_cheap_and_full_runs_say_nothing() -> None:
    rows = [Measured(arm, "t", "de", "1", 50.0) for arm in "abcd"]
    rows += [Measured(arm, "t", "de", "1", 40.0, 0.1) for arm in "abcde"]
    assert not table_of(Grid.of(rows)).known[-1, 0]


def test_where_nothing_is_full_the_longest_runs_are_read() -> None:
    rows = [Measured(arm, "t", "de", "1", 40.0, fidelity) for arm in "ab" for fidelity in (0.1, 0.5)]
    np.testing.assert_allclose(table_of(Grid.of(rows)).mean, [[40], [40]])


def test_an_empty_grid_knows_nothing() -> None:
    assert not table_of(Grid.of([])).known.any()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Measured("a", "t", "de", "1", float("nan")), "finite"),
        (Measured("a", "t", "de", "1", 1.0, 0.0), "share"),
        (Measured("a", "t", "de", "1", 1.0, 1.5), "share"),
    ],
)
def test_what_is_no_score_is_refused(row: Measured, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Grid.of([row])


def test_two_scores_of_one_cell_are_refused() -> None:
    with pytest.raises(InputError, match="two scores"):
        Grid.of([Measured("a", "t", "de", "1", 1.0), Measured("a", "t", "de", "1", 2.0)])


def test_gains_need_their_reference() -> None:
    with pytest.raises(InputError, match="measured against"):
        GRID.gains("mnli")


def test_pooled_variance_of_single_seeds_is_zero() -> None:
    assert pooled_variance(np.array([[1.0], [2.0]])) == 0
