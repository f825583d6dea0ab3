"""Gain against the size of the base: one picture per arm, one line per cluster of languages with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.figures.arm_lines import first_arms
from xstilts.reports.figures.dose_response import cluster_styles, name_ends
from xstilts.reports.figures.panels import banded_line, gain_ticks, line_axes, reach
from xstilts.reports.figures.svg import MUTED, figure, to_svg
from xstilts.reports.numbers import points, quantity
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.size.table import ALL, POINTS
from xstilts.statistics.tables.gains import ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row

WIDTH, HEIGHT = 7.4, 3.3
_MARGIN = 1.15
"""How many times smaller and larger than the ladder's ends the axis reaches."""


def size_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The picture of every arm, of the first arms where there are many."""
    there = {row["arm"] for row in report.rows("sizes")}
    for arm in first_arms(report.facts, there):
        if arm != NONE:
            yield f"sizes-{arm}", size_svg(report, arm)


def size_svg(report: Report, arm: str) -> str | None:
    """Gain in points, mean over targets, against the body's parameters; None when no gain is known."""
    first = next(iter(report.facts.clusters), ZERO_SHOT)
    lines: dict[str, list[Row]] = {}
    for row in report.rows("sizes"):
        shown = row["clustering"] in (ZERO_SHOT, first) and row["scale"] == POINTS and row["gain"] is not None
        if row["arm"] == arm and shown:
            lines.setdefault(row["cluster"], []).append(row)
    if not lines:
        return None
    rows = [row for line in lines.values() for row in line]
    bodies = sorted({float(row["body"]) for row in rows})
    side = 0.2 + 0.078 * max(len(name) + 5 for name in lines)
    tall = HEIGHT - 0.62
    with figure(WIDTH, HEIGHT) as drawn:
        axes = drawn.add_axes((0.55 / WIDTH, 0.5 / HEIGHT, 1 - (0.55 + side) / WIDTH, tall / HEIGHT))
        axes.set_xscale("log")
        styles = cluster_styles([*(name for name in lines if name != ALL), ALL])
        for cluster, line in lines.items():
            banded_line(axes, line, ("body", "gain"), {**styles[cluster], "band": 0.09}, markersize=4.8)
        axes.set_xlim(bodies[0] / _MARGIN, bodies[-1] * _MARGIN)
        axes.set_xticks(bodies, [quantity(body) for body in bodies])
        axes.minorticks_off()
        axes.set_ylim(*reach([0.0, *(row["gain"] for row in rows)], rows, least=0.5, far=1.6, margin=0.04))
        line_axes(axes, labels=8, pad=4, upright=0.4, ticks=6)
        axes.axhline(0, color=MUTED, linewidth=1, zorder=3)
        gain_ticks(axes.yaxis)
        axes.set_ylabel("gain over none, points", fontsize=8.5)
        axes.set_xlabel("parameters without word embeddings (logarithmic)", fontsize=8.5)
        name_ends(axes, lines, styles)
        return to_svg(drawn, f"sizes-{arm}", _alt(arm, lines))


def _alt(arm: str, lines: Mapping[str, Sequence[Row]]) -> str:
    said = [
        f"{cluster}: " + ", ".join(f"{row['base']} {points(row['gain'])}" for row in line)
        for cluster, line in lines.items()
    ]
    return f"Gain of {arm} over none by size of the base, mean over targets, in points. {'; '.join(said)}."
