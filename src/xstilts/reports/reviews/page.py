"""index.html of a review: one file without any network access, whatever the papers say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import escape

from xstilts.reports.page.page import environment, looks, ours
from xstilts.reports.reviews import tables, text, truth
from xstilts.reports.reviews.claims import COLUMNS, claim_rows, reference, used_works
from xstilts.reports.reviews.flow import flow_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.reviews.claims import ClaimRow
    from xstilts.reports.reviews.report import ReviewReport

MARKS = {"yes": "✓", "no": "✗", "unsure": "?", "in part": "½", "not found": "∅", "not run": "·"}


def render(report: ReviewReport, picture: str) -> str:
    """The page; ``picture`` is the flow of papers as markup of ours."""
    rows = claim_rows(report)
    bearing = [row for row in rows if _bears(row)]
    rest = [row for row in rows if not _bears(row)]
    template = environment(escape).get_template("reviews/page.html.j2")
    html: str = template.render(
        looks(),
        report=report,
        answer=report.answer,
        bears=len(report.answer.whole) + len(report.answer.part),
        counts=text.counts(report),
        flow=flow_of(report),
        cost=sum(asked.cost for asked in report.log),
        columns=COLUMNS,
        marks=MARKS,
        bearing=bearing,
        printed=[row for row in rest if row.claim],
        others=[row for row in rest if not row.claim],
        meaning=text.meaning(),
        proposals=text.proposals(report),
        assessment=text.assessment(report),
        limits=text.limits(report),
        references=_references(rows),
        tables=_tables(report),
        picture=ours(picture),
    )
    return f"{html}\n"


def _bears(row: ClaimRow) -> bool:
    return row.checked.verified and row.checked.bears != "none"


def _references(rows: Sequence[ClaimRow]) -> list[str]:
    return [reference(*pair) for pair in used_works(rows)]


def _tables(report: ReviewReport) -> dict[str, Any]:
    known = (truth.stages, truth.calibration) if report.stages else ()
    named = (*known, tables.scores, tables.remarks, tables.searches, tables.screening, tables.effects, tables.certainty)
    return {make.__name__: make(report) for make in named}
