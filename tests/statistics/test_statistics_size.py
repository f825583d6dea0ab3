"""Slopes of gains over the size of the base, by hand: three sizes, ten times apart, two seeds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statistics_mixes import row

from xstilts.errors import InputError
from xstilts.statistics import Facts, analyse
from xstilts.statistics.size.slopes import fitted, slope_of, worth
from xstilts.statistics.size.table import ALL, LANGUAGE_COLUMNS, SIZE_COLUMNS, SLOPE_COLUMNS, TEXT_COLUMNS, size_tables

LEVEL = 0.95
T1 = 12.706204736432095  # Student's two-sided 95 % value for one degree of freedom


def test_a_line_by_hand():
    line = fitted([10, 100, 1000], [1.0, 2.0, 6.0])
    # logs 1, 2, 3 around 2; values around 3: ((-1)(-2) + 0 + (1)(3)) / 2
    assert line.slope == pytest.approx(2.5)
    assert line.at == pytest.approx(3 - 2.5 * 2)
    assert line.crossing() == pytest.approx(10**0.8)


@given(st.lists(st.tuples(st.floats(1, 1e9), st.floats(-100, 100)), min_size=3, max_size=8))
def test_a_line_is_numpys(pairs):
    sizes, values = zip(*pairs, strict=True)
    logs = np.log10(sizes)
    if np.ptp(logs) < 1e-3:
        return
    slope, at = np.polyfit(logs, values, 1)
    line = fitted(sizes, values)
    assert (line.slope, line.at) == pytest.approx((slope, at), rel=1e-6, abs=1e-6 * 100 / np.ptp(logs))


@pytest.mark.parametrize("sizes", [[10], [10, 10]])
def test_one_size_has_no_line(sizes):
    with pytest.raises(InputError, match="two sizes"):
        fitted(sizes, [1.0] * len(sizes))


def test_a_level_line_crosses_nothing():
    assert fitted([10, 100], [3.0, 3.0]).crossing() is None


def test_the_interval_of_a_slope_is_students_over_seeds():
    found = slope_of({10.0: {"1": 0.0, "2": 0.0}, 100.0: {"1": 3.0, "2": 5.0}}, LEVEL)
    assert found is not None and found.interval.mean == pytest.approx(4.0)
    assert found.interval.high == pytest.approx(4 + T1 * 1)  # sd √2, its error √2/√2
    assert found.verdict == "open"
    assert found.crossing == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("slopes", "verdict"),
    [
        ([3.0, 3.2, 3.1], "amplifies"),
        ([-3.0, -3.2, -3.1], "diminishes"),
        ([0.1, -0.1, 0.05], "flat"),
        ([4.0, -4.0, 1.0], "open"),
        ([0.4, 0.5, 0.45], "amplifies"),  # shown to rise, however little
    ],
)
def test_what_a_slope_shows(slopes, verdict):
    by_size = {1.0: {str(n): 0.0 for n in range(3)}, 10.0: {str(n): slope for n, slope in enumerate(slopes)}}
    found = slope_of(by_size, LEVEL)
    assert found is not None and found.verdict == verdict


def test_seeds_without_all_sizes_take_no_part():
    assert slope_of({1.0: {"1": 0.0}, 10.0: {"2": 1.0}}, LEVEL) is None
    found = slope_of({1.0: {"1": 0.0, "2": 9.0}, 10.0: {"1": 1.0}}, LEVEL)
    assert found is not None and (found.interval.mean, found.interval.n, found.interval.low) == (1.0, 1, None)


def test_a_gain_is_worth_the_parameters_that_give_it_to_none():
    none = {1.0: {"1": 50.0}, 10.0: {"1": 54.0}}  # 4 points for ten times
    assert worth({1.0: {"1": 2.0}, 10.0: {"1": 2.0}}, none, LEVEL) == (pytest.approx(10**0.5), None, None)
    assert worth({1.0: {"1": -4.0}, 10.0: {"1": -4.0}}, none, LEVEL) == (pytest.approx(0.1), None, None)


def test_where_size_buys_nothing_a_gain_is_worth_no_number():
    assert worth({1.0: {"1": 2.0}, 10.0: {"1": 2.0}}, {1.0: {"1": 5.0}, 10.0: {"1": 5.0}}, LEVEL) is None


BODIES = {"small": 1000, "middle": 10_000, "large": 100_000}
CODES = {"qaa": "rich", "qab": "rich", "qac": "rich", "qba": "poor"}
RISE = {"rich": 1.0, "poor": -2.0}
"""Points that the gain rises for ten times the parameters."""


def facts(**changes):
    return {
        "pivot": "qaa", "bases": list(BODIES), "arms": ["none", "arm"], "seeds": [1, 2],
        "targets": {name: {"metric": "accuracy", "languages": list(CODES)} for name in ("nli", "tags")},
        "clusters": {"resource": CODES},
        "ladder": {name: {"parameters": 2 * body, "body": body, "unseen": []} for name, body in BODIES.items()},
        "pretraining_text": {"qaa": 900, "qab": 300, "qac": 300, "qba": 10},
    } | changes  # fmt: skip


def scores(gain=lambda cluster, power: 4.0 + RISE[cluster] * power, none=lambda power: 40.0 + 10 * power):
    """``power`` is 0, 1 and 2 for the three sizes; the second seed is one point higher in everything."""
    rows = []
    for power, base in enumerate(BODIES):
        for seed in (1, 2):
            for target in ("nli", "tags"):
                for code, cluster in CODES.items():
                    level = none(power) + seed
                    rows.append(row("none", target, seed, code, level, base=base))
                    rows.append(row("arm", target, seed, code, level + gain(cluster, power), base=base))
    return rows


def tables(rows=None, **changes):
    return size_tables(scores() if rows is None else rows, Facts.parse(facts(**changes)))


def one(rows, **wanted):
    (found,) = (row for row in rows if all(row[name] == value for name, value in wanted.items()))
    return found


def test_gains_by_size_in_points_by_hand():
    rows = [row for row in tables()["sizes"] if (row["scale"], row["cluster"]) == ("points", "poor")]
    assert [(row["base"], row["body"], row["gain"]) for row in rows] == [
        ("small", 1000, 4.0), ("middle", 10_000, 2.0), ("large", 100_000, 0.0),
    ]  # fmt: skip
    assert {row["n_languages"] for row in rows} == {1}
    assert set(rows[0]) == set(SIZE_COLUMNS)


def test_slopes_by_cluster_and_how_far_they_are_from_the_others():
    found = tables()["slopes"]
    rich, poor = (one(found, cluster=name, scale="points") for name in ("rich", "poor"))
    assert (rich["slope"], poor["slope"]) == pytest.approx((1.0, -2.0))
    assert (rich["apart"], poor["apart"]) == pytest.approx((3.0, -3.0))
    everywhere = one(found, cluster=ALL, scale="points")
    assert everywhere["slope"] == pytest.approx(0.0, abs=1e-9)  # two rich languages and a poor one: (1 + 1 - 2) / 3
    assert everywhere["apart"] is None
    assert poor["crossing"] == pytest.approx(100_000)
    assert set(rich) == set(SLOPE_COLUMNS)


def test_what_a_gain_is_worth_stands_with_the_points():
    found = tables()["slopes"]
    assert one(found, cluster="rich", scale="points")["worth"] == pytest.approx(10**0.5)  # mean gain 5 of 10 a step
    assert one(found, cluster="rich", scale="error")["worth"] is None


def test_the_other_scales_by_hand():
    rows = [row for row in tables()["sizes"] if row["cluster"] == "rich"]
    small = {row["scale"]: row["gain"] for row in rows if row["base"] == "small"}
    # none scores 41 and 42; the arm 4 more
    assert small["error"] == pytest.approx(50 * (4 / 59 + 4 / 58))
    assert small["relative"] == pytest.approx(50 * (4 / 41 + 4 / 42))


def test_scales_that_differ_in_sign_are_marked():
    level = tables(scores(gain=lambda cluster, power: 4.0))  # as many points of ever fewer errors
    found = {row["scale"]: row for row in level["slopes"] if row["cluster"] == ALL}
    assert found["error"]["slope"] > 0 > found["relative"]["slope"]
    assert all(row["signs_differ"] for row in found.values())
    rising = tables(scores(gain=lambda cluster, power: 4.0 + 20 * power, none=lambda power: 10.0))
    assert not any(row["signs_differ"] for row in rising["slopes"])


def test_a_metric_where_less_is_better_turns_gains_and_shares():
    targets = {"nli": {"metric": "accuracy", "languages": list(CODES), "higher_is_better": False}}
    rows = [row for row in scores() if row["target"] == "nli"]
    found = {row["scale"]: row for row in tables(rows, targets=targets)["sizes"] if row["base"] == "small"
             and row["cluster"] == "rich"}  # fmt: skip
    assert found["points"]["gain"] == -4.0
    assert found["error"]["gain"] == pytest.approx(-50 * (4 / 41 + 4 / 42))  # what is wrong is the score itself


def test_languages_stand_beside_the_text_they_had():
    found = tables()
    rows = {row["language"]: row for row in found["language_slopes"]}
    assert {code: (row["text"], round(row["slope"], 9)) for code, row in rows.items()} == {
        "qab": (300, 1.0), "qac": (300, 1.0), "qba": (10, -2.0),
    }  # fmt: skip
    assert set(rows["qab"]) == set(LANGUAGE_COLUMNS)
    assert {row["rho"] for row in found["text"]} == {None}  # three languages are too few to rank
    assert set(found["text"][0]) == set(TEXT_COLUMNS)


def test_more_text_and_a_steeper_slope_go_together():
    codes = ["qab", "qac", "qba", "qbb"]
    rows = []
    for power, base in enumerate(BODIES):
        for place, code in enumerate(codes):
            rows.append(row("none", "nli", 1, code, 40.0, base=base))
            rows.append(row("arm", "nli", 1, code, 41.0 - place * power, base=base))
    targets = {"nli": {"metric": "accuracy", "languages": codes}}
    found = tables(rows, targets=targets, clusters={}, pretraining_text=dict(zip(codes, (9, 8, 7, 6), strict=True)))
    assert one(found["text"], of="slope")["rho"] == pytest.approx(1.0)


def test_only_targets_that_are_fair_at_every_size_take_part():
    warning = {"code": "leak", "cell": {"base": "large", "arm": "arm", "target": "tags"}, "message": "m"}
    found = tables(warnings=[warning])
    assert {row["targets"] for row in found["slopes"]} == {"nli"}


def test_two_bases_of_one_size_are_one_rung():
    ladder = facts()["ladder"] | {"twin": {"parameters": 2000, "body": 1000, "unseen": []}}
    more = [row | {"base": "twin", "value": row["value"] + (2 if row["arm"] == "arm" else 0)} for row in scores()
            if row["base"] == "small"]  # fmt: skip
    found = tables([*scores(), *more], bases=[*BODIES, "twin"], ladder=ladder)
    assert one(found["slopes"], cluster="rich", scale="points")["n_sizes"] == 3
    assert one(found["slopes"], cluster="rich", scale="points")["slope"] == pytest.approx(0.5)  # 5, 5, 6 instead of 4


def test_one_size_says_nothing():
    assert not any(tables(ladder={"small": facts()["ladder"]["small"]}).values())


def test_the_analysis_has_the_tables_where_there_is_a_ladder_and_only_there():
    answer = analyse(scores(), facts())["answer"]
    assert answer["slopes"] == tables()["slopes"]
    assert "slopes" not in analyse(scores(), facts(ladder={}))["answer"]


@given(st.randoms(use_true_random=False))
def test_the_order_of_scores_changes_nothing(random):
    rows = scores()
    random.shuffle(rows)
    assert repr(tables(rows)) == repr(tables())


@given(st.floats(1e-3, 1e3), st.floats(0, 50))
def test_a_slope_is_that_of_the_gain_whatever_the_unit_of_parameters(factor, shift):
    by_size = {1000.0: {"1": shift, "2": shift + 1}, 10_000.0: {"1": shift + 2, "2": shift + 4}}
    scaled = {body * factor: gains for body, gains in by_size.items()}
    first, second = slope_of(by_size, LEVEL), slope_of(scaled, LEVEL)
    assert first is not None and second is not None
    assert first.interval.mean is not None and math.isclose(first.interval.mean, second.interval.mean or 0)
