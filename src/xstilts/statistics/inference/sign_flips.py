"""The sign-flip test of seed differences: a second look that assumes no normal distribution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def sign_flip(differences: ArrayLike, generator: np.random.Generator, draws: int = 100_000) -> float:
    """Two-sided p-value of a sign-flip permutation test on paired seed differences.

    Question: could these gains have come out of seeds whose gain is as often up as down? Flipped: the sign of each
    seed's difference (it assumes symmetry around 0, not normality). Up to 16 seeds all 2^n patterns are taken, so the
    generator is not used; then the smallest reachable p is 2 / 2^n (``smallest_sign_flip_p``).

    Args:
        differences: Gains, one per seed, shape ``(n_seeds,)``, in points.
        generator: Source of the draws, above 16 seeds.
        draws: Number of random patterns, above 16 seeds; the observed one is counted in.

    Returns:
        The share of patterns whose absolute mean is at least the observed one.

    Raises:
        InputError: If there is no seed or a number is not finite.
    """
    gains = _checked(differences)
    n = len(gains)
    if n <= _EXACT:
        bits = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
        signs = 1.0 - 2.0 * bits
    else:
        signs = np.vstack([np.ones(n), generator.choice([-1.0, 1.0], (draws - 1, n))])
    sums = np.abs(signs @ gains)
    return float((sums >= sums[0] * (1 - 1e-12)).mean())


_EXACT = 16


def _checked(differences: ArrayLike) -> NDArray[np.float64]:
    gains = np.asarray(differences, dtype=np.float64)
    if gains.ndim != 1 or not np.isfinite(gains).all():
        raise InputError("Seed differences must be one list of finite numbers.", field="differences")
    if not len(gains):
        raise InputError("A sign-flip test needs at least one seed.", field="differences")
    return gains
