"""Predictors that fit a linear model on the features of a base."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.randomness import generator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

ROUNDS, STILL = 100, 1e-6
FOLDS = 5
RIDGE = 1e-2
"""Ridge of the probe, as a share of the mean square of the features."""


def logme(features: Floats, classes: NDArray[np.int64]) -> float:
    """Log maximum evidence of a Bayesian linear model, per item, mean over classes (You et al. 2021, algorithm 1).

    Each class is one regression on 1 and 0. The evidence is maximised over the precisions a (weights) and b (noise) by
    MacKay's fixed point. All directions count in its determinant, those without data too, so that features of
    different widths may be compared.

    Args:
        features: Shape ``(n_items, n_features)``.
        classes: Shape ``(n_items,)``.
    """
    left, values, _ = np.linalg.svd(np.asarray(features, dtype=np.float64), full_matrices=False)
    return float(np.mean([_evidence(left, values**2, features.shape, classes == one) for one in np.unique(classes)]))


def _evidence(left: Floats, squares: Floats, shape: tuple[int, ...], own: NDArray[np.bool_]) -> float:
    n, d = shape[0], shape[1]
    target = own.astype(np.float64)
    along = (left.T @ target) ** 2
    outside = max(float(target @ target - along.sum()), 0.0)
    a = b = 1.0
    for _ in range(ROUNDS):
        ratio = a / b
        gamma = float((squares / (squares + ratio)).sum())
        weights = float((squares * along / (squares + ratio) ** 2).sum())
        rest = float((along * (ratio / (squares + ratio)) ** 2).sum()) + outside
        a, b = gamma / (weights + _TINY), (n - gamma) / (rest + _TINY)
        if abs(a / b - ratio) <= STILL * ratio:
            break
    ratio = a / b
    weights = float((squares * along / (squares + ratio) ** 2).sum())
    rest = float((along * (ratio / (squares + ratio)) ** 2).sum()) + outside
    determinant = float(np.log(a + b * squares).sum()) + (d - len(squares)) * np.log(a)
    total = d * np.log(a) + n * np.log(b) - determinant - b * rest - a * weights - n * np.log(2 * np.pi)
    return float(total / 2 / n)


_TINY = 1e-12


def linear_probe(features: Floats, classes: NDArray[np.int64]) -> float:
    """Accuracy of a ridge classifier on items that it was not shown, in [0, 1]; five folds, drawn once and for all."""
    names, codes = np.unique(classes, return_inverse=True)
    order = generator(0, "probe", len(codes)).permutation(len(codes))
    right = np.zeros(len(codes), dtype=bool)
    for fold in range(FOLDS):
        out = order[fold::FOLDS]
        shown = np.setdiff1d(order, out)
        middle = features[shown].mean(axis=0)
        inputs = features[shown] - middle
        ridge = RIDGE * max(float((inputs**2).sum()), _TINY) / inputs.shape[1]
        gram = inputs.T @ inputs + ridge * np.eye(inputs.shape[1])
        targets = np.eye(len(names))[codes[shown]]
        weights = np.linalg.solve(gram, inputs.T @ (targets - targets.mean(axis=0)))
        said = (features[out] - middle) @ weights + targets.mean(axis=0)
        right[out] = said.argmax(axis=1) == codes[out]
    return float(right.mean())
