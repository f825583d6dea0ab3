"""Mining by margin: each trap by hand, and a straightforward version of the originals' rules on random vectors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from xstilts.errors import InputError
from xstilts.evaluation import mining
from xstilts.evaluation.mining import (
    Mined,
    Named,
    Side,
    best_threshold,
    keep,
    mine,
    mine_hits,
    mine_rows,
    pair_rows,
)
from xstilts.search.exact import both_ways


def plane(*degrees: float) -> np.ndarray[Any, Any]:
    """Unit vectors at these angles."""
    return np.array([[math.cos(math.radians(angle)), math.sin(math.radians(angle))] for angle in degrees])


def cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def side(name: str, texts: str, vectors: np.ndarray[Any, Any]) -> Side:
    return Side([f"{name}{number}" for number in range(len(vectors))], texts.split(","), vectors)


# --- the margin -------------------------------------------------------------------------------------------------------


def test_the_three_margins_by_hand() -> None:
    # one source at 0 degrees, targets at 0 and 60; k larger than either pool, so all count as neighbours.
    # means: source (1 + 1/2) / 2 = 3/4; target 0: 1; target 60: 1/2
    source, target = plane(0), plane(0, 60)
    a, b = 1.0, (3 / 4 + 1) / 2
    for margin, expected in {"ratio": a / b, "distance": a - b, "absolute": a}.items():
        assert list(mine_rows(source, target, k=4, margin=margin)) == [(0, 0, pytest.approx(expected))]


def test_vectors_are_normalised_first() -> None:
    source, target = plane(0, 50), plane(5, 60)
    found = list(mine_rows(source, target))
    assert list(mine_rows(source * [[3], [0.1]], (target * 7).astype(np.float32))) == [
        (row, column, pytest.approx(score, abs=1e-6)) for row, column, score in found
    ]


def test_the_ratio_with_two_neighbours_by_hand() -> None:
    # x = 0, 12 degrees; y = 6, 30: both sources are nearest to y 6; with k = 2 all are neighbours
    found = list(mine_rows(plane(0, 12), plane(6, 30), k=2))
    assert [(row, column) for row, column, _ in found] == [(0, 0), (1, 1)]
    means_x = [(cosine(6) + cosine(30)) / 2, (cosine(6) + cosine(18)) / 2]
    means_y = [cosine(6), (cosine(30) + cosine(18)) / 2]
    assert found[0][2] == pytest.approx(cosine(6) / ((means_x[0] + means_y[0]) / 2))
    assert found[1][2] == pytest.approx(cosine(18) / ((means_x[1] + means_y[1]) / 2))


def test_a_source_whose_best_is_taken_gets_the_one_that_wants_it_back() -> None:
    # absolute, k = 1: both sources want y 1 degree; y 40 wants the second source: backward candidates fill in
    found = list(mine_rows(plane(0, 10), plane(1, 40), k=1, margin="absolute"))
    assert found == [(0, 0, pytest.approx(cosine(1))), (1, 1, pytest.approx(cosine(30)))]


def test_k_larger_than_the_pool_takes_the_whole_pool() -> None:
    source, target = plane(0, 20, 70), plane(3, 65)
    assert list(mine_rows(source, target, k=3)) == list(mine_rows(source, target, k=100))


def test_the_threshold_of_mining_is_strict() -> None:
    source, target = plane(0, 90), plane(0, 120)
    # the second pair scores cos 30; margin absolute
    found = list(mine_rows(source, target, margin="absolute", threshold=0.5))
    assert [(row, column) for row, column, _ in found] == [(0, 0), (1, 1)]
    assert list(mine_rows(source, target, margin="absolute", threshold=1.0)) == []


def test_a_margin_without_value_never_wins() -> None:
    # zero vectors: 0 / 0. The originals give nan, which a search for the largest would take
    source, target = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[1.0, 0.0]])
    assert [(row, column) for row, column, _ in mine_rows(source, target, k=1)] == [(1, 0)]
    assert list(mine_rows(np.zeros((2, 3)), np.zeros((2, 3)))) == []


def test_ties_go_to_the_earlier_source_and_then_the_earlier_target() -> None:
    same = plane(30, 30, 30)
    assert [(row, column) for row, column, _ in mine_rows(same, same)] == [(0, 0)]  # all want the first
    # mirrored pairs of equal score: 0-5 and 90-85
    found = list(mine_rows(plane(90, 0), plane(5, 85), k=1, margin="absolute"))
    assert [(row, column) for row, column, _ in found] == [(0, 1), (1, 0)]
    assert found[0][2] == found[1][2]


# --- texts and ids ----------------------------------------------------------------------------------------------------


def test_equal_texts_are_searched_as_one_with_the_vector_of_the_last() -> None:
    # "a" is there twice, at 0 and at 80 degrees; only the second counts, so its rival "b" gets the target at 0
    source = side("s", "a,b,a", plane(0, 10, 80))
    target = side("t", "c,d", plane(0, 80))
    found = mine(source, target, k=1, margin="absolute")
    # "a" itself is in no pair: nobody could say which of s0 and s2 is meant
    assert found == [Mined("s1", "t0", pytest.approx(cosine(10)))]


def test_a_repeated_text_still_takes_its_partner_away() -> None:
    source = side("s", "a,a,b", plane(0, 0, 20))
    target = side("t", "c,d", plane(0, 90))
    found = mine(source, target, k=1, margin="absolute")
    assert found == [Mined("s2", "t1", pytest.approx(cosine(70)))]  # t0 went to "a" and was dropped with it


def test_texts_that_differ_in_outer_white_space_are_two_vectors_but_one_name() -> None:
    source = Side(["s0", "s1"], ["a", "a "], plane(0, 90))
    target = side("t", "c,d", plane(0, 90))
    assert list(mine_rows(source.vectors, target.vectors, k=1)) != []
    assert mine(source, target, k=1) == []


def test_ties_are_broken_by_id_whatever_the_order_of_the_rows() -> None:
    texts, vectors = ["x", "y", "z"], plane(30, 30, 30)
    target = Side(["t"], ["c"], plane(30))
    for order in ([0, 1, 2], [2, 1, 0], [1, 2, 0]):
        source = Side([f"s{row}" for row in order], [texts[row] for row in order], vectors)
        assert [(pair.source, pair.target) for pair in mine(source, target)] == [("s0", "t")]


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: Side(["a"], ["x", "y"], plane(0)), "1 ids, 2 texts and 1 vectors"),
        (lambda: Side([], [], np.zeros((0, 2))), "no sentence"),
        (lambda: Side(["a", "a"], ["x", "y"], plane(0, 1)), "an id twice"),
        (lambda: list(mine_rows(plane(0), plane(0), margin="ration")), "no margin 'ration'.*Did you mean 'ratio'"),
        (lambda: list(mine_rows(plane(0), plane(0), k=0)), "0 neighbours"),
    ],
)
def test_what_cannot_be_mined_is_refused(act: Any, message: str) -> None:
    with pytest.raises(InputError, match=f"(?s){message}"):
        act()


# --- the threshold ----------------------------------------------------------------------------------------------------

RANKED = [Mined("s1", "t1", 1.5), Mined("s2", "t2", 1.3), Mined("s3", "t3", 1.2), Mined("s4", "t4", 1.0)]


def test_the_threshold_lies_halfway_after_the_best_prefix() -> None:
    # right, wrong, right, wrong of two gold pairs: F1 2/3, 1/2, 4/5, 2/3
    gold = {("s1", "t1"), ("s3", "t3")}
    assert best_threshold(RANKED, gold) == pytest.approx(1.1)
    assert best_threshold(RANKED[::-1], gold) == pytest.approx(1.1)
    assert [pair.source for pair in keep(RANKED, 1.1)] == ["s1", "s2", "s3"]


def test_when_the_best_prefix_is_the_whole_list_all_of_it_is_kept() -> None:
    gold = {("s1", "t1"), ("s4", "t4")}  # F1 2/3, 1/2, 2/5, 2/3 - the first of the best
    assert best_threshold(RANKED, gold) == pytest.approx(1.4)
    gold = {(pair.source, pair.target) for pair in RANKED}
    assert best_threshold(RANKED, gold) == 1.0
    assert keep(RANKED, 1.0) == RANKED
    assert best_threshold(RANKED[:1], gold) == 1.5


def test_without_a_right_pair_or_without_pairs_there_is_no_threshold() -> None:
    assert best_threshold(RANKED, {("s1", "t2")}) == 0
    assert best_threshold([], {("s1", "t1")}) == 0
    assert best_threshold(RANKED, set()) == 0


def test_a_prefix_that_cuts_through_equal_scores_keeps_them_all() -> None:
    tied = [Mined("s1", "t1", 1.2), Mined("s2", "t2", 1.2)]
    threshold = best_threshold(tied, {("s1", "t1")})
    assert threshold == 1.2
    assert keep(tied, threshold) == tied  # the final filter is "at least"


# --- against the originals' rules, written straight down --------------------------------------------------------------


def straightforward(x: Any, y: Any, k: int, margin: str) -> list[tuple[int, int, float]]:
    """LASER's mine mode with retrieval "max", loop by loop."""
    x, y = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (x, y))
    sims = x @ y.T
    near_y = np.argsort(-sims, axis=1, kind="stable")[:, :k]
    near_x = np.argsort(-sims.T, axis=1, kind="stable")[:, :k]
    mean_x = np.array([sims[i, near_y[i]].mean() for i in range(len(x))])
    mean_y = np.array([sims[near_x[j], j].mean() for j in range(len(y))])

    def score(i: int, j: int) -> float:
        a, b = sims[i, j], (mean_x[i] + mean_y[j]) / 2
        return float({"ratio": a / b, "distance": a - b, "absolute": a}[margin])

    candidates = [max((score(i, j), -rank, i, int(j)) for rank, j in enumerate(near_y[i])) for i in range(len(x))]
    candidates += [max((score(int(i), j), -rank, int(i), j) for rank, i in enumerate(near_x[j])) for j in range(len(y))]
    taken_x, taken_y, found = set(), set(), []
    for value, _, i, j in sorted(candidates, key=lambda item: -item[0]):
        if i not in taken_x and j not in taken_y:
            taken_x.add(i)
            taken_y.add(j)
            if value > 0:
                found.append((i, j, value))
    return found


