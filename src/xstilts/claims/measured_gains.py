"""What a study measured, as claims look at it: zero-shot gains by arm, target and seed of one base."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.claims.forms import Sample
from xstilts.randomness import generator
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from xstilts.statistics.study_facts import Facts

DRAWS = 2000
"""Resampled studies of each claim."""


@dataclass(frozen=True)
class Gains:
    """The zero-shot gains of one base on each target's headline metric, in points, higher is better.

    Attributes:
        base: The base.
        by_seed: (arm, target) to seed to gain; absent where nothing was paired.
        languages: Target to the languages averaged over.
        unfair: (arm, target) to why the cell says nothing: degenerate, leaking, a rival, or cut on purpose.
        hidden: (arm, target) to what the base or the protocol was trained on before, in none too.
    """

    base: str
    by_seed: Mapping[tuple[str, str], Mapping[str, float]]
    languages: Mapping[str, tuple[str, ...]]
    unfair: Mapping[tuple[str, str], str]
    hidden: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)

    def fair(self, arm: str, targets: Iterable[str]) -> list[str]:
        """The targets on which this arm ran and is neither degenerate nor leaking."""
        return [target for target in targets if (arm, target) not in self.unfair]

    def seeds(self, cells: Iterable[tuple[str, str]]) -> list[str]:
        """The seeds that every one of these cells has, in order."""
        shared = [set(self.by_seed.get(cell, {})) for cell in cells]
        return sorted(set.intersection(*shared), key=_numbers) if shared else []

    def mean(self, arm: str, targets: Sequence[str]) -> dict[str, float]:
        """Seed to mean gain of an arm over targets; seeds that lack one of them are absent."""
        seeds = self.seeds((arm, target) for target in targets)
        return {seed: float(np.mean([self.by_seed[arm, target][seed] for target in targets])) for seed in seeds}


def gains_of(base: str, clusters: Iterable[Mapping[str, Any]], facts: Facts) -> Gains:
    """The zero-shot rows of ``statistics.cluster_rows`` for one base."""
    return _gains(base, (row for row in clusters if facts.is_headline(row)), facts)


def robust_gains_of(base: str, robustness: Iterable[Mapping[str, Any]], facts: Facts) -> Gains:
    """How much less arms lose under noise than ``none``: the zero-shot rows of the table of robustness for one base."""
    rows = (row for row in robustness if row["arm"] != NONE and row["target"] in facts.targets)
    return _gains(base, rows, facts)


def _gains(base: str, rows: Iterable[Mapping[str, Any]], facts: Facts) -> Gains:
    by_seed: dict[tuple[str, str], dict[str, float]] = {}
    languages: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row["base"] == base and row["clustering"] == ZERO_SHOT:
            sign = 1.0 if facts.targets[row["target"]].higher_is_better else -1.0
            gains = {seed: sign * gain for seed, gain in zip(row["seeds"], row["seed_gains"], strict=True)}
            if gains:
                by_seed[row["arm"], row["target"]] = gains
                languages[row["target"]] = tuple(row["languages"].split())
    cells = [(arm, target) for arm in facts.arms for target in facts.targets]
    unfair = {cell: why for cell in cells if (why := "; ".join(facts.unfair(base, *cell)) or facts.cut_why(*cell))}
    hidden = {cell: found for cell in cells if (found := facts.hidden_stages(base, *cell))}
    return Gains(base, by_seed, languages, unfair, hidden)


def sample(gains: Gains, arms: Sequence[str], targets: Sequence[str], seeds: Sequence[str]) -> Sample:
    """The study itself: the gains of some seeds, each seed once; unfair cells and cells without these seeds are NaN.

    Nested seeds ``i.t`` share an intermediate phase, so those with one first part are averaged to one unit.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for seed in seeds:
        members[unit(seed)].append(seed)
    cube = np.full((len(members), len(arms), len(targets)), np.nan)
    for row, group in enumerate(members.values()):
        for column, arm in enumerate(arms):
            for place, target in enumerate(targets):
                own = gains.by_seed.get((arm, target), {})
                if (arm, target) not in gains.unfair and all(seed in own for seed in group):
                    cube[row, column, place] = np.mean([own[seed] for seed in group])
    return Sample(tuple(arms), tuple(targets), cube, np.ones((1, len(members))))


def unit(seed: str) -> str:
    """What is drawn: the seed, or the intermediate seed of nested ones."""
    return seed.split(".", 1)[0]


def resampled(n_units: int, assertion: str) -> NDArray[np.float64]:
    """How often each seed is in each resampled study, shape ``(DRAWS, n_units)``.

    One draw serves all arms and targets, so that what a seed does to several of them at once is kept.
    """
    drawn = generator(0, "claims", assertion).integers(0, n_units, (DRAWS, n_units))
    return np.asarray((drawn[:, :, None] == np.arange(n_units)).sum(axis=1), dtype=np.float64)


def _numbers(seed: str) -> tuple[tuple[int, str], ...]:
    return tuple((int(part), "") if part.isdigit() else (0, part) for part in seed.split("."))
