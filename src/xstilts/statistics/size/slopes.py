"""Straight lines of gains over the logarithm of the body's parameters, one for each seed.

The seed is the unit, as everywhere: each seed gives one line through its gains at all sizes, and the interval is
Student's over these lines. So what is estimated is how the gain changes from base to base of this ladder; another
pretraining run of the same sizes is not in it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xstilts.errors import InputError
from xstilts.statistics.inference.equivalence import MARGIN, equivalence
from xstilts.statistics.score_rows import over_seeds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.statistics.inference.intervals import Interval

Verdict = Literal["amplifies", "diminishes", "flat", "open"]


@dataclass(frozen=True)
class Line:
    """A straight line: its height ``at`` 1 parameter, and the ``slope`` that it rises from one size to ten times it."""

    at: float
    slope: float

    def crossing(self) -> float | None:
        """The number of parameters at which the line is 0; None where it never is, or beyond what floats hold."""
        if not self.slope:
            return None
        power = -self.at / self.slope
        return 10.0**power if abs(power) < 300 else None


def fitted(sizes: Sequence[float], values: Sequence[float]) -> Line:
    """The line through values over the decimal logarithm of sizes, by least squares.

    Args:
        sizes: Parameters, above 0, at least two different ones.
        values: As many values.

    Raises:
        InputError: If there are no two sizes.
    """
    if len(set(sizes)) < 2 or len(sizes) != len(values):
        raise InputError("A line needs values at two sizes at least.", field="sizes", value=list(sizes))
    logs = [math.log10(size) for size in sizes]
    middle, mean = math.fsum(logs) / len(logs), math.fsum(values) / len(values)
    spread = math.fsum((log - middle) ** 2 for log in logs)
    slope = math.fsum((log - middle) * (value - mean) for log, value in zip(logs, values, strict=True)) / spread
    return Line(mean - slope * middle, slope)


@dataclass(frozen=True)
class Slope:
    """How a gain changes with size.

    Attributes:
        interval: Of the slope, for ten times the parameters, over seeds.
        flat_p: p-value of the two one-sided tests that it lies within ``MARGIN``; None where they cannot be made.
        verdict: ``amplifies`` or ``diminishes`` where the interval lies on one side of 0, ``flat`` where the slope is
            shown to lie within the margin, else ``open``.
        crossing: Parameters at which the mean line is 0, if that is within ten times the ladder's ends; else None.
    """

    interval: Interval
    flat_p: float | None
    verdict: Verdict
    crossing: float | None


def slope_of(by_size: Mapping[float, Mapping[str, float]], level: float) -> Slope | None:
    """The slope of a gain, from its value at each size and seed; None where no seed has all sizes.

    Args:
        by_size: Parameters to seed to gain, at least two sizes.
        level: Coverage of the interval.
    """
    lines = lines_of(by_size)
    if not lines:
        return None
    slopes = {seed: line.slope for seed, line in lines.items()}
    interval, _ = over_seeds(slopes, level)
    units = list(slopes.values())
    flat = equivalence(units, [0.0] * len(units), MARGIN)
    return Slope(interval, flat.p, _verdict(interval, flat.equivalent), _crossing(lines, by_size))


def lines_of(by_size: Mapping[float, Mapping[str, float]]) -> dict[str, Line]:
    """Seed to its line, for the seeds that have all sizes."""
    shared = set.intersection(*(set(by_seed) for by_seed in by_size.values()))
    sizes = list(by_size)
    return {seed: fitted(sizes, [by_size[size][seed] for size in sizes]) for seed in sorted(shared)}


def _verdict(interval: Interval, flat: bool | None) -> Verdict:
    if interval.low is not None and interval.low > 0:
        return "amplifies"
    if interval.high is not None and interval.high < 0:
        return "diminishes"
    return "flat" if flat else "open"


def _crossing(lines: Mapping[str, Line], sizes: Mapping[float, object]) -> float | None:
    count = len(lines)
    mean = Line(*(math.fsum(getattr(one, part) for one in lines.values()) / count for part in ("at", "slope")))
    found = mean.crossing()
    return found if found is not None and min(sizes) / 10 <= found <= max(sizes) * 10 else None


def worth(
    gains: Mapping[float, Mapping[str, float]], none: Mapping[float, Mapping[str, float]], level: float
) -> tuple[float, float | None, float | None] | None:
    """How many times the parameters would give the same gain: 10 to the mean gain over the slope of ``none``.

    Each seed's mean gain over the sizes is divided by the rise of its own ``none`` from one size to ten times it; the
    interval is Student's over these logarithms.

    Args:
        gains: Parameters to seed to gain, in points.
        none: Parameters to seed to score of ``none``, in points, more being better.
        level: Coverage of the interval.

    Returns:
        The factor with both ends of its interval, None where seeds are too few for one. None in all where ``none`` does
        not rise with size in every seed: more parameters then buy nothing that a gain could be counted in.
    """
    lines = lines_of(none)
    sizes = list(gains)
    seeds = [seed for seed in lines if all(seed in gains[size] for size in sizes)]
    if not seeds or any(lines[seed].slope <= 0 for seed in seeds):
        return None
    logs = {seed: math.fsum(gains[size][seed] for size in sizes) / len(sizes) / lines[seed].slope for seed in seeds}
    interval, _ = over_seeds(logs, level)
    found = [None if one is None else 10.0 ** max(min(one, 300.0), -300.0) for one in
             (interval.mean, interval.low, interval.high)]  # fmt: skip
    return (found[0] or 0.0, found[1], found[2])
