"""What arms gain with images against what they gain with captions in the place of the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.figures.panels import gain_ticks, panel
from xstilts.reports.figures.svg import INK, LINES, MUTED, RULE, figure, to_svg
from xstilts.reports.numbers import points
from xstilts.statistics.score_rows import NONE
from xstilts.statistics.tables.visual_gains import PIVOT, ZERO_SHOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.statistics.score_rows import Row

_CAPTION = "caption"
_SIDE, _LEGEND = 3.6, 1.6
_MARKERS = "osD^vPX*"

Gains = dict[str, list[tuple[str, float, float]]]
"""Arm to its languages, each with the gain with captions and that with images, in points."""


def visual_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """One picture for each base and target that is tested with captions too."""
    rows = [row for row in report.rows("visual") if row["control"] == _CAPTION]
    for base, target in dict.fromkeys((row["base"], row["target"]) for row in rows):
        own = [row for row in rows if (row["base"], row["target"]) == (base, target)]
        name = f"visual-{base}-{target}"
        yield name, _drawn(gains_of(own), name, target)


def gains_of(rows: Sequence[Row]) -> Gains:
    """What arms gain over none in each language, with captions and with images."""
    by_cell: Mapping[tuple[str, str], Row] = {(row["arm"], row["language"]): row for row in rows}
    found: Gains = {}
    for (arm, language), row in by_cell.items():
        none = by_cell.get((NONE, language))
        if arm == NONE or none is None or language == ZERO_SHOT:
            continue
        gain = tuple(row[name] - none[name] for name in ("controlled", "shown"))
        found.setdefault(arm, []).append((language, gain[0], gain[1]))
    return found


def _drawn(gains: Gains, name: str, target: str) -> str | None:
    if not gains:
        return None
    values = [value for cells in gains.values() for _, *both in cells for value in both]
    low, high = min(0.0, *values) - 1, max(0.0, *values) + 1
    with figure(_SIDE + _LEGEND, _SIDE) as drawn:
        axes = panel(drawn, 0.6, 0.15, _SIDE - 0.75, _SIDE - 0.7)
        axes.set_xlim(low, high)
        axes.set_ylim(low, high)
        axes.axhline(0, color=RULE, linewidth=0.8)
        axes.axvline(0, color=RULE, linewidth=0.8)
        axes.plot([low, high], [low, high], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        for number, (arm, cells) in enumerate(gains.items()):
            style = {"color": LINES[number % len(LINES)], "marker": _MARKERS[number % len(_MARKERS)]}
            away = [cell for cell in cells if cell[0] != PIVOT]
            axes.scatter([x for _, x, _ in away], [y for *_, y in away], s=16, linewidths=0, label=arm, **style)
            pivot = [cell for cell in cells if cell[0] == PIVOT]
            axes.scatter([x for _, x, _ in pivot], [y for *_, y in pivot], s=60, facecolors="none",
                         edgecolors=style["color"], marker=style["marker"], linewidths=1)  # fmt: skip
        axes.set_xlabel("gain with captions, points", fontsize=8, color=INK)
        axes.set_ylabel("gain with images, points", fontsize=8, color=INK)
        axes.tick_params(length=0, labelsize=7.5)
        for axis in (axes.xaxis, axes.yaxis):
            gain_ticks(axis)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False, fontsize=8)
        return to_svg(drawn, name, _alt(gains, target))


def _alt(gains: Gains, target: str) -> str:
    """What the picture shows, in words: each arm's mean over the languages but the pivot."""
    told = []
    for arm, cells in gains.items():
        away = [cell for cell in cells if cell[0] != PIVOT]
        if away:
            x, y = (sum(own) / len(away) for own in ([one for _, one, _ in away], [one for *_, one in away]))
            told.append(f"{arm} gains {points(x)} with captions and {points(y)} with images")
    return f"{target}, means over languages: {'; '.join(told)}. On the dashed line both gains are equal."
