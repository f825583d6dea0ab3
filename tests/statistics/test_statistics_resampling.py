from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from xstilts.errors import InputError
from xstilts.statistics import smallest_sign_flip_p
from xstilts.statistics.checkpoints import mcnemar, paired_bootstrap
from xstilts.statistics.correction import benjamini_hochberg
from xstilts.statistics.crossed import crossed_gain, effects_of
from xstilts.statistics.equivalence import equivalence
from xstilts.statistics.hierarchy import interval, item_weights, resampled_gains, resampled_scores
from xstilts.statistics.intervals import paired_gain
from xstilts.statistics.mixed import mixed_gain
from xstilts.statistics.resampling import UNDER_COVERS, bootstrap_t, percentile, sign_flip

GAINS = st.lists(st.floats(-20, 20, allow_nan=False), min_size=1, max_size=8)


def generator(seed=0):
    return np.random.default_rng(seed)


# --- sign flips -------------------------------------------------------------------------------------------------------


def test_sign_flips_of_three_gains_by_hand():
    # 1, 2, 4: |sums| of the 8 patterns are 7, 5, 3, 1, each twice
    assert sign_flip([1, 2, 4], generator()) == 2 / 8
    assert sign_flip([-1, 2, 4], generator()) == 4 / 8
    assert sign_flip([1, -2, -4], generator()) == 4 / 8
    assert sign_flip([1, 2, -4], generator()) == 1.0


@given(GAINS)
def test_sign_flips_count_all_patterns(gains):
    observed = abs(math.fsum(gains))
    sums = [abs(math.fsum(s * g for s, g in zip(signs, gains, strict=True))) for signs in itertools.product((1, -1), repeat=len(gains))]  # fmt: skip  # noqa: E501
    near = [value for value in sums if abs(value - observed) < 1e-9 * (1 + observed)]
    low = sum(value > observed for value in sums if value not in near) / len(sums)
    high = low + len(near) / len(sums)
    assert low <= sign_flip(gains, generator()) <= high
    assert sign_flip(gains, generator()) >= smallest_sign_flip_p(len(gains)) - 1e-12


def test_with_many_seeds_patterns_are_drawn_and_the_observed_one_counts():
    p = sign_flip(np.ones(20), generator(), draws=1000)
    assert p == 1 / 1000
    assert sign_flip(np.tile([1.0, -1.0], 10), generator(), draws=1000) == 1.0


# --- bootstraps over seeds --------------------------------------------------------------------------------------------


def test_a_percentile_bootstrap_comes_with_its_warning():
    got, warning = percentile([1.0, 2.0, 3.0], generator(), draws=4000)
    assert warning == UNDER_COVERS
    assert (got.mean, got.p) == (2.0, None)
    assert 1.0 <= got.low < 2.0 < got.high <= 3.0
    t = paired_gain([1.0, 2.0, 3.0], [0, 0, 0])
    assert got.high - got.low < t.high - t.low


def test_a_studentised_bootstrap_is_near_the_t_interval_for_normal_gains():
    gains = 1 + generator(3).normal(size=40)
    got, t = bootstrap_t(gains, generator(1)), paired_gain(gains, np.zeros(40))
    assert got.low == pytest.approx(t.low, abs=0.08)
    assert got.high == pytest.approx(t.high, abs=0.08)


def test_a_studentised_bootstrap_needs_four_seeds():
    with pytest.raises(InputError, match="4 or more"):
        bootstrap_t([1, 2, 3], generator())


# --- correction -------------------------------------------------------------------------------------------------------


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), max_size=12))
def test_benjamini_hochberg_is_that_of_statsmodels(p):
    tested = [value for value in p if value is not None]
    expected = iter(multipletests(tested, method="fdr_bh")[1] if tested else [])
    wanted = [None if value is None else pytest.approx(next(expected)) for value in p]
    assert benjamini_hochberg(p) == wanted


# --- languages and seeds ----------------------------------------------------------------------------------------------


def test_crossed_effects_by_hand():
    # seeds 0 and 4, languages 0 and 2 and 4, no rest: cell = seed + language
    table = np.array([[0.0, 2.0, 4.0], [4.0, 6.0, 8.0]])
    got = crossed_gain(table)
    # MS_language = 2 * (4 + 0 + 4) / 2 = 8; MS_seed = 3 * (4 + 4) / 1 = 24; MS_rest = 0
    freedom = (8 + 24) ** 2 / (8**2 / 2 + 24**2 / 1)
    assert got.mean == 4
    from scipy.stats import t

    assert got.high - 4 == pytest.approx(t.ppf(0.975, freedom) * math.sqrt(32 / 6))
    assert got.n == 2


