"""Resampling whole studies from per-example results: languages, then seeds, then examples.

Test items are the same for every seed and arm, so one draw of items serves all of them: a matrix product of item
weights with per-item results replaces a loop over resamples (Sellam et al. 2022, The MultiBERTs, section 4, call this
the multi-bootstrap). Metrics that are ratios of sums (F1 of tags) resample their sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError
from xstilts.statistics.intervals import Interval, student
from xstilts.statistics.resampling import DRAWS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from xstilts.statistics.crossed import Effects

    Ratio = Callable[[NDArray[np.float32]], NDArray[np.float32]]

_BLOCK = 500
"""Resamples at a time: bounds memory at ``_BLOCK`` x items."""


def item_weights(n_items: int, draws: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """How often each item is in each resample, shape ``(draws, n_items)``.

    Poisson(1) counts, independent between items: the bootstrap for many items without drawing and counting (Hanley
    and MacGibbon 2006). Rows are used through their own sums, so their varying total does not matter.
    """
    needed = draws * n_items
    words = generator.integers(0, 1 << 64, -(-needed // 4), dtype=np.uint64)  # four draws of 16 bits each
    picks = words.astype("<u8", copy=False).view("<u2")[:needed]
    return np.take(_POISSON, picks, mode="wrap").reshape(draws, n_items)


def _poisson_table() -> NDArray[np.float32]:
    """Poisson(1) count for each of 2^16 equally likely numbers."""
    below = np.cumsum(np.exp(-1.0) / np.cumprod(np.array([1.0, *range(1, 12)])))
    table: NDArray[np.float32] = np.searchsorted(below, (np.arange(1 << 16) + 0.5) / (1 << 16)).astype(np.float32)
    return table


_POISSON = _poisson_table()


def resampled_scores(
    results: NDArray[np.float32], generator: np.random.Generator, draws: int = DRAWS, ratio: Ratio | None = None
) -> NDArray[np.float32]:
    """Scores of many models on resamples of one test set.

    Resampled: the items, together for all models (they answered the same ones).

    Args:
        results: Per-item results, shape ``(n_models, n_items)`` where the score is their mean, or
            ``(n_models, n_items, n_sums)`` where it is a ratio of sums.
        generator: Source of the draws.
        draws: Number of resamples.
        ratio: From sums, shape ``(n, n_models, n_sums)``, to scores, shape ``(n, n_models)``; None: the mean.

    Returns:
        Scores, shape ``(draws, n_models)``, on the scale of ``results``.
    """
    n_models, n_items = results.shape[:2]
    columns = np.ascontiguousarray(results.reshape(n_models, n_items, -1).transpose(1, 0, 2).reshape(n_items, -1))
    scores = np.empty((draws, n_models), dtype=np.float32)
    ones = np.ones(n_items, dtype=np.float32)
    for start in range(0, draws, _BLOCK):
        weights = item_weights(n_items, min(_BLOCK, draws - start), generator)
        sums = weights @ columns
        if ratio is None:
            scores[start : start + len(weights)] = sums / np.maximum(weights @ ones, 1)[:, None]
        else:
            scores[start : start + len(weights)] = ratio(sums.reshape(len(weights), n_models, -1))
    return scores


def resampled_gains(
    by_language: Sequence[NDArray[np.float32]],
    generator: np.random.Generator,
    draws: int = DRAWS,
    effects: Effects = "fixed",
) -> NDArray[np.float32]:
    """Mean gains of one cluster in resampled studies.

    Question: how would this study's mean gain vary if its seeds and test items (and, with random effects, its
    languages) were drawn again? Resampled: languages (random effects only), then seeds, the same for every language
    and arm, then items, the same for every seed and arm.

    Args:
        by_language: For each language the per-item gains in points, shape ``(n_arms, n_seeds, n_items)``.
        generator: Source of the draws.
        draws: Number of resampled studies.
        effects: ``fixed``: every resample holds these languages; ``random``: languages are drawn with replacement.

    Returns:
        Mean gains, shape ``(draws, n_arms)``.

    Raises:
        InputError: If there is no language, or arms and seeds differ between languages.
    """
    shapes = {gains.shape[:2] for gains in by_language}
    if len(shapes) != 1:
        raise InputError("Every language needs the same arms and seeds, and there must be one.", value=sorted(shapes))
    n_arms, n_seeds = shapes.pop()
    seeds = _drawn(n_seeds, n_seeds, draws, generator)
    languages = np.full((draws, len(by_language)), 1 / len(by_language), dtype=np.float32)
    if effects == "random":
        languages = _drawn(len(by_language), len(by_language), draws, generator)
    total = np.zeros((draws, n_arms), dtype=np.float32)
    for number, gains in enumerate(by_language):
        scores = resampled_scores(gains.reshape(n_arms * n_seeds, -1), generator, draws)
        means = np.einsum("das,ds->da", scores.reshape(draws, n_arms, n_seeds), seeds)
        total += languages[:, number, None] * means
    return total


def _drawn(n: int, size: int, draws: int, generator: np.random.Generator) -> NDArray[np.float32]:
    """Shares of ``n`` units in samples of ``size`` with replacement, shape ``(draws, n)``."""
    return (generator.multinomial(size, np.full(n, 1 / n), draws) / size).astype(np.float32)


def interval(resampled: NDArray[np.float32], estimate: float, n_seeds: int, level: float = 0.95) -> Interval:
    """The interval that resampled studies give, corrected for the small number of seeds.

    Resamples of n seeds spread too little by sqrt((n - 1) / n), and a normal quantile is too short for them, so the
    half-width is Student's quantile with n - 1 degrees of freedom x the corrected standard deviation.

    Args:
        resampled: One mean gain per resampled study, shape ``(draws,)``, in points.
        estimate: The study's own mean gain, in points.
        n_seeds: Number of seeds behind it; below two there is no interval.
        level: Coverage, between 0 and 1.
    """
    if n_seeds < 2:
        return Interval(estimate, None, None, None, n_seeds)
    error = float(np.std(resampled, dtype=np.float64)) * float(np.sqrt(n_seeds / (n_seeds - 1)))
    if error == 0:
        return Interval(estimate, estimate, estimate, 1.0 if estimate == 0 else None, n_seeds)
    return student(estimate, error, n_seeds - 1, n_seeds, level)
