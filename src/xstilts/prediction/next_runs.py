"""Which run to make next: the one that tells most about which arm is best, for each second it takes.

The value of a run is its knowledge gradient (Frazier, Powell & Dayanik 2008, "A knowledge-gradient policy for
sequential information collection", equation 6): by how much the best expected score is expected to rise when one more
seed of an arm is known. Beliefs about arms are normal and independent. What a predictor says is their start; it moves
the order of runs alone, and no bound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Beliefs(NamedTuple):
    """What is believed of each arm's score, in points.

    Attributes:
        mean: Shape ``(n_arms,)``.
        variance: Shape ``(n_arms,)``, above 0.
        noise: Variance of one more seed about the arm's score, above 0.
    """

    mean: Floats
    variance: Floats
    noise: float

    def after(self, means: Floats, counts: NDArray[np.int64]) -> Beliefs:
        """What is believed once some seeds of each arm were measured.

        Args:
            means: Mean of the measured seeds of each arm; ignored where none was.
            counts: How many there are, shape ``(n_arms,)``.
        """
        precision = 1 / self.variance + counts / self.noise
        told = np.where(counts > 0, means, 0.0) * counts / self.noise
        return Beliefs((self.mean / self.variance + told) / precision, 1 / precision, self.noise)


def log_value(beliefs: Beliefs) -> Floats:
    """Logarithm of the knowledge gradient of one more seed of each arm, shape ``(n_arms,)``.

    A logarithm, because that of an arm that is far behind is smaller than any float, and an order is wanted of all.
    """
    n = len(beliefs.mean)
    if n < 2:
        return np.zeros(n)
    moved = beliefs.variance / np.sqrt(beliefs.variance + beliefs.noise)
    first, second = np.partition(beliefs.mean, n - 2)[[n - 1, n - 2]]
    best = int(np.argmax(beliefs.mean))
    rival = np.where(np.arange(n) == best, second, first)
    return np.log(moved) + _log_expected(np.abs(beliefs.mean - rival) / moved)


def _log_expected(z: Floats) -> Floats:
    """log(phi(z) - z Phi(-z)) for z >= 0; beyond 30 by its expansion, phi(z) / z**2 (relative error 3 / z**2)."""
    from scipy.special import log_ndtr

    density = -(z**2) / 2 - np.log(2 * np.pi) / 2
    near = np.minimum(z, _FAR)
    # phi - z Phi(-z) = phi * (1 - z * mills); stable up to _FAR in double precision
    mills = np.exp(log_ndtr(-near) - (-(near**2) / 2 - np.log(2 * np.pi) / 2))
    close = density + np.log(np.maximum(1 - near * mills, _LEAST))
    far = density - 2 * np.log(np.maximum(z, 1.0))
    found: Floats = np.where(z < _FAR, close, far)
    return found


_FAR = 30.0
_LEAST = 1e-300


def ranked(beliefs: Beliefs, seconds: Floats, can_run: Sequence[bool] | NDArray[np.bool_]) -> list[int]:
    """The arms whose next seed can run, the one that tells most per second first; of equals the earlier one.

    Args:
        beliefs: What is believed now.
        seconds: What the next seed of each arm costs after what it shares with runs that are chosen already.
        can_run: Whether an arm has a seed left.
    """
    rates = log_value(beliefs) - np.log(np.maximum(seconds, _LEAST_SECONDS))
    order = np.argsort(-rates, kind="stable")
    return [int(arm) for arm in order if can_run[arm]]


_LEAST_SECONDS = 1e-3
"""A run that costs nothing is no division by zero."""
