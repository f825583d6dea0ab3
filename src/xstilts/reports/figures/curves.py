"""Learning curves: one panel per group of training nodes, one line per node."""

from __future__ import annotations

import re
from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.panels import plain_axes
from xstilts.reports.figures.svg import ACCENT, RULE, figure, to_svg

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from xstilts.reports.plan_shapes import Point
    from xstilts.reports.report import Report


def curve_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The learning curves of a study, in one picture."""
    yield "curves", curves_svg(report)


def curves_svg(report: Report) -> str | None:
    """An ``<svg>`` element with a line per node (seed), in panels of nodes that differ only in it; None without any."""
    drawable = _grouped(report)
    if not drawable:
        return None
    columns = min(4, len(drawable))
    rows = -(-len(drawable) // columns)
    with figure(2.35 * columns + 0.2, 1.55 * rows + 0.1) as drawn:
        panels = drawn.subplots(rows, columns, squeeze=False)
        drawn.subplots_adjust(0.05, 0.2 / rows, 0.985, 1 - 0.2 / rows, wspace=0.24, hspace=0.62)
        for axes in panels.flat[len(drawable) :]:
            axes.set_axis_off()
        for axes, (title, lines) in zip(panels.flat, drawable.items(), strict=False):
            plain_axes(axes, title if len(title) < 40 else title[:39] + "…")
            axes.title.set_fontsize(8)
            most = max(_FEWEST, _POINTS // len(lines))
            for index, history in enumerate(lines):
                steps, losses = _thinned(history, most)
                axes.plot(steps, losses, color=ACCENT, linewidth=1.1, linestyle=_DASHES[index % len(_DASHES)])
            axes.grid(axis="y", color=RULE, linewidth=0.6)
            axes.locator_params(axis="both", nbins=4)
        alt = f"Training loss by step for {', '.join(drawable)}; one line per seed."
        return to_svg(drawn, "curves", alt)


def _grouped(report: Report) -> dict[str, list[Sequence[Point]]]:
    """Title to the curves of the training nodes that differ only in their seed."""
    groups: dict[str, list[Sequence[Point]]] = defaultdict(list)
    for node in report.plan["nodes"]:
        known = [point for point in report.history.get(node["key"], ()) if point.get("loss") is not None]
        if known:
            groups[node.get("group") or re.sub(r"[\s,·(]*\bseed[\s=]*[\d.]+\)?", "", node["label"])].append(known)
    return dict(groups)


_POINTS, _FEWEST = 400, 20
"""Points of one panel of learning curves, and the fewest of a line."""


def _thinned(history: Sequence[Point], most: int = 150) -> tuple[list[float], list[float]]:
    """Steps and losses, averaged over runs of neighbours so that at most ``most`` points remain to be drawn."""
    steps = [float(point["step"]) for point in history]
    losses = [float(point["loss"] or 0) for point in history]
    size = -(-len(steps) // most)
    starts = range(0, len(steps), size)

    def means(values: list[float]) -> list[float]:
        return [fmean(values[start : start + size]) for start in starts]

    return means(steps), means(losses)


_DASHES: tuple[Any, ...] = ("-", (0, (4, 1.5)), (0, (1, 1)), (0, (6, 1, 1, 1)), (0, (3, 1, 1, 1, 1, 1)))
