"""What a score is, and which pairs are the best by it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.search import scores as scoring
from xstilts.search.scores import Hits, Rule, best, scored
from xstilts.search.vectors import Vectors, prepare

NEAR = st.sampled_from([-np.inf, -2.5, -1.0, 0.0, 1e-300, 0.5, 0.5 + 1e-12, 0.5 + 2e-12, 1.0, 1e300, 2e300])
"""Among them numbers that float32 takes for equal, and such that it has no room for."""


@given(
    st.integers(0, 9).flatmap(
        lambda width: st.lists(st.permutations(range(width)).flatmap(
            lambda numbers: st.tuples(*(st.tuples(st.just(number), NEAR) for number in numbers))
        ), min_size=1, max_size=5)
    ),
    st.integers(1, 5),
)  # fmt: skip
def test_the_best_of_each_line_are_those_of_a_plain_sort(lines: list[tuple[tuple[int, float], ...]], k: int) -> None:
    shape = len(lines), len(lines[0])
    numbers = np.array([[pair[0] for pair in line] for line in lines], dtype=np.int64).reshape(shape)
    found = best(Hits(numbers, np.array([[pair[1] for pair in line] for line in lines]).reshape(shape)), k)
    expected = [sorted(line, key=lambda pair: (-pair[1], pair[0]))[:k] for line in lines]
    assert found.numbers.tolist() == [[pair[0] for pair in line] for line in expected]
    assert found.scores.tolist() == [[pair[1] for pair in line] for line in expected]


def scores(x: Vectors, y: Vectors, rows: Any, columns: Any, rule: Rule) -> Any:
    """Of pairs, in their order."""
    known: dict[tuple[int, int], float] = {}
    for own, pairs in scored(x, y, rows, columns, rule):
        for row, others, found in zip(own.tolist(), pairs.numbers.tolist(), pairs.scores.tolist(), strict=True):
            wanted = columns[rows == row].tolist()
            assert others == wanted + [len(y)] * (len(others) - len(wanted))
            assert found[len(wanted) :] == [-np.inf] * (len(others) - len(wanted))
            known.update(((row, other), score) for other, score in zip(others, found, strict=True))
    return np.array([known[pair] for pair in zip(rows.tolist(), columns.tolist(), strict=True)])


@pytest.mark.parametrize("width", [77, 9001])
def test_a_score_is_the_same_in_whatever_company(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """To the last bit before rounding: alone, among all, in small parts and with the sides changed."""
    generator = np.random.default_rng(4)
    x, y = (prepare(generator.normal(size=(n, width)), "cosine", "side") for n in (20, 30))
    rows, columns = (side.ravel() for side in np.mgrid[:20, :30])
    rule = Rule(digits=18)
    together = scores(x, y, rows, columns, rule)
    turned = np.argsort(columns, kind="stable")
    assert np.array_equal(scores(y, x, columns[turned], rows[turned], rule), together[turned])
    alone = [scores(x, y, rows[i : i + 1], columns[i : i + 1], rule)[0] for i in range(0, 600, 23)]
    assert alone == together[::23].tolist()
    some = np.flatnonzero(generator.random(600) < 0.3)  # each row with another number of pairs
    for at_once in (width * 7, 1):
        monkeypatch.setattr(scoring, "_NUMBERS_AT_ONCE", at_once)
        assert np.array_equal(scores(x, y, rows[some], columns[some], rule), together[some])


def test_by_hand_what_each_rule_makes_of_a_product() -> None:
    """Cosine 1/2; halves 1/8 and 1/4, or 1/8 and -1/8."""
    x, y = prepare(np.array([[2.0, 0.0]]), "cosine", "x"), prepare(np.array([[1.0, 3**0.5]] * 2), "cosine", "y")
    halves = np.array([1 / 8]), np.array([1 / 4, -1 / 8])
    pairs = np.array([0, 0]), np.array([0, 1])
    assert scores(x, y, *pairs, Rule()).tolist() == [0.5, 0.5]
    assert scores(x, y, *pairs, Rule(halves=halves)).tolist() == [1 / 8, 1 / 2]
    assert scores(x, y, *pairs, Rule(halves=halves, factor=2.0)).tolist() == [1 / 4, 1]
    assert scores(x, y, *pairs, Rule(3, halves, ratio=True)).tolist() == [1.333, -np.inf]
    assert scores(y, x, *pairs[::-1], Rule(halves=halves).turned()).tolist() == [1 / 8, 1 / 2]
