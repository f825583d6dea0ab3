"""Quoted numbers beside measured ones, and whether they may be compared at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.claims import arms as patterns
from xstilts.claims.casting import targets_of
from xstilts.claims.claim import ArmPattern
from xstilts.claims.forms import chosen_elsewhere
from xstilts.claims.measured_gains import sample, unit
from xstilts.statistics.score_rows import over_seeds
from xstilts.statistics.tables.aggregates import Benchmark, aggregate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.claims.claim import Claim, Number, Scope
    from xstilts.claims.measured_gains import Gains
    from xstilts.statistics.analysis import Analysis
    from xstilts.statistics.study_facts import Facts

TOLERANCE = 1.5
"""Points by which a number may differ. Two published rows for one system on the XTREME test set differ by up to 1.5
(X-STILTs on XQuAD: 78.7 F1 in the RemBERT paper, table 16, 77.2 in google-research/multilingual-t5, README)."""

OUT_OF_SCOPE = "out of scope"


def numbers(claim: Claim, analysis: Analysis, facts: Facts, gains: Gains) -> dict[str, Any]:
    """The verdict on a claim's numbers for one base, and what each is compared with.

    Within the claim's scope the official average (all languages, all targets, as the paper averages) is compared; a
    number is supported where the whole interval lies within ``TOLERANCE`` of it, contradicted where none of it does.
    Elsewhere the zero-shot average over the fair targets is shown beside the number and not compared.

    Returns:
        ``verdict`` (None for a claim without numbers), ``differs`` (why it is out of scope), ``tolerance`` and
        ``measured``: per number ``name, value, unit, source, gain, low, high, n_seeds, average, why``.
    """
    if claim.scope is None or not claim.numbers:
        return {"verdict": None, "differs": [], "tolerance": None, "measured": []}
    differs = differences(claim.scope, analysis, facts, gains.base)
    measured = [
        _measured(number, analysis, facts, gains, claim.scope, official=not differs) for number in claim.numbers
    ]
    verdicts = {_verdict(entry) for entry in measured}
    said = next((one for one in ("not run", "contradicted", "inconclusive") if one in verdicts), "supported")
    return {
        "verdict": OUT_OF_SCOPE if differs else said,
        "differs": differs,
        "tolerance": TOLERANCE,
        "measured": measured,
    }


def differences(scope: Scope, analysis: Analysis, facts: Facts, base: str) -> list[str]:
    """In what a study differs from the model and data that a claim's numbers speak of; empty: in nothing."""
    protocols = sorted({row["protocol"] for row in analysis["scores"] if row["base"] == base})
    lost = [target for target in scope.targets if target not in facts.targets]
    splits = sorted({target.split for target in facts.targets.values()})
    found = [
        base.rsplit("/", 1)[-1] != scope.model and f"model {base}, there {scope.model}",
        facts.source == "lab" and "data of the lab's invented world, there real data",
        protocols != [scope.protocol] and f"protocol {', '.join(protocols) or 'unknown'}, there {scope.protocol}",
        lost and f"without {', '.join(lost)}",
        splits != [scope.split] and f"split {', '.join(splits)}, there {scope.split}",
        facts.limits and f"less data ({', '.join(facts.limits)})",
        scope.chosen_on and f"best arms are chosen on other seeds, there on {scope.chosen_on} data",
    ]
    return [why for why in found if why]


def _measured(
    number: Number, analysis: Analysis, facts: Facts, gains: Gains, scope: Scope, *, official: bool
) -> dict[str, Any]:
    quoted = {"name": number.name, "value": number.value, "unit": number.unit, "source": number.source}
    empty = {"gain": None, "low": None, "high": None, "n_seeds": 0, "average": "", "why": "", "arm": None}
    found = patterns.matching(number.arms or ArmPattern(every="plain"), patterns.candidates(facts), facts.pivot)
    targets, lacks = targets_of(number.targets, facts)
    if not found or lacks:
        return quoted | empty | {"why": "; ".join(["no such arm"] if not found else lacks)}
    arms = [arm.name for arm in found]
    if number.best_per_target:
        means = _best(gains, arms, targets)
    elif official:
        means = _official(analysis, facts, gains.base, arms[0], scope.protocol)
    else:
        means = gains.mean(arms[0], gains.fair(arms[0], targets))
    interval, _ = over_seeds(means, facts.level)
    return quoted | {
        "gain": interval.mean, "low": interval.low, "high": interval.high, "n_seeds": interval.n,
        "arm": None if number.best_per_target else arms[0],
        "average": "official" if official and not number.best_per_target else "zero-shot",
        "why": "" if means else "did not finish, or one seed has no other seed to choose by",
    }  # fmt: skip


def _best(gains: Gains, arms: Sequence[str], targets: Sequence[str]) -> dict[str, float]:
    """Seed to the mean gain of each target's best arm, chosen on the other seeds."""
    kept = [target for target in targets if any(gains.fair(arm, [target]) for arm in arms)]
    seeds = gains.seeds((arm, target) for arm in arms for target in gains.fair(arm, kept))
    if len({unit(seed) for seed in seeds}) < 2:
        return {}
    values = chosen_elsewhere(sample(gains, arms, kept, seeds), arms, kept)[0]
    return dict(zip(dict.fromkeys(map(unit, seeds)), map(float, values), strict=True))


def _official(analysis: Analysis, facts: Facts, base: str, arm: str, protocol: str) -> dict[str, float]:
    """Seed to gain in the benchmark's overall score, the pivot and every target included."""
    rules: Mapping[str, Any] = facts.benchmarks.get(protocol, {})
    if not rules:
        return {}
    tables = {key: {name: tuple(value) for name, value in rules[key].items()} for key in rules}
    benchmark = Benchmark(**tables, pivot=facts.pivot)
    overall: dict[str, dict[str, float]] = {}
    for name in (arm, "none"):
        cells: dict[str, dict[tuple[str, str, str], float | None]] = {}
        for row in analysis["scores"]:
            if (row["base"], row["arm"]) == (base, name) and facts.is_headline(row, metric=False):
                cells.setdefault(row["seed"], {})[row["target"], row["language"], row["metric"]] = row["value"]
        overall[name] = {seed: value for seed, own in cells.items() if (value := _overall(own, benchmark)) is not None}
    return {seed: overall[arm][seed] - overall["none"][seed] for seed in overall[arm] if seed in overall["none"]}


def _overall(cells: Mapping[tuple[str, str, str], float | None], benchmark: Benchmark) -> float | None:
    form = "complete" if benchmark.complete else "official"
    return next(a.value for a in aggregate(cells, benchmark) if (a.form, a.level) == (form, "overall"))


def _verdict(entry: Mapping[str, Any]) -> str:
    if entry["gain"] is None:
        return "not run"
    if entry["low"] is None or entry["high"] is None:
        return "inconclusive"
    low, high = entry["value"] - TOLERANCE, entry["value"] + TOLERANCE
    if low <= entry["low"] and entry["high"] <= high:
        return "supported"
    return "contradicted" if entry["high"] < low or entry["low"] > high else "inconclusive"


def quoted(numbers_of: Sequence[Number]) -> list[dict[str, Any]]:
    """Printed numbers as JSON."""
    return [{"name": n.name, "value": n.value, "unit": n.unit, "source": n.source} for n in numbers_of]
