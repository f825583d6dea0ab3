"""Gain against dose: one line per cluster of languages with its band, all targets together and one by one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.panels import banded_line, gain_ticks, line_axes, line_style, panel, reach
from xstilts.reports.figures.svg import INK, MUTED, figure, to_svg
from xstilts.reports.numbers import points
from xstilts.statistics.tables.dose_response import ALL, MEAN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.reports.figures.panels import Axes
    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row
    from xstilts.statistics.study_facts import Facts

WIDTH = 7.4
_MAIN, _SMALL, _COLUMNS = 3.3, 1.45, 4
_CLOSE = 0.04
"""Doses closer than this share of the axis would overlap; the axis then counts in square roots."""
_FAR = 1.6
"""How many times the spread of the means the axis may be stretched by bands; those that reach further are cut."""

Line = list["Row"]
Styles = dict[str, dict[str, Any]]
"""Cluster to how its line looks."""


def dose_name(base: str, series: str) -> str:
    """The picture's name."""
    return f"dose-{base}-{series}"


def dose_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The picture of every base and series."""
    for grid in report.grids:
        for series in report.facts.series:
            yield dose_name(grid.base, series["name"]), dose_svg(report, grid.base, series["name"])


def dose_svg(report: Report, base: str, series: str) -> str | None:
    """The dose-response figure of one base and series; None when no gain is known.

    Above, the mean over targets: a line per cluster of the study's first clustering, one for all zero-shot languages
    together, each with its band (interval over seeds), marker and name at its end. Below, one small panel per target,
    all on one scale, where there are several.
    """
    rows = [
        row
        for row in report.rows("doses")
        if (row["base"], row["series"]) == (base, series) and row["gain"] is not None
    ]
    main = _lines(rows, MEAN)
    if not main:
        return None
    facts = report.facts
    found = dict.fromkeys(row["target"] for row in rows if row["target"] != MEAN)
    targets = [target for target in facts.targets if target in found]
    small = targets if len(targets) > 1 else []
    styles = cluster_styles(list(dict.fromkeys(row["cluster"] for row in rows)))
    doses = sorted({row["p"] for row in rows})
    tiers = -(-len(small) // _COLUMNS)
    height = _MAIN + 0.62 + (_SMALL + 0.5) * tiers
    side = 0.2 + 0.078 * max(len(_label(name, line)) for name, line in main.items())
    with figure(WIDTH, height) as drawn:
        axes = drawn.add_axes((0.55 / WIDTH, 1 - (_MAIN + 0.12) / height, 1 - (0.55 + side) / WIDTH, _MAIN / height))
        _draw(axes, main, styles, doses)
        name_ends(axes, main, styles)
        axes.set_ylabel("gain over none, points", fontsize=8.5)
        axes.set_xlabel(_axis_words(_what(facts, series), doses), fontsize=8.5)
        if small:
            _small(drawn, small, rows, styles, doses)
        return to_svg(drawn, dose_name(base, series), _alt(base, series, main))


def _lines(rows: Sequence[Row], target: str) -> dict[str, Line]:
    found: dict[str, Line] = {}
    for row in rows:
        if row["target"] == target:
            found.setdefault(row["cluster"], []).append(row)
    return found


def _what(facts: Facts, series: str) -> str:
    return next((str(one["what"]) for one in facts.series if one["name"] == series), "") or "dose"


def _axis_words(what: str, doses: Sequence[float]) -> str:
    return f"{what} ({'square-root scale' if _crowded(doses) else 'linear scale'})"


def cluster_styles(clusters: Sequence[str]) -> Styles:
    """Cluster to how its line looks; that of all languages stands out, the others differ in colour and marker."""
    others = [cluster for cluster in clusters if cluster != ALL]
    styles = {cluster: line_style(number, 1.5) for number, cluster in enumerate(others)}
    return styles | {ALL: {"color": INK, "marker": "", "linewidth": 2.6, "linestyle": (0, (6, 1.2))}}


def _crowded(doses: Sequence[float]) -> bool:
    return any(second - first < _CLOSE for first, second in pairwise(doses))


def _draw(axes: Axes, lines: Mapping[str, Line], styles: Styles, doses: Sequence[float], size: float = 4.8) -> None:
    for cluster, line in lines.items():
        style, known = styles[cluster], [row for row in line if row["low"] is not None]
        banded_line(axes, line, ("p", "gain"), {**style, "band": 0.09}, markersize=size, clip_on=False)
        for end in ("low", "high"):
            x, y = [row["p"] for row in known], [row[end] for row in known]
            axes.plot(x, y, color=style["color"], alpha=0.3, linewidth=0.6, zorder=2)
    if _crowded(doses):
        axes.set_xscale("function", functions=(_root, _square))
    axes.set_xlim(0, max(doses) or 1)
    axes.set_xticks(doses, [f"{100 * dose:.3g} %" for dose in doses])
    axes.set_ylim(*_reach([row for line in lines.values() for row in line]))
    line_axes(axes, labels=8, pad=4, upright=0.4, ticks=6)
    axes.axhline(0, color=MUTED, linewidth=1, zorder=3)
    gain_ticks(axes.yaxis)


def _root(values: Any) -> Any:  # noqa: ANN401 (arrays; numpy is imported by matplotlib alone)
    import numpy as np

    return np.sqrt(np.maximum(values, 0))


def _square(values: Any) -> Any:  # noqa: ANN401
    return values**2


def _reach(rows: Sequence[Row]) -> tuple[float, float]:
    return reach([0.0, *(row["gain"] for row in rows)], rows, least=0.5, far=_FAR, margin=0.04)


def _label(cluster: str, line: Line) -> str:
    n = line[-1]["n_languages"]
    return f"{cluster} ({n})"


def name_ends(axes: Axes, lines: Mapping[str, Line], styles: Styles) -> None:
    """The name of each line and its number of languages at the line's end, moved apart where ends lie close."""
    low, high = axes.get_ylim()
    step = 0.052 * (high - low)
    ends = sorted(((line[-1]["gain"], cluster) for cluster, line in lines.items()))
    places = apart([gain for gain, _ in ends], step, low + step / 2, high - step / 2)
    for (gain, cluster), y in zip(ends, places, strict=True):
        line, style = lines[cluster], styles[cluster]
        last = axes.get_yaxis_transform()
        axes.plot(
            [1.0, 1.03], [gain, y], transform=last, color=style["color"], linewidth=0.8, clip_on=False, zorder=3,
        )  # fmt: skip
        axes.text(
            1.04, y, _label(cluster, line), transform=last, va="center", fontsize=8.5, color=style["color"],
            fontweight="bold" if cluster == ALL else "normal",
        )  # fmt: skip


