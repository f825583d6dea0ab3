"""Tables of searches: every arm on every target, variant and metric, with the vectors chosen for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from xstilts.reports.grid import absent
from xstilts.reports.numbers import interval, level, points, signed
from xstilts.reports.tables.table import Column, folded, made, number
from xstilts.statistics.score_rows import BASELINE, NONE
from xstilts.statistics.setting_text import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell, Table
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

_BESIDE = ("hit@10", "recall@10", "capped_recall@10")
"""Metrics shown beside the headline's in the table of a target."""
_QUALITY = ("accuracy", "hit", "recall", "capped_recall", "mrr", "map", "ndcg", "f1", "precision")
"""Metrics, without their depth, that say how well a search finds; others are diagnostics of the space."""

_HOW = (
    "Each number is the mean over seeds in all languages but the pivot and those held out. Below it stands the gain "
    "over none in points, with its 95 % interval over seeds (for none and baselines: ± standard deviation over seeds)."
)


class Searched(NamedTuple):
    """One target searched from one base: what it is called beside the others, its rows and its headline metric."""

    where: str
    target: str
    base: str
    rows: Sequence[Row]
    metric: str


def search_tables(report: Report) -> list[Table]:
    """Every arm on every search: by the headline metrics, then by the others."""
    return [*arm_tables(report), *metric_tables(report)]


def arm_tables(report: Report) -> list[Table]:
    """For each base: arms by target and variant, on the headline metrics."""
    rows = report.rows("search")
    return [_headlines(report, base, _of_base(rows, base)) for base in _bases(rows)]


def metric_tables(report: Report) -> list[Table]:
    """For each target and base: arms by metric, under every variant."""
    found = []
    for one in _searched(report):
        known = _values(one.rows, "metric")
        wanted = list(dict.fromkeys(name for name in (one.metric, *_BESIDE) if name in known))
        if len(wanted) > 1:
            caption = (
                f"{one.target}, from {one.base}: every way of searching it, by {', '.join(wanted)}. {_HOW} "
                "Intervals are not corrected for the number of questions."
            )
            table = _by_metric("search", report.labelled(caption), one.rows, wanted)
            found.append(folded(table, f"Other metrics and ways of searching: {one.where}"))
    return found


def diagnostic_tables(report: Report) -> list[Table]:
    """As ``metric_tables``, on metrics that say how vectors lie, not how well a search finds."""
    found = []
    for one in _searched(report):
        wanted = [name for name in _values(one.rows, "metric") if not _is_quality(name, one.metric)]
        if wanted:
            caption = (
                f"Diagnostics on {one.target}, from {one.base}: {', '.join(wanted)}, each on its own scale. They say "
                f"where vectors lie in space, not how well a search finds. {_HOW}"
            )
            table = _by_metric("search_diagnostics", report.labelled(caption), one.rows, wanted)
            found.append(folded(table, f"Diagnostics of the vectors: {one.where}"))
    return found


def _searched(report: Report) -> list[Searched]:
    rows = report.rows("search")
    bases = _bases(rows)
    return [
        Searched(
            f"{target}, from {base}" if len(bases) > 1 else target, target, base, _of_base(rows, base, target),
            report.facts.targets[target].metric,
        )
        for base in bases
        for target in _values(rows, "target")
    ]  # fmt: skip


def _is_quality(metric: str, headline: str = "") -> bool:
    return metric == headline or metric.split("@")[0] in _QUALITY


def _headlines(report: Report, base: str, found: Sequence[Row]) -> Table:
    facts = report.facts
    rows = [row for row in found if row["metric"] == facts.targets[row["target"]].metric]
    searches = dict.fromkeys((row["target"], row["variant"]) for row in rows if not _is_beside(row))
    cells = {(row["arm"], row["target"], row["variant"]): row for row in reversed(rows)}

    def of_search(target: str, variant: str) -> Callable[[str], Cell]:
        return lambda arm: _cell(cells.get((arm, target, variant)), _absent(facts, arm, target))

    columns = (
        Column("arm", _arm),
        *(
            number(", ".join(filter(None, (target, variant_in_words(variant)))), of_search(target, variant))
            for target, variant in searches
        ),
    )
    metrics = ", ".join(
        f"{target} by {facts.targets[target].metric}" for target in dict.fromkeys(target for target, _ in searches)
    )
    caption = f"Every arm on every search, from {base}, each with its own vectors: {metrics}. {_HOW}"
    arms = dict.fromkeys([*facts.arms, *_values(rows, "arm")])
    return made("search", report.labelled(caption), columns, arms, "Arms on searches")


def _by_metric(name: str, caption: str, rows: Sequence[Row], metrics: Sequence[str]) -> Table:
    """Rows by variant and arm, a column per metric."""
    cells = {(row["variant"], row["arm"], row["metric"]): row for row in reversed(rows)}
    variants = _values(rows, "variant")
    lines = sorted(
        dict.fromkeys((row["variant"], row["arm"]) for row in rows), key=lambda line: variants.index(line[0])
    )

    def of_metric(metric: str) -> Callable[[tuple[str, str]], Cell]:
        return lambda line: _cell(cells.get((*line, metric)), "–", _is_quality(metric))

    columns = (
        Column("arm", lambda line: _arm(line[1])),
        Column("searched", lambda line: variant_in_words(line[0]) or "headline", shown=len(variants) > 1),
        *(number(metric, of_metric(metric)) for metric in metrics),
    )
    return made(name, caption, columns, lines)


def _cell(row: Row | None, missing: str, percent: bool = True) -> Cell:
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
    ends = "" if row["low"] is None else f", {signed(row['low'])} to {signed(row['high'])}"
    return mean, f"{signed(row['gain'])}{ends}"


def variant_in_words(variant: str) -> str:
    """A variant for people: ``multilingual pool``, ``other direction``; "" for none."""
    said = {"queries": "{} direction", "pool": "{} pool", "index": "{} index"}
    return ", ".join(said.get(key, f"{key} {{}}").format(value) for key, value in parse(variant).items())


def _absent(facts: Facts, arm: str, target: str) -> str:
    return "–" if arm.startswith(BASELINE) or arm == NONE else absent(facts, arm, target)


def _arm(arm: str) -> Cell:
    return (arm.removeprefix(BASELINE), "baseline") if arm.startswith(BASELINE) else arm


def _is_beside(row: Row) -> bool:
    return str(row["arm"]).startswith(BASELINE)


def _bases(rows: Iterable[Row]) -> list[str]:
    """The bases of the study; a baseline that has none of them stands beside every one."""
    return _values([row for row in rows if not _is_beside(row)], "base")


def _of_base(rows: Iterable[Row], base: str, target: str | None = None) -> list[Row]:
    given = list(rows)
    others = {*_bases(given)} - {base}
    return [
        row
        for row in given
        if (row["base"] == base or (_is_beside(row) and row["base"] not in others)) and target in (None, row["target"])
    ]


def _values(rows: Iterable[Row], name: str) -> list[str]:
    return list(dict.fromkeys(row[name] for row in rows))
