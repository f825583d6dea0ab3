"""Everything in the folder of a review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.disk import in_plain_words
from xstilts.reports.figures.svg import standalone
from xstilts.reports.folder import put
from xstilts.reports.reviews.files import files
from xstilts.reports.reviews.flow import flow_of, picture
from xstilts.reports.reviews.page import render
from xstilts.reports.reviews.text import paper
from xstilts.reports.text.paper import paper_latex, paper_markdown

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.reports.reviews.report import ReviewReport


def write(out: Path, report: ReviewReport) -> Path:
    """Write the report of a review into ``out`` and return the path of its page.

    Args:
        out: Folder, made if it is missing; files of an earlier report are replaced or removed, others left alone.
        report: What to say.

    Raises:
        StoreError: If the folder cannot be written.
    """
    drawn, told = picture(flow_of(report)), paper(report)
    written = {
        "index.html": render(report, drawn),
        "report.md": paper_markdown(told),
        "report.tex": paper_latex(told),
        "prisma.svg": standalone(drawn),
        **files(report),
    }
    with in_plain_words(out, "report"):
        put(out, {name: content.encode("utf-8", "replace") for name, content in written.items()})
    return out / "index.html"
