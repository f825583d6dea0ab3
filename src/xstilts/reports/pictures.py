"""All pictures of a report, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.bars import curves_svg, languages_svg
from xstilts.reports.doses import dose_name, dose_svg
from xstilts.reports.matrix import gain_matrix_svg
from xstilts.reports.sections import curves
from xstilts.reports.strips import clusters_svg, seeds_svg
from xstilts.reports.sweep import sweep_name, sweep_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xstilts.reports.grid import Grid
    from xstilts.reports.shapes import Plan
    from xstilts.statistics import Analysis


def draw(
    analysis: Analysis,
    matrices: Sequence[Grid],
    plan: Plan,
    history: Callable[[str], Sequence[Mapping[str, Any]]] | None,
) -> dict[str, str]:
    """Name to ``<svg>`` element: gains, seeds, doses of each base; languages, clusters, layers of each target; curves.

    Args:
        analysis: The study's tables.
        matrices: One gain matrix per base.
        plan: Its plan, whose training nodes have learning curves.
        history: Key of a train node to its learning curve; None: no curves.
    """
    drawn: dict[str, str | None] = {}
    for grid in matrices:
        drawn[f"gains-{grid.base}"] = gain_matrix_svg(grid, f"gains-{grid.base}")
        drawn[f"seeds-{grid.base}"] = seeds_svg(analysis, grid.base)
        for series in analysis["facts"].get("series", ()):
            drawn[dose_name(grid.base, series["name"])] = dose_svg(analysis, grid.base, series["name"])
        for target in grid.targets:
            drawn[f"languages-{grid.base}-{target}"] = languages_svg(analysis, grid.base, target)
            drawn[f"clusters-{grid.base}-{target}"] = clusters_svg(analysis, grid.base, target)
    for base, target in dict.fromkeys((row["base"], row["target"]) for row in analysis["answer"].get("sweep", [])):
        drawn[sweep_name(analysis, base, target)] = sweep_svg(analysis, base, target)
    if history is not None:
        drawn["curves"] = curves_svg(curves(plan, history))
    return {name: svg for name, svg in drawn.items() if svg is not None}
