"""Spaces that vectors are compared in, made from the vectors alone: nothing is trained."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Wide = NDArray[np.float64]

Key = TypeVar("Key")

RESOLUTION = 1e-6
"""A centred vector shorter than this part of its side's mean is rounding of float32, and becomes zero."""

EIGENVALUE_FLOOR = 1e-10
"""Directions in which the variance is a smaller part of the greatest one are left out (set to zero)."""


def transform(sides: Mapping[Key, NDArray[np.floating]], space: str) -> dict[Key, NDArray[np.float32]]:
    """The vectors of all sides in another space.

    A side is the texts of one role in one language (the German candidates). Sums run in double precision.

    - ``raw``: as they are.
    - ``centred``: the side's mean vector is subtracted, which takes away what all texts of a language share
      (Libovický et al. 2020, arXiv 2004.05160, section 4). A side of one text, or of equal texts, becomes zero: it
      says nothing but its language.
    - ``whitened``: centred, then turned and scaled so that all sides together have unit variance in all directions
      (Su et al. 2021, arXiv 2103.15316, section 3). With fewer texts than dimensions, the usual case, that would make
      all texts equally far from each other; so the covariance is shrunk towards ``tr/h`` times the identity by
      :func:`shrinkage`, which vanishes with many texts.

    Args:
        sides: Arrays of shape ``(n_i, h)``, with the same ``h``; a side may be empty.
        space: A name of :data:`SPACES`.

    Returns:
        The same keys in the same order; arrays of the same shapes, float32. A zero vector has no direction in ``raw``
        and is a vector like others elsewhere. The signs and order of whitened dimensions mean nothing.

    Raises:
        InputError: If there is no such space, or sides differ in dimensions.
    """
    if space not in SPACES:
        raise InputError(f"There is no space called {space!r}.", field="space", value=space, allowed=SPACES)
    shapes = {key: np.shape(side) for key, side in sides.items()}
    if any(len(shape) != 2 for shape in shapes.values()) or len({shape[1] for shape in shapes.values()}) > 1:
        raise InputError("All sides must hold vectors of the same dimensions.", field="sides", value=shapes)
    moved = SPACES[space]([np.asarray(side, dtype=np.float64) for side in sides.values()])
    return {key: side.astype(np.float32) for key, side in zip(sides, moved, strict=True)}


def in_space(vectors: NDArray[np.float32], sides: Mapping[Key, NDArray[np.int64]], space: str) -> NDArray[np.float32]:
    """The vectors of one table in another space; ``sides`` tells whose rows are whose, every row once.

    Raises:
        InputError: As :func:`transform`.
    """
    if space == "raw":
        return vectors
    moved = np.empty_like(vectors)
    for side, found in transform({side: vectors[rows] for side, rows in sides.items()}, space).items():
        moved[sides[side]] = found
    return moved


def shrinkage(points: NDArray[np.float64]) -> float:
    """How far the covariance of centred ``points`` is moved towards a multiple of the identity, 0 … 1.

    The share with the least expected squared error (Ledoit and Wolf 2004, J. Multivariate Analysis 88(2), section 3.3).

    Args:
        points: Shape ``(n, h)``, of mean zero.
    """
    n, hidden = points.shape
    covariance = points.T @ points / n
    total = float((covariance**2).sum())
    spread = total - float(np.trace(covariance)) ** 2 / hidden
    error = (float((points**2).sum(axis=1) @ (points**2).sum(axis=1)) / n - total) / n
    return min(max(error, 0.0) / spread, 1.0) if spread > EIGENVALUE_FLOOR * total else 0.0


def _raw(sides: Sequence[Wide]) -> list[Wide]:
    return list(sides)


def _centred(sides: Sequence[Wide]) -> list[Wide]:
    return [_centre(side) if len(side) else side for side in sides]


def _centre(side: Wide) -> Wide:
    mean = side.mean(axis=0)
    moved: Wide = side - mean
    noise = np.linalg.norm(moved, axis=1) <= RESOLUTION * np.linalg.norm(mean)
    moved[noise] = 0.0
    return moved


def _whitened(sides: Sequence[Wide]) -> list[Wide]:
    moved = _centred(sides)
    points = np.concatenate(moved) if moved else np.empty((0, 1))
    if not points.any():
        return moved
    hidden = points.shape[1]
    share, covariance = shrinkage(points), points.T @ points / len(points)
    target = np.trace(covariance) / hidden * np.eye(hidden)
    variances, directions = np.linalg.eigh((1 - share) * covariance + share * target)
    kept = variances > EIGENVALUE_FLOOR * variances[-1]
    scales = np.where(kept, 1 / np.sqrt(np.where(kept, variances, 1)), 0.0)
    return [side @ (directions * scales) for side in moved]


SPACES: Mapping[str, Callable[[Sequence[Wide]], list[Wide]]] = {
    "raw": _raw, "centred": _centred, "whitened": _whitened,
}  # fmt: skip
"""Space to ``[(n_i, h), …] -> [(n_i, h), …]``, float64."""
