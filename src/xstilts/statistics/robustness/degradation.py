"""Scores as noise grows: every language by itself, and the curves that the report draws."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from xstilts.statistics.robustness.noisy_scores import MIXED, Rates, away_from
from xstilts.statistics.score_rows import over_seeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.statistics.headline import BySeed
    from xstilts.statistics.robustness.noisy_scores import NoisyScores, Numbers
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

NOISE_COLUMNS = (
    "base", "arm", "target", "language", "noise", "severity", "metric", "clean", "noisy", "change", "flip_rate",
    "edit_rate", "subword_rise", "n_seeds",
)  # fmt: skip
"""The columns of noise.csv, in order."""

DEGRADATION_COLUMNS = (
    "base", "arm", "target", "noise", "severity", "metric", "edit_rate", "score", "low", "high", "n_seeds",
    "n_languages",
)  # fmt: skip
"""The columns of degradation.csv, in order."""


def noise_rows(found: Iterable[NoisyScores], facts: Facts) -> list[Row]:
    """One row per base, target, arm, language, noise and severity: means over the seeds with both scores, in points.

    ``flip_rate`` is in percent of the items; ``edit_rate`` and ``subword_rise`` are shares as they were measured.

    Args:
        found: What ``noisy_scores`` found.
        facts: What the study asked for.

    Returns:
        Rows with ``NOISE_COLUMNS``.
    """
    rows: list[Row] = []
    for scores in found:
        for (noise, severity), cells in sorted(scores.noisy.items()):
            if noise != MIXED:
                rows += _of_level(scores, noise, severity, cells)
    return sorted(rows, key=lambda row: _order(row, facts))


def _of_level(scores: NoisyScores, noise: str, severity: int, cells: Numbers) -> Iterator[Row]:
    flips = scores.flips.get((noise, severity), {})
    for arm in scores.arms:
        chains = [chain for chain in cells if chain[0] == arm and chain in scores.clean]
        for language in sorted({code for chain in chains for code in cells[chain]}):
            own = [chain for chain in chains if language in cells[chain] and language in scores.clean[chain]]
            if not own:
                continue
            clean = _mean([scores.clean[chain][language].value for chain in own])
            noisy = _mean([cells[chain][language].value for chain in own])
            flipped = [flips[chain][language].value for chain in own if language in flips.get(chain, {})]
            rates = scores.rates.get((language, noise, severity), Rates(None, None))
            yield {
                "base": scores.key.base, "arm": arm, "target": scores.key.target, "language": language, "noise": noise,
                "severity": severity, "metric": scores.key.metric, "clean": clean, "noisy": noisy,
                "change": noisy - clean, "flip_rate": _mean(flipped) if len(flipped) == len(own) else None,
                "edit_rate": rates.edits, "subword_rise": rates.subwords, "n_seeds": len(own),
            }  # fmt: skip


def degradation_rows(found: Iterable[NoisyScores], facts: Facts) -> list[Row]:
    """The points of every degradation curve: base, target, noise and arm, at severity 0 (clean) and at each of its own.

    A point is the mean over all languages but the pivot in which the noise exists, then over the seeds that have all of
    them, with the t interval over seeds; ``edit_rate`` is the mean realised rate.

    Args:
        found: What ``noisy_scores`` found.
        facts: What the study asked for.

    Returns:
        Rows with ``DEGRADATION_COLUMNS``.
    """
    rows: list[Row] = []
    for scores in found:
        for noise in scores.noises:
            languages = away_from(facts.pivot, sorted(scores.defined(noise)))
            if noise != MIXED and languages:
                rows += _curves(scores, noise, languages, facts.level)
    return sorted(rows, key=lambda row: _order(row, facts))


def _curves(scores: NoisyScores, noise: str, languages: Sequence[str], level: float) -> Iterator[Row]:
    points = [(0, scores.clean), *((severity, scores.noisy[noise, severity]) for severity in scores.severities(noise))]
    for arm in scores.arms:
        for severity, cells in points:
            interval, _ = over_seeds(_seed_means(cells, arm, languages), level)
            if interval.mean is not None:
                yield {
                    "base": scores.key.base, "arm": arm, "target": scores.key.target, "noise": noise,
                    "severity": severity, "metric": scores.key.metric,
                    "edit_rate": _edit_rate(scores, noise, severity, languages), "score": interval.mean,
                    "low": interval.low, "high": interval.high, "n_seeds": interval.n, "n_languages": len(languages),
                }  # fmt: skip


def _seed_means(cells: Numbers, arm: str, languages: Sequence[str]) -> BySeed:
    own = {seed: scores for (name, seed), scores in cells.items() if name == arm}
    return {
        seed: _mean([scores[code].value for code in languages])
        for seed, scores in own.items()
        if all(code in scores for code in languages)
    }


def _edit_rate(scores: NoisyScores, noise: str, severity: int, languages: Sequence[str]) -> float | None:
    if severity == 0:
        return 0.0
    rates = [scores.rates.get((code, noise, severity)) for code in languages]
    known = [rate.edits for rate in rates if rate is not None and rate.edits is not None]
    return _mean(known) if len(known) == len(languages) else None


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _order(row: Mapping[str, object], facts: Facts) -> tuple[object, ...]:
    """Bases, targets and arms in the study's order, then by language, noise and severity."""
    asked = ((facts.bases, "base"), (tuple(facts.targets), "target"), (facts.arms, "arm"))
    places = [names.index(str(row[name])) if row[name] in names else len(names) for names, name in asked]
    return *places, str(row.get("language", "")), str(row["noise"]), row["severity"]
