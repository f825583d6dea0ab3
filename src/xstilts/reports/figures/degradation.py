"""Scores as noise grows: one panel per type of noise, one line per arm with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.figures.arm_lines import arm_style, first_arms, legend, per_line
from xstilts.reports.figures.panels import banded_line, line_axes, panel, reach
from xstilts.reports.figures.svg import INK, figure, to_svg
from xstilts.reports.numbers import level

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from xstilts.reports.figures.panels import Axes
    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row

_WIDTH, _PANEL, _COLUMNS, _GAP, _LEFT = 7.4, 1.75, 3, 0.2, 0.55
_FAR = 0.5
"""How many times the spread of the means the axis may be stretched by bands; those that reach further are cut."""


def degradation_name(base: str, target: str) -> str:
    """The picture's name."""
    return f"degradation-{base}-{target}"


def degradation_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The picture of every base and target."""
    for base, target in dict.fromkeys((row["base"], row["target"]) for row in report.rows("degradation")):
        yield degradation_name(base, target), degradation_svg(report, base, target)


def degradation_svg(report: Report, base: str, target: str) -> str | None:
    """The figure of one base and target, all panels on one scale; None when nothing was measured under noise.

    Severities stand at equal distances, as each doubles the edits of the one before; what was realised stands below.
    """
    rows = [row for row in report.rows("degradation") if (row["base"], row["target"]) == (base, target)]
    arms = first_arms(report.facts, {row["arm"] for row in rows})
    rows = [row for row in rows if row["arm"] in arms]
    noises = list(dict.fromkeys(row["noise"] for row in rows))
    if not noises:
        return None
    columns = min(_COLUMNS, len(noises))
    tiers = -(-len(noises) // columns)
    head = 0.1 + 0.22 * -(-len(arms) // per_line(arms, _WIDTH - _LEFT))
    wide = (_WIDTH - _LEFT - 0.1 - _GAP * (columns - 1)) / columns
    limits = reach((row["score"] for row in rows), rows, least=1.0, far=_FAR, margin=0.05)
    with figure(_WIDTH, head + tiers * (_PANEL + 0.68) + 0.08) as drawn:
        for number, noise in enumerate(noises):
            tier, column = divmod(number, columns)
            left, top = _LEFT + column * (wide + _GAP), head + 0.3 + tier * (_PANEL + 0.68)
            axes = panel(drawn, left, top, wide, _PANEL)
            own = [row for row in rows if row["noise"] == noise]
            _lines(axes, own, arms)
            _dress(axes, noise, own)
            axes.set_ylim(*limits)
            if column:
                axes.set_yticklabels([])
            else:
                axes.set_ylabel(own[0]["metric"], fontsize=8)
            if number + columns >= len(noises):
                axes.set_xlabel("letters edited, %" if _realised(own) else "severity", fontsize=8)
        legend(drawn, arms, _LEFT)
        return to_svg(drawn, degradation_name(base, target), _alt(base, target, rows, arms))


def _lines(axes: Axes, rows: Iterable[Row], arms: Sequence[str]) -> None:
    each = list(rows)
    for arm in arms:
        own = [row for row in each if row["arm"] == arm]
        banded_line(axes, own, ("severity", "score"), {**arm_style(arm, arms), "band": 0.13}, markersize=3.4)


def _dress(axes: Axes, noise: str, rows: Sequence[Row]) -> None:
    axes.set_title(f"{noise} ({rows[0]['n_languages']})", fontsize=8.5, loc="left", color=INK, pad=4)
    found = {row["severity"]: row["edit_rate"] for row in rows}
    realised = _realised(rows)
    names = [_percent(rate) if realised else str(severity) for severity, rate in found.items()]
    axes.set_xticks(list(found), names)
    margin = 0.04 * max(found) or 0.5
    axes.set_xlim(-margin, max(found) + margin)
    line_axes(axes, labels=7.5, pad=3, upright=0.35, ticks=5)


def _realised(rows: Iterable[Row]) -> bool:
    """Whether it is known how much was edited at every point."""
    return all(row["edit_rate"] is not None for row in rows)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}".removesuffix(".0")


def _alt(base: str, target: str, rows: Sequence[Row], arms: Sequence[str]) -> str:
    said = []
    for noise in dict.fromkeys(row["noise"] for row in rows):
        lines = [(arm, [row for row in rows if (row["arm"], row["noise"]) == (arm, noise)]) for arm in arms]
        told = [f"{arm} {' '.join(level(row['score']) for row in own)}" for arm, own in lines if own]
        said.append(f"{noise}: {', '.join(told)}")
    return (
        f"Zero-shot {rows[0]['metric']} on {target} from {base} as noise grows, from clean text on. {'; '.join(said)}."
    )
