"""Every arm on every metric of a search, under every variant of it, with the chosen vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.statistics.headline import n_languages
from xstilts.statistics.score_rows import BASELINE, NONE, Row, by_condition, is_pivot, paired_over_seeds, seed_means
from xstilts.statistics.setting_text import parted
from xstilts.statistics.tables.chosen_vectors import is_held_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.score_rows import Cells, Condition
    from xstilts.statistics.study_facts import Facts, TargetFacts

SEARCH_COLUMNS = (
    "base", "target", "variant", "metric", "arm", "setting", "mean", "sd", "gain", "low", "high", "p", "n_seeds",
    "n_paired", "n_languages", "selection", "protocol",
)  # fmt: skip
"""The columns of search.csv, in order; a gain is the metric's own difference, whichever way is better."""


def search_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """Mean score and gain over ``none`` of every arm, by target, variant and metric.

    Targets are those with held-out languages, with the vectors chosen there, and those whose headline setting names
    vectors, with these. Scores are means over all languages but the pivot (and the held-out ones) within each seed, on
    clean text of the headline split. A gain has a t interval over the seeds that both arms have, languages fixed; it is
    not corrected for the number of questions. Baselines have scores and no gain.

    Args:
        scores: Score rows (``SCORE_COLUMNS``) with the frozen ones.
        facts: What the study asked for.

    Returns:
        Rows with ``SEARCH_COLUMNS``: ``sd`` over seeds (None below two), ``n_seeds`` behind the mean and ``n_paired``
        behind the gain. An arm without one complete seed has None for a mean.
    """
    rows: list[Row] = []
    kept = [row for row in scores if row["target"] in facts.targets]
    own, beside = (
        by_condition(row for row in kept if str(row["arm"]).startswith(BASELINE) is wanted) for wanted in (False, True)
    )
    for key, cells in own.items():
        target = facts.targets[key.target]
        if _is_searched(key, target):
            rows += _rows(key, cells, sorted({arm for arm, _ in cells}), _languages(key, cells, facts), facts)
    # a baseline is averaged over the languages of the arms, or its mean could not stand beside theirs
    spoken = {(row["target"], row["variant"], row["metric"]): row["languages"] for row in rows}
    for key, cells in beside.items():
        target = facts.targets[key.target]
        if _is_beside(key, target):
            wanted = spoken.get((key.target, parted(key.setting)[1], key.metric))
            languages = wanted or _languages(key, cells, facts)
            rows += _rows(key, cells, sorted({arm for arm, _ in cells}), languages, facts)
    places = {name: _places(names) for name, names in (("target", facts.targets), ("arm", facts.arms))}
    rows.sort(key=lambda row: _order(row, places, facts))
    return [{name: row[name] for name in SEARCH_COLUMNS} for row in rows]


def _is_searched(key: Condition, target: TargetFacts) -> bool:
    """Whether rows were measured with the headline's vectors (where it names none: the only ones), in any variant."""
    vectors = parted(key.setting)[0]
    wanted = target.headline_setting
    known = bool(vectors) if wanted is None else vectors == parted(wanted)[0] != ""
    return known and key.split in (target.split, "") and key.noise == "clean"


def _is_beside(key: Condition, target: TargetFacts) -> bool:
    """Of a baseline: the same; where nothing was chosen, one without vectors of its own counts too."""
    if target.held_out or parted(key.setting)[0]:
        return _is_searched(key, target)
    searched = target.searched or bool(parted(target.setting or "")[0])
    return searched and key.split in (target.split, "") and key.noise == "clean"


def _languages(key: Condition, cells: Cells, facts: Facts) -> list[str]:
    """The languages measured in any arm and, under the headline's variant, those asked for: a missing one is seen."""
    target = facts.targets[key.target]
    asked = target.languages if parted(key.setting)[1] == target.headline_variant else ()
    spoken = {code for side in cells.values() for code in side}.union(asked)
    return sorted(code for code in spoken if not is_pivot(code, facts.pivot) and not is_held_out(code, target))


def _rows(key: Condition, cells: Cells, arms: Sequence[str], languages: Sequence[str], facts: Facts) -> list[Row]:
    names = ("base", "target", "metric", "setting", "selection", "protocol")
    named = {name: getattr(key, name) for name in names} | {"variant": parted(key.setting)[1]}
    counted = {"n_languages": n_languages(languages, facts.pivot), "languages": languages}
    none = seed_means(cells, NONE, languages)
    found = []
    for arm in arms:
        own = seed_means(cells, arm, languages)
        means = list(own.values())
        compared = own if arm != NONE and not arm.startswith(BASELINE) else {}
        interval, _ = paired_over_seeds(compared, none, facts.level)
        found.append(
            {**named, **counted, "arm": arm, "mean": float(np.mean(means)) if means else None}
            | {"sd": float(np.std(means, ddof=1)) if len(means) > 1 else None, "n_seeds": len(means)}
            | {"gain": interval.mean, "low": interval.low, "high": interval.high, "p": interval.p}
            | {"n_paired": interval.n}
        )
    return found


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def _order(row: Row, places: Mapping[str, Mapping[str, int]], facts: Facts) -> tuple[Any, ...]:
    """Targets in the study's order, the headline's variant and metric first, arms in order, baselines last."""
    target = facts.targets[row["target"]]
    return (
        places["target"][row["target"]], row["arm"].startswith(BASELINE), row["base"],
        row["variant"] != target.headline_variant, row["variant"], row["metric"] != target.metric, row["metric"],
        places["arm"].get(row["arm"], len(places["arm"])), row["arm"], row["selection"], row["protocol"],
    )  # fmt: skip
