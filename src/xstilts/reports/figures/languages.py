"""Gains language by language, as pictures."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.panels import gain_ticks, plain_axes
from xstilts.reports.figures.svg import ACCENT, DOWN, INK, MUTED, UP, figure, to_svg
from xstilts.statistics.score_rows import NONE, cluster_of, is_pivot
from xstilts.statistics.tables.levels import chance_level

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.reports.figures.panels import Axes
    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

_ROW, _PANEL = 0.2, 1.25


def language_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The picture of every base and target."""
    for grid in report.grids:
        for target in grid.targets:
            yield f"languages-{grid.base}-{target}", languages_svg(report, grid.base, target)


def languages_svg(report: Report, base: str, target: str) -> str | None:
    """One panel per arm, one bar per language: mean gain over ``none``, each seed a dot; first of all, ``none`` itself.

    Languages stand in groups, the pivot first and apart, the others by the study's first clustering.

    Args:
        report: The report.
        base: Base to draw.
        target: Target to draw, on its headline metric.

    Returns:
        An ``<svg>`` element, or None when no gain is known.
    """
    facts = report.facts
    rows = {
        (row["arm"], row["language"]): row
        for row in reversed(report.rows("gains"))
        if row["base"] == base and row["target"] == target and facts.is_headline(row)
    }
    arms = [arm for arm in facts.arms if any(row["n_seeds"] for (own, _), row in rows.items() if own == arm)]
    if not arms:
        return None
    groups = _groups({language for _, language in rows}, facts)
    places, height = _places(groups)
    longest = max(len(_name(language, facts)) for language in places)
    side = 0.25 + 0.075 * max(longest, *(len(group) * 0.95 for group in groups))
    width, tall = side + _PANEL * (len(arms) + 1) + 0.1, 0.42 + _ROW * height + 0.34
    with figure(width, tall) as drawn:
        panels = drawn.subplots(1, len(arms) + 1, sharey=True, squeeze=False)[0]
        drawn.subplots_adjust(side / width, 0.34 / tall, 1 - 0.08 / width, 1 - 0.3 / tall, wspace=0.16)
        level = next((row for row in report.rows("levels") if _is(row, base, NONE, target)), None)
        _levels(panels[0], places, level["by_language"] if level else {}, facts, target)
        widest = max((abs(gain) for row in rows.values() for gain in row["seed_gains"] or ()), default=1.0) or 1.0
        for axes, arm in zip(panels[1:], arms, strict=True):
            _bars(axes, arm, places, rows, 1.1 * widest, facts.targets[target].higher_is_better)
        _names(panels[0], places, groups, facts, height)
        alt = f"Gain over none on {target}, from {base}, by language, for {', '.join(arms)}; each seed is a dot."
        return to_svg(drawn, f"languages-{base}-{target}", alt)


def _is(row: Mapping[str, Any], base: str, arm: str, target: str) -> bool:
    return (row["base"], row["arm"], row["target"]) == (base, arm, target)


def _groups(languages: set[str], facts: Facts) -> dict[str, list[str]]:
    clustering = next(iter(facts.clusters.values()), {})
    groups: dict[str, list[str]] = defaultdict(list)
    for language in sorted(languages, key=lambda code: (not is_pivot(code, facts.pivot), code)):
        group = "pivot" if is_pivot(language, facts.pivot) else cluster_of(language, facts.pivot, clustering) or "other"
        groups[group].append(language)
    return dict(sorted(groups.items(), key=lambda item: (item[0] != "pivot", item[0] == "other", item[0])))


def _places(groups: Mapping[str, Sequence[str]]) -> tuple[dict[str, float], float]:
    """Language to its height in rows from the top, and the height of all; each group has a line for its name."""
    places, y = {}, 0.0
    for members in groups.values():
        y += 1.0
        for language in members:
            places[language] = y + 0.5
            y += 1.0
        y += 0.25
    return places, y


def _name(language: str, facts: Facts) -> str:
    name = facts.names.get(language)
    return f"{name} ({language})" if name else language


def _names(axes: Axes, places: Mapping[str, float], groups: Mapping[str, Any], facts: Facts, height: float) -> None:
    axes.set_ylim(height, 0)
    axes.set_yticks(list(places.values()), [_name(language, facts) for language in places], fontsize=8)
    for group, members in groups.items():
        axes.text(
            -0.06, places[members[0]] - 0.95, group, transform=axes.get_yaxis_transform(), ha="right", va="center",
            fontsize=7.5, color=MUTED, style="italic",
        )  # fmt: skip


def _levels(axes: Axes, places: Mapping[str, float], means: Mapping[str, float], facts: Facts, target: str) -> None:
    plain_axes(axes, f"{NONE}: {facts.targets[target].metric}")
    known = [language for language in places if language in means]
    axes.barh([places[code] for code in known], [means[code] for code in known], height=0.62, color=ACCENT, alpha=0.45)
    for code in places:
        chance = chance_level(facts.targets[target].chance, [code])
        if chance is not None:
            axes.plot([chance, chance], [places[code] - 0.4, places[code] + 0.4], color=INK, linewidth=1)
    axes.set_xlim(left=0)
    axes.locator_params(axis="x", nbins=4)


def _bars(
    axes: Axes,
    arm: str,
    places: Mapping[str, float],
    rows: Mapping[tuple[str, str], Row],
    widest: float,
    higher_is_better: bool,
) -> None:
    plain_axes(axes, arm, "center")
    for language, y in places.items():
        row = rows.get((arm, language))
        if row is None or row["gain"] is None:
            axes.text(0, y, "did not run", fontsize=6.5, color=MUTED, va="center", ha="center")
            continue
        good = (row["gain"] >= 0) == higher_is_better
        axes.barh([y], [row["gain"]], height=0.62, color=UP if good else DOWN, alpha=0.45)
        axes.plot(row["seed_gains"], [y] * len(row["seed_gains"]), "o", markersize=2.6, color=INK, markeredgewidth=0)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    axes.set_xlim(-widest, widest)
    axes.locator_params(axis="x", nbins=3)
    gain_ticks(axes.xaxis)
