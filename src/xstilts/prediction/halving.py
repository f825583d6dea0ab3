"""Successive halving: which arms go on from a cheap run to a dearer one.

Successive halving (Jamieson & Talwalkar 2016, arXiv 1502.07943) keeps a fixed share at each rung. Here an arm that is
far behind goes too, once two rungs have shown how far arms move between them, and a race that is decided ends early.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Halving(NamedTuple):
    """How hard it is cut.

    Attributes:
        eta: Of ``n`` arms at one rung, ``n / eta`` go on at most, rounded up; above 1.
        slack: How many standard deviations of an arm's move between two rungs it may be behind the leader and go on;
            None: as many go on as ``eta`` says.
    """

    eta: float = 2.5
    slack: float | None = 2.0


USUAL = Halving()


class Finished(NamedTuple):
    """What a halving came to.

    Attributes:
        chosen: Place of the arm.
        spent: What was spent, in the unit of the rungs' costs.
        last: The rung that decided, from 0.
    """

    chosen: int
    spent: float
    last: int


MOVES = 3
"""Arms with two rungs from which on the spread of their moves is measured; below, it is taken to halve."""


def kept(now: Floats, moves: Floats | float, rung: int, rule: Halving) -> NDArray[np.int64]:
    """The arms that go on, best first.

    Args:
        now: Their scores at this rung, shape ``(n,)``; more is better.
        moves: How far each arm moved since the rung before, shape ``(n,)``, or the spread of such moves.
        rung: Number of the rung; at the first, nothing is known of moves.
        rule: How hard it is cut.
    """
    order = np.argsort(-now, kind="stable")[: max(1, math.ceil(len(now) / rule.eta))]
    if rule.slack is None or rung == 0:
        return order
    behind = now[order[0]] - now[order]
    going: NDArray[np.int64] = order[behind <= rule.slack * spread_of(moves)]
    return going


def spread_of(moves: Floats | float) -> float:
    """Standard deviation of the moves of arms between two rungs; a number is taken as it is."""
    return float(moves) if isinstance(moves, float) else float(np.std(moves, ddof=1))


def halve(
    arms: Sequence[int], rungs: Sequence[float], run: Callable[[int, int], float], rule: Halving = USUAL
) -> Finished:
    """Run a halving to its end.

    Args:
        arms: Places of the arms that take part, those that are thought best first.
        rungs: What one arm costs at each rung, cheapest first. A rung that continues the one before costs the rest.
        run: Given an arm and a rung, the score; called once for each.
        rule: How hard it is cut.

    Returns:
        The arm with the best score at the last rung that had a choice to make, and what was spent.
    """
    left = np.array(arms)
    before: Floats | None = None
    spread, spent = 0.0, 0.0
    for rung, cost in enumerate(rungs):
        now = np.array([run(int(arm), rung) for arm in left])
        spent += cost * len(left)
        if before is not None:
            moves = now - before
            spread = spread_of(moves) if len(moves) >= MOVES else spread / 2
        if rung == len(rungs) - 1:
            left = left[np.argsort(-now, kind="stable")[:1]]
        else:
            stay = kept(now, spread, rung, rule)
            left, before = left[stay], now[stay]
        if len(left) == 1:
            return Finished(int(left[0]), spent, rung)
    raise AssertionError("a halving ends with one arm")  # pragma: no cover - the last rung leaves one
