"""What robustness is, as numbers: pure functions of clean and noisy scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray


def relative_performance(noisy: float, clean: float) -> float | None:
    """rPC: how much of the clean score is left under noise, in percent; None where the clean score is 0.

    References:
        Yi et al. 2021 (arXiv 2110.06513): rPC = mPC / clean.
    """
    return 100 * noisy / clean if clean else None


def mean_height(clean: float, rates: Sequence[float], scores: Sequence[float]) -> float | None:
    """The area under the degradation curve over the edit rate, by its width: the mean score from 0 to the highest rate.

    The curve goes straight from each point to the next (trapezoid rule), from the clean score at rate 0 on. Rates are
    those that were realised, as languages and types reach the same target rate by different amounts.

    Args:
        clean: The score at rate 0.
        rates: Realised edit rates, 0 to 1, in any order.
        scores: The scores there.

    Returns:
        The height in points; None where no rate is above 0.
    """
    # a stable order by rate alone: at one rate, the score of the lower severity stays first
    points = sorted([(0.0, clean), *zip(rates, scores, strict=True)], key=lambda point: point[0])
    x, y = (np.array(side, dtype=np.float64) for side in zip(*points, strict=True))
    return float(np.trapezoid(y, x) / x[-1]) if x[-1] > 0 else None


def worst_type(changes: Mapping[str, float], higher_is_better: bool = True) -> str:
    """The noise under which most is lost; of equals, the first by name; "" without any."""
    sign = 1.0 if higher_is_better else -1.0
    return min(sorted(changes), key=lambda noise: sign * changes[noise], default="")


class Line(NamedTuple):
    """The usual way from clean to noisy scores: logit(noisy) = intercept + slope · logit(clean)."""

    intercept: float
    slope: float

    def expected(self, clean: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
        """The noisy score, in percent, that a model with this clean score has on the line."""
        expected: NDArray[np.float64] = 100 / (1 + np.exp(-(self.intercept + self.slope * logit(clean, n))))
        return expected


def logit(percent: ArrayLike, n: ArrayLike) -> NDArray[np.float64]:
    """The log-odds of scores in percent; none counts as closer to 0 or 100 than half an item of ``n``."""
    margin = 0.5 / np.maximum(np.asarray(n, dtype=np.float64), 1)
    share = np.clip(np.asarray(percent, dtype=np.float64) / 100, margin, 1 - margin)
    return np.asarray(np.log(share / (1 - share)), dtype=np.float64)


FEWEST = 3
"""Points that a line needs: through two, every line fits."""


def line_through(clean: ArrayLike, noisy: ArrayLike, n: ArrayLike) -> Line | None:
    """The line of least squares from clean to noisy scores, on the logit scale.

    On that scale clean and noisy accuracies of many models lie near one line (Taori et al. 2020, arXiv 2007.00644,
    section 3 and appendix); on a plain scale they do not near 0 and 100.

    Args:
        clean: Scores on clean text, in percent, shape ``(k,)``.
        noisy: Scores under noise.
        n: Items behind them.

    Returns:
        The line; None below ``FEWEST`` points, where the clean scores are all one, or for scores outside 0 to 100.
    """
    both = np.asarray([clean, noisy], dtype=np.float64)
    if both.shape[1] < FEWEST or not ((both >= 0) & (both <= 100)).all():
        return None
    x, y = logit(both[0], n), logit(both[1], n)
    spread = float(((x - x.mean()) ** 2).sum())
    if spread <= _FLAT:
        return None
    slope = float(((x - x.mean()) * (y - y.mean())).sum()) / spread
    return Line(float(y.mean()) - slope * float(x.mean()), slope)


_FLAT = 1e-12
