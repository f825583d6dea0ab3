from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import DataError
from xstilts.randomness import hash_ids
from xstilts.training import Mix, PhaseSpec
from xstilts.training.mixture import evaluation_steps, learning_rate, schedule, total_steps
from xstilts.training.shares import shares


def hashes(n, name="item"):
    return hash_ids(f"{name}-{row}" for row in range(n))


def phase(tasks=("a",), **fields):
    return PhaseSpec(tasks, **({"steps": 20, "batch_size": 4} | fields))


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
    assert list(shares(mix, ("a", "b"), {"a": 100, "b": 400}).values()) == pytest.approx(expected)


def test_epochs_become_steps_rounded_up_and_capped():
    assert total_steps(phase(steps=None, epochs=2), {"a": 10}) == 5
    assert total_steps(phase(steps=None, epochs=1), {"a": 9}) == 3
    assert total_steps(phase(steps=None, epochs=0.01), {"a": 4}) == 1
    capped = phase(("a", "b"), steps=None, epochs=1, mix=Mix(cap=8))
    assert total_steps(capped, {"a": 100, "b": 4}) == 3


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


def test_more_steps_do_not_change_the_earlier_ones():
    short, long = schedule(phase(steps=5), {"a": 12}), schedule(phase(steps=50), {"a": 12})
    for step in range(5):
        assert (short.rows(step, hashes(12)).rows == long.rows(step, hashes(12)).rows).all()


def test_an_empty_task_is_refused():
    with pytest.raises(DataError, match="nothing to train on"):
        schedule(phase(), {"a": 0})
