"""Which vectors stand for a text in a search: chosen on held-out languages, reported in all others.

A setting (``setting_text``) says how vectors are made, and under which variant of the task they were searched. Who
picks the best of many layers by the scores that are then reported, reports luck too. Here the choice looks at a few
languages alone, and these take no part in any gain, level or cluster.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.statistics.score_rows import Row, parts
from xstilts.statistics.setting_text import frozen, natural, parted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from xstilts.statistics.study_facts import Facts, TargetFacts

VECTOR_COLUMNS = (
    "base", "arm", "target", "metric", "variant", "setting", "held_out", "score", "second", "n_seeds", "n_settings",
    "selection", "protocol",
)  # fmt: skip
"""The columns of vectors.csv, in order: the chosen vectors, and the next best score on the held-out languages."""

Group = tuple[str, str, str, str, str, str]
"""(base, arm, target, source, selection, protocol): what has one choice, over all its seeds."""


def is_held_out(language: str, target: TargetFacts) -> bool:
    """Whether a language column names a held-out language of the target, in either direction of a pair."""
    return frozenset(parts(language)) in {frozenset(parts(code)) for code in target.held_out}


class Choice(NamedTuple):
    """What was chosen, and what it was chosen by."""

    setting: str
    score: float | None
    second: float | None
    n_seeds: int
    n_settings: int


def freeze(rows: Iterable[Row], facts: Facts) -> tuple[list[Row], list[Row]]:
    """Choose vectors on the held-out languages, and repeat the chosen ones' rows in all other languages.

    Per base, arm (``none`` and baselines too) and target with held-out languages, the best vectors have the best mean
    over seeds of the mean over held-out languages, on the headline metric, under ``TargetFacts.choosing_variant`` (of
    pooled targets the pool of the held-out languages alone), clean text; of equals, those
    whose setting comes first (numbers by size). Only vectors with every held-out language for every seed that any
    vectors of the arm were measured with there can be chosen. One choice serves all seeds, metrics and variants.

    Args:
        rows: Score rows (``SCORE_COLUMNS``) without frozen ones; those of ``facts.selection_split`` take no part.
        facts: What the study asked for; targets without held-out languages are left alone.

    Returns:
        The repeated rows, which have ``vectors=frozen`` in place of ``VECTOR_KEYS`` (a baseline without vectors
        keeps its only ones), and the choices (``VECTOR_COLUMNS``); a choice that could not be made has the setting "",
        no score, and no repeated rows.
    """
    groups: dict[Group, list[Row]] = defaultdict(list)
    for row in rows:
        target = facts.targets.get(str(row["target"]))
        if target is not None and target.held_out and row["split"] in (target.split, ""):
            names = ("base", "arm", "target", "source", "selection", "protocol")
            groups[tuple(str(row[name] or "") for name in names)].append(row)  # type: ignore[index]
    repeated: list[Row] = []
    choices: list[Row] = []
    for group in sorted(groups, key=lambda group: _place(group, facts)):
        target = facts.targets[group[2]]
        settings = {str(row["setting"]): parted(str(row["setting"])) for row in groups[group]}
        taken = ""
        if any(vectors for vectors, _ in settings.values()):
            choice = choose(groups[group], target)
            choices.append(_choice_row(group, choice, target))
            if not choice.setting:
                continue
            taken = choice.setting
        kept = {setting: frozen(variant) for setting, (vectors, variant) in settings.items() if vectors == taken}
        spoken = {str(row["language"]) for row in groups[group]}
        others = {language for language in spoken if not is_held_out(language, target)}
        repeated += [
            {**row, "setting": kept[row["setting"]]}
            for row in groups[group]
            if row["setting"] in kept and row["language"] in others
        ]
    return repeated, choices


def choose(rows: Iterable[Row], target: TargetFacts) -> Choice:
    """The vectors that are best on the held-out languages.

    Args:
        rows: Score rows of one base, arm and target.
        target: Says languages, metric, its direction, and variant.

    Returns:
        The choice; its setting is "" where no vectors have all held-out languages for all seeds.
    """
    found: dict[str, dict[tuple[str, str], float]] = defaultdict(dict)
    seeds: set[str] = set()
    for row in rows:
        vectors, variant = parted(str(row["setting"]))
        asked = (row["metric"], variant, row["noise"]) == (target.metric, target.choosing_variant, "clean")
        if vectors and asked and row["language"] in target.held_out:
            seeds.add(str(row["seed"]))
            if row["value"] is not None:
                found[vectors][str(row["seed"]), str(row["language"])] = float(row["value"])
    # every seed that any vectors have: a lucky few seeds must not make a setting the best
    wanted = [(seed, language) for seed in seeds for language in target.held_out]
    means = {
        vectors: math.fsum(scores[cell] for cell in wanted) / len(wanted)
        for vectors, scores in found.items()
        if all(cell in scores for cell in wanted)
    }
    ordered = ranked(means, target.higher_is_better)
    if not ordered:
        return Choice("", None, None, len(seeds), 0)
    second = means[ordered[1]] if len(ordered) > 1 else None
    return Choice(ordered[0], means[ordered[0]], second, len(seeds), len(ordered))


def ranked(means: Mapping[str, float], higher_is_better: bool) -> list[str]:
    """Settings from best to worst; of equals the one that comes first, numbers by size."""
    sign = -1.0 if higher_is_better else 1.0
    return sorted(means, key=lambda setting: (sign * means[setting], natural(setting)))


def _choice_row(group: Group, choice: Choice, target: TargetFacts) -> Row:
    base, arm, name, _, selection, protocol = group
    named = {"base": base, "arm": arm, "target": name, "selection": selection, "protocol": protocol}
    asked = {
        "metric": target.metric, "variant": target.choosing_variant, "held_out": " ".join(target.held_out),
    }  # fmt: skip
    return named | asked | choice._asdict()


def _place(group: Group, facts: Facts) -> tuple[Any, ...]:
    """Bases, targets and arms in the study's order, then whatever it does not name."""
    base, arm, target = group[:3]
    return _index(base, facts.bases), _index(target, tuple(facts.targets)), _index(arm, facts.arms), *group


def _index(name: str, names: Sequence[str] | Collection[str]) -> int:
    known = list(names)
    return known.index(name) if name in known else len(known)
