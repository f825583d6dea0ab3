"""Tables, figures and one self-contained HTML page, from what the store's nodes kept. Never imports torch."""

from __future__ import annotations

from xstilts.reports.grid import Grid, GridCell, grids
from xstilts.reports.matrix import gain_matrix_svg
from xstilts.reports.shapes import Outcome, Plan
from xstilts.reports.svg import standalone
from xstilts.reports.terminal import print_summary
from xstilts.reports.write import write

__all__ = ["Grid", "GridCell", "Outcome", "Plan", "gain_matrix_svg", "grids", "print_summary", "standalone", "write"]