def test_without_language_variance_crossed_is_no_narrower_than_seeds_alone():
    table = np.repeat(np.array([[1.0], [2.0], [4.0]]), 9, axis=1)
    alone = paired_gain(table.mean(axis=1), np.zeros(3))
    got = crossed_gain(table)
    assert got.low == pytest.approx(alone.low)
    assert got.high == pytest.approx(alone.high)


@pytest.mark.parametrize("table", [[[1.0, 2.0], [3.0, float("nan")]], [[float("inf"), 1.0]], [1.0, 2.0]])
def test_crossed_effects_need_a_full_table(table):
    with pytest.raises(InputError, match="full table"):
        crossed_gain(table)


def test_languages_are_random_from_eight_on():
    assert [effects_of(n) for n in (1, 7, 8, 30)] == ["fixed", "fixed", "random", "random"]


def test_a_mixed_model_finds_the_components_that_were_put_in():
    draw = generator(5)
    table = 2 + draw.normal(0, 3, (12, 1)) + draw.normal(0, 1, (1, 20)) + draw.normal(0, 0.5, (12, 20))
    got = mixed_gain(table)
    assert got.converged
    assert got.mean == pytest.approx(table.mean(), abs=1e-4)
    assert got.seed_sd == pytest.approx(3, rel=0.5)
    assert got.language_sd == pytest.approx(1, rel=0.5)
    assert got.rest_sd == pytest.approx(0.5, rel=0.15)
    assert got.error == pytest.approx((crossed_gain(table).high - table.mean()) / 2.2, rel=0.1)


# --- equivalence ------------------------------------------------------------------------------------------------------


def test_two_one_sided_tests_by_hand():
    # differences -0.1, 0, 0.1: mean 0, sd 0.1; t = 1 / (0.1 / sqrt 3) = 17.32 on 2 degrees of freedom
    got = equivalence([49.9, 50.0, 50.1], [50.0, 50.0, 50.0])
    t = math.sqrt(300)
    assert got.p == pytest.approx(0.5 - t / (2 * math.sqrt(2 + t * t)), abs=1e-9)
    assert got.equivalent
    assert not equivalence([49.9, 50.0, 50.1], [50, 50, 50], margin=0.1).equivalent


def test_no_significance_is_not_equivalence():
    wide = equivalence([60.0, 50.0, 40.0], [50.0, 50.0, 50.0])
    assert wide.equivalent is False
    assert paired_gain([60.0, 50.0, 40.0], [50.0, 50.0, 50.0]).p == 1.0


@given(st.lists(st.floats(-3, 3), min_size=3, max_size=6), st.floats(0.1, 5))
def test_equivalence_is_the_inner_interval_within_the_margin(gains, margin):
    got = equivalence(gains, np.zeros(len(gains)), margin)
    if got.equivalent is not None and min(abs(got.low + margin), abs(got.high - margin)) > 1e-6:
        assert got.equivalent == (-margin < got.low and got.high < margin)


# --- two checkpoints --------------------------------------------------------------------------------------------------


def test_mcnemar_by_hand():
    # 1 against 4 discordant items: 2 * (1 + 5) / 2^5
    assert mcnemar([1, 0, 0, 0, 0, 1, 0], [0, 1, 1, 1, 1, 1, 0]) == pytest.approx(12 / 32)
    assert mcnemar([1, 0], [1, 0]) == 1.0
    with pytest.raises(InputError, match="right"):
        mcnemar([0.5], [1])


def test_a_bootstrap_over_items_pairs_them():
    first, second = np.tile([1.0, 0.0], 100), np.tile([1.0, 0.0], 100)
    assert paired_bootstrap(first, second, generator(), draws=200).high == 0
    got = paired_bootstrap(first, 1 - first, generator(), draws=400)
    assert got.low < 0 < got.high


# --- items, seeds, languages ------------------------------------------------------------------------------------------


