from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import DataError
from xstilts.randomness import hash_ids, uniforms
from xstilts.training import Mix, PhaseSpec
from xstilts.training.mixture import evaluation_steps, learning_rate, schedule, total_steps
from xstilts.training.shares import shares


def hashes(n, name="item"):
    return hash_ids(f"{name}-{row}" for row in range(n))


def phase(tasks=("a",), **fields):
    return PhaseSpec(tasks, **({"steps": 20, "batch_size": 4} | fields))


def test_epochs_become_steps_rounded_up_and_capped():
    assert total_steps(phase(steps=None, epochs=2), {"a": 10}) == 5
    assert total_steps(phase(steps=None, epochs=1), {"a": 9}) == 3
    assert total_steps(phase(steps=None, epochs=0.01), {"a": 4}) == 1
    capped = phase(("a", "b"), steps=None, epochs=1, mix=Mix(cap=8))
    assert total_steps(capped, {"a": 100, "b": 4}) == 3


def test_tasks_beside_the_others_come_on_top():
    def steps(**fields):
        return total_steps(phase(("a", "b"), **fields), {"a": 10, "b": 10_000})

    assert steps(steps=1, beside={"b": 0.9}) == 10  # 1 / (1 - 0.9) is a little more than 10 in floating point
    assert steps(steps=9, beside={"b": 0.5}) == 18
    assert steps(steps=10, beside={"b": 0.7}) == 34  # 33.3
    assert steps(steps=None, epochs=2, beside={"b": 0.5}) == 10  # 20 items in steps of 4 are 5
    assert total_steps(phase(("a", "b", "c"), beside={"b": 0.25, "c": 0.25}), {"a": 4}) == 40


@given(main=st.integers(1, 10**6), share=st.floats(0.001, 0.95))
def test_the_others_get_their_steps_in_expectation_and_less_than_one_more(main, share):
    total = total_steps(phase(("a", "b"), steps=main, beside={"b": share}), {})
    assert main - 1e-5 <= total * (1 - share) < main + 1


def test_the_average_takes_the_last_points_and_an_epoch_is_one_of_the_tasks_that_the_mixture_draws():
    sizes = {"a": 16, "b": 999}
    spec = phase(("a", "b"), steps=10, beside={"b": 0.5}, selection="average", average_last=9)
    assert evaluation_steps(spec, sizes) == {8, 16, 20}  # four steps of a are eight in all
    assert evaluation_steps(replace(spec, average_last=2), sizes) == {16, 20}
    assert evaluation_steps(phase(steps=10, selection="average"), {"a": 16}) == {4, 8, 10}
    assert evaluation_steps(phase(steps=10, selection="average", average_last=9), {"a": 16}) == {4, 8, 10}
    assert evaluation_steps(phase(steps=3, selection="average"), {"a": 16}) == {3}


def test_the_dev_score_is_read_every_epoch_and_at_the_end():
    spec = phase(steps=10, selection="pivot-dev")
    assert evaluation_steps(spec, {"a": 16}) == {4, 8, 10}
    assert evaluation_steps(phase(steps=10, selection="oracle", evaluate_every=5), {"a": 16}) == {5, 10}
    assert evaluation_steps(phase(steps=10), {"a": 16}) == set()


def test_the_rate_rises_linearly_and_falls_linearly_to_zero():
    spec = phase(learning_rate=1.0, warmup=0.2)
    rates = [learning_rate(spec, step, 10) for step in range(10)]
    assert rates == pytest.approx([0, 0.5, 1, 7 / 8, 6 / 8, 5 / 8, 4 / 8, 3 / 8, 2 / 8, 1 / 8])
    assert learning_rate(phase(learning_rate=1.0, warmup=0.0), 0, 10) == 1.0


@given(warmup=st.floats(0, 1), total=st.integers(1, 50))
def test_the_rate_is_the_librarys(warmup, total):
    import torch
    from transformers import get_linear_schedule_with_warmup

    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.7)
    theirs = get_linear_schedule_with_warmup(optimizer, int(np.ceil(warmup * total)), total)
    spec = phase(learning_rate=0.7, warmup=warmup)
    for step in range(total):
        assert learning_rate(spec, step, total) == pytest.approx(theirs.get_last_lr()[0], abs=1e-12)
        optimizer.step()
        theirs.step()


