"""Predictors from how far the classes of a task lie apart in the features of a base."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COMPONENTS = 64
"""Principal components in which Bhattacharyya distances are taken (Pandy et al. 2022, section 4)."""
EPSILON = 1e-2
"""Precision to which features are coded, in units of their overall standard deviation."""


def _by_class(features: Floats, classes: NDArray[np.int64]) -> Iterator[Floats]:
    yield from (features[classes == one] for one in np.unique(classes))


def h_score(features: Floats, classes: NDArray[np.int64]) -> float:
    """tr(cov(F)^-1 cov(E[F|y])) (Bao et al. 2019), from 0 to the number of classes less one.

    The first covariance is shrunk towards a sphere as Ledoit & Wolf (2004) do, without which it grows with the number
    of features (Ibrahim et al. 2021).
    """
    centred = features - features.mean(axis=0)
    between = np.concatenate([np.broadcast_to(own.mean(axis=0), own.shape) for own in _by_class(centred, classes)])
    covariance = _shrunk(centred)
    return float(np.trace(np.linalg.pinv(covariance, hermitian=True) @ (between.T @ between) / len(features)))


def _shrunk(centred: Floats) -> Floats:
    """Ledoit & Wolf (2004, equation 14): the covariance, drawn towards its mean variance times the identity."""
    n, d = centred.shape
    covariance = centred.T @ centred / n
    sphere = np.trace(covariance) / d
    distance = float(((covariance - sphere * np.eye(d)) ** 2).sum())
    squares = (centred**2).sum(axis=1)
    noise = (float((squares**2).sum()) / n - float((covariance**2).sum())) / n
    share = min(1.0, max(0.0, noise / distance)) if distance > 0 else 0.0
    shrunk: Floats = (1 - share) * covariance + share * sphere * np.eye(d)
    return shrunk


def gbc(features: Floats, classes: NDArray[np.int64]) -> float:
    """Gaussian Bhattacharyya coefficient (Pandy et al. 2022, equations 1 to 3): 0 where no classes overlap.

    Less the coefficients of all pairs of classes, each taken as a Gaussian with independent features.
    """
    centred = features - features.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    placed = centred @ axes[:COMPONENTS].T
    least = 1e-9 * max(float(placed.var()), 1e-300)
    told = [(own.mean(axis=0), own.var(axis=0) + least) for own in _by_class(placed, classes)]
    total = 0.0
    for (mean, variance), (other_mean, other) in combinations(told, 2):
        both = (variance + other) / 2
        distance = ((mean - other_mean) ** 2 / both).sum() / 8
        distance += 0.5 * np.log(both / np.sqrt(variance * other)).sum()
        total -= float(np.exp(-distance))
    return total


def transrate(features: Floats, classes: NDArray[np.int64]) -> float:
    """Rate of the features less that within classes (Huang et al. 2022), in nats; 0 where classes say nothing.

    A rate is log det(I + d / (n eps^2) F'F) / 2, with F about its mean, and those of the classes weigh as many items as
    they have. Features are first divided by their overall standard deviation, so that ``eps`` means the same for all.
    """
    centred = features - features.mean(axis=0)
    scaled = centred / max(float(centred.std()), 1e-12)
    within = sum(len(own) / len(scaled) * _rate(own) for own in _by_class(scaled, classes))
    return _rate(scaled) - within


def _rate(features: Floats) -> float:
    n, d = features.shape
    values = np.linalg.svd(features - features.mean(axis=0), compute_uv=False)
    return float(np.log1p(d / (n * EPSILON**2) * values**2).sum() / 2)
