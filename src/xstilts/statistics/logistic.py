"""Logistic regression with a ridge, on few features and few hundred examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Logistic:
    """A fitted model: ``log odds = intercept + sum(weight * feature)``.

    Attributes:
        weights: One per feature, in the features' own units.
        intercept: Log odds where all features are 0.
    """

    weights: tuple[float, ...]
    intercept: float

    def __call__(self, features: ArrayLike) -> NDArray[np.float64]:
        """Log odds, shape (n,), of features of shape (n, k)."""
        odds: NDArray[np.float64] = np.asarray(features, dtype=np.float64) @ np.asarray(self.weights) + self.intercept
        return odds


def fit(features: ArrayLike, labels: ArrayLike, ridge: float = 1.0) -> Logistic:
    """The weights that make the labels likeliest, less ``ridge / 2`` times the squared weights of scaled features.

    Args:
        features: Shape (n, k), finite; a feature that never varies gets weight 0.
        labels: 0 or 1, shape (n,).
        ridge: Above 0, so that separable data have a solution.

    Raises:
        InputError: If the shapes do not match, or there is nothing to fit.
    """
    from scipy.optimize import minimize

    given, truth = np.asarray(features, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    if given.ndim != 2 or not len(given) or truth.shape != given.shape[:1]:
        raise InputError(f"Features (n, k) and labels (n,) are needed, not {given.shape} and {truth.shape}.")
    if ridge <= 0:
        raise InputError("The ridge is above 0.", field="ridge", value=ridge)
    centre, spread = given.mean(axis=0), given.std(axis=0)
    spread[spread < 1e-12] = np.inf
    scaled = (given - centre) / spread

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        raw = scaled @ values[:-1] + values[-1]
        miss = 1 / (1 + np.exp(-np.clip(raw, -500, 500))) - truth
        value = np.sum(np.logaddexp(0, raw) - truth * raw) + ridge / 2 * values[:-1] @ values[:-1]
        return float(value), np.append(scaled.T @ miss + ridge * values[:-1], miss.sum())

    found = minimize(loss, np.zeros(given.shape[1] + 1), jac=True, method="L-BFGS-B", tol=1e-12).x
    weights = found[:-1] / spread
    return Logistic(tuple(weights.tolist()), float(found[-1] - weights @ centre))
