"""Models that learned nothing, and models that never give one of the answers.

A model learned nothing that is no better than guessing, than one answer to everything, or than a simple baseline. A
run that fails beside others that do not is found by ``collapse``. Here a whole cell is looked at, over all its seeds:
where every seed fails alike, no run stands out, and a gain over ``none`` says nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from xstilts.statistics.inference.jackknife import z_of
from xstilts.statistics.score_rows import BASELINE, condition, is_pivot
from xstilts.statistics.tables.levels import chance_level

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts, TargetFacts

LEAST = 0.05
"""A model has learned nothing that covers less than this share of the way from the floor to a perfect score."""
OFTEN = 0.05
"""A class counts that is right for at least this share of the items (of tags: of the words that have one) ..."""
OFTEN_N = 5
"""... and for at least so many."""
HARDLY = 0.02
"""A class is never given that is said less often than this share of the times it is right."""
PERFECT = 100.0
OUTSIDE = "O"
PIVOT, AWAY = "pivot", "zero_shot"
GUESSING, ONE_ANSWER = "guessing", "one answer to everything"


def learned_rows(levels: Iterable[Row], errors: Iterable[Row], facts: Facts) -> list[Row]:
    """The cells whose models are no better than a floor: guessing, one answer to everything, or a baseline.

    A cell is at the floor of guessing or of one answer if its mean score over seeds covers less than ``LEAST`` of the
    way from the floor to a perfect score, or if the floor lies within the 95 % interval of its items. It is at a
    baseline's if it is not better than it. The pivot, in which models are trained, and the other languages are
    judged apart.

    Args:
        levels: What ``levels.levels`` returned, baselines included.
        errors: What ``items.level_errors`` returned.
        facts: What the study asked for.

    Returns:
        Dicts with ``base, arm, target, metric, part`` (``pivot`` or ``zero_shot``), ``score, floor, by`` (``guessing``,
        ``one answer to everything`` or the baseline's name), ``n_seeds``; of several floors the highest.
    """
    everything = list(levels)
    unsure = {(row["base"], row["arm"], row["target"], row["setting"]): row for row in errors}
    rows = []
    for row in everything:
        target = facts.targets[row["target"]]
        if row["arm"].startswith(BASELINE) or target.control_of:
            continue
        for part in (PIVOT, AWAY):
            if row[part]["mean"] is None:
                continue
            codes = [code for code in row["by_language"] if is_pivot(code, facts.pivot) == (part == PIVOT)]
            error = unsure.get((row["base"], row["arm"], row["target"], row["setting"]), {}).get(part) or 0.0
            found = _floor(row[part]["mean"], error, target, codes) or _baseline(row, part, everything, facts)
            if found:
                named = {name: row[name] for name in ("base", "arm", "target", "metric")}
                rows.append(named | {"part": part, "score": row[part]["mean"], "n_seeds": row[part]["n_seeds"]} | found)
    return rows


def _floor(score: float, error: float, target: TargetFacts, codes: Sequence[str]) -> Row:
    """The floor of guessing or of one answer that a score does not leave; empty where it does."""
    floors = {GUESSING: chance_level(target.chance, codes), ONE_ANSWER: chance_level(target.constant, codes)}
    known = {by: floor for by, floor in floors.items() if floor is not None}
    if not known:
        known = {GUESSING: 0.0} if target.higher_is_better else {}
    if not known:
        return {}
    if not target.higher_is_better:  # a loss or a perplexity: perfect is 0, or close to it
        by = min(known, key=lambda name: known[name])
        return {"floor": known[by], "by": by} if score >= (1 - LEAST) * known[by] else {}
    by = max(known, key=lambda name: known[name])
    near = score - known[by] < LEAST * (PERFECT - known[by])
    return {"floor": known[by], "by": by} if near or score - z_of(0.95) * error <= known[by] else {}


def _baseline(row: Row, part: str, everything: Iterable[Row], facts: Facts) -> Row:
    """The best baseline that a score does not beat; empty where it beats all."""
    sign = 1.0 if facts.targets[row["target"]].higher_is_better else -1.0
    others = set(facts.bases) - {row["base"]}
    beside = [
        other
        for other in everything
        if other["arm"].startswith(BASELINE) and other["target"] == row["target"] and other["base"] not in others
        if other[part]["mean"] is not None and other[part]["n_languages"] == row[part]["n_languages"]
        # a tie counts: a model that only equals a baseline has learned nothing beyond it
        if sign * row[part]["mean"] <= sign * other[part]["mean"]
    ]
    if not beside:
        return {}
    best = max(beside, key=lambda other: sign * other[part]["mean"])
    return {"floor": best[part]["mean"], "by": best["arm"].removeprefix(BASELINE)}


def flat_languages(levels: Iterable[Row], facts: Facts) -> list[Row]:
    """The languages without labels in which no arm leaves the floor, where the mean over languages does.

    Returns:
        One dict per base and target that has such languages: ``base, target, languages`` and ``n_languages``.
    """
    cells: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in levels:
        if not row["arm"].startswith(BASELINE):
            cells[row["base"], row["target"]].append(row)
    rows = []
    for (base, name), own in cells.items():
        target = facts.targets[name]
        codes = sorted({code for row in own for code in row["by_language"] if not is_pivot(code, facts.pivot)})
        flat = [code for code in codes if all(_is_flat(row["by_language"].get(code), code, target) for row in own)]
        if flat:
            rows.append({"base": base, "target": name, "languages": flat, "n_languages": len(codes)})
    return rows


def _is_flat(score: float | None, code: str, target: TargetFacts) -> bool:
    return score is None or bool(_floor(score, 0.0, target, [code]))


def silent_rows(answered: Iterable[Row], facts: Facts) -> list[Row]:
    """The classes that are right often and (almost) never said, run by run.

    Args:
        answered: Dicts with the columns that name a score row, and ``gold`` and ``said``: class to how often it is
            right and how often it was given. Of tagging the classes are the types, ``O`` among them.
        facts: What the study asked for.

    Returns:
        One dict per base, arm, target, part and class: ``base, arm, target, part, label, share`` (of the items for
        which it is right, in [0, 1]), ``seeds`` (of the runs that never say it), ``n_seeds``, and ``only`` (the one
        class that these runs say, or ""). Other languages are looked at together.
    """
    pooled: dict[tuple[str, ...], tuple[Counter[str], Counter[str]]] = defaultdict(lambda: (Counter(), Counter()))
    for row in answered:
        target = facts.targets.get(row["target"])
        if (
            target is None
            or str(row["arm"]).startswith(BASELINE)
            or not facts.is_headline(condition(row), metric=False)
        ):
            continue
        part = PIVOT if is_pivot(row["language"], facts.pivot) else AWAY
        right, said = pooled[row["base"], row["arm"], row["target"], part, str(row["seed"])]
        right.update(row["gold"])
        said.update(row["said"])
    runs: dict[tuple[str, ...], dict[str, tuple[Counter[str], Counter[str]]]] = defaultdict(dict)
    for key, counts in pooled.items():
        runs[key[:-1]][key[-1]] = counts
    rows = []
    for cell, by_seed in runs.items():
        silent = {seed: _silent(*counts) for seed, counts in by_seed.items()}
        for label in sorted({label for labels in silent.values() for label in labels}):
            seeds = [seed for seed in by_seed if label in silent[seed]]
            only = {label for seed in seeds for label, n in by_seed[seed][1].items() if n}
            named = dict(zip(("base", "arm", "target", "part"), cell, strict=True))
            rows.append(
                named
                | {"label": label, "share": silent[seeds[0]][label], "seeds": seeds, "n_seeds": len(by_seed)}
                | {"only": only.pop() if len(only) == 1 else ""}
            )
    return rows


def _silent(right: Counter[str], said: Counter[str]) -> dict[str, float]:
    """The classes that are right often and (almost) never said, with the share of the items for which they are."""
    classes = {label: count for label, count in right.items() if label != OUTSIDE}
    total = sum(classes.values())
    return {
        label: count / total
        for label, count in classes.items()
        if count >= max(OFTEN_N, OFTEN * total) and said[label] <= HARDLY * count
    }