def apart(wanted: Sequence[float], step: float, low: float, high: float) -> list[float]:
    """Ascending places near the wanted ones, at least ``step`` apart, within ``low`` and ``high`` where they fit."""
    places: list[float] = []
    for value in wanted:
        places.append(max(value, places[-1] + step) if places else max(value, low))
    ceiling = high
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - step
    return places


def _small(
    drawn: Any,  # noqa: ANN401 - a figure
    targets: Sequence[str],
    rows: Sequence[Row],
    styles: Styles,
    doses: Sequence[float],
) -> None:
    """One panel per target below, on one scale."""
    columns = min(_COLUMNS, len(targets))
    wide = (WIDTH - 0.55 - 0.1 - 0.14 * (columns - 1)) / columns
    limits = _reach([row for row in rows if row["target"] != MEAN])
    for number, target in enumerate(targets):
        tier, column = divmod(number, columns)
        left, top = 0.55 + column * (wide + 0.14), _MAIN + 0.62 + 0.32 + tier * (_SMALL + 0.5)
        axes = panel(drawn, left, top, wide, _SMALL)
        thin = {cluster: {**style, "linewidth": 0.62 * style["linewidth"]} for cluster, style in styles.items()}
        _draw(axes, _lines(rows, target), thin, doses, 3.0)
        axes.set_ylim(*limits)
        axes.set_title(target, fontsize=8.5, loc="left", color=INK, pad=4)
        names = [f"{100 * dose:.3g} %" if dose in (doses[0], doses[-1]) else "" for dose in doses]
        axes.set_xticks(doses, names)
        for tick, place in zip((axes.xaxis.majorTicks[0], axes.xaxis.majorTicks[-1]), ("left", "right"), strict=True):
            tick.label1.set_horizontalalignment(place)
        axes.tick_params(labelsize=7.5)
        if column:
            axes.set_yticklabels([])


def _alt(base: str, series: str, lines: Mapping[str, Line]) -> str:
    said = [
        f"{cluster}: " + ", ".join(f"{100 * row['p']:.3g} % {points(row['gain'])}" for row in line)
        for cluster, line in lines.items()
    ]
    return (
        f"Gain over none by dose, series {series} from {base}, mean over targets, in points. " + "; ".join(said) + "."
    )
