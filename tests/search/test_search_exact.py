"""What a score is, and which pairs are the best by it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from xstilts.search import exact
from xstilts.search.exact import Rule
from xstilts.search.vectors import prepare

NEAR = st.sampled_from([-np.inf, -2.5, -1.0, 0.0, 1e-300, 0.5, 0.5 + 1e-12, 0.5 + 2e-12, 1.0, 1e300, 2e300])
"""Among them numbers that float32 takes for equal, and such that it has no room for."""


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9), NEAR), max_size=40), st.integers(1, 5))
def test_the_first_of_each_row_are_those_of_a_plain_sort(pairs: list[tuple[int, int, float]], k: int) -> None:
    own, other = (np.array([pair[place] for pair in pairs], dtype=np.int64) for place in (0, 1))
    found = np.array([pair[2] for pair in pairs])
    expected: list[tuple[int, int, float]] = []
    for pair in sorted(pairs, key=lambda pair: (pair[0], -pair[2], pair[1])):
        if sum(before[0] == pair[0] for before in expected) < k:
            expected.append(pair)
    taken = exact.first(own, other, found, k)
    assert [pairs[place] for place in taken] == expected


def test_places_count_within_each_row() -> None:
    assert exact.places(np.array([4, 4, 4, 1, 7, 7])).tolist() == [0, 1, 2, 0, 0, 1]
    assert exact.places(np.array([], dtype=np.int64)).tolist() == []


def test_a_score_is_the_same_in_whatever_company(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the last bit before rounding: alone, among all, in small parts, on one thread and with the sides changed."""
    generator = np.random.default_rng(4)
    x, y = (prepare(generator.normal(size=(n, 77)), "cosine", "side") for n in (40, 60))
    rows, columns = (side.ravel() for side in np.mgrid[:40, :60])
    rule = Rule(digits=18)
    together = exact.scores(x, y, rows, columns, rule)
    assert np.array_equal(exact.scores(y, x, columns, rows, rule), together)
    alone = [exact.scores(x, y, rows[i : i + 1], columns[i : i + 1], rule)[0] for i in range(0, 2400, 97)]
    assert alone == together[::97].tolist()
    monkeypatch.setattr(exact, "_NUMBERS_AT_ONCE", 77 * 7)
    shuffled = generator.permutation(2400)
    assert np.array_equal(exact.scores(x, y, rows[shuffled], columns[shuffled], rule), together[shuffled])
    monkeypatch.setattr(exact, "_NUMBERS_AT_ONCE", 1)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(1 if threads > 1 else 2)
        assert np.array_equal(exact.scores(x, y, rows, columns, rule), together)
    finally:
        torch.set_num_threads(threads)


def test_what_float64_cannot_decide_is_kept() -> None:
    """By hand, rounded to whole numbers, each value within 0.01: 0.5 may be 0 or 1, the others are sure."""
    kept = exact._kept(np.array([[1.2, 0.5, 0.3, 1.1]]), np.full((1, 4), 0.01), 1, 0)
    assert kept.tolist() == [[True, True, False, False]]  # 1.1 ties with 1.2, which comes first
    kept = exact._kept(np.array([[0.5, 0.4, 0.3, 0.5]]), np.full((1, 4), 0.01), 1, 0)
    assert kept.tolist() == [[True, True, False, True]]  # if both are 0, the first of all; 0.4 is the first sure one
    kept = exact._kept(np.array([[1.2, 0.5, 0.9, 1.1]]), np.full((1, 4), 0.01), 2, 0)
    assert kept.tolist() == [[True, True, True, False]]
