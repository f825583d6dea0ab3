"""How right each stage was, where the truth is known: the tables of a review of the lab's literature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence.against_truth.score import CalibrationScore, StageScore
from xstilts.reports.tables.table import Column, made, number, words

if TYPE_CHECKING:
    from xstilts.reports.reviews.report import ReviewReport
    from xstilts.reports.tables.table import Table


def stages(report: ReviewReport) -> Table:
    """Precision and recall of each stage."""
    columns = [
        Column("stage", lambda one: one.stage),
        words("what is counted", lambda one: one.what),
        number("precision", lambda one: _share(one.precision)),
        number("recall", lambda one: _share(one.recall)),
        number("right", lambda one: f"{one.right:,}"),
        number("wrong", lambda one: f"{one.wrong:,}"),
        number("missed", lambda one: f"{one.missed:,}"),
    ]
    said = (
        "Lab figures, from an invented literature of which the truth is known. Right: found, and so. Wrong: found, and "
    )
    said += "not so. Missed: so, and not found. Held-out wordings are those that no rule was mended on."
    return made("stages", said, columns, [one for one in report.stages if isinstance(one, StageScore)], "Stages")


def calibration(report: ReviewReport) -> Table:
    """How well scores and probabilities tell true from false."""
    columns = [
        Column("stage", lambda one: one.stage),
        words("what", lambda one: one.what),
        number("n", lambda one: f"{one.n:,}"),
        number("base rate", lambda one: _share(one.base)),
        number("AUC", lambda one: _share(one.auc)),
        number("Brier", lambda one: _share(one.brier)),
        number("Brier of the base rate", lambda one: _share(one.brier_of_base)),
        number("ECE", lambda one: _share(one.ece)),
    ]
    said = "Lab figures. AUC: the chance that one that is so has the larger number. Brier: smaller is better; a "
    said += "probability is worth something where its Brier is below that of the base rate."
    rows = [one for one in report.stages if isinstance(one, CalibrationScore)]
    return made("calibration", said, columns, rows, "Calibration")


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
