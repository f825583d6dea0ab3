"""What a study can show before it is run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from xstilts.errors import InputError
from xstilts.statistics.inference.correction import ALPHA
from xstilts.statistics.inference.intervals import smallest_sign_flip_p

POWER = 0.8
MOST_SEEDS = 50
"""Seeds beyond which a gain counts as too small to look for."""


@dataclass(frozen=True)
class Outlook:
    """What so many seeds and questions can show.

    Attributes:
        n_seeds: Paired seeds.
        n_questions: Cells that are corrected together (Holm).
        detectable: Smallest mean gain found with ``POWER`` at ``ALPHA`` / ``n_questions``, in standard deviations of
            the gain between seeds; None below two seeds.
        sign_flip_p: Smallest p a sign-flip test can reach, before correction; None without a seed.
        can_be_significant: Whether any result could be: with the t test from two seeds on.
        without_normality: Whether a sign-flip test could be significant after correction.
    """

    n_seeds: int
    n_questions: int
    detectable: float | None
    sign_flip_p: float | None
    can_be_significant: bool
    without_normality: bool

    def sentence(self) -> str:
        """Two sentences for people."""
        asked = "1 question" if self.n_questions == 1 else f"{self.n_questions} questions"
        if self.detectable is None:
            return f"{_seeds(self.n_seeds)} for {asked}: no result can be significant; two seeds are the least."
        found = (
            f"{_seeds(self.n_seeds)} for {asked}: a gain must be {self.detectable:.1f} times its standard deviation "
            f"between seeds to be found with {POWER:.0%} power (paired t test, Holm at {ALPHA:.0%})."
        )
        if self.without_normality:
            return found
        least = f"p is at least {self.sign_flip_p:.2g}"
        return f"{found} Without assuming normal differences nothing can be significant: {least}."


def outlook(n_seeds: int, n_questions: int) -> Outlook:
    """What a paired comparison of ``n_seeds`` seeds can show when ``n_questions`` are asked.

    Question: which gains could this design find at all? Holm's first step tests at alpha / n_questions; the power of
    the paired t test is that of the noncentral t. Nothing is resampled.

    Raises:
        InputError: If a number is negative, or there is no question.
    """
    if n_seeds < 0 or n_questions < 1:
        raise InputError(
            "Power needs at least one question and no negative number of seeds.", value=(n_seeds, n_questions)
        )
    bound = smallest_sign_flip_p(n_seeds)
    return Outlook(
        n_seeds,
        n_questions,
        detectable_effect(n_seeds, ALPHA / n_questions) if n_seeds > 1 else None,
        bound,
        n_seeds > 1,
        bound is not None and bound * n_questions <= ALPHA,
    )


def power_of(effect: float, n_seeds: int, alpha: float = ALPHA) -> float:
    """Power of the two-sided paired t test.

    Args:
        effect: Mean gain in standard deviations of the gain between seeds.
        n_seeds: Paired seeds, at least two.
        alpha: Level of the test.

    Returns:
        Probability of p <= alpha, in [0, 1].
    """
    import numpy as np
    from scipy.special import chdtri, ndtr, stdtrit

    freedom = n_seeds - 1
    critical = float(stdtrit(freedom, 1 - alpha / 2))
    shift = abs(effect) * n_seeds**0.5
    # the noncentral t as a mean over its chi distribution; scipy's own loses its digits at 1 degree of freedom
    shares = (np.arange(_STEPS) + 0.5) / _STEPS
    cut = critical * np.sqrt(chdtri(freedom, shares) / freedom)
    return float((ndtr(shift - cut) + ndtr(-shift - cut)).mean())


_STEPS = 5_000


@lru_cache(maxsize=256)
def detectable_effect(n_seeds: int, alpha: float = ALPHA, power: float = POWER) -> float:
    """Smallest mean gain that is found with ``power``, in standard deviations of the gain between seeds.

    Args:
        n_seeds: Paired seeds, at least two.
        alpha: Level of the test.
        power: Wanted power.
    """
    low, high = 0.0, 1.0
    while power_of(high, n_seeds, alpha) < power:
        low, high = high, 2 * high
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if power_of(middle, n_seeds, alpha) < power else (low, middle)
    return high


def seeds_needed(effect: float, n_questions: int = 1, most: int = MOST_SEEDS) -> int | None:
    """The fewest paired seeds that find a mean gain with ``POWER``; None where that takes more than ``most``.

    Question: a study could not tell; how large must the next one be? The gain is taken to be as it was measured, which
    is a guess: it may be smaller, and then more seeds are needed.

    Args:
        effect: Mean gain in standard deviations of the gain between seeds.
        n_questions: Gains that are corrected together; Holm's first step tests at ``ALPHA`` / ``n_questions``.
        most: Seeds beyond which nobody asks.
    """
    alpha = ALPHA / n_questions
    return next((n for n in range(2, most + 1) if power_of(effect, n, alpha) >= POWER), None)


def _seeds(number: int) -> str:
    return "1 seed" if number == 1 else f"{number} seeds"
