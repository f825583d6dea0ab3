"""A printed report held against itself: which claims bear on its question, which repeat, which verdicts contradict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.evidence import extract, question
from xstilts.evidence.alignment import content
from xstilts.evidence.checks.scope import in_scope
from xstilts.literature import titles

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.checks.check import Check
    from xstilts.evidence.seed_report import PrintedClaim, SeedReport

ALIKE = 0.75
"""Share of the content words of the shorter of two claims that both have, from which on they say one thing."""


@dataclass(frozen=True)
class AuditedRow:
    """One printed claim.

    Attributes:
        report: Name of the report.
        printed: What it printed.
        scope: Whether the claim bears on the report's question.
        repeats: Number of an earlier row that says the same; None for none.
    """

    report: str
    printed: PrintedClaim
    scope: Check
    repeats: int | None


@dataclass(frozen=True)
class Contradiction:
    """One claim with two verdicts.

    Attributes:
        yes: Report and row that call it verified.
        no: Report and row that do not.
        text: The claim.
        reason: With the confidences that were printed.
    """

    yes: tuple[str, int]
    no: tuple[str, int]
    text: str
    reason: str


@dataclass(frozen=True)
class Audit:
    """What was found of one or several reports.

    Attributes:
        rows: Every claim.
        contradictions: The same claim with two verdicts, in one report or two.
        sentences: What is found, for people.
    """

    rows: tuple[AuditedRow, ...]
    contradictions: tuple[Contradiction, ...]
    sentences: tuple[str, ...]


def audit(reports: Sequence[SeedReport]) -> Audit:
    """Hold printed reports against themselves and each other.

    Raises:
        InputError: If the question of one says nothing that is known.
    """
    rows = tuple(row for report in reports for row in _rows(report))
    found = tuple(_contradictions(rows))
    return Audit(rows, found, tuple(sentence for report in reports for sentence in _sentences(report, rows, found)))


def _rows(report: SeedReport) -> list[AuditedRow]:
    asks = question.read(report.question)
    rows: list[AuditedRow] = []
    for claim in report.claims:
        scope = in_scope(extract.statement(claim.text, claim.paper or report.name, "as printed"), asks)
        again = next((row.printed.place for row in rows if same(row.printed, claim)), None)
        rows.append(AuditedRow(report.name, claim, scope, again))
    return rows


def same(one: PrintedClaim, other: PrintedClaim) -> bool:
    """Whether two rows say one thing: one published claim, or nearly the same content words."""
    if one.claim and one.claim == other.claim:
        return True
    first, second = content(one.text), content(other.text)
    least = min(len(first), len(second))
    return least > 0 and len(first & second) / least >= ALIKE


def _identical(one: PrintedClaim, other: PrintedClaim) -> bool:
    return (bool(one.claim) and one.claim == other.claim) or titles.words(one.text) == titles.words(other.text)


def _contradictions(rows: Sequence[AuditedRow]) -> list[Contradiction]:
    found = []
    for yes in rows:
        for no in rows:
            if yes.printed.verified and not no.printed.verified and _identical(yes.printed, no.printed):
                said = f"It is verified with {_shown(yes)} and not verified with {_shown(no)}."
                places = ((yes.report, yes.printed.place), (no.report, no.printed.place))
                found.append(Contradiction(*places, yes.printed.text, said))
    return found


def _shown(row: AuditedRow) -> str:
    value = row.printed.confidence
    where = f"in {row.report}, row {row.printed.place}"
    return f"no confidence ({where})" if value is None else f"confidence {value:g} ({where})"


def _sentences(report: SeedReport, rows: Sequence[AuditedRow], found: Sequence[Contradiction]) -> list[str]:
    own = [row for row in rows if row.report == report.name]
    verified = [row for row in own if row.printed.verified]
    bears = sum(row.scope.verdict in ("yes", "undecided") for row in verified)
    again = sum(row.repeats is not None for row in own)
    papers = {row.printed.paper for row in own if row.printed.paper}
    said = [f"{report.name}: {bears} of {len(verified)} verified claims bear on its question."]
    if again:
        said.append(f"{report.name}: {again} of {len(own)} claims repeat another.")
    if len(papers) == 1 and len(own) > 1:
        said.append(f"{report.name}: every claim is of one paper, {next(iter(papers))}.")
    unused = [one.text for one in report.references if one.arxiv and papers and f"arxiv:{one.arxiv}" not in papers]
    if unused:
        said.append(f"{report.name}: no claim is of {len(unused)} of its {len(report.references)} references.")
    if report.score is not None and not bears:
        said.append(f"{report.name}: it gives itself {report.score:g}/10; a question without an answer is capped at 4.")
    said += [f"{report.name}: {one.reason}" for one in found if one.no[0] == report.name]
    return said
