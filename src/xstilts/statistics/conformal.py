"""Sets of verdicts that hold the true one as often as promised (split conformal prediction)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def threshold(probabilities: Sequence[float], level: float = 0.9) -> float:
    """The least probability that a verdict needs to stay in the set.

    With the n probabilities that a model gave to the true verdicts of a calibration set, it is the
    ``floor((n + 1) * (1 - level))``-th smallest: a new true verdict reaches it with probability ``level`` at least
    (Papadopoulos et al. 2002; items must be exchangeable). 0 where n is too small to promise anything.

    Args:
        probabilities: Of the true verdict of each calibration item, 0 to 1.
        level: Promised share, between 0 and 1.

    Raises:
        InputError: If the level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise InputError("The level of a set lies between 0 and 1.", field="level", value=level)
    rank = math.floor((len(probabilities) + 1) * (1 - level) + 1e-12)
    return float(np.sort(np.asarray(probabilities, dtype=np.float64))[rank - 1]) if rank else 0.0


def verdicts(probabilities: Mapping[str, float], least: float) -> tuple[str, ...]:
    """The verdicts that stay, most probable first; where none reaches ``least``, the most probable alone."""
    ranked = sorted(probabilities, key=lambda name: (-probabilities[name], name))
    return tuple(name for name in ranked if probabilities[name] >= least) or tuple(ranked[:1])
