"""Scores of ranked candidates; gold and predictions are lists of candidate ids, predictions best first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.metrics.base import Metric, register

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray


def _mean(gold: Sequence[Any], predictions: Sequence[Any], score: Callable[[set[Any], Sequence[Any]], float]) -> float:
    total = sum(score(set(right), said) for right, said in zip(gold, predictions, strict=True))
    return 100 * total / len(gold)


def accuracy(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of queries whose first candidate is right."""
    return _mean(gold, predictions, lambda right, said: float(len(said) > 0 and said[0] in right))


def hit_at_10(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of queries with at least one right candidate among the first ten."""
    return _mean(gold, predictions, lambda right, said: float(not right.isdisjoint(said[:10])))


def recall_at_10(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Mean percent of a query's right candidates that are among the first ten."""
    return _mean(gold, predictions, lambda right, said: len(right.intersection(said[:10])) / max(len(right), 1))


def mrr_at_20(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Mean of 1 / rank of the first right candidate, 0 where it is not among the first twenty, in percent."""

    def reciprocal_rank(right: set[Any], said: Sequence[Any]) -> float:
        return next((1 / rank for rank, candidate in enumerate(said[:20], start=1) if candidate in right), 0.0)

    return _mean(gold, predictions, reciprocal_rank)


def _first_hit(n_gold: int, n_candidates: int, depth: int) -> NDArray[np.float64]:
    """Probability that the first of ``n_gold`` right candidates is at rank 1, 2, … ``depth`` of a random order."""
    rank = np.arange(min(depth, n_candidates))
    hit = np.minimum(n_gold / (n_candidates - rank), 1.0)
    missed_before = np.concatenate([[1.0], np.cumprod(1 - hit)[:-1]])
    probability: NDArray[np.float64] = hit * missed_before
    return probability


def _chance(weights: NDArray[np.float64]) -> Callable[[Sequence[Any], Sequence[Any]], float | None]:
    """Expected weight of the first right candidate's rank in a random order; weights beyond the list are 0."""

    def chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
        if not len(answers):
            return None
        sizes, counts = np.unique([len(right) for right in gold], return_counts=True)
        first = [_first_hit(int(size), len(answers), len(weights)) for size in sizes]
        scores = [float(hit @ weights[: len(hit)]) for hit in first]
        return float(100 * np.average(scores, weights=counts))

    return chance


def _recall_chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
    if not len(answers):
        return None
    with_gold = sum(1 for right in gold if len(right)) / len(gold)
    return 100 * with_gold * min(10, len(answers)) / len(answers)


register(
    Metric(
        "accuracy", "retrieval", accuracy, True, 0, 100, _chance(np.ones(1)),
        "Percent of queries whose nearest candidate is right (Tatoeba).",
    )
)  # fmt: skip
register(
    Metric(
        "hit@10", "retrieval", hit_at_10, True, 0, 100, _chance(np.ones(10)),
        "Percent of queries with a right candidate among the first ten.",
    )
)  # fmt: skip
register(
    Metric(
        "recall@10", "retrieval", recall_at_10, True, 0, 100, _recall_chance,
        "Mean percent of a query's right candidates among the first ten.",
    )
)  # fmt: skip
register(
    Metric(
        "mrr@20", "retrieval", mrr_at_20, True, 0, 100, _chance(1 / np.arange(1, 21)),
        "Mean reciprocal rank of the first right candidate among twenty, in percent.",
    )
)  # fmt: skip
