from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xstilts.training.batching import micro_batches


def lists(batches):
    return [batch.tolist() for batch in batches]


def padded_tokens(lengths, batches):
    return sum(int(lengths[batch].max()) * len(batch) for batch in batches)


def test_cuts_worked_out_by_hand():
    assert lists(micro_batches(np.array([3, 9, 4, 8]), 18)) == [[3, 1], [0, 2]]
    assert lists(micro_batches(np.array([5, 5, 5]), 15)) == [[0, 1, 2]]
    assert lists(micro_batches(np.array([90, 2]), 10)) == [[0], [1]]  # too long for any budget: alone
    assert micro_batches(np.array([], dtype=np.int64), 10) == []


@given(lengths=st.lists(st.integers(1, 30), max_size=40), budget=st.integers(1, 200))
def test_every_item_once_under_the_budget_longest_first(lengths, budget):
    lengths = np.array(lengths, dtype=np.int32)
    batches = micro_batches(lengths, budget)
    assert sorted(np.concatenate([[], *batches])) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) == 1 or lengths[batch].max() * len(batch) <= budget
    widths = [lengths[batch].max() for batch in batches]
    assert widths == sorted(widths, reverse=True)


@given(lengths=st.lists(st.integers(1, 12), min_size=1, max_size=7), budget=st.integers(1, 40))
def test_no_other_cut_has_fewer_micro_batches_or_as_few_and_less_padding(lengths, budget):
    ascending = np.sort(np.array(lengths))
    n = len(ascending)
    possible = []
    for count in range(n):
        for inner in combinations(range(1, n), count):
            parts = [np.arange(start, end) for start, end in pairwise([0, *inner, n])]
            if all(len(part) == 1 or ascending[part].max() * len(part) <= budget for part in parts):
                possible.append((len(parts), padded_tokens(ascending, parts)))
    found = micro_batches(np.array(lengths), budget)
    assert (len(found), padded_tokens(np.array(lengths), found)) == min(possible)


def test_equal_lengths_keep_their_order_so_the_cut_is_deterministic():
    assert lists(micro_batches(np.full(6, 4), 12)) == lists(micro_batches(np.full(6, 4), 12))
    assert np.concatenate(micro_batches(np.full(6, 4), 24)).tolist() == list(range(6))
