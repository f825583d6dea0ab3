"""Scores of ranked candidates; gold and predictions are lists of candidate ids, predictions best first.

A candidate that a prediction repeats counts once, at its first rank, and every rank it takes is taken (``pred not in
ranked_predictions[:i]`` in google-research/xtreme:third_party/utils_lareqa.py). A query without right candidates, or
without a prediction (None or an empty list), scores 0. The metrics of the rule ``bucc`` look at mined pairs instead,
and beside them at the nearest candidates of sentences that have a partner. Two diagnostics tell what lists are like.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.metrics.base import Metric, register, unknown_chance
from xstilts.metrics.percentages import f1_of, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from xstilts.metrics.base import Compute

Ranks = list[int]
"""Ranks, from 1, at which a query's right candidates are found, ascending."""


def _found(right: Collection[Any], said: Sequence[Any] | None, depth: int) -> Ranks:
    missing, ranks = set(right), []
    for rank, candidate in enumerate(() if said is None else said[:depth], start=1):
        if candidate in missing:
            missing.remove(candidate)
            ranks.append(rank)
    return ranks


def _mean_of(depth: int, score: Callable[[Ranks, int], float]) -> Compute:
    """The mean over queries, in percent, of ``score(ranks of right candidates, number of right candidates)``."""

    def of_query(right: Collection[Any], said: Sequence[Any] | None) -> float:
        ranks = _found(right, said, depth)
        return score(ranks, len(set(right))) if ranks else 0.0

    def compute(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
        total = sum(of_query(right, said) for right, said in zip(gold, predictions, strict=True))
        return percent(total, len(gold))  # as utils_mewslix and evaluate.py have it

    return compute


def hit_at(k: int) -> Compute:
    """Percent of queries with at least one right candidate among the first ``k``; at 1 it is the accuracy."""
    return _mean_of(k, lambda ranks, n_right: 1.0)


def recall_at(k: int) -> Compute:
    """Mean percent of a query's right candidates that are among the first ``k``; cannot be full if there are more."""
    return _mean_of(k, lambda ranks, n_right: len(ranks) / n_right)


def capped_recall_at(k: int) -> Compute:
    """As recall, but of the most that ``k`` places can hold: hits / min(R, k), so that 100 can be reached."""
    return _mean_of(k, lambda ranks, n_right: len(ranks) / min(n_right, k))


def mrr_at(k: int) -> Compute:
    """Mean of 1 / rank of the first right candidate, 0 where it is not among the first ``k``, in percent.

    With one right candidate it equals :func:`map_at` and is the score of Mewsli-X
    (google-research/xtreme:third_party/utils_mewslix.py, ``evaluate``).
    """
    return _mean_of(k, lambda ranks, n_right: 1 / ranks[0])


def map_at(k: int) -> Compute:
    """Mean average precision, in percent: precision at the ranks of right candidates, summed, over min(R, k).

    The score of LAReQA (google-research/xtreme:third_party/utils_lareqa.py, ``average_precision_at_k``; Roy et al.
    2020, arXiv 2004.05484).
    """
    return _mean_of(
        k, lambda ranks, n_right: sum(hits / rank for hits, rank in enumerate(ranks, start=1)) / min(n_right, k)
    )


def ndcg_at(k: int) -> Compute:
    """Normalised discounted cumulative gain with gain 1, in percent: sum of 1 / log2(rank + 1) over its maximum.

    Järvelin and Kekäläinen 2002, ACM TOIS 20(4).
    """
    discounts = _discounts(k)
    best = np.cumsum(discounts)
    return _mean_of(
        k, lambda ranks, n_right: float(sum(discounts[rank - 1] for rank in ranks) / best[min(n_right, k) - 1])
    )


def _discounts(k: int) -> NDArray[np.float64]:
    discounts: NDArray[np.float64] = 1 / np.log2(np.arange(2, k + 2))
    return discounts


# --- what a random order scores ---------------------------------------------------------------------------------------


def _chance(expected: Callable[[int, int], float]) -> Callable[[Sequence[Any], Sequence[Any]], float | None]:
    """The mean over queries; 0 for queries without right candidates, None where the candidates are not known."""

    def chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
        if not len(answers):
            return None
        sizes, counts = np.unique([len(set(right)) for right in gold], return_counts=True)
        scores = [expected(int(size), len(answers)) if size else 0.0 for size in sizes]
        return float(100 * np.average(scores, weights=counts))

    return chance


def _of_first_hit(weights: NDArray[np.float64]) -> Callable[[int, int], float]:
    """Expected weight of the first right candidate's rank; weights beyond the list are 0."""

    def expected(n_right: int, n_candidates: int) -> float:
        rank = np.arange(min(len(weights), n_candidates))
        hit = np.minimum(n_right / (n_candidates - rank), 1.0)
        missed_before = np.concatenate([[1.0], np.cumprod(1 - hit)[:-1]])
        return float(hit * missed_before @ weights[: len(rank)])

    return expected


def _recall_by_chance(k: int, capped: Callable[[int], int]) -> Callable[[int, int], float]:
    return lambda n_right, n_candidates: n_right * min(k / n_candidates, 1.0) / capped(n_right)


def _precision_by_chance(k: int) -> Callable[[int, int], float]:
    """Each rank is right with R/N, and then each one before it with (R-1)/(N-1)."""

    def expected(n_right: int, n_candidates: int) -> float:
        rank = np.arange(1, min(k, n_candidates) + 1)
        before = (rank - 1) * (n_right - 1) / max(n_candidates - 1, 1)
        return float(n_right / n_candidates * ((1 + before) / rank).sum() / min(n_right, k))

    return expected


def _gain_by_chance(k: int) -> Callable[[int, int], float]:
    discounts = _discounts(k)

    def expected(n_right: int, n_candidates: int) -> float:
        return float(n_right / n_candidates * discounts[:n_candidates].sum() / discounts[: min(n_right, k)].sum())

    return expected


# --- what the lists are like, right or wrong --------------------------------------------------------------------------


def language_bias_at(k: int) -> Compute:
    """Percent of the first ``k`` candidates that are in the query's language; predictions say it for each of them.

    A model without a bias would find as many as the pool has: about 9 % with eleven languages of equal size (Roy et al.
    2020, arXiv 2004.05484, section 5, call it so). Queries without candidates do not count; 0 where none has any.
    """

    def compute(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
        shares = [sum(map(bool, said[:k])) / len(said[:k]) for said in predictions if said]
        return 100 * sum(shares) / len(shares) if shares else 0.0

    return compute


def hubness_at(k: int) -> Compute:
    """Skewness of how often a candidate is among the first ``k`` of a query, over all candidates.

    0 where all are found equally often; the larger, the more a few hubs are found by everybody (Radovanović, Nanopoulos
    and Ivanović 2010, JMLR 11, section 3, equation 1). Where the candidates are not known those that are right for a
    query or found count.
    """

    def compute(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
        found = Counter(candidate for said in predictions for candidate in set(said[:k] if said else ()))
        known = len(answers) or len(set(found).union(*gold))
        counts = np.zeros(max(known, len(found)))
        counts[: len(found)] = sorted(found.values(), reverse=True)
        spread = counts.std()
        return float(((counts - counts.mean()) ** 3).mean() / spread**3) if spread > 0 else 0.0

    return compute


# --- mined pairs ------------------------------------------------------------------------------------------------------


def pair_scores(gold: Sequence[Any], predictions: Sequence[Any]) -> tuple[float, float, float]:
    """Precision, recall and F1, in percent, of the set of all (query, candidate) pairs; 0 where no pair is right.

    The official score of BUCC 2018 (``bucc_f1`` in google-research/xtreme:evaluate.py): gold and mined pairs are sets,
    over all queries together; most queries have neither.
    """
    n_gold = n_said = n_right = 0
    for right, said in zip(gold, predictions, strict=True):
        wanted, mined = set(right), set(() if said is None else said)
        n_gold, n_said, n_right = n_gold + len(wanted), n_said + len(mined), n_right + len(wanted & mined)
    if not n_right:
        return 0.0, 0.0, 0.0
    return percent(n_right, n_said), percent(n_right, n_gold), f1_of(n_right, n_gold, n_said) * 100


def pair_precision(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of the mined pairs that are right."""
    return pair_scores(gold, predictions)[0]


def pair_recall(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of the gold pairs that were mined."""
    return pair_scores(gold, predictions)[1]


def pair_f1(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """F1 of the mined pairs, in percent."""
    return pair_scores(gold, predictions)[2]


def of_partnered(compute: Compute) -> Compute:
    """The same over the queries that have a right candidate at all; 0 where none has."""

    def among(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
        pairs = [(right, said) for right, said in zip(gold, predictions, strict=True) if len(right)]
        return compute([right for right, _ in pairs], [said for _, said in pairs], answers) if pairs else 0.0

    return among


_RANKED: tuple[tuple[str, Compute, Callable[[int, int], float], str], ...] = (
    ("accuracy", hit_at(1), _of_first_hit(np.ones(1)),
     "Percent of queries whose nearest candidate is right (Tatoeba)."),
    ("hit@10", hit_at(10), _of_first_hit(np.ones(10)),
     "Percent of queries with a right candidate among the first ten."),
    ("recall@10", recall_at(10), _recall_by_chance(10, lambda n_right: n_right),
     "Mean percent of a query's right candidates among the first ten."),
    ("capped_recall@10", capped_recall_at(10), _recall_by_chance(10, lambda n_right: min(n_right, 10)),
     "Mean percent of the right candidates that ten places can hold, hits / min(R, 10)."),
    ("mrr@20", mrr_at(20), _of_first_hit(1 / np.arange(1, 21)),
     "Mean reciprocal rank of the first right candidate among twenty, in percent (Mewsli-X)."),
    ("map@20", map_at(20), _precision_by_chance(20),
     "Mean average precision among twenty over min(R, 20), in percent (LAReQA)."),
    ("ndcg@10", ndcg_at(10), _gain_by_chance(10),
     "Normalised discounted cumulative gain among ten, each right candidate worth 1, in percent."),
)  # fmt: skip

for _name, _compute, _expected, _doc in _RANKED:
    register(Metric(_name, "retrieval", _compute, True, 0, 100, _chance(_expected), _doc))

_PAIRS: tuple[tuple[str, Compute, str], ...] = (
    ("f1", pair_f1, "F1 of the mined sentence pairs, all queries together (BUCC 2018)."),
    ("precision", pair_precision, "Percent of the mined sentence pairs that are right (BUCC 2018)."),
    ("recall", pair_recall, "Percent of the gold sentence pairs that were mined (BUCC 2018)."),
)

for _name, _compute, _doc in _PAIRS:
    register(Metric(_name, "retrieval", _compute, True, 0, 100, unknown_chance, _doc, rule="bucc"))

_NEAREST: tuple[tuple[str, Compute, str], ...] = (
    ("accuracy", hit_at(1), "Percent of the sentences with a partner whose nearest candidate is it; no threshold."),
    ("recall@10", recall_at(10), "Mean percent of the partners among the ten nearest candidates; no threshold."),
    ("mrr@20", mrr_at(20), "Mean reciprocal rank of the partner among the twenty nearest, in percent; no threshold."),
)

for _name, _compute, _doc in _NEAREST:
    register(
        Metric(_name, "retrieval", of_partnered(_compute), True, 0, 100, unknown_chance, _doc, rule="bucc",
               column="nearest")
    )  # fmt: skip

register(
    Metric("language_bias@10", "retrieval", language_bias_at(10), False, 0, 100, unknown_chance,
           "Percent of the first ten candidates that are in the query's own language.",
           column="same_language", diagnostic=True)
)  # fmt: skip
register(
    Metric("hubness@10", "retrieval", hubness_at(10), False, -math.inf, math.inf, unknown_chance,
           "Skewness of how often each candidate is among the first ten of a query; 0 is even.", diagnostic=True)
)  # fmt: skip