@pytest.mark.parametrize("margin", mining.MARGINS)
@pytest.mark.parametrize(("n", "m", "k"), [(40, 60, 4), (7, 3, 4), (1, 9, 2), (50, 50, 1)])
def test_random_vectors_give_what_the_originals_rules_give(margin: str, n: int, m: int, k: int) -> None:
    generator = np.random.default_rng(n + m + k)
    y = generator.normal(size=(m, 8)) + 0.7
    x = np.concatenate([y, generator.normal(size=(n, 8)) + 0.7])[-n:] + 0.3 * generator.normal(size=(n, 8))
    found, expected = list(mine_rows(x, y, k, margin)), straightforward(x, y, k, margin)
    assert [pair[:2] for pair in found] == [pair[:2] for pair in expected]
    assert [pair[2] for pair in found] == pytest.approx([pair[2] for pair in expected], abs=1e-9)


def test_the_threshold_is_that_of_the_originals_rule_on_random_scores() -> None:
    generator = np.random.default_rng(4)
    for _ in range(200):
        n = int(generator.integers(1, 12))
        scores = np.round(generator.random(n), 1)  # with ties
        mined = [Mined(f"s{i:02}", f"t{i:02}", float(scores[i])) for i in range(n)]
        gold = {(f"s{i:02}", f"t{i:02}") for i in range(n + 3) if generator.random() < 0.4}
        ranked = sorted(mined, key=lambda pair: -pair.score)
        best, threshold, correct = 0.0, 0.0, 0
        for i, pair in enumerate(ranked):
            correct += pair[:2] in gold
            if correct:
                precision, recall = correct / (i + 1), correct / len(gold)
                f1 = 2 * precision * recall / (precision + recall)
                if f1 > best:
                    best = f1
                    threshold = pair.score if i + 1 == n else (pair.score + ranked[i + 1].score) / 2
        assert best_threshold(mined, gold) == threshold