def test_item_weights_are_poisson():
    weights = item_weights(500, 2000, generator())
    assert weights.shape == (2000, 500)
    shares = [(weights == k).mean() for k in range(4)]
    assert shares == pytest.approx([math.exp(-1) / math.factorial(k) for k in range(4)], abs=0.002)
    assert abs(np.corrcoef(weights[:, 0], weights[:, 1])[0, 1]) < 0.08


def test_resampled_scores_have_the_spread_of_the_binomial():
    results = np.zeros((2, 400), dtype=np.float32)
    results[0, :100] = 100
    results[1, :200] = 100
    scores = resampled_scores(results, generator(), draws=4000)
    assert scores.mean(axis=0) == pytest.approx([25, 50], abs=0.2)
    assert scores.std(axis=0) == pytest.approx([100 * math.sqrt(p * (1 - p) / 400) for p in (0.25, 0.5)], rel=0.05)


def test_ratios_resample_their_sums():
    # F1 from true positives, predicted and gold: every item alike, so no resample can change it
    results = np.tile(np.array([1.0, 2.0, 2.0], dtype=np.float32), (1, 50, 1))
    f1 = lambda sums: 200 * sums[..., 0] / (sums[..., 1] + sums[..., 2])  # noqa: E731
    assert resampled_scores(results, generator(), 50, f1) == pytest.approx(np.full((50, 1), 50.0))


def test_a_plain_loop_gives_the_same_spread():
    draw = generator(2)
    gains = [100 * draw.integers(-1, 2, (1, 4, n)).astype(np.float32) for n in (60, 90)]
    fast = resampled_gains(gains, generator(1), draws=4000)[:, 0]
    slow = []
    for _ in range(4000):
        seeds = draw.integers(0, 4, 4)
        slow.append(np.mean([g[0][:, draw.integers(0, g.shape[2], g.shape[2])][seeds].mean() for g in gains]))
    assert fast.mean() == pytest.approx(np.mean(slow), abs=0.6)
    assert fast.std() == pytest.approx(np.std(slow), rel=0.06)


def test_drawing_languages_adds_their_spread():
    gains = [np.full((1, 3, 40), value, dtype=np.float32) for value in (0.0, 10.0)]
    assert resampled_gains(gains, generator(), 500).std() == pytest.approx(0, abs=1e-5)
    drawn = resampled_gains(gains, generator(), 4000, "random")
    assert drawn.std() == pytest.approx(10 / math.sqrt(8), rel=0.05)


def test_the_interval_of_resampled_studies_is_wide_enough_for_few_seeds():
    resampled = generator().normal(0, 1, 20000).astype(np.float32)
    got = interval(resampled, 0.5, n_seeds=3)
    assert got.high - got.mean == pytest.approx(4.302653 * math.sqrt(3 / 2), rel=0.02)
    assert interval(resampled, 0.5, 1).low is None


# --- coverage: a small version of benchmarks/coverage.py --------------------------------------------------------------


@pytest.mark.parametrize("seeds", [3, 5, 10])
@pytest.mark.parametrize("languages", [1, 3, 8, 30])
def test_the_default_interval_covers(seeds, languages):
    draw, hits, studies = generator(17), 0, 500
    for _ in range(studies):
        by_language = draw.normal(0, 1, (1, languages))
        table = by_language + draw.normal(0, 1, (seeds, 1)) + draw.normal(0, 1.5, (seeds, languages))
        if effects_of(languages) == "random":
            got, truth = crossed_gain(table), 0.0
        else:
            got, truth = paired_gain(table.mean(axis=1), np.zeros(seeds)), by_language.mean()
        hits += got.low <= truth <= got.high
    # 93 to 97 % from five seeds on, give or take what 500 studies leave open (two standard errors: 2 points)
    assert (0.91 if seeds >= 5 else 0.90) <= hits / studies <= 0.99


def test_holm_keeps_the_family_wise_error():
    from xstilts.statistics.correction import holm

    draw, wrong, studies = generator(23), 0, 250
    for _ in range(studies):
        none, arms = draw.normal(size=(4, 5)), draw.normal(size=(5, 4, 5))
        p = [paired_gain(arms[arm, target], none[target]).p for arm in range(5) for target in range(4)]
        wrong += any(value <= 0.05 for value in holm(p))
    assert wrong / studies <= 0.055 + 2 * math.sqrt(0.05 * 0.95 / studies)
