from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.training import Mix, PhaseSpec
from xstilts.training.mixture import schedule
from xstilts.training.shares import drawing_order, expected_counts, shares, step_shares

TURN = Mix("linear", weights={"a": 3, "b": 1}, end_weights={"a": 1, "b": 3})
WEIGHTS = st.fixed_dictionaries({"a": st.floats(0, 9), "b": st.floats(0.1, 9)})


def at(mix, tasks, sizes, progress=0.0):
    return dict(zip(tasks, shares(mix, tasks, sizes, np.array([progress]))[0].tolist(), strict=True))


@pytest.mark.parametrize(
    ("mix", "expected"),
    [
        (Mix(), [0.2, 0.8]),
        (Mix(cap=200), [1 / 3, 2 / 3]),
        (Mix(temperature=2.0), [1 / 3, 2 / 3]),  # square roots of 100 and 400: 10 and 20
        (Mix("uniform"), [0.5, 0.5]),
        (Mix("weights", weights={"a": 3, "b": 1}), [0.75, 0.25]),
        (Mix("weights", weights={"a": 9, "b": 1}, temperature=2.0), [0.75, 0.25]),
    ],
)
def test_shares_worked_out_by_hand(mix, expected):
    for progress in (0.0, 0.4, 1.0):
        assert list(at(mix, ("a", "b"), {"a": 100, "b": 400}, progress).values()) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("mix", "progress", "expected"),
    [
        (TURN, 0.0, 0.75),
        (TURN, 0.25, 0.625),
        (TURN, 0.5, 0.5),
        (TURN, 1.0, 0.25),
        (Mix("linear", weights={"a": 9, "b": 1}, end_weights={"a": 1, "b": 1}, temperature=2.0), 0.0, 0.75),
        (Mix("linear", weights={"a": 15, "b": 1}, end_weights={"a": 3, "b": 1}, temperature=2.0), 0.5, 0.75),
        (Mix("linear", weights={"a": 0, "b": 1}, end_weights={"a": 1, "b": 0}), 0.0, 0.0),
        (Mix("linear", weights={"a": 0, "b": 1}, end_weights={"a": 1, "b": 0}), 0.25, 0.25),
        (Mix("linear", weights={"a": 0, "b": 1}, end_weights={"a": 1, "b": 0}), 1.0, 1.0),
        (Mix("linear", weights={"a": 8, "b": 2}, end_weights={"a": 0, "b": 2}), 0.5, 2 / 3),  # 4 to 2
    ],
)
def test_changing_shares_worked_out_by_hand(mix, progress, expected):
    assert at(mix, ("a", "b"), {}, progress) == pytest.approx({"a": expected, "b": 1 - expected})


def test_each_step_has_its_own_shares_and_the_ends_are_reached():
    spec = PhaseSpec(("b", "a"), steps=5, mix=TURN)
    assert step_shares(spec, {}, 5)[:, 0] == pytest.approx([0.75, 0.625, 0.5, 0.375, 0.25])
    assert step_shares(spec, {}, 1)[:, 0] == pytest.approx([0.75])


@given(start=WEIGHTS, end=WEIGHTS, temperature=st.floats(0.3, 5), steps=st.integers(1, 40))
def test_changing_shares_are_probabilities_between_those_of_the_ends(start, end, temperature, steps):
    mix = Mix("linear", weights=start, end_weights=end, temperature=temperature)
    drawn = step_shares(PhaseSpec(("a", "b"), steps=1, mix=mix), {}, steps)
    assert drawn.shape == (steps, 2)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(steps))
    low, high = sorted(at(mix, ("a", "b"), {}, progress)["a"] for progress in (0.0, 1.0))
    assert (drawn >= 0).all() and (drawn[:, 0] >= low - 1e-12).all() and (drawn[:, 0] <= high + 1e-12).all()
    for progress, weights in ((0.0, start), (1.0, end)):
        if min(weights.values()) > 0:
            still = at(Mix("weights", weights=weights, temperature=temperature), ("a", "b"), {})
            assert at(mix, ("a", "b"), {}, progress) == pytest.approx(still)


def test_tasks_beside_keep_their_share_and_the_others_divide_the_rest():
    spec = PhaseSpec(("z", "b", "m", "a"), steps=5, beside={"m": 0.125, "a": 0.375}, mix=Mix())
    assert drawing_order(spec) == ("b", "z", "a", "m")
    assert step_shares(spec, {"b": 10, "z": 30, "a": 99, "m": 99}, 10).tolist() == [[0.125, 0.375, 0.375, 0.125]]


@given(
    share=st.floats(0.01, 0.9), sizes=st.fixed_dictionaries({name: st.integers(1, 10**6) for name in "abc"}),
    rule=st.sampled_from([Mix(), Mix("uniform"), Mix(cap=50), TURN]),
)  # fmt: skip
def test_shares_with_tasks_beside_sum_to_one(share, sizes, rule):
    spec = PhaseSpec(("a", "b", "c"), steps=7, beside={"c": share}, mix=rule)
    drawn = step_shares(spec, sizes, 7)
    assert drawn.sum(axis=1) == pytest.approx(np.ones(len(drawn)))
    assert drawn[:, 2] == pytest.approx(np.full(len(drawn), share))


def test_the_expected_counts_are_what_the_schedule_comes_to():
    assert expected_counts(PhaseSpec(("b", "a"), steps=5, mix=TURN), {}, 5) == pytest.approx({"b": 2.5, "a": 2.5})
    spec = PhaseSpec(("m", "a", "b"), steps=3000, beside={"m": 0.25}, mix=TURN)
    plan = schedule(spec, dict.fromkeys("abm", 5))
    expected = expected_counts(spec, {}, plan.total_steps)
    assert expected == pytest.approx({"m": 1000, "a": 1500, "b": 1500})
    for task, count in plan.counts().items():
        assert count == pytest.approx(expected[task], abs=160)  # 5 standard errors of 4000 steps at one half
