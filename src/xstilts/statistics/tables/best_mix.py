"""Pivot only against the best mix of languages, cluster by cluster, with the best mix chosen on other data.

The best of several mixes is better than each of them by luck alone. It is therefore chosen where it is not reported: on
the pivot's dev half where a study measured it, else seed by seed on the other half of the seeds, in the pivot language.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from xstilts.statistics.headline import headlines, mean_of_seeds, mean_or_none, n_languages
from xstilts.statistics.inference.correction import correct
from xstilts.statistics.score_rows import Row, is_pivot, paired_over_seeds
from xstilts.statistics.tables.chosen_arms import best_arm, dev_scores
from xstilts.statistics.tables.dose_response import groups_of
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.asked import Series
    from xstilts.statistics.headline import BySeed, Headline
    from xstilts.statistics.study_facts import Facts
    from xstilts.statistics.tables.chosen_arms import Dev

MIX_COLUMNS = (
    "base", "series", "clustering", "cluster", "pivot_arm", "pivot_only", "best_mix", "arm", "difference", "low",
    "high", "p", "p_corrected", "n_seeds", "n_languages", "targets", "chosen_by",
)  # fmt: skip
"""The columns of mix.csv, in order."""

BY_DEV = "pivot dev half"
BY_SEEDS = "other half of the seeds"


def mix_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """Does a mix beat pivot only? One row per series, base and cluster, first for all zero-shot languages together.

    Pivot only is the arm of the series at dose 0. The best mix is the arm above 0 with the highest mean over targets
    and seeds in the pivot language, on rows of ``facts.selection_split``; without such rows each half of the seeds
    gets the arm that is best on the other half (headline rows of the pivot; of all other languages where no target has
    those). Scores are means over targets of means over the cluster's languages, within each seed; targets are those on
    which every arm of the series is fair and was not cut. ``p_corrected`` is Holm's over the clusters of a clustering.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for.

    Returns:
        Rows with ``MIX_COLUMNS``; ``arm`` names the best mix, or each half's, ``difference`` is best mix minus pivot
        only in points, more being better, with a t interval over paired seeds.
    """
    rows, given = [], list(scores)
    dev = dev_scores(given, facts)
    for measured in headlines(given, facts):
        for series in facts.series:
            rows += _series(measured, series, dev)
    return rows


def _series(measured: Headline, series: Series, dev: Dev) -> list[Row]:
    arms = [arm for _, arm in series["doses"]]
    pivot, mixes = arms[0], arms[1:]
    targets = measured.compared(arms)
    by_seed, way = _chosen(measured, mixes, targets, dev)
    named = {"base": measured.base, "series": series["name"], "pivot_arm": pivot, "chosen_by": way}
    rows: list[Row] = []
    for clustering in ("", *measured.facts.clusters):
        own = [
            named
            | {"clustering": clustering or ZERO_SHOT, "cluster": cluster}
            | _row(measured, pivot, by_seed, mixes, spoken)
            for cluster, spoken in groups_of(measured, targets, clustering).items()
        ]
        correct(own)
        rows += own
    return rows


def _row(
    measured: Headline,
    pivot: str,
    best: Mapping[str, str],
    mixes: Sequence[str],
    spoken: Mapping[str, Sequence[str]],
) -> Row:
    """One cluster: ``best`` has the arm chosen for each seed."""
    mean = {arm: _mean(measured, arm, spoken) for arm in (pivot, *mixes)}
    mixed = {seed: mean[arm][seed] for seed, arm in best.items() if seed in mean[arm]}
    interval, seeds = paired_over_seeds(mixed, mean[pivot], measured.facts.level)
    lower, higher = interval.low, interval.high
    difference, sign = interval.mean, _sign(measured, spoken)
    if sign < 0 and difference is not None:
        # the ends change places with their signs
        difference, lower, higher = -difference, *(None if end is None else -end for end in (higher, lower))
    used: dict[str, list[str]] = defaultdict(list)
    for seed in seeds:
        used[best[seed]].append(seed)
    named = [arm if len(used) == 1 else f"{arm} (seeds {' '.join(own)})" for arm, own in used.items()]
    codes = {code for own in spoken.values() for code in own}
    return {
        "pivot_only": mean_or_none(mean[pivot][seed] for seed in seeds),
        "best_mix": mean_or_none(mixed[seed] for seed in seeds),
        "arm": ", ".join(named),
        "difference": difference,
        "low": lower,
        "high": higher,
        "p": interval.p,
        "p_corrected": None,
        "n_seeds": interval.n,
        "n_languages": n_languages(codes, measured.facts.pivot),
        "targets": " ".join(spoken),
    }


def _mean(measured: Headline, arm: str, spoken: Mapping[str, Sequence[str]]) -> BySeed:
    return mean_of_seeds([measured.score(arm, target, codes) for target, codes in spoken.items()])


def _sign(measured: Headline, targets: Iterable[str]) -> float:
    """-1 where less is better on every target: scores of one table must not be averaged over both directions."""
    return -1.0 if all(measured.sign(target) < 0 for target in targets) else 1.0


def _chosen(measured: Headline, mixes: Sequence[str], targets: Sequence[str], dev: Dev) -> tuple[dict[str, str], str]:
    """Seed to the mix that is reported for it, and in which of both ways it was chosen."""
    seeds = sorted({seed for target in targets for arm, seed in measured.cells.get(target, {}) if arm in mixes})
    known = [target for target in targets if all((measured.base, target, arm) in dev for arm in mixes)]
    if known:
        on_dev = {arm: mean_of_seeds([dev[measured.base, target, arm] for target in known]) for arm in mixes}
        best = best_arm(mixes, _means(on_dev, seeds))
        return (dict.fromkeys(seeds, best) if best else {}), BY_DEV
    scores = {arm: _pivot_scores(measured, arm, targets) for arm in mixes}
    # nested seeds share their intermediate phase, so a unit must not be split between the halves
    units = sorted({_unit(seed) for seed in seeds}, key=lambda unit: (len(unit), unit))
    # every other unit, so that seeds which are added later move none of the earlier ones
    first, second = set(units[::2]), set(units[1::2])
    found = {}
    for own, other in ((first, second), (second, first)):
        best = best_arm(mixes, _means(scores, [seed for seed in seeds if _unit(seed) in other]))
        found.update({seed: best for seed in seeds if best and _unit(seed) in own})
    return found, BY_SEEDS


def _means(by_arm: Mapping[str, BySeed], seeds: Sequence[str]) -> dict[str, float]:
    """Arm to its mean over these seeds; arms without any of them are not there."""
    means = {arm: mean_or_none(own[seed] for seed in seeds if seed in own) for arm, own in by_arm.items()}
    return {arm: mean for arm, mean in means.items() if mean is not None}


def _pivot_scores(measured: Headline, arm: str, targets: Sequence[str]) -> BySeed:
    spoken = {target: _pivot_columns(measured, target) for target in targets}
    if not any(spoken.values()):
        spoken = {target: measured.languages(target) for target in targets}
    tables = []
    for target, codes in spoken.items():
        if codes:
            own = measured.score(arm, target, codes)
            tables.append({seed: measured.sign(target) * value for seed, value in own.items()})
    return mean_of_seeds(tables)


def _pivot_columns(measured: Headline, target: str) -> list[str]:
    spoken = {code for side in measured.cells.get(target, {}).values() for code in side}
    return sorted(code for code in spoken if is_pivot(code, measured.facts.pivot))


def _unit(seed: str) -> str:
    """What two nested seeds (``i.t``) share: the intermediate seed, whose phase they have in common."""
    return seed.split(".", 1)[0]
