"""Dose and response: what an arm gains as the share of its items outside the pivot language grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.statistics.headline import clusters_of, headlines, mean_of_seeds, n_languages
from xstilts.statistics.score_rows import NONE, Row, over_seeds
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from xstilts.statistics.asked import Series
    from xstilts.statistics.study_facts import Facts
from xstilts.statistics.headline import Headline

DOSE_COLUMNS = (
    "base", "series", "clustering", "cluster", "target", "p", "arm", "gain", "low", "high", "n_seeds", "n_languages",
)  # fmt: skip
"""The columns of doses.csv, in order; target ``mean`` is the mean over targets."""

MEAN = "mean"
ALL = "all zero-shot"


def dose_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """Gain over ``none`` by dose, for each series, base, cluster and target, and for the mean over targets.

    Clusters are those of the study's first clustering, after ``all zero-shot`` (every language but the pivot). Only
    targets on which every arm of the series is fair and was not cut take part, so that all doses average the same.
    Intervals are t intervals over paired seeds: languages are fixed, also where there are many. ``none`` itself has
    gain 0, without an interval.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for.

    Returns:
        Rows with ``DOSE_COLUMNS``, gains in points, more being better; ``p`` is the share of items outside the pivot,
        in [0, 1]. A gain is None where no seed has all scores.
    """
    return [
        row for measured in headlines(scores, facts) for series in facts.series for row in _series(measured, series)
    ]


def groups_of(measured: Headline, targets: Iterable[str], clustering: str) -> dict[str, dict[str, list[str]]]:
    """Cluster to target to the languages of both; ``all zero-shot`` for the clustering ""."""
    found: dict[str, dict[str, list[str]]] = {}
    for target in targets:
        spoken = measured.languages(target)
        for cluster, codes in (
            clusters_of(spoken, clustering, measured.facts) if clustering else {ALL: spoken}
        ).items():
            if codes:
                found.setdefault(cluster, {})[target] = codes
    return dict(sorted(found.items()))


def _series(measured: Headline, series: Series) -> list[Row]:
    facts = measured.facts
    targets = measured.compared([arm for _, arm in series["doses"]])
    rows = []
    for clustering in ("", *list(facts.clusters)[:1]):
        for cluster, spoken in groups_of(measured, targets, clustering).items():
            named = {
                "base": measured.base, "series": series["name"], "clustering": clustering or ZERO_SHOT,
                "cluster": cluster,
            }  # fmt: skip
            for p, arm in series["doses"]:
                rows += [named | {"p": float(p), "arm": arm} | row for row in _dose(measured, arm, spoken)]
    return rows


def _dose(measured: Headline, arm: str, spoken: Mapping[str, list[str]]) -> list[Row]:
    gains = {target: measured.gain(arm, target, codes) for target, codes in spoken.items()}
    counted = {target: n_languages(codes, measured.facts.pivot) for target, codes in spoken.items()}
    everywhere = {code for codes in spoken.values() for code in codes}
    gains[MEAN] = mean_of_seeds(list(gains.values()))
    counted[MEAN] = n_languages(everywhere, measured.facts.pivot)
    rows = []
    for target, own in gains.items():
        interval, _ = over_seeds(own, measured.facts.level)
        ends = (None, None) if arm == NONE else (interval.low, interval.high)
        row = {"target": target, "gain": interval.mean, "low": ends[0], "high": ends[1], "n_seeds": interval.n}
        rows.append(row | {"n_languages": counted[target]})
    return rows
