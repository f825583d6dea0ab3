"""The best arm of each target, chosen on one half of the pivot's dev set and reported on other data.

Who picks the best of many arms by the scores that are then reported, reports luck too (the winner's curse). Here the
choice looks at dev items in the pivot language alone; the gain is that of the headline rows in all other languages.
Items are apart, models are not: what a seed did to both is in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.statistics.headline import ORACLE, headlines, mean_of_seeds, mean_or_none
from xstilts.statistics.score_rows import BASELINE, NONE, Row, by_condition, is_pivot, over_seeds, seed_means

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.headline import BySeed, Headline
    from xstilts.statistics.study_facts import Facts

CHOSEN_COLUMNS = ("base", "target", "arm", "dev", "none_dev", "gain", "low", "high", "p", "n_seeds", "n_arms", "labels")
"""The columns of chosen.csv, in order; target ``mean`` is the mean over targets."""

MEAN = "mean"
PIVOT_DEV = "pivot dev"

Dev = dict[tuple[str, str, str], dict[str, float]]
"""(base, target, arm) to seed to score on the pivot's dev half, more being better."""


def chosen_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """For each base and target the arm that is best on the pivot's dev half, and what it gains in other languages.

    The best arm has the highest mean over its seeds on rows of ``facts.selection_split`` in the pivot language; all
    arms take part (``none`` too) that are no controls, and neither degenerate, leaking, a rival nor cut there; of
    equals the earlier one.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for.

    Returns:
        Rows with ``CHOSEN_COLUMNS``, then one with target ``mean`` per base: ``dev`` and ``none_dev`` are means on the
        dev half; ``gain`` is zero-shot on the headline metric, in points, with a t interval over paired seeds (0
        without an interval where ``none`` is chosen); ``labels`` is ``pivot dev``, or ``oracle`` where the headline
        rows' checkpoints were chosen by labels of the target languages. Empty without rows of that split.
    """
    rows = list(scores)
    dev = dev_scores(rows, facts)
    if not dev:
        return []
    plain = [row for row in rows if row["selection"] != ORACLE]
    oracle = [row for row in rows if row["selection"] == ORACLE]
    found = []
    for part, labels in ((plain, PIVOT_DEV), (oracle, ORACLE)):
        for measured in headlines(part, facts) if part else ():
            found += _of_base(measured, dev, labels)
    return found


def dev_scores(scores: Iterable[Row], facts: Facts) -> Dev:
    """The scores to choose arms by: pivot language, headline metric, ``facts.selection_split``; more is better."""
    found: Dev = {}
    rows = (row for row in scores if not str(row["arm"]).startswith(BASELINE))
    for key, cells in by_condition(rows).items():
        if not facts.is_selection(key):
            continue
        sign = 1.0 if facts.targets[key.target].higher_is_better else -1.0
        pivot = sorted({code for side in cells.values() for code in side if is_pivot(code, facts.pivot)})
        for arm in dict.fromkeys(arm for arm, _ in cells):
            means = {seed: sign * mean for seed, mean in seed_means(cells, arm, pivot).items()}
            found.setdefault((key.base, key.target, arm), means)
    return {key: means for key, means in found.items() if means}


def best_arm(arms: Sequence[str], dev: Mapping[str, float]) -> str | None:
    """The arm with the highest number; of equals the earlier one, None where no arm has a number."""
    known = [arm for arm in arms if arm in dev]
    return max(known, key=lambda arm: (dev[arm], -known.index(arm))) if known else None


def _of_base(measured: Headline, dev: Dev, labels: str) -> list[Row]:
    facts, rows, gains = measured.facts, [], []
    for target in facts.targets:
        arms = [arm for arm in facts.arms if not measured.why_not(arm, target) and not _is_control(facts, arm)]
        means = {
            arm: mean
            for arm in arms
            if (mean := mean_or_none(dev.get((measured.base, target, arm), {}).values())) is not None
        }
        arm = best_arm(arms, means)
        if arm is None:
            continue
        gains.append(measured.gain(arm, target, measured.languages(target)))
        named = {"base": measured.base, "target": target, "arm": arm, "n_arms": len(means), "labels": labels}
        sign = measured.sign(target)
        none_dev = sign * means[NONE] if NONE in means else None
        rows.append(named | {"dev": sign * means[arm], "none_dev": none_dev} | _gain(gains[-1], arm == NONE, facts))
    if len(rows) > 1:
        named = {"base": measured.base, "target": MEAN, "arm": "", "n_arms": None, "labels": labels}
        only_none = all(row["arm"] == NONE for row in rows)
        rows.append(named | {"dev": None, "none_dev": None} | _gain(mean_of_seeds(gains), only_none, facts))
    return rows


def _is_control(facts: Facts, arm: str) -> bool:
    """Whether an arm is there to be compared with, not to be taken."""
    return arm in facts.must or (arm in facts.trained and facts.trained[arm].control is not None)


def _gain(gains: BySeed, is_none: bool, facts: Facts) -> Row:
    if is_none:
        return {"gain": 0.0 if gains else None, "low": None, "high": None, "p": None, "n_seeds": len(gains)}
    interval, _ = over_seeds(gains, facts.level)
    return {
        "gain": interval.mean, "low": interval.low, "high": interval.high, "p": interval.p, "n_seeds": interval.n,
    }  # fmt: skip
