"""One gain on three scales, because ceilings and floors can turn its sign."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Effect:
    """A mean gain as points, as relative error reduction and as log-odds.

    Attributes:
        points: Mean of arm - none, on the metric's scale of 0 to 100.
        error_reduction: Mean of (arm - none) / (100 - none): the share of the error that is gone; None where ``none``
            is perfect somewhere.
        log_odds: Mean of logit(arm / 100) - logit(none / 100); None where a score is 0 or 100.
        signs_differ: Whether the three do not agree in sign.
        note: One sentence for people where they do not, else "".
    """

    points: float
    error_reduction: float | None
    log_odds: float | None
    signs_differ: bool
    note: str


def effect(arm: ArrayLike, none: ArrayLike) -> Effect:
    """A gain on three scales, averaged over paired cells (languages, seeds).

    Nothing is resampled. Each scale averages cell by cell, so a gain in points over many easy languages can be a loss
    in log-odds over one that is near the floor.

    Args:
        arm: Scores of the arm, shape ``(n,)``, in percent.
        none: Scores of ``none`` in the same cells.

    Raises:
        InputError: If the two cannot be paired, or a score lies outside 0 to 100.
    """
    own, reference = np.asarray(arm, dtype=np.float64), np.asarray(none, dtype=np.float64)
    if own.shape != reference.shape or own.ndim != 1 or not len(own):
        raise InputError(f"Paired scores need one length above 0, not {own.shape} and {reference.shape}.")
    both = np.concatenate([own, reference])
    if not ((both >= 0) & (both <= 100)).all():
        raise InputError("Effects are for scores between 0 and 100.", field="scores")
    points = float((own - reference).mean())
    reduction = float(((own - reference) / (100 - reference)).mean()) if (reference < 100).all() else None
    odds = None
    if ((both > 0) & (both < 100)).all():
        odds = float((np.log(own / (100 - own)) - np.log(reference / (100 - reference))).mean())
    known = [value for value in (points, reduction, odds) if value is not None]
    differ = len({math.copysign(1, value) for value in known if abs(value) > _ZERO}) > 1
    return Effect(points, reduction, odds, differ, _note(points, reduction, odds) if differ else "")


_ZERO = 1e-12


def _note(points: float, reduction: float | None, odds: float | None) -> str:
    shown = [f"{points:+.2f} points"]
    shown += [] if reduction is None else [f"{reduction:+.1%} of the error"]
    shown += [] if odds is None else [f"{odds:+.3f} in log-odds"]
    return f"The sign depends on the scale: {', '.join(shown)}; scores near 0 or 100 weigh differently on each."
