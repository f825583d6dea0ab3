"""How robust each arm is, and how much less it loses under noise than ``none``: by language, cluster and target."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.statistics.inference.correction import correct
from xstilts.statistics.robustness.changes import changes_by_type
from xstilts.statistics.robustness.effective import effective_robustness
from xstilts.statistics.robustness.measures import mean_height, relative_performance, worst_type
from xstilts.statistics.robustness.noisy_scores import MIXED
from xstilts.statistics.score_rows import CLEAN, NONE, is_pivot
from xstilts.statistics.tables.gains import PIVOT, ZERO_SHOT, clustered, gain_over_none
from xstilts.statistics.tables.items import answer_errors, gain_item_rows

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from xstilts.statistics.inference.intervals import Interval
    from xstilts.statistics.robustness.changes import Changes
    from xstilts.statistics.robustness.noisy_scores import NoisyScores
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

ROBUSTNESS_COLUMNS = (
    "base", "arm", "target", "metric", "clustering", "cluster", "languages", "n_languages", "types", "clean", "mpc",
    "rpc", "area", "worst_type", "worst_change", "flip_rate", "difference", "low", "high", "p", "p_corrected",
    "items_error", "both_low", "both_high", "n_seeds", "effects", "effective", "effective_low", "effective_high",
)  # fmt: skip
"""The columns of robustness.csv, in order."""

KEPT = (*ROBUSTNESS_COLUMNS, "seeds", "seed_gains")
"""What is kept of a row: the columns, and its difference in each seed."""

LANGUAGE = "language"
"""The clustering of rows that speak of one language."""
ALL_TARGETS = "mean of targets"
"""The target of rows that are means over targets."""
_MEANS = ("clean", "mpc", "rpc", "area", "worst_change", "flip_rate")


def robustness_rows(found: Iterable[NoisyScores], facts: Facts) -> list[Row]:
    """One row per base, target, set of languages and arm, ``none`` among them.

    Question: does this arm lose less under noise than ``none``? ``difference`` is (noisy − clean) of the arm minus
    (noisy − clean) of ``none``, in points, noisy being the mean score under noise (``changes.mean_performance``);
    above 0, the arm loses less, where more is better. It is paired, tested and given its interval like a gain
    (``gain_over_none``, ``gain_item_rows``): over seeds (``low``, ``high``), by test items (``items_error``) and over
    both. ``p_corrected`` is Holm's over all arms and targets for zero-shot rows and apart for the pivot and for mixed
    languages; over the arms of a base for means over targets; and within arm and target for languages and clusters.

    A row's languages share all ``types`` that it rests on: a type that does not exist in one of them is left out, and
    a language in which no type exists is not among them. Scores are means over the seeds that have all of them;
    ``rpc`` and ``area`` are in percent of the mean clean score.

    Args:
        found: What ``noisy_scores`` found.
        facts: What the study asked for.

    Returns:
        Rows with ``ROBUSTNESS_COLUMNS`` and the condition; None where something is not known.
    """
    rows = [row for scores in found for row in _rows(scores, facts)]
    families: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        if row["arm"] != NONE:
            families[_family(row)].append(row)
    for members in families.values():
        correct(members)
    return rows


def _family(row: Row) -> Hashable:
    """The questions that a row is corrected together with, as in ``gains.cluster_rows``."""
    alone = row["clustering"] in (ZERO_SHOT, PIVOT, MIXED)
    return row["clustering"] if alone else tuple(row[name] for name in ("clustering", "base", "target", "arm"))


def _rows(scores: NoisyScores, facts: Facts) -> Iterator[Row]:
    by_type = changes_by_type(scores)
    for (clustering, cluster), languages in _sets(scores, facts).items():
        changes = by_type(scores.types_of(languages))
        for arm in dict.fromkeys([NONE, *facts.arms, *scores.arms]):
            yield _row(scores, changes, arm, languages, facts) | {"clustering": clustering, "cluster": cluster}


def _sets(scores: NoisyScores, facts: Facts) -> dict[tuple[str, str], list[str]]:
    """Clustering and cluster to its languages: all, the pivot, clusters, and each language."""
    if MIXED in scores.noises:
        return {(MIXED, "all"): scores.languages} | {(MIXED, code): [code] for code in scores.languages}
    both = replace(facts, clusters={**facts.clusters, **facts.noise_clusters})
    sets = clustered(scores.languages, both)
    order = [ZERO_SHOT, PIVOT, *both.clusters]
    found = {key: sets[key] for key in sorted(sets, key=lambda key: (order.index(key[0]), key[1]))}
    pivot_first = sorted(scores.languages, key=lambda code: (not is_pivot(code, facts.pivot), code))
    return found | {(LANGUAGE, code): [code] for code in pivot_first}


def _row(scores: NoisyScores, changes: Changes, arm: str, languages: Sequence[str], facts: Facts) -> Row:
    named = {
        **changes.condition._asdict(), "arm": arm, "languages": " ".join(languages), "n_languages": len(languages),
        "types": " ".join(changes.types), "clustering": "", "cluster": "",
    }  # fmt: skip
    higher = facts.targets[scores.key.target].higher_is_better
    effective = effective_robustness(changes, arm, languages, facts.level)
    own = named | _levels(scores, changes, arm, languages, higher) | _of_line(effective)
    if arm == NONE:
        return own | dict.fromkeys(_DIFFERENCE) | {"n_seeds": len(changes.seeds(arm, languages)), "effects": "fixed"}
    gain = gain_over_none(changes.cells, arm, languages, facts.level)
    row = own | gain | {"difference": gain["gain"]}
    items = gain_item_rows([row], changes.known, facts.level) if gain["seeds"] else []
    return row | ({name: items[0][name] for name in _ITEMS} if items else dict.fromkeys(_ITEMS))


_ITEMS = ("items_error", "both_low", "both_high")
_DIFFERENCE = ("difference", "low", "high", "p", "p_corrected", *_ITEMS)


def _of_line(interval: Interval) -> Row:
    return {"effective": interval.mean, "effective_low": interval.low, "effective_high": interval.high}


def _levels(scores: NoisyScores, changes: Changes, arm: str, languages: Sequence[str], higher: bool) -> Row:
    """Clean and noisy scores, and what follows from them, over the seeds that have all of them."""
    cells = [(seed, code) for seed in changes.seeds(arm, languages) for code in languages]
    if not cells:
        return dict.fromkeys(_MEANS) | {"worst_type": ""}
    robust = [changes.robust[arm, seed][code] for seed, code in cells]
    clean, noisy = _mean(one.clean.value for one in robust), _mean(one.noisy.value for one in robust)
    lost = {
        noise: _mean(_mean(number.value for number in one.by_type[noise]) - one.clean.value for one in robust)
        for noise in changes.types
    }
    heights = _every(
        _height(scores, code, noise, [number.value for number in one.by_type[noise]], one.clean.value)
        for (_, code), one in zip(cells, robust, strict=True)
        for noise in changes.types
    )
    worst = worst_type(lost, higher)
    return {
        "clean": clean,
        "mpc": noisy,
        "rpc": relative_performance(noisy, clean),
        "area": None if heights is None else relative_performance(heights, clean),
        "worst_type": worst,
        "worst_change": lost[worst],
        "flip_rate": _every(
            _flips(scores, (arm, seed), code, noise) for seed, code in cells for noise in changes.types
        ),
    }


def _height(scores: NoisyScores, language: str, noise: str, values: Sequence[float], clean: float) -> float | None:
    rates = [scores.rates.get((language, noise, severity)) for severity in scores.severities(noise)]
    edits = [rate.edits for rate in rates if rate is not None and rate.edits is not None]
    return mean_height(clean, edits, values) if len(edits) == len(values) else None


def _flips(scores: NoisyScores, chain: tuple[str, str], language: str, noise: str) -> float | None:
    """The mean flip rate over the severities of a noise."""
    levels = [scores.flips.get((noise, severity), {}) for severity in scores.severities(noise)]
    found = [cells.get(chain, {}).get(language) for cells in levels]
    return _every(None if one is None else one.value for one in found)


def _mean(values: Iterable[float]) -> float:
    known = list(values)
    return math.fsum(known) / len(known)


def _every(values: Iterable[float | None]) -> float | None:
    """The mean; None as soon as one is not known."""
    each = list(values)
    known = [value for value in each if value is not None]
    return _mean(known) if known and len(known) == len(each) else None


def as_gains(rows: Iterable[Row]) -> list[Row]:
    """The zero-shot differences as ``answers`` takes gains: named as if they were differences of clean scores."""
    zero_shot = [row for row in rows if row["clustering"] == ZERO_SHOT and row["arm"] != NONE]
    return [{**row, "noise": CLEAN, "severity": 0} for row in zero_shot]


def mean_rows(rows: Iterable[Row], best: Iterable[Row], facts: Facts) -> list[Row]:
    """The mean over targets of the zero-shot rows of each arm: the same columns, with ``ALL_TARGETS`` as target.

    Targets that are unfair to an arm or were cut take no part, as in the study's answer. Those of ``none`` are those of
    the best arm. ``p_corrected`` is Holm's over the arms of a base. What items leave unsure is independent between
    targets.

    Args:
        rows: What ``robustness_rows`` made.
        best: What ``answers`` says of their differences (``as_gains``).
        facts: What the study asked for.
    """
    own = {(row["base"], row["arm"], row["target"]): row for row in rows if row["clustering"] == ZERO_SHOT}
    sure = [row for row in as_gains(own.values()) if row["items_error"] is not None]
    found = []
    for answer in best:
        if answer["ranking"]:
            reference = {"base": answer["base"], "arm": NONE, "targets": answer["targets"]}
            found.append(_mean_row(reference, own, ()))
        found += [_mean_row(entry, own, answer_errors([entry], sure, facts)) for entry in answer["ranking"]]
    return found


def _mean_row(entry: Row, own: Mapping[tuple[str, str, str], Row], sure: Sequence[Row]) -> Row:
    parts = [own[entry["base"], entry["arm"], target] for target in entry["targets"]]
    types = {str(row["types"]) for row in parts}
    by_items = {name: sure[0][told] if sure else None for name, told in _TOLD.items()}
    return dict.fromkeys(ROBUSTNESS_COLUMNS) | {
        **{name: _every(row[name] for row in parts) for name in _MEANS},
        **{name: entry.get(name) for name in ("base", "arm", "low", "high", "p", "p_corrected")},
        **by_items,
        "difference": entry.get("gain"),
        "target": ALL_TARGETS, "metric": "", "clustering": ZERO_SHOT, "cluster": "all", "languages": "",
        "n_languages": max(row["n_languages"] for row in parts),
        "types": types.pop() if len(types) == 1 else "; ".join(f"{row['target']}: {row['types']}" for row in parts),
        "worst_type": "",
        "n_seeds": entry.get("n_seeds", min(row["n_seeds"] for row in parts)),
        "effects": "fixed",
    }  # fmt: skip


_TOLD = {"items_error": "error", "both_low": "both_low", "both_high": "both_high"}
"""Columns of a mean to what ``answer_errors`` calls them."""
