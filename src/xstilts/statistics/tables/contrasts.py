"""What a study sets against what: two sides of arms, targets and languages, and how surely they differ.

A side is the mean over its entries; an entry the mean over its targets of the gain over ``none`` in its languages.
Where both sides weigh each target and language alike, ``none`` cancels out, and the difference is one of scores alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.statistics.headline import clusters_of, headlines, n_languages
from xstilts.statistics.inference.correction import correct
from xstilts.statistics.inference.crossed import crossed_gain, effects_of
from xstilts.statistics.score_rows import NONE, Row, over_seeds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.asked import SideEntry
    from xstilts.statistics.headline import BySeed, Headline
    from xstilts.statistics.study_facts import Facts

CONTRAST_COLUMNS = (
    "base", "name", "clustering", "cluster", "plus", "minus", "difference", "low", "high", "p", "p_corrected",
    "n_seeds", "n_languages", "effects", "targets", "left_out",
)  # fmt: skip
"""The columns of contrasts.csv, in order."""

_CANCELS = 1e-12


@dataclass(frozen=True)
class ArmCells:
    """One entry of a side: an arm, and in which languages of which targets it counts."""

    arm: str
    languages: Mapping[str, Sequence[str]]

    def within(self, targets: Iterable[str], codes: frozenset[str] | None = None) -> ArmCells:
        """The part of it on these targets, and in these languages (None: all of its own)."""
        kept = {
            target: [code for code in self.languages[target] if codes is None or code in codes]
            for target in targets
            if target in self.languages
        }
        return ArmCells(self.arm, {target: own for target, own in kept.items() if own})


Sides = tuple["Sequence[ArmCells]", "Sequence[ArmCells]"]
Weights = dict[tuple[str, str, str], float]
"""(arm, target, language) to its weight in a difference."""


def contrast_rows(scores: Iterable[Row], facts: Facts) -> list[Row]:
    """One row per base and contrast of ``facts.contrasts``; with ``by``, one per cluster of that clustering.

    Question: would another seed of the same recipes show the difference? The difference is taken within each seed that
    has every score, then put through a t interval over seeds; from eight languages on, where every target of both
    sides has the same ones, over seeds and languages (``crossed_gain``; column ``effects``). A target on which one arm
    is degenerate, leaks or was cut is left out of both sides (``left_out``). ``p_corrected`` is Holm's over all
    contrasts of the study, and over its own rows for one with ``by``.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for.

    Returns:
        Rows with ``CONTRAST_COLUMNS``, differences in points, more being better for ``plus``; None where no seed has
        all scores.
    """
    rows = []
    for measured in headlines(scores, facts):
        for contrast in facts.contrasts:
            by = contrast.get("by") or ""
            whole = tuple([_entry(measured, entry) for entry in contrast[side]] for side in ("plus", "minus"))
            for cluster, sides in _parts(whole[0], whole[1], by, facts).items():
                named = {"base": measured.base, "name": contrast["name"], "clustering": by}
                rows.append(named | {"cluster": cluster} | _row(measured, sides))
    families: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        families[row["name"] if row["clustering"] else ""].append(row)
    for members in families.values():
        correct(members)
    return rows


def _entry(measured: Headline, entry: SideEntry) -> ArmCells:
    wanted, targets = entry.get("languages") or (), entry.get("targets") or measured.facts.targets
    spoken = {target: measured.languages(target, wanted) for target in targets}
    return ArmCells(entry["arm"], {target: codes for target, codes in spoken.items() if codes})


def _parts(plus: Sequence[ArmCells], minus: Sequence[ArmCells], by: str, facts: Facts) -> dict[str, Sides]:
    """Cluster to both sides within it; one part named "" without a clustering. What has no language drops out."""
    if not by:
        return {"": (plus, minus)}
    spoken = {code for entry in (*plus, *minus) for codes in entry.languages.values() for code in codes}
    found: dict[str, Sides] = {}
    for cluster, members in clusters_of(sorted(spoken), by, facts).items():
        codes = frozenset(members)
        first, second = ([entry.within(entry.languages, codes) for entry in side] for side in (plus, minus))
        sides = [entry for entry in first if entry.languages], [entry for entry in second if entry.languages]
        if all(sides):
            found[cluster] = sides
    return found


def _row(measured: Headline, sides: Sides) -> Row:
    facts, entries = measured.facts, [entry for side in sides for entry in side]
    # unfair to one side is unfair to both: sides over other targets are no contrast
    unfit = {
        target: why for entry in entries for target in entry.languages if (why := measured.why_not(entry.arm, target))
    }
    fit = [target for target in facts.targets if target not in unfit]
    first, second = ([entry.within(fit) for entry in side] for side in sides)
    kept = [*first, *second]
    complete = bool(first) and bool(second) and all(entry.languages for entry in kept)
    spoken = {code for entry in kept for codes in entry.languages.values() for code in codes}
    return {
        "plus": _words(sides[0]),
        "minus": _words(sides[1]),
        **(_difference(measured, (first, second)) if complete else _NO_DIFFERENCE),
        "p_corrected": None,
        "n_languages": n_languages(spoken, facts.pivot),
        "targets": " ".join(target for target in fit if any(target in entry.languages for entry in kept)),
        "left_out": "; ".join(f"{target}: {why}" for target, why in unfit.items()),
    }


_NO_DIFFERENCE: Row = {"difference": None, "low": None, "high": None, "p": None, "n_seeds": 0, "effects": "fixed"}


def _words(side: Sequence[ArmCells]) -> str:
    return " + ".join(dict.fromkeys(entry.arm for entry in side))


def _difference(measured: Headline, sides: Sides) -> Row:
    weights = _weights(sides)
    means = _by_seed(measured, weights)
    interval, seeds = over_seeds(means, measured.facts.level)
    shared = _one_set(sides)
    effects = "fixed"
    if effects_of(len(shared)) == "random" and len(seeds) > 1 and not any("." in seed for seed in seeds):
        effects = "random"
        # times the number of languages: the weights of one language must sum up to a whole difference
        by_language = [
            _by_seed(measured, {k: w * len(shared) for k, w in weights.items() if k[2] == c}) for c in shared
        ]
        interval = crossed_gain(np.array([[own[seed] for own in by_language] for seed in seeds]), measured.facts.level)
    return {
        "difference": interval.mean, "low": interval.low, "high": interval.high, "p": interval.p,
        "n_seeds": interval.n, "effects": effects,
    }  # fmt: skip


def _weights(sides: Sides) -> Weights:
    """Each score's weight in the difference of both sides' gains; scores of ``none`` that cancel out are not there."""
    weights: Weights = defaultdict(float)
    for side, sign in zip(sides, (1.0, -1.0), strict=True):
        for entry in side:
            for target, codes in entry.languages.items():
                # a mean over entries of means over targets of means over languages, each alike
                share = sign / (len(side) * len(entry.languages) * len(codes))
                for code in codes:
                    weights[entry.arm, target, code] += share
                    weights[NONE, target, code] -= share
    return {key: weight for key, weight in weights.items() if abs(weight) > _CANCELS}


def _by_seed(measured: Headline, weights: Weights) -> BySeed:
    """The weighted sum within each seed that has every score."""
    terms = [
        {seed: measured.sign(target) * weight * value for seed, value in measured.score(arm, target, [code]).items()}
        for (arm, target, code), weight in weights.items()
    ]
    shared = set.intersection(*map(set, terms)) if terms else set()
    return {seed: math.fsum(term[seed] for term in terms) for seed in sorted(shared)}


def _one_set(sides: Sides) -> list[str]:
    """The languages of a contrast where every target of every entry has the same ones; else none."""
    sets = {tuple(codes) for side in sides for entry in side for codes in entry.languages.values()}
    return list(sets.pop()) if len(sets) == 1 else []
