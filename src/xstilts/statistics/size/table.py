"""Gains by the size of the base, and their slopes, for each arm and cluster of languages, on three scales."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypedDict

from xstilts.statistics.headline import clusters_of, headlines, mean_of_seeds, n_languages
from xstilts.statistics.inference.correction import holm
from xstilts.statistics.score_rows import NONE, over_seeds
from xstilts.statistics.size.slopes import lines_of, slope_of, worth
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.statistics.headline import BySeed, Headline
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

POINTS, ERROR, RELATIVE = SCALES = ("points", "error", "relative")
"""Points of the metric; percent of what ``none`` has wrong; percent of its score."""
ALL = "all zero-shot"

SIZE_COLUMNS = (
    "arm", "clustering", "cluster", "scale", "base", "parameters", "body", "gain", "low", "high", "n_seeds",
    "n_languages",
)  # fmt: skip
"""The columns of sizes.csv, in order."""
SLOPE_COLUMNS = (
    "arm", "clustering", "cluster", "scale", "slope", "low", "high", "p", "p_corrected", "flat_p", "verdict", "apart",
    "apart_low", "apart_high", "crossing", "worth", "worth_low", "worth_high", "signs_differ", "n_seeds", "n_sizes",
    "n_languages", "targets",
)  # fmt: skip
"""The columns of slopes.csv, in order."""
LANGUAGE_COLUMNS = ("arm", "language", "text", "gain", "slope", "low", "high", "n_seeds", "targets")
"""The columns of language_slopes.csv, in order."""
TEXT_COLUMNS = ("arm", "of", "rho", "p", "n_languages")
"""The columns of text.csv, in order."""
_FEWEST = 4
"""Languages from which on a rank correlation is told."""

BySize = dict[float, "BySeed"]


class Sizes(TypedDict):
    """What a ladder of bases says of gains.

    Attributes:
        sizes: Rows with ``SIZE_COLUMNS``: the gain at each size, mean over targets.
        slopes: Rows with ``SLOPE_COLUMNS``, slopes for ten times the parameters of the body. ``apart`` is the slope of
            a cluster less the mean slope of the other clusters; ``worth`` stands with the points alone.
        language_slopes: Rows with ``LANGUAGE_COLUMNS``, in points; ``text`` is the size of the pretraining text.
        text: Rows with ``TEXT_COLUMNS``: Spearman's rank correlation over languages of their text with the gain, and
            with its slope.
    """

    sizes: list[Row]
    slopes: list[Row]
    language_slopes: list[Row]
    text: list[Row]


def size_tables(scores: Iterable[Row], facts: Facts) -> Sizes:
    """Gains and slopes over the ladder of the study's bases.

    Only targets on which an arm is fair and was not cut at every size take part, so that all sizes average the same;
    languages are fixed. Intervals are t intervals over paired seeds. Holm's correction goes over the clusters of one
    clustering, arm and scale.

    Args:
        scores: Score rows (``SCORE_COLUMNS``).
        facts: What the study asked for; ``ladder`` says how large the bases are.
    """
    measured = {one.base: one for one in headlines(scores, facts) if one.base in facts.ladder}
    rungs = [measured[base] for base in sorted(measured, key=lambda name: float(facts.ladder[name]["body"]))]
    made = Sizes(sizes=[], slopes=[], language_slopes=[], text=[])
    if len({facts.ladder[rung.base]["body"] for rung in rungs}) < 2:
        return made
    for arm in (arm for arm in facts.arms if arm != NONE):
        targets = _targets(rungs, arm)
        if targets:
            _add_arm(made, rungs, arm, targets)
    return made


def _targets(rungs: Sequence[Headline], arm: str) -> list[str]:
    """The targets on which an arm can be compared at every size."""
    each = [set(rung.compared([arm])) for rung in rungs]
    return [target for target in rungs[0].facts.targets if all(target in fair for fair in each)]


def _add_arm(made: Sizes, rungs: Sequence[Headline], arm: str, targets: Sequence[str]) -> None:
    facts = rungs[0].facts
    spoken = {target: rungs[0].languages(target) for target in targets}
    for clustering in ("", *facts.clusters):
        groups = _groups(spoken, clustering, facts)
        named = {"arm": arm, "clustering": clustering or ZERO_SHOT}
        slopes: list[Row] = []
        for scale in SCALES:
            by_cluster = {name: _by_size(rungs, arm, group, scale) for name, group in groups.items()}
            rows: list[Row] = []
            for cluster, by_size in by_cluster.items():
                own = named | {"cluster": cluster, "scale": scale}
                counted = n_languages({code for codes in groups[cluster].values() for code in codes}, facts.pivot)
                made["sizes"] += [own | row | {"n_languages": counted} for row in _gains(rungs, by_size)]
                row = _slope(rungs, by_size, by_cluster, cluster)
                rows.append(own | row | _worth(rungs, by_size, groups[cluster], scale)
                            | {"n_languages": counted, "targets": " ".join(groups[cluster])})  # fmt: skip
            corrected = holm([row["p"] for row in rows])
            slopes += [row | {"p_corrected": p} for row, p in zip(rows, corrected, strict=True)]
        made["slopes"] += [{name: row[name] for name in SLOPE_COLUMNS} for row in _signed(slopes)]
    rows = list(_languages(rungs, arm, spoken))
    made["language_slopes"] += rows
    made["text"] += [{"arm": arm, "of": of} | _correlation(rows, of) for of in ("gain", "slope")]


def _correlation(rows: Sequence[Row], of: str) -> Row:
    from scipy.stats import spearmanr

    known = [row for row in rows if row["text"] is not None and row[of] is not None]
    found: Row = {"rho": None, "p": None, "n_languages": len(known)}
    if len(known) < _FEWEST or any(len({row[name] for row in known}) < 2 for name in ("text", of)):
        return found
    result = spearmanr([row["text"] for row in known], [row[of] for row in known])
    return found | {"rho": float(result.statistic), "p": float(result.pvalue)}


def _groups(spoken: Mapping[str, list[str]], clustering: str, facts: Facts) -> dict[str, dict[str, list[str]]]:
    """Cluster to target to its languages of the cluster."""
    found: dict[str, dict[str, list[str]]] = {}
    for target, codes in spoken.items():
        for cluster, own in (clusters_of(codes, clustering, facts) if clustering else {ALL: codes}).items():
            if own:
                found.setdefault(cluster, {})[target] = own
    return dict(sorted(found.items()))


def _by_size(rungs: Sequence[Headline], arm: str, group: Mapping[str, Sequence[str]], scale: str) -> BySize:
    """Body to seed to gain, mean over targets; bases of one size are averaged."""
    found: dict[float, list[BySeed]] = {}
    for rung in rungs:
        each = [_scaled(rung, arm, target, codes, scale) for target, codes in group.items()]
        found.setdefault(float(rung.facts.ladder[rung.base]["body"]), []).append(mean_of_seeds(each))
    return {body: mean_of_seeds(tables) for body, tables in found.items()}


def _scaled(rung: Headline, arm: str, target: str, codes: Sequence[str], scale: str) -> BySeed:
    """Seed to gain on a scale, of the mean over languages; a seed without the scale (nothing wrong, score 0) is out."""
    gains, none = rung.gain(arm, target, codes), rung.score(NONE, target, codes)
    if scale == POINTS:
        return gains
    share = {seed: (100 - none[seed]) if (scale == ERROR) == (rung.sign(target) > 0) else none[seed] for seed in gains}
    return {seed: 100 * gains[seed] / share[seed] for seed in gains if share[seed] > 0}


def _gains(rungs: Sequence[Headline], by_size: BySize) -> Iterator[Row]:
    facts = rungs[0].facts
    for rung in rungs:
        told = facts.ladder[rung.base]
        interval, _ = over_seeds(by_size[float(told["body"])], facts.level)
        yield {
            "base": rung.base, "parameters": told["parameters"], "body": told["body"], "gain": interval.mean,
            "low": interval.low, "high": interval.high, "n_seeds": interval.n,
        }  # fmt: skip


_UNKNOWN = ("slope", "low", "high", "p", "flat_p", "crossing", "apart", "apart_low", "apart_high")


def _slope(rungs: Sequence[Headline], by_size: BySize, by_cluster: Mapping[str, BySize], cluster: str) -> Row:
    level = rungs[0].facts.level
    found = slope_of(by_size, level)
    row: Row = dict.fromkeys(_UNKNOWN) | {"verdict": "open", "n_seeds": 0, "n_sizes": len(by_size)}
    if found is None:
        return row
    one = found.interval
    row |= {"slope": one.mean, "low": one.low, "high": one.high, "p": one.p, "flat_p": found.flat_p}
    row |= {"verdict": found.verdict, "crossing": found.crossing, "n_seeds": one.n}
    own = {seed: line.slope for seed, line in lines_of(by_size).items()}
    others = [
        {seed: line.slope for seed, line in lines_of(other).items()}
        for name, other in by_cluster.items()
        if name != cluster
    ]
    if rest := mean_of_seeds(others):
        apart, _ = over_seeds({seed: own[seed] - rest[seed] for seed in own if seed in rest}, level)
        row |= {"apart": apart.mean, "apart_low": apart.low, "apart_high": apart.high}
    return row


def _worth(rungs: Sequence[Headline], by_size: BySize, group: Mapping[str, Sequence[str]], scale: str) -> Row:
    row: Row = dict.fromkeys(("worth", "worth_low", "worth_high"))
    if scale != POINTS:
        return row
    none: dict[float, list[BySeed]] = {}
    for rung in rungs:
        scores = [
            {seed: rung.sign(target) * value for seed, value in rung.score(NONE, target, codes).items()}
            for target, codes in group.items()
        ]
        none.setdefault(float(rung.facts.ladder[rung.base]["body"]), []).append(mean_of_seeds(scores))
    found = worth(by_size, {body: mean_of_seeds(tables) for body, tables in none.items()}, rungs[0].facts.level)
    return row if found is None else dict(zip(row, found, strict=True))


def _signed(rows: Sequence[Row]) -> list[Row]:
    """The rows, each with whether the slopes of its arm and cluster differ in sign between the scales."""
    signs: dict[tuple[str, str, str], set[float]] = {}
    for row in rows:
        if row["slope"]:
            named = (row["arm"], row["clustering"], row["cluster"])
            signs.setdefault(named, set()).add(math.copysign(1, row["slope"]))
    return [
        row | {"signs_differ": len(signs.get((row["arm"], row["clustering"], row["cluster"]), ())) > 1} for row in rows
    ]


def _languages(rungs: Sequence[Headline], arm: str, spoken: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """One row for each language, beside how much text the bases were pretrained on in it."""
    facts = rungs[0].facts
    for code in sorted({code for codes in spoken.values() for code in codes}):
        group = {target: [code] for target, codes in spoken.items() if code in codes}
        by_size = _by_size(rungs, arm, group, POINTS)
        found = slope_of(by_size, facts.level)
        if found is None:
            continue
        gain, _ = over_seeds(mean_of_seeds(by_size.values()), facts.level)
        yield {
            "arm": arm, "language": code, "text": facts.pretraining_text.get(code), "gain": gain.mean,
            "slope": found.interval.mean, "low": found.interval.low, "high": found.interval.high,
            "n_seeds": found.interval.n, "targets": " ".join(group),
        }  # fmt: skip
