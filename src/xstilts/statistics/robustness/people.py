"""Noise of people beside noise that is made: does the second foretell what the first costs?

Some tasks hold the items of another one as people typed or spoke them (``TargetFacts.people``). What that costs an arm
stands beside what made noise costs it on the same items.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from xstilts.statistics.answer import points
from xstilts.statistics.inference.intervals import paired_gain
from xstilts.statistics.score_rows import BASELINE, condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from xstilts.statistics.robustness.noisy_scores import Chain, NoisyScores, Numbers
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

PEOPLE_COLUMNS = (
    "base", "arm", "target", "clean_target", "metric", "noise", "severity", "edit_rate", "clean", "people_change",
    "people_low", "people_high", "made_change", "made_low", "made_high", "difference", "low", "high", "n_seeds",
    "n_languages",
)  # fmt: skip
"""The columns of people.csv, in order."""


class _Beside(NamedTuple):
    """Of one seed: the score on clean items, on those of people, and under made noise."""

    clean: float
    people: float
    made: float


def people_rows(found: Iterable[NoisyScores], clean: Iterable[Row], facts: Facts) -> list[Row]:
    """One row per base, target with the noise of people, arm, and severity of the made noise of that kind.

    ``people_change`` and ``made_change`` are (noisy − clean) in points, ``difference`` is the first minus the second:
    below 0, people's noise costs more than what is made. All three are means over the seeds and languages that have
    all of it, with t intervals over paired seeds; items are not in them. ``edit_rate`` is what was made, a share of the
    letters.

    Args:
        found: What ``noisy_scores`` found.
        clean: Score rows on clean text: what people wrote is clean text here.
        facts: What the study asked for.

    Returns:
        Rows with ``PEOPLE_COLUMNS``, in the order of the study; none where no target is of this sort.
    """
    asked = {name: target.people for name, target in facts.targets.items() if target.people}
    if not asked:
        return []
    written = _written(clean, asked, facts)
    order = [*facts.arms]
    rows = [
        row
        for scores in found
        for target, (of, made) in asked.items()
        if scores.key.target == of
        for noise in scores.noises
        if noise.partition("@")[0] == made  # wherever it was put: ``typo@query``
        for severity in scores.severities(noise)
        for arm in sorted(scores.arms, key=order.index)
        if (row := _row(scores, written, (target, noise, severity), arm, facts.level))
    ]
    places = list(facts.targets)
    return sorted(rows, key=lambda row: (row["base"], places.index(row["target"]), row["severity"]))


def people_answers(rows: Sequence[Row]) -> list[Row]:
    """A sentence for each base, target and severity: what both cost on average, and how far they lie apart in an arm.

    Returns:
        Dicts with ``base, target, noise, severity``; ``people`` and ``made``, the mean changes of all arms in points;
        ``apart``, the mean over arms of the size of their difference; and ``sentence``.
    """
    groups: dict[tuple[str, str, str, int], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["base"], row["target"], row["noise"], row["severity"]), []).append(row)
    return [_answer(key, own) for key, own in groups.items()]


def _answer(key: tuple[str, str, str, int], rows: Sequence[Row]) -> Row:
    people, made = (_mean([row[name] for row in rows]) for name in ("people_change", "made_change"))
    apart = _mean([abs(row["difference"]) for row in rows])
    base, target, noise, severity = key
    said = (
        f"{target}, from {base}: people's noise changes scores by {points(people)} points, {noise}:{severity} by"
        f" {points(made)} (means over {len(rows)} arms); for one arm they lie {apart:.1f} points apart on average."
    )
    return {
        "base": base, "target": target, "noise": noise, "severity": severity, "people": people, "made": made,
        "apart": apart, "sentence": said,
    }  # fmt: skip


_Written = dict[tuple[str, str], dict["Chain", dict[str, float]]]
"""(base, target) to chain to language to score."""


def _written(clean: Iterable[Row], asked: Mapping[str, object], facts: Facts) -> _Written:
    found: _Written = {}
    for row in clean:
        told = row["value"] is not None and not str(row["arm"]).startswith(BASELINE)
        if told and row["target"] in asked and facts.is_headline(condition(row)):
            chains = found.setdefault((row["base"], row["target"]), {})
            chains.setdefault((row["arm"], row["seed"]), {})[row["language"]] = float(row["value"])
    return found


def _row(scores: NoisyScores, written: _Written, asked: tuple[str, str, int], arm: str, level: float) -> Row | None:
    target, noise, severity = asked
    cells, people = scores.noisy[noise, severity], written.get((scores.key.base, target), {})
    languages = [code for code in scores.languages if any(code in own for own in people.values())]
    each = list(_each_seed(scores, people, cells, arm, languages)) if languages else []
    if not each:
        return None
    clean = [one.clean for one in each]
    changes = {
        "people": paired_gain([one.people for one in each], clean, level),
        "made": paired_gain([one.made for one in each], clean, level),
    }
    apart = paired_gain([one.people for one in each], [one.made for one in each], level)
    rates = [scores.rates.get((code, noise, severity)) for code in languages]
    edits = [rate.edits for rate in rates if rate is not None and rate.edits is not None]
    told = {
        f"{name}_{part}": value
        for name, one in changes.items()
        for part, value in (("change", one.mean), ("low", one.low), ("high", one.high))
    }
    return {
        "base": scores.key.base, "arm": arm, "target": target, "clean_target": scores.key.target,
        "metric": scores.key.metric, "noise": noise, "severity": severity,
        "edit_rate": _mean(edits) if len(edits) == len(languages) else None, "clean": _mean(clean), **told,
        "difference": apart.mean, "low": apart.low, "high": apart.high, "n_seeds": len(each),
        "n_languages": len(languages),
    }  # fmt: skip


def _each_seed(
    scores: NoisyScores,
    people: Mapping[Chain, Mapping[str, float]],
    cells: Numbers,
    arm: str,
    languages: Sequence[str],
) -> Iterator[_Beside]:
    """The seeds of an arm that have all languages three times."""
    for name, seed in sorted(scores.clean):
        chain = (name, seed)
        own, made = scores.clean[chain], cells.get(chain, {})
        if name == arm and all(code in part for part in (own, made, people.get(chain, {})) for code in languages):
            yield _Beside(
                _mean([own[code].value for code in languages]),
                _mean([people[chain][code] for code in languages]),
                _mean([made[code].value for code in languages]),
            )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
