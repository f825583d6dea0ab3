"""Similarities that correct for neighbourhoods: by hand in the plane, and against their formulas on random vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from xstilts.errors import InputError
from xstilts.search import exact
from xstilts.search.similarities import NEIGHBOURS, SIMILARITIES, rank

Array = np.ndarray[Any, Any]


def plane(*degrees: float) -> Array:
    return np.array([[math.cos(math.radians(angle)), math.sin(math.radians(angle))] for angle in degrees])


def test_by_hand_a_hub_loses_to_the_candidate_that_is_near_to_nobody_else() -> None:
    """Queries at 0, 60 and 120 degrees, candidates at 60 and 300. All are neighbours (there are fewer than 4).

    r of the queries: (1/2 + 1/2) / 2 = 1/2; (1 - 1/2) / 2 = 1/4; (1/2 - 1) / 2 = -1/4.
    r of the candidates: (1/2 + 1 + 1/2) / 3 = 2/3; (1/2 - 1/2 - 1) / 3 = -1/3.
    """
    queries, candidates = plane(0, 60, 120), plane(60, 300)
    assert rank(queries, candidates, 2).numbers[0].tolist() == [0, 1]  # cosines are both 1/2
    found = rank(queries, candidates, 2, "distance")
    assert found.numbers.tolist() == [[1, 0], [0, 1], [0, 1]]
    assert found.scores == pytest.approx(
        np.array(
            [
                [1 / 2 - (1 / 2 - 1 / 3) / 2, 1 / 2 - (1 / 2 + 2 / 3) / 2],
                [1 - (1 / 4 + 2 / 3) / 2, -1 / 2 - (1 / 4 - 1 / 3) / 2],
                [1 / 2 - (-1 / 4 + 2 / 3) / 2, -1 - (-1 / 4 - 1 / 3) / 2],
            ]
        )
    )
    assert rank(queries, candidates, 2, "csls").scores == pytest.approx(2 * found.scores)
    ratio = rank(queries, candidates, 1, "ratio")
    # -1/2 over -1/24 and -1 over -7/24 would be the largest of their rows: the worst pairs, divided by less than 0
    assert ratio.numbers.tolist() == [[1], [0], [0]]
    assert ratio.scores == pytest.approx(np.array([[6], [24 / 11], [12 / 5]]))


def test_by_hand_the_number_of_neighbours_counts() -> None:
    """One neighbour: r is the best cosine. Query 0 against 0 and 90: 1 - (1 + 1) / 2 and 0 - (1 + 1/√2) / 2."""
    found = rank(plane(0, 45), plane(0, 90), 2, "distance", neighbours=1)
    assert found.numbers[0].tolist() == [0, 1]
    assert found.scores[0] == pytest.approx([0, -(1 + math.sqrt(0.5)) / 2])


def formula(similarity: str, x: Array, y: Array) -> Array:
    x, y = (v / np.where((n := np.linalg.norm(v, axis=1, keepdims=True)) == 0, 1, n) for v in (x, y))
    cosines = x @ y.T
    k = NEIGHBOURS.get(similarity, 1)
    own = -np.sort(-cosines, axis=1)[:, :k].mean(axis=1, keepdims=True)
    their = -np.sort(-cosines.T, axis=1)[:, :k].mean(axis=1)
    mean = (own + their) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "cosine": cosines,
            "csls": 2 * cosines - own - their,
            "distance": cosines - mean,
            "ratio": np.where(mean > 0, cosines / mean, -np.inf),
        }[similarity]


@pytest.mark.parametrize("similarity", ["cosine", "csls", "distance", "ratio"])
@pytest.mark.parametrize(("n", "m", "k"), [(1, 1, 1), (3, 90, 5), (90, 7, 20), (200, 500, 4)])
def test_random_vectors_are_ranked_as_the_formulas_rank_them(
    monkeypatch: pytest.MonkeyPatch, similarity: str, n: int, m: int, k: int
) -> None:
    monkeypatch.setattr(exact, "_COLUMNS", 128)
    monkeypatch.setattr(exact, "_WIDE", (50, 70))
    generator = np.random.default_rng(n + m)
    x, y = generator.normal(size=(n, 16)) + 0.5, generator.normal(size=(m, 16)) + 0.5
    y[m // 2 :] = y[m // 2]  # equal ones
    found = rank(x, y, k, similarity)
    scores = np.round(formula(similarity, x, y), 9)
    expected = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    assert np.array_equal(found.numbers, expected)
    assert np.allclose(found.scores, np.take_along_axis(scores, expected, 1), atol=2.1e-9, rtol=0)


def test_a_ratio_that_divides_by_0_never_wins() -> None:
    """Zero vectors have cosine 0 with everything: the first candidate's mean is 0 against the zero query."""
    queries, candidates = np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    found = rank(queries, candidates, 2, "ratio")
    assert found.numbers.tolist() == [[0, 1], [0, 1]]
    assert np.isneginf(found.scores).all()
    mixed = rank(np.array([[1.0, 0.0], [-1.0, 0.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]), 2, "ratio", neighbours=1)
    # r: queries 1 and 0, candidates 0 and 1: 0 / (1/2), 1 / 1; 0 / 0, -1 / (1/2)
    assert mixed.numbers.tolist() == [[1, 0], [1, 0]]
    assert mixed.scores.tolist() == [[1, 0], [-2, -np.inf]]


def test_a_dot_product_is_not_normalised() -> None:
    found = rank(np.array([[1.0, 0.0]]), np.array([[2.0, 3.0], [1.0, 0.0]]), 2, "dot")
    assert found.numbers.tolist() == [[0, 1]]
    assert found.scores.tolist() == [[2, 1]]


def test_every_similarity_is_described_and_ranks() -> None:
    assert set(NEIGHBOURS) < set(SIMILARITIES) == {"cosine", "dot", "csls", "ratio", "distance"}
    for name, said in SIMILARITIES.items():
        assert said
        assert rank(np.eye(3), np.eye(3), 1, name).numbers.tolist() == [[0], [1], [2]]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: rank(np.eye(2), np.eye(2), 1, "cls"), "no similarity 'cls'.*Did you mean 'csls'"),
        (lambda: rank(np.eye(2), np.eye(2), 0, "csls"), "0 neighbours"),
        (lambda: rank(np.eye(2), np.eye(2), 1, "csls", neighbours=0), "0 neighbours"),
        (lambda: rank(np.eye(2), np.eye(3), 1, "ratio"), "2 and 3 values"),
        (lambda: rank(np.eye(2), np.full((1, 2), np.nan), 1, "distance"), "Vector 0 of the candidates"),
    ],
)
def test_what_cannot_be_ranked_is_refused(act: Any, message: str) -> None:
    with pytest.raises(InputError, match=f"(?s){message}"):
        act()
