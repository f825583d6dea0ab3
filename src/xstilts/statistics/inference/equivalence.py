"""Is a gain shown to be too small to matter? Two one-sided tests (Schuirmann 1987)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError
from xstilts.statistics.inference.intervals import paired_gain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MARGIN = 1.0
"""Points within which two arms count as equal, unless the caller says otherwise."""


@dataclass(frozen=True)
class Equivalence:
    """What the two one-sided tests say.

    Attributes:
        p: The larger p-value of the two; None where there is no spread or fewer than two seeds.
        low: Lower end of the (1 - 2 alpha) interval; equivalence holds where it lies within the margin.
        high: Upper end of it.
        margin: Points on either side of 0.
        equivalent: Whether ``p`` is at most alpha; None where it cannot be tested.
    """

    p: float | None
    low: float | None
    high: float | None
    margin: float
    equivalent: bool | None


def equivalence(arm: ArrayLike, none: ArrayLike, margin: float = MARGIN, alpha: float = 0.05) -> Equivalence:
    """Whether an arm and ``none`` differ by less than ``margin`` points on average.

    Question: can a mean gain of ``margin`` points or more, either way, be ruled out? Not significant is not equal: only
    this says "no benefit". Nothing is resampled; assumptions as in ``paired_gain``.

    Args:
        arm: Scores of the arm, one per seed, shape ``(n_seeds,)``, in points.
        none: Scores of ``none`` for the same seeds.
        margin: Largest difference that does not matter, in points, above 0.
        alpha: Level of each one-sided test.

    Raises:
        InputError: If the margin is not above 0, or the scores cannot be paired.
    """
    if not margin > 0:
        raise InputError(
            f"The margin of equivalence lies above 0 points, not at {margin}.", field="margin", value=margin
        )
    gain = paired_gain(arm, none, level=1 - 2 * alpha)
    if gain.mean is None or gain.low is None or gain.high is None or gain.high == gain.low:
        return Equivalence(None, gain.low, gain.high, margin, None)
    from scipy.special import stdtr

    differences = np.asarray(arm, dtype=np.float64) - np.asarray(none, dtype=np.float64)
    error = float(differences.std(ddof=1)) / float(np.sqrt(gain.n))
    p = max(
        float(stdtr(gain.n - 1, (gain.mean - margin) / error)), float(stdtr(gain.n - 1, -(gain.mean + margin) / error))
    )
    return Equivalence(p, gain.low, gain.high, margin, p <= alpha)
