"""Absolute scores, so that a gain is never seen without the level it starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.statistics.score_rows import BASELINE, Cells, Condition, by_condition, is_pivot, mean_over, seed_means
from xstilts.statistics.setting_text import parted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts, TargetFacts


def levels(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """Mean score of every arm on every target's headline metric, pivot and zero-shot apart.

    Unlike the gain tables this uses every seed that an arm has for all languages, paired or not.

    Args:
        scores: Score rows (``SCORE_COLUMNS``), baselines included.
        facts: What the study asked for.

    Returns:
        One dict per base, arm and target: ``base, arm, target, metric, selection, protocol, setting, pivot, zero_shot``
        (each ``{"mean", "sd", "n_seeds", "n_languages"}``; ``mean`` None where no seed is complete, ``sd`` None below
        two seeds) and ``by_language`` (language to mean over seeds).
    """
    rows = []
    for key, cells in by_condition(scores).items():
        target = facts.targets.get(key.target)
        if target is None:
            continue
        # a language asked for and not measured leaves the mean empty, instead of out
        asked = {language for side in cells.values() for language in side}.union(target.languages)
        for arm in sorted({arm for arm, _ in cells}):
            if facts.is_headline(_beside(key, target) if arm.startswith(BASELINE) else key):
                rows.append(_level(key, cells, arm, sorted(asked), facts.pivot))
    return rows


def _beside(key: Condition, target: TargetFacts) -> Condition:
    """The condition of a baseline as if it had the model's vectors, where it has none and the variant is the same."""
    vectors, variant = parted(key.setting)
    alike = not vectors and (not variant or variant == target.headline_variant)
    wanted = None if target.held_out else target.headline_setting
    return key._replace(setting=wanted) if alike and wanted is not None else key


def chance_level(chance: float | Mapping[str, float] | None, languages: Sequence[str]) -> float | None:
    """What guessing scores, as a mean over ``languages``; None where it is not known for one of them."""
    if chance is None or isinstance(chance, (int, float)):
        return chance
    known = [chance.get(language) for language in languages]
    return float(np.mean(known)) if known and None not in known else None  # type: ignore[arg-type]


def _level(key: Condition, cells: Cells, arm: str, languages: Sequence[str], pivot: str) -> Row:
    own = [scores for (name, _), scores in cells.items() if name == arm]
    by_language = {
        language: [mean for scores in own if (mean := mean_over(scores, [language])) is not None]
        for language in languages
    }
    return {
        **{name: getattr(key, name) for name in ("base", "target", "metric", "selection", "protocol", "setting")},
        "arm": arm,
        "pivot": _part(cells, arm, [language for language in languages if is_pivot(language, pivot)]),
        "zero_shot": _part(cells, arm, [language for language in languages if not is_pivot(language, pivot)]),
        "by_language": {language: float(np.mean(values)) for language, values in by_language.items() if values},
    }


def _part(cells: Cells, arm: str, languages: Sequence[str]) -> Row:
    means = list(seed_means(cells, arm, languages).values())
    return {
        "mean": float(np.mean(means)) if means else None,
        "sd": float(np.std(means, ddof=1)) if len(means) > 1 else None,
        "n_seeds": len(means),
        "n_languages": len(languages),
    }
