"""From score rows to gains: per language, and per cluster of languages.

Both tables pair over the seeds that an arm and ``none`` share under one condition (see ``pairing``). A cell that could
not be paired stays in the table with ``n_seeds = 0`` and no number; nothing is averaged over what is missing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from xstilts.statistics.inference.correction import correct
from xstilts.statistics.inference.crossed import crossed_gain, effects_of
from xstilts.statistics.score_rows import (
    BASELINE,
    NONE,
    Cells,
    Condition,
    Row,
    by_condition,
    cluster_of,
    is_pivot,
    paired_over_seeds,
    seed_means,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from xstilts.statistics.inference.crossed import Effects
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

GAIN_COLUMNS = (
    "base", "arm", "target", "language", "metric", "gain", "low", "high", "p", "p_corrected", "n_seeds", "n_examples",
)  # fmt: skip
"""The columns of gains.csv, in order; rows also hold ``none, arm_score, seeds, seed_gains`` and the condition."""

CLUSTER_COLUMNS = (
    "base", "arm", "target", "metric", "clustering", "cluster", "languages", "n_languages", "none", "arm_score", "gain",
    "low", "high", "p", "p_corrected", "n_seeds", "effects",
)  # fmt: skip
"""The columns of clusters.csv, in order; rows also hold ``seeds, seed_gains`` and the condition."""

ZERO_SHOT = "zero-shot"
PIVOT = "pivot"


def gain_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """One row per (condition, arm, language): the gain over ``none``, paired over seeds.

    Question: does this arm help in this language? ``p_corrected`` is Holm's over the languages of one arm, target and
    metric; it says nothing across arms, for which the zero-shot rows of ``cluster_rows`` are corrected.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for; its arms and languages appear even where no score came back.

    Returns:
        Rows with ``GAIN_COLUMNS`` and the extras named there.
    """
    rows = []
    for key, cells in by_condition(_of_arms(scores)).items():
        for arm in _arms(cells, facts):
            for language in _languages(key, cells, facts):
                # the fewest that any arm or seed was scored on
                examples = [side[language].n for side in cells.values() if language in side]
                rows.append(
                    {
                        **key._asdict(),
                        "arm": arm,
                        "language": language,
                        **gain_over_none(cells, arm, [language], facts.level),
                    }
                    | {"n_examples": min(examples, default=0)}
                )
    _correct(rows, lambda row: tuple(row[name] for name in ("arm", *Condition._fields)))
    return sorted(rows, key=_row_order)


def cluster_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """One row per (condition, arm, cluster): languages averaged within each seed, then paired over seeds.

    Question: does this arm help in these languages, on average? Below ``crossed.RANDOM_FROM`` languages they are fixed
    effects: the interval speaks of new seeds, not of new languages; from there on they stand for more languages like
    them, and the interval speaks of both (``crossed_gain``). Column ``effects`` says which. A seed that lacks a
    language of the cluster has no mean for it. Clusterings are ``zero-shot`` (all languages but the pivot), ``pivot``,
    and those that the study asks for, pivot left out.
    ``p_corrected`` is Holm's over all arms and targets for the zero-shot rows of each target's headline metric; over
    the same grid, apart, for its other metrics and for the pivot; and within arm and target for every other clustering.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for.

    Returns:
        Rows with ``CLUSTER_COLUMNS`` and the extras named there.
    """
    rows = []
    for key, cells in by_condition(_of_arms(scores)).items():
        clusters = clustered(_languages(key, cells, facts), facts)
        for arm in _arms(cells, facts):
            for (clustering, cluster), languages in clusters.items():
                rows.append(
                    {**key._asdict(), "arm": arm, "clustering": clustering, "cluster": cluster}
                    | {"languages": " ".join(languages), "n_languages": len(languages)}
                    | gain_over_none(cells, arm, languages, facts.level)
                )
    _correct(rows, lambda row: _family(row, facts))
    return sorted(rows, key=_row_order)


def _of_arms(scores: Iterable[Row]) -> Iterator[Row]:
    return (row for row in scores if not str(row["arm"]).startswith(BASELINE))


def gain_over_none(cells: Cells, arm: str, languages: Sequence[str], level: float) -> Row:
    """What ``cluster_rows`` tells of one arm in these languages, not yet corrected: its gain, paired over seeds."""
    scores, reference = seed_means(cells, arm, languages), seed_means(cells, NONE, languages)
    interval, seeds = paired_over_seeds(scores, reference, level)
    effects: Effects = "fixed"
    # seeds i.t are crossed themselves, which the model of seeds x languages does not know
    if effects_of(len(languages)) == "random" and len(seeds) > 1 and not any("." in seed for seed in seeds):
        effects = "random"
        table = [[cells[arm, s][code].value - cells[NONE, s][code].value for code in languages] for s in seeds]
        interval = crossed_gain(table, level)
    return {
        "none": _mean(reference, seeds),
        "arm_score": _mean(scores, seeds),
        "gain": interval.mean,
        "low": interval.low,
        "high": interval.high,
        "p": interval.p,
        "p_corrected": None,
        "n_seeds": interval.n,
        "effects": effects,
        "seeds": seeds,
        "seed_gains": [scores[seed] - reference[seed] for seed in seeds],
    }


def _mean(scores: Mapping[str, float], seeds: Sequence[str]) -> float | None:
    return math.fsum(scores[seed] for seed in seeds) / len(seeds) if seeds else None


def _arms(cells: Cells, facts: Facts) -> list[str]:
    named = [*facts.arms, *sorted({arm for arm, _ in cells})]
    return [arm for arm in dict.fromkeys(named) if arm != NONE]


def _languages(key: Condition, cells: Cells, facts: Facts) -> list[str]:
    """The languages of one condition: those measured in any arm, and those the study asked for."""
    measured = {language for scores in cells.values() for language in scores}
    target = facts.targets.get(key.target)
    asked = target.languages if target is not None and facts.is_headline(key, metric=False) else ()
    return sorted(measured.union(asked))


def clustered(languages: Sequence[str], facts: Facts) -> dict[tuple[str, str], list[str]]:
    """(Clustering, cluster) to its languages: the pivot, all others (``zero-shot``), and the clusters asked for."""
    clusters: dict[tuple[str, str], list[str]] = defaultdict(list)
    for language in languages:
        if is_pivot(language, facts.pivot):
            clusters[PIVOT, facts.pivot].append(language)
            continue
        clusters[ZERO_SHOT, "all"].append(language)
        for clustering, mapping in facts.clusters.items():
            cluster = cluster_of(language, facts.pivot, mapping)
            if cluster is not None:
                clusters[clustering, cluster].append(language)
    return clusters


def _family(row: Row, facts: Facts) -> Hashable:
    """The questions that a row is corrected together with."""
    if row["clustering"] in (ZERO_SHOT, PIVOT):
        return row["clustering"], facts.is_headline(row)
    return tuple(row[name] for name in ("clustering", "arm", *Condition._fields))


def _correct(rows: Sequence[Row], family: Callable[[Row], Hashable]) -> None:
    families: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        families[family(row)].append(row)
    for members in families.values():
        correct(members)


def _row_order(row: Row) -> tuple[str, ...]:
    names = ("base", "arm", "target", "metric", "clustering", "cluster", "language", *Condition._fields)
    return tuple(str(row.get(name, "")) for name in names)
