"""The tables of a review's report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.reports.numbers import interval, p_value, points
from xstilts.reports.reviews.claims import COLUMNS, claim_rows
from xstilts.reports.tables.table import Column, made, number, words

if TYPE_CHECKING:
    from xstilts.evidence.gate import Screened
    from xstilts.evidence.reviewers import Remark, Score
    from xstilts.evidence.synthesis import Step, Synthesis
    from xstilts.literature.databases import Asked
    from xstilts.reports.reviews.claims import ClaimRow
    from xstilts.reports.reviews.report import ReviewReport
    from xstilts.reports.tables.table import Cell, Table

MOST_REMARKS = 60
"""Rows of a table of remarks; claims.json has all."""


def claims(report: ReviewReport) -> Table:
    """All claims, each check its own column."""

    def verdict(name: str) -> Column:
        return Column(COLUMNS[name], lambda row: row.verdict(name))  # type: ignore[index]

    columns = [
        words("Claim", lambda row: row.text),
        Column("Verified", lambda row: "yes" if row.checked.verified else "no"),
        number("Confidence", lambda row: row.confidence),
        *map(verdict, COLUMNS),
        words("Source", _source),
    ]
    said = "Every claim that was checked, in full. Verified: quoted, and entailed or in equal words, with no number "
    said += (
        "against it, and not withdrawn. Confidence: how likely a second reader would mark it as stated in its source."
    )
    return made("claims", said, columns, claim_rows(report), "Claims")


def _source(row: ClaimRow) -> Cell:
    return f"{row.source} (claim {row.claim})" if row.claim else row.source


def scores(report: ReviewReport) -> Table:
    """The score by dimension, and the cap."""

    def value(score: Score) -> Cell:
        return "–" if score.value is None else f"{score.value:.1f}"

    told = report.assessment
    caption = f"Score by dimension, 0 to 10. Mean {told.uncapped:.1f}, cap {told.cap:g}, score {told.total:.1f}."
    columns = [
        Column("dimension", lambda score: score.dimension),
        number("score", value),
        words("of what", lambda score: score.reason),
    ]
    return made("scores", caption, columns, told.scores, "Scores")


def remarks(report: ReviewReport) -> Table:
    """What reviewers say, the gravest first."""
    text = {one.finding.id: one.finding.passage.text for one in report.checked}
    order = {"grave": 0, "flaw": 1, "note": 2}
    found = sorted(report.assessment.remarks, key=lambda one: (order[one.severity], one.target != "review"))

    def about(one: Remark) -> Cell:
        return text.get(one.target, "the review as a whole")

    more = f" The first {MOST_REMARKS} of {len(found)}; claims.json has all." if len(found) > MOST_REMARKS else ""
    columns = [
        Column("reviewer", lambda one: one.reviewer),
        Column("weight", lambda one: one.severity),
        Column("rule", lambda one: one.rule),
        words("says", lambda one: one.says),
        words("of", about),
    ]
    return made("remarks", f"Remarks of the reviewers, the gravest first.{more}", columns, found[:MOST_REMARKS])


def searches(report: ReviewReport) -> Table:
    """What each database was asked."""

    def hits(one: Asked) -> Cell:
        return "–" if one.hits is None else f"{one.hits:,}"

    columns = [
        Column("database", lambda one: one.database),
        words("asked", lambda one: (one.query, one.note)),
        Column("date", lambda one: one.date or "–"),
        number("hits", hits),
        number("taken", lambda one: f"{one.taken:,}"),
        number("dollars", lambda one: f"{one.cost:.4f}" if one.cost else "0"),
    ]
    return made("searches", "Every search as it was put to its database.", columns, report.log, "Searches")


def screening(report: ReviewReport, most: int = 40) -> Table:
    """The best papers, kept and left out, with the reasons."""
    columns = [
        number("rank", lambda one: str(one.rank)),
        words("paper", lambda one: _title(report, one)),
        Column("kept", lambda one: "yes" if one.kept else "no"),
        number("score", lambda one: f"{one.score:.2f}"),
        words("reasons", lambda one: "; ".join(one.reasons)),
    ]
    shown = report.screened[:most]
    more = (
        f" The best {most} of {len(report.screened):,}; screening.csv has all." if len(report.screened) > most else ""
    )
    return made("screening", f"Papers by their score, each with the reasons.{more}", columns, shown, "Screening")


def _title(report: ReviewReport, one: Screened) -> Cell:
    work = report.works[one.work]
    return (next((record.title for record in work.records if record.title), one.work), one.work)


def effects(report: ReviewReport) -> Table:
    """Effects of two works or more, put together within one protocol, metric and outcome."""

    def pooled(one: Synthesis) -> Cell:
        return (points(one.pooled.mean), interval(one.pooled.low, one.pooled.high)) if one.pooled else "–"

    columns = [
        Column("protocol", lambda one: one.protocol or "not said"),
        Column("metric", lambda one: one.metric or "not said"),
        words("gain on and by", lambda one: one.outcome or "not said"),
        number("works", lambda one: str(len(one.used))),
        number("up", lambda one: str(one.ups)),
        number("down", lambda one: str(one.downs)),
        number("sign test p", lambda one: p_value(one.p)),
        number("pooled", pooled),
    ]
    said = "Gains in points that verified claims print, put together only within one protocol, metric and outcome. A "
    said += "pooled mean needs standard errors of two works; else the works vote."
    return made("effects", said, columns, [one for one in report.effects if len(one.used) > 1], "Effects")


def certainty(report: ReviewReport) -> Table:
    """The steps that lead to the certainty."""

    def change(step: Step) -> Cell:
        return f"{step.change:+d}".replace("-", "−")

    columns = [Column("rule", lambda step: step.rule), number("step", change), words("why", lambda step: step.reason)]
    said = f"Certainty: {report.certainty.level}. It begins at high, and each rule moves it."
    return made("certainty", said, columns, report.certainty.steps, "Certainty")
