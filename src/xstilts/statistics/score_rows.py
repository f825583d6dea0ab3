"""Score rows, and which of them may be set side by side.

A score row is a dict with the columns of ``scores.csv`` (``SCORE_COLUMNS``). Two rows are comparable only when they
agree in everything but arm, seed and language: base, target, split, noise, severity, source, selection, setting,
protocol and metric are the ``Condition`` under which they were measured, and no number here mixes two conditions.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import InputError
from xstilts.statistics.inference.intervals import Interval, paired_gain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, Any]
"""One row of a table, by column: those of the tables of a report are told beside what makes them."""

SCORE_COLUMNS = (
    "study", "base", "arm", "target", "seed", "language", "split", "noise", "severity", "source", "selection",
    "setting", "protocol", "metric", "value", "n", "node",
)  # fmt: skip
"""The columns of scores.csv, in order."""

NONE = "none"
BASELINE = "baseline:"
"""Arms with this prefix (``baseline:char-ngrams``) are shown beside the scores and are never part of a gain."""


class Condition(NamedTuple):
    """Everything in which two comparable score rows agree."""

    base: str
    target: str
    metric: str
    split: str
    noise: str
    severity: int
    source: str
    selection: str
    setting: str
    protocol: str


class MeasuredScore(NamedTuple):
    """One score: its value on the metric's scale and the number of examples behind it."""

    value: float
    n: int


Cells = dict[tuple[str, str], dict[str, MeasuredScore]]
"""Within one condition: (arm, seed) to language to score."""


def condition(row: Row) -> Condition:
    """The condition under which ``row`` was measured; absent fields have their neutral values."""
    return Condition(
        **{name: str(row.get(name) or _NEUTRAL.get(name, "")) for name in Condition._fields if name != "severity"},
        severity=int(row.get("severity") or 0),
    )


CLEAN = "clean"
"""The noise of text as it is."""
_NEUTRAL = {"noise": CLEAN}


def is_clean(row: Row) -> bool:
    """Whether a row was measured on text as it is; a row that does not say its noise was."""
    return str(row.get("noise") or CLEAN) == CLEAN


def clean_rows(rows: Iterable[Row]) -> list[Row]:
    """The rows with every score column, seeds as text, sorted, so that equal scores give equal tables.

    Raises:
        InputError: If one measurement is there twice with different values.
    """
    seen: dict[tuple[str, ...], Row] = {}
    for row in rows:
        clean: Row = {name: row.get(name) for name in SCORE_COLUMNS}
        clean.update(condition(row)._asdict())
        clean["seed"] = "" if row.get("seed") is None else str(row["seed"])
        clean["value"] = _finite(row.get("value"))
        key = (*map(str, condition(row)), str(row["arm"]), clean["seed"], str(row["language"]))
        if key in seen and seen[key]["value"] != clean["value"]:
            raise InputError(f"One measurement has two values: {' '.join(part for part in key if part)}.")
        seen[key] = clean
    return sorted(seen.values(), key=lambda row: tuple(_order(row[name]) for name in SCORE_COLUMNS if name != "value"))


def _finite(value: object) -> float | None:
    number = None if value is None else float(value)  # type: ignore[arg-type]
    return number if number is not None and math.isfinite(number) else None


@lru_cache(maxsize=65536)  # a large table has few different names and numbers beside its values
def _order(value: object) -> tuple[float, str]:
    text = "" if value is None else str(value)
    # seeds and numbers by their size, so that 10 comes after 2; all text after them
    return (float(text), "") if re.fullmatch(r"\d{1,15}(\.\d+)?", text) else (math.inf, text)


def by_condition(rows: Iterable[Row]) -> dict[Condition, Cells]:
    """Index score rows by condition, then (arm, seed), then language; rows without a value stay out."""
    index: dict[Condition, Cells] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        if row["value"] is not None:
            measured = MeasuredScore(float(row["value"]), int(row.get("n") or 0))
            index[condition(row)][str(row["arm"]), str(row["seed"])][str(row["language"])] = measured
    return {key: dict(index[key]) for key in sorted(index)}


def parts(language: str) -> tuple[str, ...]:
    """The languages in one language column: ``de>en`` and ``ctx+question`` name two."""
    return tuple(re.split(r"[+>]", language))


def is_pivot(language: str, pivot: str) -> bool:
    """Whether only the pivot takes part (``en``, ``en+en``)."""
    return all(part == pivot for part in parts(language))


def cluster_of(language: str, pivot: str, clusters: Mapping[str, str]) -> str | None:
    """The cluster of a language column; of a pair, the one that all its non-pivot languages share, else None."""
    if language in clusters:
        return clusters[language]
    found = {clusters.get(part) for part in parts(language) if part != pivot}
    return found.pop() if len(found) == 1 else None


def mean_over(scores: Mapping[str, MeasuredScore], languages: Sequence[str]) -> float | None:
    """Unweighted mean over ``languages``, or None as soon as one of them is missing."""
    if not languages or any(language not in scores for language in languages):
        return None
    return math.fsum(scores[language].value for language in languages) / len(languages)


def seed_means(cells: Cells, arm: str, languages: Sequence[str]) -> dict[str, float]:
    """For one arm: seed to mean over ``languages``; seeds that lack one of the languages are absent."""
    means = {seed: mean_over(scores, languages) for (name, seed), scores in cells.items() if name == arm}
    return {seed: mean for seed, mean in means.items() if mean is not None}


def paired_over_seeds(arm: Mapping[str, float], none: Mapping[str, float], level: float) -> tuple[Interval, list[str]]:
    """The gain over the seeds that both arms have, and those seeds in order.

    Nested seeds (``i.t``) are not independent: those with one intermediate seed share its phase, those with one target
    seed share their ``none``. They are averaged over each factor in turn, and the wider of both intervals is given.

    Args:
        arm: Seed to score of the arm.
        none: Seed to score of ``none``.
        level: Coverage of the interval.

    Returns:
        The interval (``n`` counts the independent units) and the paired seeds.
    """
    seeds = sorted(set(arm) & set(none), key=_order)
    if seeds and all("." in seed for seed in seeds):
        factors = [[seed.split(".", 1)[part] for seed in seeds] for part in (0, 1)]
        # of the two ways to make units independent, the one that is less sure
        return max((_grouped(arm, none, seeds, units, level) for units in factors), key=_width), seeds
    return paired_gain([arm[seed] for seed in seeds], [none[seed] for seed in seeds], level), seeds


def over_seeds(means: Mapping[str, float], level: float) -> tuple[Interval, list[str]]:
    """The interval of one number per seed, and the seeds in order; nested seeds as in :func:`paired_over_seeds`."""
    return paired_over_seeds(means, dict.fromkeys(means, 0.0), level)


def _grouped(
    arm: Mapping[str, float], none: Mapping[str, float], seeds: Sequence[str], units: Sequence[str], level: float
) -> Interval:
    members = [[seed for seed, own in zip(seeds, units, strict=True) if own == unit] for unit in sorted(set(units))]
    means = [[math.fsum(side[seed] for seed in group) / len(group) for group in members] for side in (arm, none)]
    return paired_gain(means[0], means[1], level)


def _width(interval: Interval) -> float:
    return math.inf if interval.low is None or interval.high is None else interval.high - interval.low
