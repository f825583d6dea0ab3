"""Effective robustness: how far an arm lies above the line from clean to noisy scores that ``none`` draws.

An arm with a higher clean score has a higher noisy score too. The line tells how much of the latter follows from the
former; what is left over is robustness of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.statistics.inference.intervals import Interval
from xstilts.statistics.robustness.measures import line_through
from xstilts.statistics.score_rows import NONE, over_seeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.statistics.robustness.changes import Changes, Robust


def effective_robustness(changes: Changes, arm: str, languages: Sequence[str], level: float) -> Interval:
    """The mean residual of an arm from the line of ``none``, in points: noisy score − what the line expects.

    The points of the line are all chains of ``none`` on this base and target, each language and seed one, over the
    same types of noise (Taori et al. 2020, arXiv 2007.00644, section 2: the model's noisy accuracy minus the one that
    its clean accuracy predicts; the line is fitted on logits). The interval is the jackknife's over seeds: each seed
    is left out of the arm and of the line at once, so that it holds how unsure the line is, too.

    Args:
        changes: What noise changes.
        arm: The arm; ``none`` lies near 0 over all its languages, and off it in some of them.
        languages: Where it is asked about.
        level: Coverage of the interval.

    Returns:
        The interval over the seeds that the arm and ``none`` share; no mean where there is no line, no ends where
        there is one seed or no line without one of them.
    """
    shared = [seed for seed in changes.seeds(arm, languages) if (NONE, seed) in changes.robust]
    whole = _residual(changes, arm, languages, shared)
    if whole is None:
        return Interval(None, None, None, None, 0)
    left = {seed: _residual(changes, arm, languages, [one for one in shared if one != seed]) for seed in shared}
    n, known = len(shared), {seed: value for seed, value in left.items() if value is not None}
    if len(known) < n or n < 2:
        return Interval(whole, None, None, None, n)
    pseudo, _ = over_seeds({seed: n * whole - (n - 1) * value for seed, value in known.items()}, level)
    if pseudo.mean is None or pseudo.low is None or pseudo.high is None:
        return Interval(whole, None, None, None, pseudo.n)
    shift = whole - pseudo.mean
    return Interval(whole, pseudo.low + shift, pseudo.high + shift, None, pseudo.n)


def _residual(changes: Changes, arm: str, languages: Sequence[str], seeds: Sequence[str]) -> float | None:
    of_none = [changes.robust[NONE, seed] for seed in seeds]
    line = line_through(*_points(cells[code] for cells in of_none for code in sorted(cells)))
    own = [changes.robust[arm, seed][code] for seed in seeds for code in languages]
    if line is None or not own:
        return None
    clean, noisy, n = _points(own)
    if not ((clean >= 0) & (clean <= 100)).all():
        return None
    return float((noisy - line.expected(clean, n)).mean())


def _points(each: Iterable[Robust]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Clean scores, noisy scores and items, shape ``(k,)`` each."""
    points = [(one.clean.value, one.noisy.value, one.clean.n) for one in each]
    table = np.array(points, dtype=np.float64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 2]
