"""Tables, figures and one self-contained HTML page, from what the store's nodes kept. Never imports torch.

``registry.SECTIONS`` lists the sections of a report, each with its tables, pictures and files; the page, the files, the
paper and the list of files in docs/reference/report_files.md are written from it.
"""

from __future__ import annotations

from xstilts.reports.figures.gain_matrix import gain_matrix_svg
from xstilts.reports.figures.svg import standalone
from xstilts.reports.grid import Grid, GridCell, grids
from xstilts.reports.plan_shapes import Plan
from xstilts.reports.report import Report
from xstilts.reports.terminal import print_summary
from xstilts.reports.write import write

__all__ = [
    "Grid", "GridCell", "Plan", "Report", "gain_matrix_svg", "grids", "print_summary", "standalone", "write",
]  # fmt: skip
