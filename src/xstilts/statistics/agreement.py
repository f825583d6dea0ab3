"""How far several readers agree beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from xstilts.errors import InputError
from xstilts.randomness import generator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Level = Literal["nominal", "ordinal"]


def krippendorff(
    ratings: Sequence[Sequence[str | float | None]], level: Level = "nominal", order: Sequence[str | float] = ()
) -> float | None:
    """Krippendorff's alpha: 1 is full agreement, 0 that of chance, below 0 less than chance.

    Coincidences and both metrics follow Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", sections C
    and D.

    Args:
        ratings: One row per reader, one column per item; None where a reader did not rate. All rows equally long.
        level: ``ordinal`` counts how many ratings lie between two values.
        order: The values from low to high, for ``ordinal``; by default sorted.

    Returns:
        None where no item has two ratings, or only one value was ever given (nothing could vary).

    Raises:
        InputError: If rows differ in length, or a rating is not in ``order``.
    """
    table = _coincidences(ratings, order)
    if table is None:
        return None
    counts = table.sum(axis=1)
    total = counts.sum()
    distance = _distance(counts, level)
    expected = float((np.outer(counts, counts) * distance).sum() / (total - 1))
    return 1 - float((table * distance).sum()) / expected if expected else None


def _coincidences(
    ratings: Sequence[Sequence[str | float | None]], order: Sequence[str | float]
) -> NDArray[np.float64] | None:
    if len({len(row) for row in ratings}) > 1:
        raise InputError("Each reader rates the same items; rows differ in length.", field="ratings")
    given = {value for row in ratings for value in row if value is not None}
    values = list(order) or sorted(given, key=lambda value: (isinstance(value, str), value))
    if unknown := [value for value in given if value not in values]:
        raise InputError("A rating is not in the order of values.", value=unknown[0], allowed=values)
    place = {value: index for index, value in enumerate(values)}
    table = np.zeros((len(values), len(values)))
    for item in zip(*ratings, strict=True):
        own = np.bincount([place[value] for value in item if value is not None], minlength=len(values)).astype(float)
        if own.sum() >= 2:
            table += (np.outer(own, own) - np.diag(own)) / (own.sum() - 1)
    return table if table.sum() else None


def _distance(counts: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    n = len(counts)
    if level == "nominal":
        return 1 - np.eye(n)
    running = np.concatenate([[0.0], np.cumsum(counts)])
    low, high = np.minimum.outer(np.arange(n), np.arange(n)), np.maximum.outer(np.arange(n), np.arange(n))
    between = running[high + 1] - running[low] - (counts[:, None] + counts[None, :]) / 2
    squared: NDArray[np.float64] = np.where(low == high, 0.0, between**2)
    return squared


def krippendorff_interval(
    ratings: Sequence[Sequence[str | float | None]], level: Level = "nominal", draws: int = 1000
) -> tuple[float, float] | None:
    """A 95 % percentile interval over resampled items; None where alpha has no value in any resample."""
    columns = list(zip(*ratings, strict=True))
    order = sorted(
        {value for row in ratings for value in row if value is not None}, key=lambda v: (isinstance(v, str), v)
    )
    draw = generator(0, "items", len(columns), draws)
    found = []
    for _ in range(draws if columns else 0):
        own = [columns[place] for place in draw.integers(len(columns), size=len(columns))]
        value = krippendorff([list(row) for row in zip(*own, strict=True)], level, order)
        if value is not None:
            found.append(value)
    if not found:
        return None
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def overlap(findings: Sequence[frozenset[str]]) -> float | None:
    """Mean Jaccard overlap of what pairs of reviewers found; None with fewer than two reviewers who found anything."""
    pairs = [
        len(one & other) / len(one | other)
        for place, one in enumerate(findings)
        for other in findings[place + 1 :]
        if one | other
    ]
    return float(np.mean(pairs)) if pairs else None