@given(n=st.integers(1, 30), batch=st.integers(1, 12), steps=st.integers(1, 12), seed=st.integers(0, 99))
def test_every_epoch_visits_every_item_once_before_the_next_begins(n, batch, steps, seed):
    plan = schedule(phase(steps=steps, batch_size=batch, seed=seed), {"a": n})
    taken = [plan.rows(step, hashes(n)) for step in range(steps)]
    rows = np.concatenate([items.rows for items in taken])
    epochs = np.concatenate([items.epochs for items in taken])
    assert list(epochs) == [position // n for position in range(steps * batch)]
    for epoch in range(epochs.max()):
        assert sorted(rows[epochs == epoch]) == list(range(n))


def test_the_second_epoch_has_another_order():
    plan = schedule(phase(steps=10, batch_size=8), {"a": 40})
    order = np.concatenate([plan.rows(step, hashes(40)).rows for step in range(10)])
    assert sorted(order[:40]) == sorted(order[40:])
    assert list(order[:40]) != list(order[40:])


def test_the_seed_fixes_the_order_of_tasks_and_items():
    def drawn(seed, tasks=("a", "b")):
        plan = schedule(phase(tasks, steps=50, seed=seed), {"a": 30, "b": 30})
        return [(plan.task(step), *plan.rows(step, hashes(30, plan.task(step))).rows) for step in range(50)]

    assert drawn(1) == drawn(1)
    assert [item[0] for item in drawn(1)] != [item[0] for item in drawn(2)]
    assert drawn(1) == drawn(1, tasks=("b", "a"))


def test_any_step_can_be_asked_for_without_its_predecessors():
    spec, sizes = phase(("a", "b"), steps=40, mix=Mix("uniform")), {"a": 9, "b": 50}
    plan = schedule(spec, sizes)
    forwards = [plan.rows(step, hashes(sizes[plan.task(step)])) for step in range(40)]
    for step in reversed(range(40)):
        again = schedule(spec, sizes).rows(step, hashes(sizes[plan.task(step)]))
        assert again.task == forwards[step].task
        assert (again.rows == forwards[step].rows).all() and (again.epochs == forwards[step].epochs).all()


def test_tasks_are_drawn_by_their_shares():
    plan = schedule(phase(("a", "b"), steps=4000), {"a": 100, "b": 300})
    counts = plan.counts()
    assert counts["a"] + counts["b"] == 4000
    assert counts["a"] / 4000 == pytest.approx(0.25, abs=0.03)  # more than 4 standard errors


@given(seed=st.integers(0, 10**6), share=st.floats(0.05, 0.9))
def test_the_tasks_beside_get_their_share_of_the_steps(seed, share):
    plan = schedule(phase(("a", "b"), steps=300, seed=seed, beside={"b": share}), {"a": 9, "b": 9})
    spread = (plan.total_steps * share * (1 - share)) ** 0.5
    assert abs(plan.counts()["b"] - plan.total_steps * share) < 5 * spread  # 1 in 1.7 million


def test_what_stands_beside_changes_neither_the_items_nor_the_order_of_the_others():
    alone = schedule(phase(steps=40), {"a": 30})
    for other in ("b", "0"):  # after and before it by name
        beside = schedule(phase((other, "a"), steps=40, beside={other: 0.3}), {"a": 30, other: 7})
        mine = [step for step in range(beside.total_steps) if beside.task(step) == "a"][:20]
        for number, step in enumerate(mine):
            assert (beside.rows(step, hashes(30)).rows == alone.rows(number, hashes(30)).rows).all()
        assert mine == [step for step in range(60) if _beside_b().task(step) == "a"][:20]


def _beside_b():
    return schedule(phase(("a", "b"), steps=42, beside={"b": 0.3}), {"a": 30, "b": 1})


@given(mix=st.sampled_from([Mix(), Mix(cap=20), Mix(temperature=3.0), Mix("uniform"),
                            Mix("weights", weights={"a": 0.3, "b": 5, "c": 1})]), seed=st.integers(0, 99))  # fmt: skip
def test_without_tasks_beside_a_step_is_where_its_draw_falls_among_the_shares(mix, seed):
    sizes = {"a": 100, "b": 7, "c": 31}
    plan = schedule(phase(("c", "a", "b"), steps=200, mix=mix, seed=seed), sizes)
    ends = np.cumsum(shares(mix, ("a", "b", "c"), sizes, np.zeros(1))[0])
    draws = uniforms(seed, "mixture", np.arange(200, dtype=np.uint64), 0)[:, 0]
    places = np.minimum(np.searchsorted(ends, draws, side="right"), 2)
    assert [plan.task(step) for step in range(200)] == ["abc"[place] for place in places]


@given(step=st.integers(0, 59), seed=st.integers(0, 99))
def test_with_changing_shares_a_step_is_a_function_of_its_number_and_seed_too(step, seed):
    mix = Mix("linear", weights={"a": 4, "b": 0}, end_weights={"a": 0, "b": 1})
    spec = phase(("a", "b"), steps=60, mix=mix, seed=seed)
    draw = uniforms(seed, "mixture", np.array([step], dtype=np.uint64), 0)[0, 0]
    p = step / 59
    assert schedule(spec, {"a": 5, "b": 5}).task(step) == ("a" if draw < 4 * (1 - p) / (4 * (1 - p) + p) else "b")


def test_a_task_of_share_zero_is_never_drawn():
    start, end = {"a": 0, "b": 1}, {"a": 1, "b": 0}
    for seed in range(50):
        plan = schedule(phase(("a", "b"), seed=seed, mix=Mix("linear", weights=start, end_weights=end)),
                        {"a": 5, "b": 5})  # fmt: skip
        assert (plan.task(0), plan.task(19)) == ("b", "a")


def test_more_steps_do_not_change_the_earlier_ones():
    short, long = schedule(phase(steps=5), {"a": 12}), schedule(phase(steps=50), {"a": 12})
    for step in range(5):
        assert (short.rows(step, hashes(12)).rows == long.rows(step, hashes(12)).rows).all()


def test_an_empty_task_is_refused():
    with pytest.raises(DataError, match="nothing to train on"):
        schedule(phase(), {"a": 0})
