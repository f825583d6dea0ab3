from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from xstilts.errors import InputError
from xstilts.statistics import Interval, holm, paired_gain, smallest_sign_flip_p

P_VALUES = st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=12)


def test_a_paired_interval_worked_out_by_hand():
    # differences 1, 2, 3: mean 2, standard deviation 1, error 1/sqrt(3); t(.975, 2) = 4.302653
    got = paired_gain([51, 62, 43], [50, 60, 40])
    assert got.mean == 2
    assert got.low == pytest.approx(2 - 4.302653 / math.sqrt(3), abs=1e-6)
    assert got.high == pytest.approx(2 + 4.302653 / math.sqrt(3), abs=1e-6)
    # with two degrees of freedom F(t) = 1/2 + t / (2 sqrt(2 + t^2)), here t^2 = 12
    assert got.p == pytest.approx(1 - math.sqrt(12 / 14), abs=1e-12)
    assert got.n == 3


def test_pairing_takes_out_what_seeds_share():
    shared, gains = np.array([0.0, 10.0, -7.0, 3.0]), np.array([1.0, 2.0, 1.0, 2.0])
    alone, with_seed = paired_gain(gains, np.zeros(4)), paired_gain(shared + gains, shared)
    assert with_seed.high == pytest.approx(alone.high)


def test_one_seed_has_no_interval_and_none_has_no_mean():
    assert paired_gain([5.0], [4.0]) == Interval(1.0, None, None, None, 1)
    assert paired_gain([], []) == Interval(None, None, None, None, 0)


def test_without_spread_the_interval_collapses_and_nothing_is_tested():
    assert paired_gain([3.0, 3.0], [1.0, 1.0]) == Interval(2.0, 2.0, 2.0, None, 2)
    assert paired_gain([3.0, 4.0], [3.0, 4.0]) == Interval(0.0, 0.0, 0.0, 1.0, 2)


def test_rounding_is_not_variance():
    assert paired_gain([70.1 + 0.1, 60.1 + 0.1, 0.1 + 0.2], [70.1, 60.1, 0.2]).p is None


@pytest.mark.parametrize(("arm", "none"), [([1, 2], [1]), ([[1.0]], [[1.0]]), ([1, math.nan], [1, 1])])
def test_scores_that_cannot_be_paired_are_refused(arm, none):
    with pytest.raises(InputError):
        paired_gain(arm, none)


def test_a_level_outside_zero_and_one_is_refused():
    with pytest.raises(InputError, match="level"):
        paired_gain([1, 2], [0, 0], level=95)


@settings(deadline=None)
@given(st.lists(st.floats(-50, 50), min_size=2, max_size=8), st.floats(-20, 20))
def test_shifting_the_arm_shifts_the_interval_and_swapping_mirrors_it(gains, shift):
    none = np.linspace(40, 60, len(gains))
    got, moved = paired_gain(none + gains, none), paired_gain(none + np.array(gains) + shift, none)
    mirrored = paired_gain(none, none + gains)
    assert moved.mean == pytest.approx(got.mean + shift, abs=1e-9)
    assert mirrored.low == pytest.approx(-got.high, abs=1e-9)
    assert got.low <= got.mean <= got.high


def test_intervals_of_three_seeds_cover_what_they_say():
    draw = np.random.default_rng(0)
    seen = [paired_gain(draw.normal(1.0, 2.0, 3), np.zeros(3)) for _ in range(2000)]
    covered = np.mean([one.low <= 1.0 <= one.high for one in seen])
    assert 0.935 <= covered <= 0.965


def test_the_smallest_p_that_signs_can_give():
    assert [smallest_sign_flip_p(n) for n in (0, 1, 3, 5)] == [None, 1.0, 0.25, 0.0625]


def test_holm_on_unsorted_values_worked_out_by_hand():
    # sorted .01 .03 .04: .01*3 = .03, .03*2 = .06, .04*1 raised to .06
    assert holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_holm_counts_only_what_was_tested():
    assert holm([None, 0.02, None, 0.5]) == [None, pytest.approx(0.04), None, pytest.approx(0.5)]
    assert holm([None, None]) == [None, None]
    assert holm([]) == []


def test_holm_refuses_what_is_no_p_value():
    with pytest.raises(InputError, match=r"1\.5"):
        holm([0.5, 1.5])


@settings(deadline=None, max_examples=25)  # statsmodels collects garbage at every call
@given(P_VALUES)
def test_holm_agrees_with_statsmodels(p):
    tested = [value for value in p if value is not None]
    expected = list(multipletests(tested, method="holm")[1]) if tested else []
    assert [value for value in holm(p) if value is not None] == pytest.approx(expected)


@settings(deadline=None)
@given(P_VALUES, st.randoms(use_true_random=False))
def test_holm_follows_any_order_and_keeps_the_ranking(p, random):
    order = list(range(len(p)))
    random.shuffle(order)
    corrected = holm(p)
    assert holm([p[place] for place in order]) == [corrected[place] for place in order]
    pairs = sorted((before, after) for before, after in zip(p, corrected, strict=True) if before is not None)
    assert all(before <= after <= 1 for before, after in pairs)
    assert [after for _, after in pairs] == sorted(after for _, after in pairs)


def test_importing_statistics_imports_nothing_heavy():
    heavy = ("torch", "scipy", "statsmodels", "pandas", "pyarrow", "matplotlib")
    code = f"import sys, xstilts.statistics; sys.exit(str([m for m in {heavy} if m in sys.modules] or ''))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
