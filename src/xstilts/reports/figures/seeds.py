"""Seeds as dots: every paired gain of every seed, arm by target; and the gains by cluster of languages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.panels import gain_ticks, plain_axes
from xstilts.reports.figures.svg import DOWN, INK, MUTED, RULE, UP, figure, to_svg
from xstilts.reports.grid import DID_NOT_RUN, absent
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from xstilts.reports.figures.panels import Axes
    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row

_ROW, _PANEL, _MOST = 0.24, 1.5, 5


def seed_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The seeds of every base."""
    for grid in report.grids:
        yield f"seeds-{grid.base}", seeds_svg(report, grid.base)


def cluster_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The clusters of every base and target."""
    for grid in report.grids:
        for target in grid.targets:
            yield f"clusters-{grid.base}-{target}", clusters_svg(report, grid.base, target)


def seeds_svg(report: Report, base: str) -> str | None:
    """One panel per target, one row per arm, one dot per seed; a line is the interval, a bar across it the mean.

    None when no gain is known.
    """
    facts = report.facts
    rows = _rows(report, base)
    cells = {(row["target"], row["arm"]): row for row in rows if row["clustering"] == ZERO_SHOT}
    arms = [arm for arm in facts.arms if any((target, arm) in cells for target in facts.targets)]
    panels = [target for target in facts.targets if any(cells.get((target, arm), _NONE)["n_seeds"] for arm in arms)]
    if not panels:
        return None
    lines = [(float(place), arm) for place, arm in enumerate(arms)]
    alt = f"Zero-shot gain over none from {base}: one dot per seed, for {', '.join(arms)} on {', '.join(panels)}."
    better = {target: facts.targets[target].higher_is_better for target in panels}
    return _panels(panels, lines, lambda target, arm: cells.get((target, arm), _NONE), better, (f"seeds-{base}", alt))


def clusters_svg(report: Report, base: str, target: str) -> str | None:
    """One panel per arm, one row per cluster of each clustering; dots, line and bar as in ``seeds_svg``.

    None when the study asks for no clustering or nothing ran.
    """
    facts = report.facts
    rows = [row for row in _rows(report, base) if row["target"] == target and row["clustering"] in facts.clusters]
    cells = {(row["arm"], (row["clustering"], row["cluster"])): row for row in rows}
    arms = [arm for arm in facts.arms if any(row["n_seeds"] for row in rows if row["arm"] == arm)]
    if not arms:
        return None
    lines: list[tuple[float, Any]] = []
    for number, clustering in enumerate(facts.clusters):
        found = dict.fromkeys(row["cluster"] for row in rows if row["clustering"] == clustering)
        lines += [(y + 0.5 * number, (clustering, name)) for y, name in enumerate(sorted(found), len(lines))]
    named = f"by {', '.join(facts.clusters)}, for {', '.join(arms)}"
    alt = f"Gain over none on {target}, from {base}, {named}; seeds as dots."
    better = dict.fromkeys(arms, facts.targets[target].higher_is_better)
    names = f"clusters-{base}-{target}", alt
    return _panels(arms, lines, lambda arm, cluster: cells.get((arm, cluster), _NONE), better, names)


_NONE: Row = {
    "n_seeds": 0, "gain": None, "seed_gains": (), "low": None, "high": None, "n_languages": 0, "absent": DID_NOT_RUN,
}  # fmt: skip


def _rows(report: Report, base: str) -> list[Row]:
    own = [row for row in reversed(report.rows("clusters")) if row["base"] == base and report.facts.is_headline(row)]
    return [{**row, "absent": absent(report.facts, row["arm"], row["target"])} for row in own]


def _panels(
    panels: Sequence[str],
    lines: Sequence[tuple[float, Any]],
    cell: Callable[[str, Any], Row],
    better: Mapping[str, bool],
    names: tuple[str, str],
) -> str:
    """Small panels beside one another, in as many rows as they need, with one scale each row of panels shares."""
    columns = min(_MOST, len(panels))
    tiers = -(-len(panels) // columns)
    labels = [line if isinstance(line, str) else f"{line[0]}: {line[1]}" for _, line in lines]
    side = 0.25 + 0.075 * max(map(len, labels))
    deep = _ROW * (max(y for y, _ in lines) + 1)
    width, height = side + _PANEL * columns + 0.1, (deep + 0.62) * tiers
    widest = max((abs(g) for p in panels for _, line in lines for g in _extent(cell(p, line))), default=1.0) or 1.0
    with figure(width, height) as drawn:
        grid = drawn.subplots(tiers, columns, sharey=True, squeeze=False)
        drawn.subplots_adjust(side / width, 0.32 / height, 1 - 0.08 / width, 1 - 0.3 / height, 0.12, 0.62 / deep)
        for axes in grid.flat[len(panels) :]:
            axes.set_axis_off()
        for axes, panel in zip(grid.flat, panels, strict=False):
            plain_axes(axes, panel, "center")
            for y, line in lines:
                _strip(axes, y, cell(panel, line), better[panel])
            axes.axvline(0, color=MUTED, linewidth=0.9)
            axes.set_xlim(-1.08 * widest, 1.08 * widest)
            axes.locator_params(axis="x", nbins=4, prune="both")
            gain_ticks(axes.xaxis)
        for axes in grid[:, 0]:
            axes.set_ylim(max(y for y, _ in lines) + 0.6, -0.6)
            axes.set_yticks([y for y, _ in lines], labels, fontsize=8)
        return to_svg(drawn, *names)


def _extent(row: Row) -> list[float]:
    """The seeds' gains, and the interval as far as it does not dwarf them."""
    seeds = [abs(gain) for gain in row["seed_gains"] or ()]
    ends = [abs(end) for end in (row["low"], row["high"]) if end is not None]
    return [*seeds, *(min(end, 2.5 * max(seeds)) for end in ends if seeds)]


def _strip(axes: Axes, y: float, row: Row, higher_is_better: bool) -> None:
    axes.axhline(y, color=RULE, linewidth=0.5)
    if row["gain"] is None:
        axes.text(0, y, row["absent"], fontsize=6.5, color=MUTED, va="center", ha="center")
        return
    colour = UP if (row["gain"] >= 0) == higher_is_better else DOWN
    if row["low"] is not None:
        axes.plot([row["low"], row["high"]], [y, y], color=colour, linewidth=4, alpha=0.4, solid_capstyle="butt")
    axes.plot([row["gain"]] * 2, [y - 0.32, y + 0.32], color=colour, linewidth=1.8)
    axes.plot(row["seed_gains"], [y] * len(row["seed_gains"]), "o", markersize=3, color=INK, markeredgewidth=0)
