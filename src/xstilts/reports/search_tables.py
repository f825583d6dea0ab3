"""Tables of searches: every arm on every target, variant and metric, with the vectors chosen for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.grid import absent
from xstilts.reports.numbers import interval, level, points
from xstilts.reports.result_tables import labelled
from xstilts.reports.table import Table
from xstilts.statistics.score_rows import BASELINE, NONE
from xstilts.statistics.setting_text import parse
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.reports.table import Cell
    from xstilts.statistics import Analysis

_BESIDE = ("hit@10", "recall@10", "capped_recall@10")
"""Metrics shown beside the headline's in the table of a target."""
_QUALITY = ("accuracy", "hit", "recall", "capped_recall", "mrr", "map", "ndcg", "f1", "precision")
"""Metrics, without their depth, that say how well a search finds; others are diagnostics of the space."""

Rows = list["Mapping[str, Any]"]


_HOW = (
    "Mean over seeds in all languages but the pivot and those held out; below it the gain over none in points, with "
    "its 95 % interval over paired seeds (none and baselines: ± standard deviation over seeds)."
)


def arm_tables(analysis: Analysis) -> list[Table]:
    """For each base: arms by target and variant, on the headline metrics."""
    rows: Rows = analysis["answer"].get("search", [])
    return [_headlines(analysis, base, Facts.parse(analysis["facts"])) for base in _bases(rows)]


def metric_tables(analysis: Analysis) -> dict[str, Table]:
    """Target (``TARGET, from BASE`` where there are several bases) to arms by metric, under every variant."""
    found = {}
    for where, target, base, own, facts in _targets(analysis):
        wanted = [name for name in (facts.targets[target].metric, *_BESIDE) if name in _values(own, "metric")]
        if len(dict.fromkeys(wanted)) > 1:
            caption = (
                f"{target}, from {base}: every way of searching it, on {', '.join(dict.fromkeys(wanted))}. {_HOW} "
                "Intervals are not corrected for the number of questions."
            )
            found[where] = _metrics_table(analysis, "search", caption, own, list(dict.fromkeys(wanted)))
    return found


def diagnostic_tables(analysis: Analysis) -> dict[str, Table]:
    """As ``metric_tables``, on metrics that say how vectors lie, not how well a search finds."""
    found = {}
    for where, target, base, own, facts in _targets(analysis):
        wanted = [name for name in _values(own, "metric") if not _is_quality(name, facts.targets[target].metric)]
        if wanted:
            caption = (
                f"Diagnostics on {target}, from {base}: {', '.join(wanted)}, on their own scales. They say how "
                f"vectors lie, not how well a search finds. {_HOW}"
            )
            found[where] = _metrics_table(analysis, "search_diagnostics", caption, own, wanted)
    return found


def _targets(analysis: Analysis) -> list[tuple[str, str, str, Rows, Facts]]:
    """What it is called, target, base, rows and facts of every target and base."""
    rows: Rows = analysis["answer"].get("search", [])
    facts, bases = Facts.parse(analysis["facts"]), _bases(rows)
    return [
        (f"{target}, from {base}" if len(bases) > 1 else target, target, base, _of_base(rows, base, target), facts)
        for base in bases
        for target in _values(rows, "target")
    ]


def _is_quality(metric: str, headline: str = "") -> bool:
    return metric == headline or metric.split("@")[0] in _QUALITY


def _headlines(analysis: Analysis, base: str, facts: Facts) -> Table:
    rows = [
        row
        for row in _of_base(analysis["answer"]["search"], base)
        if row["metric"] == facts.targets[row["target"]].metric
    ]
    columns = list(dict.fromkeys((row["target"], row["variant"]) for row in rows if not _is_beside(row)))
    cells = {(row["arm"], row["target"], row["variant"]): row for row in reversed(rows)}
    arms = [*facts.arms, *(arm for arm in _values(rows, "arm") if arm not in facts.arms)]
    body: list[list[Cell]] = [
        [_arm(arm), *(_cell(cells.get((arm, *column)), _absent(facts, arm, column[0])) for column in columns)]
        for arm in arms
    ]
    head = ["arm", *(", ".join(filter(None, (target, variant_in_words(variant)))) for target, variant in columns)]
    metrics = ", ".join(
        f"{target} by {facts.targets[target].metric}" for target in dict.fromkeys(t for t, _ in columns)
    )
    caption = f"Every arm on every search, from {base}, with its vectors: {metrics}. {_HOW}"
    return Table("search", labelled(analysis, caption), head, body, frozenset(range(1, len(head))))


def _metrics_table(analysis: Analysis, name: str, caption: str, rows: Rows, metrics: Sequence[str]) -> Table:
    """Rows by variant and arm, a column per metric."""
    cells = {(row["variant"], row["arm"], row["metric"]): row for row in reversed(rows)}
    lines = list(dict.fromkeys((row["variant"], row["arm"]) for row in rows))
    variants = list(dict.fromkeys(variant for variant, _ in lines))
    lines.sort(key=lambda line: variants.index(line[0]))
    several = len(variants) > 1
    body: list[list[Cell]] = [
        [
            _arm(arm),
            *([variant_in_words(variant) or "headline"] if several else []),
            *(_cell(cells.get((variant, arm, metric)), "–", _is_quality(metric)) for metric in metrics),
        ]
        for variant, arm in lines
    ]
    head = ["arm", *(["searched"] if several else []), *metrics]
    return Table(name, labelled(analysis, caption), head, body, frozenset(range(1 + int(several), len(head))))


def _cell(row: Mapping[str, Any] | None, missing: str, percent: bool = True) -> Cell:
    if row is None:
        return missing
    if row["mean"] is None:
        return "incomplete"
    mean = level(row["mean"], 1 if percent else 2)
    if row["gain"] is None:
        return mean, "" if row["sd"] is None else f"±{level(row['sd'], 1 if percent else 2)}"
    if percent:
        spread = interval(row["low"], row["high"])
        return mean, f"{points(row['gain'])}{f', {spread}' if spread else ''}"
    ends = "" if row["low"] is None else f", {_signed(row['low'])} to {_signed(row['high'])}"
    return mean, f"{_signed(row['gain'])}{ends}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def variant_in_words(variant: str) -> str:
    """A variant for people: ``multilingual pool``, ``other direction``; "" for none."""
    said = {"queries": "{} direction", "pool": "{} pool", "index": "{} index"}
    return ", ".join(said.get(key, f"{key} {{}}").format(value) for key, value in parse(variant).items())


def _absent(facts: Facts, arm: str, target: str) -> str:
    return "–" if arm.startswith(BASELINE) or arm == NONE else absent(facts, arm, target)


def _arm(arm: str) -> Cell:
    return (arm.removeprefix(BASELINE), "baseline") if arm.startswith(BASELINE) else arm


def _is_beside(row: Mapping[str, Any]) -> bool:
    return str(row["arm"]).startswith(BASELINE)


def _bases(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The bases of the study; a baseline that has none of them stands beside every one."""
    return _values([row for row in rows if not _is_beside(row)], "base")


def _of_base(rows: Iterable[Mapping[str, Any]], base: str, target: str | None = None) -> Rows:
    given = list(rows)
    others = {*_bases(given)} - {base}
    return [
        row
        for row in given
        if (row["base"] == base or (_is_beside(row) and row["base"] not in others)) and target in (None, row["target"])
    ]


def _values(rows: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return list(dict.fromkeys(row[name] for row in rows))
