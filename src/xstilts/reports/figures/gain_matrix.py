"""The gain matrix as a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.figures.svg import DOWN, INK, MUTED, RULE, UP, figure, to_svg
from xstilts.reports.numbers import interval, points

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.reports.figures.panels import Axes
    from xstilts.reports.grid import Grid, GridCell
    from xstilts.reports.report import Report

WIDTH, HEIGHT = 1.18, 0.56
_STRONGEST = 0.55  # ink stays readable on this much colour, in the light and in the dark


def matrix_pictures(report: Report) -> Iterator[tuple[str, str | None]]:
    """The matrix of every base."""
    for grid in report.grids:
        name = f"gains-{grid.base}"
        yield name, gain_matrix_svg(grid, name)


def gain_matrix_svg(grid: Grid, name: str = "gains") -> str:
    """Draw one base's gains, arm by target, as an ``<svg>`` element (``svg.standalone`` makes it a file).

    Blue gains and orange losses, both as deep as the gain is large; the interval stands below the number; a star and a
    frame mark what stays significant after correction; hatching and a dagger mark degenerate and leaking cells, a
    pilcrow those whose data the base or the protocol was trained on before; a
    dashed frame a cell that did not run, a dotted one a cell that was cut on purpose. The last column is the mean over
    fair targets.

    Args:
        grid: See ``grid.grids``.
        name: Unique within a page.
    """
    rows, columns = max(len(grid.arms), 1), len(grid.targets)
    side = 0.35 + 0.078 * max((len(arm) for arm in grid.arms), default=4)
    width, height = side + WIDTH * (columns + 1.12) + 0.08, 0.62 + HEIGHT * rows + 0.05
    largest = max((abs(cell.better) for cell in (*grid.cells.values(), *grid.means.values()) if cell.better), default=1)
    with figure(width, height) as drawn:
        axes = drawn.add_axes((side / width, 0.05 / height, 1 - (side + 0.04) / width, 1 - 0.67 / height))
        axes.set_axis_off()
        axes.set_xlim(0, columns + 1.12)
        axes.set_ylim(rows, 0)
        for column, (target, (_, metric)) in enumerate(grid.targets.items()):
            _heading(axes, column, target, metric)
        _heading(axes, columns + 0.12, "mean", "fair targets")
        for row, arm in enumerate(grid.arms):
            axes.text(-0.08, row + 0.5, arm, ha="right", va="center", fontsize=9.5, fontweight="bold")
            for column, target in enumerate(grid.targets):
                _draw(axes, column, row, grid.cells[arm, target], largest)
            _draw(axes, columns + 0.12, row, grid.means.get(arm), largest)
        return to_svg(drawn, name, alt_text(grid))


def alt_text(grid: Grid) -> str:
    """The matrix in words."""
    said = []
    for arm in grid.arms:
        cells = [f"{target} {_words(grid.cells[arm, target])}" for target in grid.targets]
        said.append(f"{arm}: {', '.join(cells)}")
    return f"Zero-shot gains over none from {grid.base}, in points. " + "; ".join(said) + "."


def _words(cell: GridCell) -> str:
    if cell.gain is None:
        return cell.absent
    said = (("significant", cell.significant), ("degenerate", bool(cell.unfair)), ("hidden stage", cell.hidden_stage))
    marks = [word for word, true in said if true]
    return " ".join([points(cell.gain), *marks])


def _heading(axes: Axes, x: float, name: str, below: str) -> None:
    axes.text(x + 0.5, -0.5, name, ha="center", va="center", fontsize=9.5, fontweight="bold")
    axes.text(x + 0.5, -0.2, below, ha="center", va="center", fontsize=7.5, color=MUTED)


def _draw(axes: Axes, x: float, y: float, cell: GridCell | None, largest: float) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.patches import FancyBboxPatch

    gap = 0.03

    def box(**style: Any) -> FancyBboxPatch:  # noqa: ANN401
        shape = "round,pad=0,rounding_size=0.05"
        corner, wide, tall = (x + gap, y + gap * 2), 1 - 2 * gap, 1 - 4 * gap
        return FancyBboxPatch(corner, wide, tall, boxstyle=shape, mutation_aspect=2, **style)

    middle = x + 0.5
    if cell is None or cell.gain is None or cell.better is None:
        dashes = (0, (1, 2.5)) if cell is not None and cell.cut else (0, (3, 3))
        axes.add_patch(box(facecolor="none", edgecolor=RULE, linestyle=dashes, linewidth=1))
        axes.text(middle, y + 0.5, cell.absent if cell else "incomplete", **_CENTRED, fontsize=7.5, color=MUTED)
        return
    strength = 0.04 + (_STRONGEST - 0.04) * min(1.0, abs(cell.better) / largest)
    axes.add_patch(box(facecolor=(*to_rgb(UP if cell.better >= 0 else DOWN), strength), edgecolor="none"))
    if cell.unfair:
        axes.add_patch(box(facecolor="none", edgecolor=MUTED, alpha=0.45, hatch="////", linewidth=0))
    if cell.significant:
        axes.add_patch(box(facecolor="none", edgecolor=INK, linewidth=1.4))
    marks = cell.marks + (" ★" if cell.significant else "")
    axes.text(middle, y + 0.38, points(cell.gain) + marks, **_CENTRED, fontsize=11, fontweight="bold")
    small = (interval(cell.low, cell.high) or "one seed, no interval") + ("‡" if cell.few_seeds else "")
    if cell.partial:
        small += f" · {cell.n_seeds}/{cell.wanted}"
    axes.text(middle, y + 0.72, small, **_CENTRED, fontsize=7)


_CENTRED: dict[str, Any] = {"ha": "center", "va": "center"}