# --- hits that are known already --------------------------------------------------------------------------------------


def test_known_neighbours_are_mined_as_searched_ones() -> None:
    generator = np.random.default_rng(6)
    x, y = generator.normal(size=(30, 5)), generator.normal(size=(40, 5))
    forward, backward = both_ways(x, y, 4, digits=12)
    assert list(pair_rows(forward, backward)) == list(mine_rows(x, y))
    names = [
        Named([f"{letter}{row:02}" for row in range(n)], [str(row) for row in range(n)])
        for letter, n in (("s", 30), ("t", 40))
    ]
    sides = [Side(named.ids, named.texts, vectors) for named, vectors in zip(names, (x, y), strict=True)]
    assert mine_hits(names[0], names[1], forward, backward) == mine(sides[0], sides[1])


def test_a_text_that_occurs_twice_is_in_no_pair_of_known_neighbours() -> None:
    x, y = plane(0, 90), plane(0, 90)
    forward, backward = both_ways(x, y, 1, digits=12)
    found = mine_hits(Named(["s0", "s1"], ["a", "b"]), Named(["t0", "t1"], ["c", "d"]), forward, backward)
    assert [pair[:2] for pair in found] == [("s0", "t0"), ("s1", "t1")]
    assert mine_hits(Named(["s0", "s1"], ["a", " a"]), Named(["t0", "t1"], ["c", "d"]), forward, backward) == []
    with pytest.raises(InputError, match="no margin"):
        list(pair_rows(forward, backward, "ration"))
