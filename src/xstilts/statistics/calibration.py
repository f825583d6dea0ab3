"""Scores made into probabilities, and how good probabilities are.

A probability is judged by three numbers that are always printed together: Brier beside the Brier of the base rate, AUC,
and ECE with its interval. A score that knows nothing reaches an ECE near 0, so ECE alone says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError
from xstilts.randomness import generator

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

BINS = 10
"""Bins of equal mass, for ECE and for the parts of Brier."""


@dataclass(frozen=True)
class Isotonic:
    """A non-decreasing step function with straight lines between its knots.

    Attributes:
        knots: Distinct scores of the fitting set, ascending, shape (n,).
        values: Probability at each knot, non-decreasing, 0 to 1, shape (n,).
    """

    knots: tuple[float, ...]
    values: tuple[float, ...]

    def __call__(self, scores: ArrayLike) -> Floats:
        """Probabilities of scores, shape (n,); beyond the knots the nearest knot's."""
        return np.interp(np.asarray(scores, dtype=np.float64), self.knots, self.values)


@dataclass(frozen=True)
class Platt:
    """``1 / (1 + exp(-(slope * score + intercept)))`` (Platt 1999)."""

    slope: float
    intercept: float

    def __call__(self, scores: ArrayLike) -> Floats:
        """Probabilities of scores, shape (n,)."""
        from scipy.special import expit

        given: Floats = expit(self.slope * np.asarray(scores, dtype=np.float64) + self.intercept)
        return given


def isotonic(scores: ArrayLike, labels: ArrayLike) -> Isotonic:
    """The non-decreasing function of the score with the smallest squared error; wants some 300 labels.

    Args:
        scores: Any real numbers, shape (n,).
        labels: 0 or 1, shape (n,).

    Raises:
        InputError: If there is nothing to fit, or the two do not match.
    """
    from scipy.optimize import isotonic_regression

    given, truth = pairs(scores, labels)
    knots, place, counts = np.unique(given, return_inverse=True, return_counts=True)
    means = np.bincount(place, weights=truth) / counts
    fitted = isotonic_regression(means, weights=counts).x
    return Isotonic(tuple(knots.tolist()), tuple(np.clip(fitted, 0, 1).tolist()))


def platt(scores: ArrayLike, labels: ArrayLike) -> Platt:
    """A logistic curve over the score, with Platt's targets ``(n1 + 1) / (n1 + 2)`` and ``1 / (n0 + 2)``.

    Raises:
        InputError: As :func:`isotonic`.
    """
    from scipy.optimize import minimize

    given, truth = pairs(scores, labels)
    positive = truth.sum()
    target = np.where(truth == 1, (positive + 1) / (positive + 2), 1 / (len(truth) - positive + 2))
    centre, spread = given.mean(), given.std() or 1.0
    scaled = (given - centre) / spread

    def loss(weights: Floats) -> tuple[float, Floats]:
        raw = weights[0] * scaled + weights[1]
        miss = 1 / (1 + np.exp(-np.clip(raw, -500, 500))) - target
        return float(np.sum(np.logaddexp(0, raw) - target * raw)), np.array([miss @ scaled, miss.sum()])

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", tol=1e-12).x
    return Platt(float(found[0] / spread), float(found[1] - found[0] * centre / spread))


def venn_abers(scores: ArrayLike, labels: ArrayLike, score: float) -> tuple[float, float]:
    """The two probabilities of one new score: as if its label were 0, and as if it were 1 (Vovk & Petej 2014).

    One of the two is calibrated whatever the distribution. Their distance says how little the labels tell.

    Args:
        scores: Of the calibration set, shape (n,).
        labels: 0 or 1, shape (n,).
        score: The new one.

    Returns:
        ``(p0, p1)``, p0 <= p1.
    """
    given, truth = pairs(scores, labels)
    low, high = (
        float(isotonic(np.append(given, score), np.append(truth, label))(np.array([score]))[0]) for label in (0, 1)
    )
    return low, high


@dataclass(frozen=True)
class Brier:
    """Mean squared error of probabilities, and what it is made of (Murphy 1973).

    Attributes:
        score: Smaller is better, 0 to 1.
        base: That of the base rate given to everybody; also the uncertainty.
        reliability: How far bins lie from what happened in them; smaller is better.
        resolution: How far what happened in bins lies from the base rate; larger is better.
        within: What is left by binning: ``score - (reliability - resolution + base)``.
    """

    score: float
    base: float
    reliability: float
    resolution: float
    within: float


