"""Lines of arms in panels: which arms are drawn, how each looks, and the legend above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.panels import line_style
from xstilts.reports.figures.svg import INK
from xstilts.statistics.score_rows import BASELINE, NONE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from xstilts.statistics.study_facts import Facts

MOST = 6
"""Arms drawn beside ``none``; more lines in one panel cannot be told apart."""


def first_arms(facts: Facts, there: Collection[str]) -> list[str]:
    """``none`` and at most ``MOST`` others of those that are there: the study's first contrast first, then its order.

    Args:
        facts: What the study asked for.
        there: The arms that have something to draw.
    """
    asked = [entry["arm"] for one in facts.contrasts[:1] for side in ("plus", "minus") for entry in one[side]]
    others = [arm for arm in dict.fromkeys([*asked, *facts.arms, *sorted(there)]) if arm in there and arm != NONE]
    kept = set(others[:MOST])
    return [arm for arm in dict.fromkeys([NONE, *facts.arms, *others]) if arm in kept or (arm == NONE and arm in there)]


def arm_style(arm: str, arms: Sequence[str]) -> dict[str, Any]:
    """How an arm's line looks; ``none`` stands out, the others differ in colour and marker."""
    if arm == NONE:
        return {"color": INK, "marker": "", "linewidth": 2.2, "linestyle": (0, (5, 1.2))}
    number = [name for name in arms if name != NONE].index(arm)
    return line_style(number, 1.3)


def per_line(arms: Sequence[str], wide: float) -> int:
    """How many names of the legend fit beside one another in so many inches."""
    return max(1, int(wide / (0.62 + 0.072 * max(len(_named(arm)) for arm in arms))))


def legend(drawn: Any, arms: Sequence[str], left: float) -> None:  # noqa: ANN401 - a figure
    """The arms at the top of a figure, each with its line and marker, from so many inches from its left edge on."""
    width, height = drawn.get_size_inches()
    columns = per_line(arms, width - left)
    wide = (width - left) / columns
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    for number, arm in enumerate(arms):
        tier, column = divmod(number, columns)
        x, y = left + column * wide, 0.16 + 0.22 * tier
        axes.plot(
            [x, x + 0.19, x + 0.38],
            [y] * 3,
            **arm_style(arm, arms),
            markersize=3.4,
            markeredgewidth=0,
            markevery=[1],
        )
        axes.text(x + 0.45, y, _named(arm), fontsize=8.5, va="center", color=INK)


def _named(arm: str) -> str:
    name = arm.removeprefix(BASELINE)
    return name if len(name) <= 28 else f"{name[:27]}…"
