"""Runs that did not learn: at chance, or far below the other seeds of the same cell.

Fine-tuning fails outright for some seeds (Mosbach et al. 2021, arXiv 2006.04884). Such a run is no ordinary draw of
an arm's score, so it is found, counted and shown, and results are given with and without it; nothing drops it silently.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.statistics.score_rows import BASELINE, by_condition, is_pivot, seed_means
from xstilts.statistics.tables.levels import chance_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

AT_CHANCE = 0.1
"""A run is at chance where it covers less than this share of the way from chance to the best seed of its cell."""
FAR_BELOW = 0.5
"""A run is far below where it covers less than this share of the way from chance to the median of the other seeds."""


@dataclass(frozen=True)
class Collapse:
    """One collapsed run.

    Attributes:
        base: Its base.
        arm: Its arm.
        target: Its target.
        seed: Its seed.
        value: Its mean score in the pivot language (over all languages where the pivot is not measured).
        others: Median of the other seeds.
        why: ``at chance`` or ``far below the other seeds``.
    """

    base: str
    arm: str
    target: str
    seed: str
    value: float
    others: float
    why: str


def collapsed(scores: Iterable[Row], facts: Facts) -> list[Collapse]:
    """The collapsed runs of a study, by its targets' headline metrics.

    A run is judged in the pivot language, in which it was trained: a model that learnt the task and does not transfer
    is no collapse. At least three seeds of a cell are needed; where all of them are low, the task was not learnt and
    none stands out.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for; ``chance`` of a target counts as 0 where it is unknown.
    """
    found = []
    for key, cells in by_condition(scores).items():
        target = facts.targets.get(key.target)
        if target is None or not target.higher_is_better or not facts.is_headline(key):
            continue
        spoken = {language for side in cells.values() for language in side}
        languages = sorted(code for code in spoken if is_pivot(code, facts.pivot)) or sorted(spoken)
        chance = chance_level(target.chance, languages) or 0.0
        for arm in sorted({arm for arm, _ in cells if not arm.startswith(BASELINE)}):
            means = seed_means(cells, arm, languages)
            found += [
                Collapse(key.base, arm, key.target, seed, means[seed], others, why)
                for seed, (others, why) in _low(means, chance).items()
            ]
    return found


def _low(means: Mapping[str, float], chance: float) -> dict[str, tuple[float, str]]:
    if len(means) < 3:
        return {}
    best, low = max(means.values()), {}
    for seed, mean in means.items():
        others = float(np.median([value for other, value in means.items() if other != seed]))
        # where the others learned nothing either, no run stands out
        if others <= chance:
            continue
        if mean - chance < AT_CHANCE * (best - chance):
            low[seed] = (others, "at chance")
        elif mean - chance < FAR_BELOW * (others - chance):
            low[seed] = (others, "far below the other seeds")
    return low


def without(scores: Iterable[Row], runs: Iterable[Collapse]) -> list[Row]:
    """The score rows without those of collapsed runs."""
    gone = {(run.base, run.arm, run.target, run.seed) for run in runs}
    return [row for row in scores if (row["base"], row["arm"], row["target"], str(row["seed"])) not in gone]
