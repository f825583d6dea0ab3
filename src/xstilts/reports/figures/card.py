"""The summary card: 1200 × 630 pixels to paste into a paper, a slide or a message."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from xstilts.reports.figures.svg import ACCENT, DOWN, INK, LIGHT, MUTED, RULE, SURFACE, UP, figure, to_png, to_svg
from xstilts.reports.text.card import among, card_rows, gain, headline, most_gained, size_and_cost, spread, world

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.reports.figures.panels import Axes
    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row

NAME = "card"
PIXELS = (1200, 630)
_WIDE, _TALL = 750, 393.75
"""Size in points; a point is 1.6 pixels, so the smallest text is 21 pixels high, and 10 at half size."""
_LEFT, _RIGHT, _MIDDLE, _SMALL = 34, _WIDE - 34, 330, 13
_BASES = 3
"""Bases that have room."""


@dataclass(frozen=True)
class _Pen:
    """Where to draw, in points from the upper left corner, and what the colours are in this picture."""

    axes: Axes
    colours: Mapping[str, str]

    def text(self, place: tuple[float, float], text: str, size: float, colour: str, **more: Any) -> None:  # noqa: ANN401
        self.axes.text(*place, text, fontsize=size, color=self.colours[colour], va="top", **more)

    def line(self, x: Sequence[float], y: Sequence[float], colour: str, **more: Any) -> None:  # noqa: ANN401
        self.axes.plot(x, y, color=self.colours[colour], **more)


def card_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The card; none where the study has no base yet."""
    rows = card_rows(report)
    if not rows:
        return
    with figure(_WIDE / 72, _TALL / 72) as drawn:
        _draw(drawn, report, rows, {colour: colour for colour in LIGHT})
        yield NAME, to_svg(drawn, NAME, card_in_words(report))


def card_pixels(report: Report) -> Iterator[tuple[str, bytes]]:
    """The same as PNG, in light colours."""
    rows = card_rows(report)
    if not rows:
        return
    with figure(_WIDE / 72, _TALL / 72) as drawn:
        _draw(drawn, report, rows, LIGHT)
        yield NAME, to_png(drawn, PIXELS, LIGHT[SURFACE])


def card_in_words(report: Report) -> str:
    """What the card says, in its order."""
    rows = card_rows(report)
    said = [f"{report.question} ({world(report)})"]
    for row in rows:
        number = "" if row["gain"] is None else f": {gain(row)} points over none, {spread(report, row)} ({among(row)})"
        said.append(f"From {row['base']}, {headline(row)}{number}.")
    shown = most_gained(rows)
    return " ".join([*said, f"{size_and_cost(report, shown)}.", f"Next: {shown['next']}"])


def _draw(drawn: Any, report: Report, rows: Sequence[Row], colours: Mapping[str, str]) -> None:  # noqa: ANN401 - a figure
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, _WIDE)
    axes.set_ylim(_TALL, 0)
    pen, shown = _Pen(axes, colours), most_gained(rows)
    _head(pen, report, f" · base {shown['base']}" if len(rows) == 1 else "")
    if len(rows) == 1:
        _one_base(pen, report, shown)
    else:
        _several_bases(pen, report, rows)
    pen.text((_LEFT, 258), size_and_cost(report, shown), _SMALL, MUTED)
    pen.line([_LEFT, _RIGHT], [289, 289], RULE, linewidth=1)
    start = "Next" if len(rows) == 1 else f"Next, from {_short(shown['base'], 30)}"
    pen.text((_LEFT, 300), start, _SMALL, ACCENT, weight="bold")
    for number, line in enumerate(_lines(shown["next"].replace("`", ""), 82, 3)):
        pen.text((_LEFT, 322 + 20 * number), line, 14, INK)


def _head(pen: _Pen, report: Report, base: str) -> None:
    """The study, lab or real, and the question in letters that leave room for it."""
    pen.text((_LEFT, 24), _short(f"xstilts · study {report.facts.study}{base}", 54), _SMALL, MUTED)
    edge, colour = (DOWN, DOWN) if report.lab else (RULE, MUTED)
    box = {"boxstyle": "round,pad=0.35", "facecolor": "none", "edgecolor": pen.colours[edge]}
    pen.text((_RIGHT - 4, 24), world(report), _SMALL, colour, ha="right", bbox=box, weight="bold")
    large, small = _lines(report.question, 52, 2), _lines(report.question, 64, 3)
    lines, size, step = (small, 18, 25) if large[-1].endswith("…") else (large, 23, 31)
    for number, line in enumerate(lines):
        pen.text((_LEFT, 60 + step * number), line, size, INK, weight="bold")


def _one_base(pen: _Pen, report: Report, row: Row) -> None:
    told = row["verdict"] in ("supported", "contradicted")
    colour = INK if not told else UP if row["gain"] > 0 else DOWN
    pen.text((_LEFT, 152), gain(row), 46, colour, weight="bold")
    pen.text((_MIDDLE, 154), _short(headline(row), 36), 17, INK, weight="bold")
    if row["gain"] is None:
        return
    pen.text((_LEFT, 219), "points over none", _SMALL, MUTED)
    pen.text((_MIDDLE, 180), _short(among(row), 48), _SMALL, MUTED)
    pen.text((_MIDDLE, 219), spread(report, row), _SMALL, MUTED)
    if row["low"] is not None:
        _bar(pen, row, colour)


def _bar(pen: _Pen, row: Row, colour: str) -> None:
    """The interval beside zero, on a scale that shows both."""
    low, high = min(0.0, row["low"]), max(0.0, row["high"])
    scale = (_RIGHT - _MIDDLE - 20) / ((high - low) or 1.0)
    zero, left, middle, right = (
        _MIDDLE + 10 + (value - low) * scale for value in (0.0, row["low"], row["gain"], row["high"])
    )
    y = 207
    pen.line([_MIDDLE, _RIGHT], [y, y], RULE, linewidth=1)
    pen.line([zero, zero], [y - 6, y + 6], MUTED, linewidth=1.6)
    pen.line([left, right], [y, y], colour, linewidth=5, alpha=0.45, solid_capstyle="butt")
    pen.line([middle], [y], colour, marker="o", markersize=8, markeredgewidth=0)


def _several_bases(pen: _Pen, report: Report, rows: Sequence[Row]) -> None:
    for number, row in enumerate(rows[:_BASES]):
        y = 150 + 31 * number
        pen.text((_LEFT, y), gain(row), 19, INK, weight="bold")
        sure = "" if row["gain"] is None else spread(report, row)
        pen.text((118, y + 5), sure, _SMALL, MUTED)
        pen.text((_MIDDLE + 26, y + 4), _short(f"{row['base']}: {headline(row)}", 43), 14, INK)
    if len(rows) > _BASES:
        pen.text((_RIGHT, 258), f"{len(rows) - _BASES} more in tables/card.csv", _SMALL, MUTED, ha="right")


def _lines(text: str, width: int, most: int) -> list[str]:
    """A text in at most so many lines; wide letters count twice."""
    wide = any(east_asian_width(letter) in "WF" for letter in text)
    return textwrap.wrap(text, width // 2 if wide else width, max_lines=most, placeholder=" …") or [""]


def _short(text: str, width: int) -> str:
    return _lines(text, width, 1)[0]
