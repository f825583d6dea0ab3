"""Does the headline conclusion depend on how languages are grouped?

Averaging over languages weighs a family by its number of languages; averaging over clusters weighs families, scripts or
resource classes alike. The multiverse asks the headline question once per definition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.statistics.inference.correction import ALPHA, holm
from xstilts.statistics.score_rows import over_seeds
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

MIXED = "depends on the definition"
AGREED = "the same under every definition"


def multiverse(clusters: Iterable[Row], facts: Facts) -> list[Row]:
    """The headline gain of each arm under each clustering, and whether the verdicts agree.

    For one clustering, a target's gain is the unweighted mean over its clusters of the mean over the cluster's
    languages; an arm's gain is the mean over its fair targets that were not cut, within each seed, then a t interval
    over seeds (``paired_gain``); p-values are Holm's over the arms of a base. ``zero-shot`` weighs languages alike.

    Args:
        clusters: Rows of ``cluster_rows``.
        facts: What the study asked for.

    Returns:
        One dict per base and arm: ``base, arm, depends`` (bool; None where fewer than two definitions could be judged),
        ``conclusion`` (text) and ``definitions``: for each clustering ``clustering, n_clusters, gain, low, high,
        p_corrected, n_seeds, verdict`` (``gain``, ``loss``, ``cannot tell`` or ``not run``).
    """
    rows = [row for row in clusters if facts.is_headline(row)]
    clusterings = [ZERO_SHOT, *facts.clusters]
    bases = facts.bases or tuple(sorted({row["base"] for row in rows}))
    arms = facts.compared
    found = []
    for base in bases:
        table = {name: _definition(name, base, arms, rows, facts) for name in clusterings}
        for arm in arms:
            definitions = [table[name][arm] for name in clusterings]
            verdicts = {entry["verdict"] for entry in definitions} - {"not run"}
            judged = sum(entry["verdict"] != "not run" for entry in definitions)
            # one definition alone agrees with itself, which says nothing
            depends = len(verdicts) > 1 if judged > 1 else None
            conclusion = "" if depends is None else MIXED if depends else AGREED
            found.append(
                {"base": base, "arm": arm, "depends": depends, "conclusion": conclusion, "definitions": definitions}
            )
    return found


def _definition(clustering: str, base: str, arms: Sequence[str], rows: Sequence[Row], facts: Facts) -> dict[str, Row]:
    """One clustering: arm to its entry, p-values corrected over the arms."""
    intervals = {}
    for arm in arms:
        ran = {row["target"] for row in rows if (row["base"], row["arm"]) == (base, arm) and row["n_seeds"]}
        targets = [
            target
            for target in facts.targets
            if not facts.unfair(base, arm, target) and not facts.left_out(arm, target, target in ran)
        ]
        own = [
            [
                row
                for row in rows
                if (row["base"], row["arm"], row["target"], row["clustering"]) == (base, arm, t, clustering)
            ]
            for t in targets
        ]
        gains = [_macro(cells, facts.targets[t].higher_is_better) for cells, t in zip(own, targets, strict=True)]
        shared = set.intersection(*map(set, gains)) if gains else set()
        means = {seed: float(np.mean([gain[seed] for gain in gains])) for seed in sorted(shared)}
        interval, _ = over_seeds(means, facts.level)
        n_clusters = max((len(cells) for cells in own), default=0)
        intervals[arm] = (interval, n_clusters)
    corrected = holm([interval.p for interval, _ in intervals.values()])
    return {
        arm: {
            "clustering": clustering, "n_clusters": n_clusters, "gain": interval.mean, "low": interval.low,
            "high": interval.high, "p_corrected": p, "n_seeds": interval.n, "verdict": _verdict(interval.mean, p),
        }
        for (arm, (interval, n_clusters)), p in zip(intervals.items(), corrected, strict=True)
    }  # fmt: skip


def _macro(cells: Sequence[Row], higher_is_better: bool) -> dict[str, float]:
    """Seed to mean gain over clusters, for seeds that every cluster has."""
    by_seed = [dict(zip(row["seeds"], row["seed_gains"], strict=True)) for row in cells]
    shared = set.intersection(*map(set, by_seed)) if by_seed else set()
    sign = 1.0 if higher_is_better else -1.0
    return {seed: sign * float(np.mean([gains[seed] for gains in by_seed])) for seed in shared}


def _verdict(gain: float | None, p: float | None) -> str:
    if gain is None:
        return "not run"
    if p is None or p > ALPHA:
        return "cannot tell"
    return "gain" if gain > 0 else "loss"