def brier(probabilities: ArrayLike, labels: ArrayLike, bins: int = BINS) -> Brier:
    """The Brier score and its parts over bins of equal mass; equal probabilities share a bin.

    Raises:
        InputError: As :func:`isotonic`.
    """
    given, truth = pairs(probabilities, labels)
    rate = float(truth.mean())
    score = float(np.mean((given - truth) ** 2))
    parts = [(len(own), given[own].mean(), truth[own].mean()) for own in equal_mass(given, bins)]
    reliability = sum(n * (said - seen) ** 2 for n, said, seen in parts) / len(truth)
    resolution = sum(n * (seen - rate) ** 2 for n, _, seen in parts) / len(truth)
    base = rate * (1 - rate)
    return Brier(score, base, float(reliability), float(resolution), float(score - (reliability - resolution + base)))


def auc(scores: ArrayLike, labels: ArrayLike) -> float | None:
    """The chance that a 1 has a larger score than a 0, ties counting half; None where one of the two is missing."""
    from scipy.stats import rankdata

    given, truth = pairs(scores, labels)
    positive = int(truth.sum())
    negative = len(truth) - positive
    if not positive or not negative:
        return None
    ranks = rankdata(given)[truth == 1].sum()
    return float((ranks - positive * (positive + 1) / 2) / (positive * negative))


def ece(probabilities: ArrayLike, labels: ArrayLike, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal mass: mean distance of what was said from what happened."""
    given, truth = pairs(probabilities, labels)
    return float(sum(abs(given[own].sum() - truth[own].sum()) for own in equal_mass(given, bins)) / len(truth))


def equal_mass(values: Floats, bins: int) -> list[NDArray[np.intp]]:
    """Positions of each bin, ascending by value; equal values are never torn apart."""
    order = np.argsort(values, kind="stable")
    _, first = np.unique(values[order], return_index=True)
    cuts = {int(first[np.searchsorted(first, len(values) * part / bins, side="right") - 1]) for part in range(1, bins)}
    return [part for part in np.split(order, sorted(cuts - {0})) if len(part)]


def interval(
    statistic: Callable[[Floats, Floats], float | None],
    values: ArrayLike,
    labels: ArrayLike,
    groups: Sequence[str] | None = None,
    draws: int = 1000,
) -> tuple[float, float]:
    """A 95 % percentile interval of a statistic over resampled groups (papers), or items where none are given.

    Args:
        statistic: From values and labels to a number, or None where a draw lacks a class.
        values: Shape (n,).
        labels: 0 or 1, shape (n,).
        groups: What each item belongs to; whole groups are drawn.
        draws: Resamples; the same arguments give the same interval.
    """
    given, truth = pairs(values, labels)
    names = np.arange(len(given)) if groups is None else np.unique(np.asarray(groups), return_inverse=True)[1]
    members = [np.flatnonzero(names == one) for one in range(int(names.max()) + 1)]
    draw = generator(0, "bootstrap", len(given), draws)
    found: list[float] = []
    for _ in range(draws):
        own = np.concatenate([members[one] for one in draw.integers(len(members), size=len(members))])
        value = statistic(given[own], truth[own])
        if value is not None:
            found.append(value)
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def pairs(scores: ArrayLike, labels: ArrayLike) -> tuple[Floats, Floats]:
    """Scores and labels as floats of one length.

    Raises:
        InputError: If they are empty, of two lengths, not finite, or a label is neither 0 nor 1.
    """
    given, truth = np.asarray(scores, dtype=np.float64), np.asarray(labels, dtype=np.float64)
    wrong: Any = None
    if given.ndim != 1 or given.shape != truth.shape or not len(given):
        wrong = f"one length of at least 1, not {given.shape} and {truth.shape}"
    elif not np.isfinite(given).all():
        wrong = "finite scores"
    elif not np.isin(truth, (0, 1)).all():
        wrong = "labels of 0 and 1"
    if wrong:
        raise InputError(f"Scores and labels need {wrong}.")
    return given, truth
