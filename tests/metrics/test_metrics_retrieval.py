"""Ranked candidates and mined pairs: values worked out by hand, properties, and straightforward loops."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.metrics.retrieval import map_at, pair_scores

RANKED = ("accuracy", "hit@10", "recall@10", "capped_recall@10", "mrr@20", "map@20", "ndcg@10")
ranked_metric = pytest.mark.parametrize("name", RANKED)

candidates = st.integers(0, 29)
query = st.tuples(
    st.lists(candidates, min_size=1, max_size=25, unique=True), st.lists(candidates, max_size=25)
)  # predictions may repeat
queries = st.lists(query, min_size=1, max_size=5)


def score(name: str, *said_of_gold: tuple[list[Any], list[Any] | None]) -> float:
    gold, said = zip(*said_of_gold, strict=True)
    return metrics.get("retrieval", name)(gold, said)


def filler(n: int) -> list[str]:
    return [f"no{number}" for number in range(n)]


def test_average_precision_by_hand() -> None:
    # found at 1 and 3: (1/1 + 2/3) / min(2, 20)
    assert score("map@20", (["a", "b"], ["a", "x", "b"])) == pytest.approx(100 * (5 / 3) / 2)
    # three right ones, one found at 2: (1/2) / 3
    assert score("map@20", (["a", "b", "c"], ["x", "a"])) == pytest.approx(100 / 6)
    # rank 20 counts, rank 21 does not
    assert score("map@20", (["a"], [*filler(19), "a"])) == pytest.approx(5)
    assert score("map@20", (["a"], [*filler(20), "a"])) == 0


def test_with_more_right_ones_than_places_the_places_divide() -> None:
    gold = [f"c{number}" for number in range(25)]
    assert score("map@20", (gold, gold[:20])) == pytest.approx(100)
    assert score("map@20", (gold, gold[:10])) == pytest.approx(50)  # ten times precision 1, over min(25, 20)


def test_eleven_answers_of_lareqa_cannot_fill_recall_at_10_but_its_capped_form() -> None:
    gold = [f"lang{number}" for number in range(11)]
    assert score("recall@10", (gold, gold)) == pytest.approx(100 * 10 / 11)
    assert score("capped_recall@10", (gold, gold)) == 100
    # four hits: 4 of 10 places, where plain recall says 4 of 11
    assert score("capped_recall@10", (gold, [*gold[:4], *filler(6), *gold[4:]])) == 40


def test_a_repeated_prediction_is_worth_nothing_but_keeps_its_rank() -> None:
    # a at 1, again at 2 (nothing), b at 3: (1/1 + 2/3) / 2
    assert score("map@20", (["a", "b"], ["a", "a", "b"])) == pytest.approx(100 * (5 / 3) / 2)
    assert score("recall@10", (["a", "b"], ["a", "a"])) == 50
    # a at 1: 1/log2(2); b at 3: 1/log2(4); best 1 + 1/log2(3)
    assert score("ndcg@10", (["a", "b"], ["a", "a", "b"])) == pytest.approx(100 * 1.5 / (1 + 1 / math.log2(3)))
    # a repeated wrong one pushes the right one down
    assert score("mrr@20", (["a"], ["x", "x", "a"])) == pytest.approx(100 / 3)


def test_discounted_gain_by_hand() -> None:
    # one right candidate at rank 3: (1 / log2(4)) / (1 / log2(2))
    assert score("ndcg@10", (["a"], ["x", "y", "a"])) == 50
    # twelve right ones, ten places: full
    gold = [f"c{number}" for number in range(12)]
    assert score("ndcg@10", (gold, gold)) == pytest.approx(100)
    assert score("ndcg@10", (["a"], [*filler(10), "a"])) == 0


@ranked_metric
def test_a_query_without_prediction_scores_nothing_and_is_counted(name: str) -> None:
    assert score(name, (["a"], ["a"]), (["a"], None)) == pytest.approx(50)
    assert score(name, (["a"], ["a"]), (["a"], [])) == pytest.approx(50)


@ranked_metric
def test_a_query_without_right_candidates_scores_nothing(name: str) -> None:
    assert score(name, (["a"], ["a"]), ([], ["a"])) == pytest.approx(50)
    chance = metrics.get("retrieval", name).chance
    assert chance([["a"], []], range(40)) == pytest.approx(chance([["a"]], range(40)) / 2)


@settings(deadline=None)
@given(queries)
def test_of_one_right_candidate_average_precision_is_the_reciprocal_rank(given_queries: Any) -> None:
    single = [(right[:1], said) for right, said in given_queries]
    assert score("map@20", *single) == pytest.approx(score("mrr@20", *single))


@settings(deadline=None)
@given(st.lists(query, min_size=2, max_size=6), st.sampled_from(RANKED), st.randoms())
def test_scores_are_percents_and_do_not_depend_on_the_order_of_queries_or_gold(
    given_queries: Any, name: str, random: Any
) -> None:
    value = score(name, *given_queries)
    assert 0 <= value <= 100 + 1e-9
    shuffled = [(random.sample(right, len(right)), said) for right, said in given_queries]
    random.shuffle(shuffled)
    assert score(name, *shuffled) == pytest.approx(value)


@settings(deadline=None)
@given(query, st.sampled_from(RANKED), st.integers(0, 23))
def test_moving_a_right_candidate_up_never_lowers_a_score(given_query: Any, name: str, place: int) -> None:
    right, said = given_query[0], list(dict.fromkeys(given_query[1]))
    if place + 1 < len(said) and said[place] not in right and said[place + 1] in right:
        better = [*said[:place], said[place + 1], said[place], *said[place + 2 :]]
        assert score(name, (right, better)) >= score(name, (right, said)) - 1e-9


@settings(deadline=None)
@given(query)
def test_cutting_recall_never_raises_it_and_capping_never_lowers_it(given_query: Any) -> None:
    assert score("capped_recall@10", given_query) >= score("recall@10", given_query) - 1e-9
    assert score("hit@10", given_query) >= score("accuracy", given_query)
    assert score("hit@10", given_query) >= score("capped_recall@10", given_query) - 1e-9


def straightforward(right: list[int], said: list[int], k: int) -> dict[str, float]:
    """Each definition written out rank by rank."""
    seen: set[int] = set()
    hits, precisions, gain, first = 0, 0.0, 0.0, 0.0
    for index in range(min(k, len(said))):
        if said[index] in right and said[index] not in seen:
            hits += 1
            precisions += hits / (index + 1)
            gain += 1 / math.log2(index + 2)
            first = first or 1 / (index + 1)
        seen.add(said[index])
    best = sum(1 / math.log2(index + 2) for index in range(min(k, len(right))))
    return {
        "hit": float(hits > 0), "recall": hits / len(right), "capped_recall": hits / min(len(right), k),
        "mrr": first, "map": precisions / min(len(right), k), "ndcg": gain / best,
    }  # fmt: skip


@settings(deadline=None)
@given(queries)
def test_values_equal_those_of_straightforward_loops(given_queries: Any) -> None:
    for name in RANKED[1:]:
        family, k = name.split("@")
        expected = np.mean([straightforward(right, said, int(k))[family] for right, said in given_queries])
        assert score(name, *given_queries) == pytest.approx(100 * expected)


def test_chance_of_average_precision_by_hand() -> None:
    # 2 right of 3; the six orders of (r, r, x) put them at 12, 13 or 23 equally often:
    # (1 + 1)/2 = 1, (1 + 2/3)/2 = 5/6, (1/2 + 2/3)/2 = 7/12; mean 29/36
    assert metrics.get("retrieval", "map@20").chance([["a", "b"]], range(3)) == pytest.approx(100 * 29 / 36)
    assert metrics.get("retrieval", "ndcg@10").chance([["a"]], range(1)) == pytest.approx(100)
    # 30 candidates, 11 right: a place holds a right one with 11/30, ten places of ten
    assert metrics.get("retrieval", "capped_recall@10").chance([list(range(11))], range(30)) == pytest.approx(
        100 * 11 / 30
    )


def test_chance_of_discounted_gain_ends_at_the_tenth_place() -> None:
    # one right of 30: it is at each of the ten places with 1/30, and worth 1 / log2(rank + 1) there
    expected = sum(1 / math.log2(rank + 1) for rank in range(1, 11)) / 30
    assert metrics.get("retrieval", "ndcg@10").chance([["a"]], range(30)) == pytest.approx(100 * expected)


def test_average_precision_may_be_cut_elsewhere() -> None:
    assert map_at(1)([["a", "b"]], [["b", "a"]]) == 100
    assert map_at(2)([["a", "b"]], [["x", "a"]]) == 25


# --- mined pairs ------------------------------------------------------------------------------------------------------


def test_pairs_are_scored_as_one_set() -> None:
    # gold pairs: q1-a, q2-b, q2-c; mined: q1-a, q2-x, q3-y: 1 of 3 and 1 of 3
    gold, mined = [["a"], ["b", "c"], []], [["a"], ["x"], ["y"]]
    assert pair_scores(gold, mined) == pytest.approx((100 / 3, 100 / 3, 100 / 3))
    # one mined pair, right: precision 1, recall 1/3, F1 1/2
    assert pair_scores(gold, [["a"], None, []]) == pytest.approx((100, 100 / 3, 50))
    # the same candidate for two queries is two pairs, a repeated one is one
    assert pair_scores([["a"], ["b"]], [["a", "a"], ["a"]]) == pytest.approx((50, 50, 50))


@pytest.mark.parametrize(("gold", "mined"), [([["a"]], [["b"]]), ([["a"]], [[]]), ([[]], [["a"]]), ([[]], [[]])])
def test_where_no_pair_is_right_all_three_are_nothing(gold: Any, mined: Any) -> None:
    assert pair_scores(gold, mined) == (0, 0, 0)
    assert [metrics.get("retrieval", name, "bucc")(gold, mined) for name in ("f1", "precision", "recall")] == [0, 0, 0]


@settings(deadline=None)
@given(queries)
def test_pair_scores_equal_the_official_sets(given_queries: Any) -> None:
    gold = {(number, item) for number, (right, _) in enumerate(given_queries) for item in right}
    mined = {(number, item) for number, (_, said) in enumerate(given_queries) for item in said}
    correct = len(gold & mined)
    precision, recall = (correct / len(mined), correct / len(gold)) if correct else (0.0, 0.0)
    f1 = 2 * precision * recall / (precision + recall) if correct else 0.0
    given_gold, said = zip(*given_queries, strict=True)
    assert pair_scores(given_gold, said) == pytest.approx((100 * precision, 100 * recall, 100 * f1))


def test_the_rule_of_mining_adds_its_metrics_to_those_of_ranking() -> None:
    assert metrics.get("retrieval", "ndcg@10", "bucc") is metrics.get("retrieval", "ndcg@10")
    assert metrics.get("retrieval", "accuracy", "bucc") is not metrics.get("retrieval", "accuracy")
    assert "f1" not in metrics.for_kind("retrieval")
    assert metrics.get("retrieval", "f1", "bucc").chance([["a"]], range(9)) is None


def test_language_bias_is_the_share_of_the_own_language_among_ten() -> None:
    bias = metrics.get("retrieval", "language_bias@10")
    own, other = [True] * 12, [False] * 12
    assert bias([["a"]] * 2, [own, other]) == 50
    assert bias([["a"]], [[True, False, False, False]]) == 25  # a pool of four
    assert bias([["a"]] * 2, [[True], []]) == 100  # a query that found nothing has no bias
    assert bias([["a"]], [[]]) == 0
    assert bias([["a"]], [[False] * 10 + [True] * 10]) == 0  # only ten are looked at


def test_hubness_is_the_skewness_of_how_often_candidates_are_found() -> None:
    hubs = metrics.get("retrieval", "hubness@10")
    pool = range(4)
    # every candidate found once: even
    assert hubs([[0], [1], [2], [3]], [[0], [1], [2], [3]], pool) == 0
    # one candidate found by all four queries, the others never: (4, 0, 0, 0) has mean 1, variance 3 and third moment 6
    assert hubs([[0]] * 4, [[0]] * 4, pool) == pytest.approx(6 / 3**1.5)
    # candidates that nobody finds count: the same lists among a hundred candidates are worse
    assert hubs([[0]] * 4, [[0]] * 4, range(100)) > hubs([[0]] * 4, [[0]] * 4, pool)
    # without the pool: those that are right or found
    assert hubs([[0], [1], [2], [3]], [[0]] * 4) == pytest.approx(6 / 3**1.5)
    assert hubs([[0]], [None], pool) == 0
    # a repeated candidate is found once
    assert hubs([[0]], [[0, 0, 0]], pool) == hubs([[0]], [[0]], pool)


def test_sentences_without_a_partner_are_no_misses_of_nearest_candidates() -> None:
    recall, first = (metrics.get("retrieval", name, "bucc") for name in ("recall@10", "accuracy"))
    gold = [["a"], [], ["b"]]
    assert recall(gold, [["a"], ["z"], ["x", "b"]]) == 100
    assert first(gold, [["a"], ["z"], ["x", "b"]]) == 50
    assert recall([[], []], [[], []]) == 0
    assert recall.column == "nearest"
