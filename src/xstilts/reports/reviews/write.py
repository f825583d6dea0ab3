"""Everything in the folder of a review."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from xstilts.reports.folder import put

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.reports.reviews.report import ReviewReport


def write(out: Path, report: ReviewReport) -> Path:
    """Write the report of a review into ``out`` and return the path of its page."""
    put(out, {"claims.json": json.dumps(report.summary())})
    return out / "index.html"
