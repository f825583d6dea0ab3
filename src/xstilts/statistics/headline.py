"""The headline scores of each base, from which contrasts, doses and choices of arms are computed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.statistics.score_rows import BASELINE, NONE, by_condition, cluster_of, is_pivot, parts, seed_means

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from xstilts.statistics.score_rows import Cells, Row
    from xstilts.statistics.study_facts import Facts

ORACLE = "oracle"
"""Selection of what was chosen by labels of the target languages; never part of a result that is not labelled so."""

BySeed = dict[str, float]


@dataclass(frozen=True)
class Headline:
    """The scores of one base on its targets' headline metrics, one condition per target.

    Attributes:
        base: The base.
        facts: What the study asked for.
        cells: Target to its scores: (arm, seed) to language to score.
    """

    base: str
    facts: Facts
    cells: Mapping[str, Cells]

    def languages(self, target: str, wanted: Collection[str] = ()) -> list[str]:
        """The languages of a target, asked for or measured in any arm: the ``wanted`` ones, else all but the pivot."""
        measured = {language for side in self.cells.get(target, {}).values() for language in side}
        known = measured.union(self.facts.targets[target].languages)
        if wanted:
            return sorted(known.intersection(wanted))
        return sorted(code for code in known if not is_pivot(code, self.facts.pivot))

    def score(self, arm: str, target: str, languages: Sequence[str]) -> BySeed:
        """Seed to mean score over ``languages``, for the seeds that have all of them."""
        return seed_means(self.cells.get(target, {}), arm, languages)

    def gain(self, arm: str, target: str, languages: Sequence[str]) -> BySeed:
        """Seed to gain over ``none``, more being better; for the seeds that both have."""
        own, none = self.score(arm, target, languages), self.score(NONE, target, languages)
        return {seed: self.sign(target) * (own[seed] - none[seed]) for seed in own if seed in none}

    def why_not(self, arm: str, target: str) -> str:
        """Why an arm cannot be compared on a target: degenerate, leaking, or cut; "" where it can."""
        if self.facts.unfair(self.base, arm, target):
            return f"degenerate, leaking or a rival for {arm}"
        ran = any(name == arm for name, _ in self.cells.get(target, {}))
        return f"cut for {arm}" if self.facts.left_out(arm, target, ran) else ""

    def compared(self, arms: Sequence[str]) -> list[str]:
        """The targets on which all of these arms can be set side by side."""
        return [target for target in self.facts.targets if not any(self.why_not(arm, target) for arm in arms)]

    def sign(self, target: str) -> float:
        """1 where more is better on a target's metric, -1 where less is."""
        return 1.0 if self.facts.targets[target].higher_is_better else -1.0


def headlines(scores: Iterable[Row], facts: Facts) -> list[Headline]:
    """The headline scores of every base of the study, in its order.

    Args:
        scores: Score rows (``SCORE_COLUMNS``); baselines take no part. Where checkpoints were chosen in several ways,
            the first that is no oracle counts.
        facts: What the study asked for.
    """
    found: dict[str, dict[str, Cells]] = {base: {} for base in facts.bases}
    rows = (row for row in scores if not str(row["arm"]).startswith(BASELINE))
    # oracle last: setdefault keeps the first
    for key, cells in sorted(by_condition(rows).items(), key=lambda item: (item[0].selection == ORACLE, item[0])):
        if facts.is_headline(key):
            found.setdefault(key.base, {}).setdefault(key.target, cells)
    return [Headline(base, facts, cells) for base, cells in found.items()]


def mean_of_seeds(each: Iterable[Mapping[str, float]]) -> BySeed:
    """The mean of several numbers within each seed, for the seeds that have all of them; empty without any."""
    tables = list(each)
    shared = set.intersection(*map(set, tables)) if tables else set()
    return {seed: math.fsum(table[seed] for table in tables) / len(tables) for seed in sorted(shared)}


def mean_or_none(values: Iterable[float]) -> float | None:
    """The mean; None without a value."""
    known = list(values)
    return math.fsum(known) / len(known) if known else None


def clusters_of(languages: Iterable[str], clustering: str, facts: Facts) -> dict[str, list[str]]:
    """Cluster to those of ``languages`` that belong to it, clusters by name; a language without cluster is in none."""
    found: dict[str, list[str]] = {}
    for language in languages:
        cluster = cluster_of(language, facts.pivot, facts.clusters[clustering])
        if cluster is not None:
            found.setdefault(cluster, []).append(language)
    return dict(sorted(found.items()))


def n_languages(columns: Iterable[str], pivot: str) -> int:
    """How many languages a set of language columns names; ``de>en`` and ``de`` are one where ``en`` is the pivot."""
    return len({tuple(part for part in parts(column) if part != pivot) for column in columns})
