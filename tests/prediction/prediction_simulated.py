"""Grids and studies whose truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.prediction.grid import Column, Grid
from xstilts.randomness import generator

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Size(NamedTuple):
    arms: int = 10
    targets: int = 5
    languages: int = 8
    seeds: int = 3


def effects(size: Size, seed: int) -> NDArray[np.float64]:
    """True scores, shape (arms, targets * languages): additive and of rank 1."""
    rng = generator(seed, "true grid")
    columns = size.targets * size.languages
    arm, target = rng.normal(0, 2, size.arms), rng.normal(60, 10, size.targets)
    language = rng.normal(0, 5, size.languages)
    column = np.repeat(target, size.languages) + np.tile(language, size.targets)
    by_target = np.repeat(rng.normal(0, 2, (size.arms, size.targets)), size.languages, axis=1)
    low_rank = np.outer(rng.normal(0, 1, size.arms), rng.normal(0, 2, columns))
    return column + arm[:, None] + by_target + low_rank


def grid(size: Size, seed: int, share: float = 0.5, noise: float = 1.0) -> tuple[Grid, NDArray[np.float64]]:
    """A grid of which a share of the cells was measured, and all scores, shape (arms, columns, seeds)."""
    rng = generator(seed, "measured grid")
    true = effects(size, seed)
    scores = true[..., None] + rng.normal(0, noise, (*true.shape, size.seeds))
    seen = rng.random(true.shape) < share
    columns = tuple(Column(f"t{t}", f"l{k}") for t in range(size.targets) for k in range(size.languages))
    names = tuple(f"a{one}" for one in range(size.arms)), columns, tuple(str(one) for one in range(size.seeds))
    return Grid(*names, (1.0,), np.where(seen[None, ..., None], scores[None], np.nan)), scores


KINDS = ("apart", "normal", "trap", "unsteady best", "collapses", "heavy tails")
"""Sorts of studies: arms far apart; as they come; one just beyond the margin above equals; the same, and its scores are
eight times as unsteady; scores that collapse now and then; differences with few moments."""


def study(kind: str, arms: int, seeds: int, number: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """True means of the arms, and their scores by seed; what a seed does to all arms is in them."""
    rng = generator(number, f"study {kind}")
    means = {"apart": np.linspace(0, 40, arms), "normal": rng.normal(0, 3, arms)}.get(kind, np.zeros(arms))
    means = means.copy()
    spread = np.sqrt(4 / (rng.gamma(2, 1, arms) / 2)) if kind == "normal" else np.ones(arms)
    if kind in {"trap", "unsteady best", "collapses"}:
        means[0] = 1.05
    if kind == "unsteady best":
        spread = np.where(np.arange(arms) == 0, 4.0, 0.5)
    noise = rng.standard_t(3, (arms, seeds)) if kind == "heavy tails" else rng.normal(size=(arms, seeds))
    scores = means[:, None] + rng.normal(0, 2, (1, seeds)) + noise * spread[:, None]
    if kind == "collapses":
        return means - 1, scores - 20 * (rng.random((arms, seeds)) < 0.05)
    return means, scores
