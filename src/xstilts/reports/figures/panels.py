"""What several pictures draw alike: panels, axes, lines with their bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.svg import INK, LINES, RULE
from xstilts.reports.numbers import points

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.score_rows import Row

Axes = Any
"""Axes of matplotlib, which is imported only where something is drawn."""
_MARKERS = "osD^vPX*"


def panel(drawn: Any, left: float, top: float, wide: float, tall: float) -> Axes:  # noqa: ANN401 - a figure
    """Axes at a place of a figure, in inches from its upper left corner."""
    width, height = drawn.get_size_inches()
    return drawn.add_axes((left / width, 1 - (top + tall) / height, wide / width, tall / height))


def plain_axes(axes: Axes, title: str, side: str = "left") -> None:
    """Axes with a title and light vertical rules, without a frame or ticks."""
    axes.set_title(title, fontsize=9, loc=side, color=INK, pad=5)
    axes.tick_params(length=0, labelsize=7.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)


def line_axes(axes: Axes, labels: float, pad: float, upright: float, ticks: int) -> None:
    """Axes of lines: rules both ways, the upright ones thinner, and nothing of a frame but its foot."""
    axes.tick_params(length=0, labelsize=labels, pad=pad)
    for place, spine in axes.spines.items():
        spine.set_visible(place == "bottom")
    axes.grid(axis="y", color=RULE, linewidth=0.6)
    axes.grid(axis="x", color=RULE, linewidth=upright)
    axes.set_axisbelow(True)
    axes.locator_params(axis="y", nbins=ticks)


def gain_ticks(axis: Any) -> None:  # noqa: ANN401 - one axis of matplotlib
    """Gains as numbers of an axis: with their sign, whole ones without decimals."""
    axis.set_major_formatter(lambda value, _: points(value) if value % 1 else points(value).removesuffix(".0"))


def line_style(number: int, width: float) -> dict[str, Any]:
    """How the line of a number looks: lines differ in colour and marker, later ones in dashes too."""
    return {
        "color": LINES[number % len(LINES)], "marker": _MARKERS[number % len(_MARKERS)], "linewidth": width,
        "linestyle": "-" if number < len(LINES) else (0, (4, 1.5)),
    }  # fmt: skip


def banded_line(
    axes: Axes,
    rows: Sequence[Row],
    names: tuple[str, str],
    style: Mapping[str, Any],
    **line: Any,  # noqa: ANN401
) -> None:
    """A line through rows, with the band of their intervals behind it.

    Args:
        axes: Where to draw.
        rows: The points in order, with ``low`` and ``high``, None where there is no interval.
        names: The fields along and up.
        style: How the line looks; ``band`` is how much the band covers.
        line: More of matplotlib's ways of drawing a line.
    """
    along, up = names
    known = [row for row in rows if row["low"] is not None]
    ends = [[row[end] for row in known] for end in ("low", "high")]
    own = {name: value for name, value in style.items() if name != "band"}
    axes.fill_between(
        [row[along] for row in known], *ends, color=style["color"], alpha=style["band"], linewidth=0, zorder=2
    )
    axes.plot([row[along] for row in rows], [row[up] for row in rows], **own, markeredgewidth=0, zorder=4, **line)


def reach(values: Iterable[float], rows: Iterable[Row], least: float, far: float, margin: float) -> tuple[float, float]:
    """Where an axis begins and ends: all values, and the bands as far as they do not dwarf them.

    Args:
        values: What must be seen.
        rows: Rows with ``low`` and ``high``, None where there is no interval.
        least: The least spread that values are taken to have.
        far: How many times this spread the axis may be stretched by bands; those that reach further are cut.
        margin: The share of the whole that is left free at either end.
    """
    shown, known = list(values), [row for row in rows if row["low"] is not None]
    bottom, top = min(shown), max(shown)
    spread = max(top - bottom, least)
    low = min([bottom, *(max(row["low"], bottom - far * spread) for row in known)])
    high = max([top, *(min(row["high"], top + far * spread) for row in known)])
    free = margin * (high - low) or 0.5  # all values may be one, as where nothing is found
    return low - free, high + free
