"""The claims of a review, one row each, as its tables, its page and its files tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.claims import CLAIMS
from xstilts.evidence.checks.rerun import claim_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.checked import Checked
    from xstilts.evidence.checks.check import CheckName
    from xstilts.evidence.confidence import Opinion
    from xstilts.evidence.reviewers import Remark
    from xstilts.literature.text import Passage
    from xstilts.literature.work import Work
    from xstilts.reports.reviews.report import ReviewReport

COLUMNS: dict[CheckName, str] = {
    "quoted": "Quoted", "entailed": "Entailed", "numbers": "Numbers", "scope": "Bears", "corroborated": "Corroborated",
    "retracted": "Stands", "rerun": "Re-run",
}  # fmt: skip
"""Checks, and what their columns are called."""
SAID = {"yes": "yes", "no": "no", "undecided": "unsure", "not found": "not found", "not checked": "not run"}
_BEARS = {"whole": "yes", "part": "in part", "none": "no"}
_ORDER = {"whole": 0, "part": 1, "none": 2}


@dataclass(frozen=True)
class ClaimRow:
    """One claim.

    Attributes:
        checked: The claim and its checks.
        work: Its paper; None where no record of it was found.
        claim: Id of the published claim that it is; "" for none.
        opinion: How likely a second reader would mark it as stated in its source.
        remarks: Of the reviewers, on it.
        read: What of the paper was read: ``full text (LaTeX)``, ``abstract``, ``none``.
    """

    checked: Checked
    work: Work | None
    claim: str
    opinion: Opinion | None
    remarks: tuple[Remark, ...]
    read: str = "none"

    @property
    def passage(self) -> Passage:
        """The characters and where they stand."""
        return self.checked.finding.passage

    @property
    def cut(self) -> bool:
        """Whether only the beginning of a published claim is known."""
        return bool(self.claim) and CLAIMS.get(self.claim).cut

    @property
    def text(self) -> str:
        """Its words, never shortened; "[…]" where no more of them is known."""
        return f"{self.passage.text} […]" if self.cut else self.passage.text

    @property
    def paper(self) -> str:
        """``Phang et al. 2020``, or the id of the work."""
        return cited(self.work) if self.work else self.passage.work

    @property
    def mark(self) -> str:
        """``proposed by NAME`` where a language model brought the claim; "" where the rules did."""
        name = self.checked.finding.proposed_by
        return f"proposed by {name}" if name else ""

    @property
    def source(self) -> str:
        """Paper, version, section, and who proposed the claim where the rules did not find it."""
        return ", ".join(filter(None, (self.paper, self.passage.version, self.passage.section, self.mark)))

    @property
    def confidence(self) -> str:
        """Two digits; "–" where there is none."""
        return "–" if self.opinion is None else f"{self.opinion.probability:.2f}"

    def verdict(self, name: CheckName) -> str:
        """The verdict of a check, in a word."""
        return _BEARS[self.checked.bears] if name == "scope" else SAID[self.checked.verdict(name)]

    def to_json(self) -> dict[str, Any]:
        """All of it, for programs."""
        one, told = self.checked.finding, self.opinion
        return {
            "id": one.id,
            "claim": self.claim,
            "text": self.passage.text,
            "cut": self.cut,
            "verified": self.checked.verified,
            "confidence": None
            if told is None
            else {"probability": told.probability, "low": told.low, "high": told.high, "verdicts": list(told.verdicts)},
            "bears": self.checked.bears,
            "paper": self.passage.work,
            "version": self.passage.version,
            "section": self.passage.section,
            "start": self.passage.start,
            "end": self.passage.end,
            "availability": one.availability,
            "read": self.read,
            "kind": one.kind,
            "subject": one.subject,
            "against": one.against,
            "direction": one.direction,
            "hedged": one.hedged,
            "negated": one.negated,
            "numbers": [dict(vars(number)) for number in one.numbers],
            "scope": dict(vars(one.scope)),
            "proposed_by": one.proposed_by,
            "checks": {
                check.name: {
                    "verdict": check.verdict, "reason": check.reason, "score": check.score, "method": check.method,
                    "evidence": [dict(vars(passage)) for passage in check.evidence],
                }
                for check in self.checked.checks
            },
            "remarks": [
                {"reviewer": remark.reviewer, "severity": remark.severity, "rule": remark.rule, "says": remark.says}
                for remark in self.remarks
            ],
        }  # fmt: skip


def claim_rows(report: ReviewReport) -> list[ClaimRow]:
    """The claims: those that bear on the question first, then the published ones that were asked about."""
    rows = [_row(report, one) for one in report.checked]
    return sorted(rows, key=lambda row: (_ORDER[row.checked.bears] + (not row.checked.verified) / 2, not row.claim))


def _row(report: ReviewReport, one: Checked) -> ClaimRow:
    work = report.works.get(one.finding.passage.work)
    claim = claim_of(one.finding, work, CLAIMS)
    remarks = tuple(remark for remark in report.assessment.remarks if remark.target == one.finding.id)
    text = report.texts.get(one.finding.passage.work)
    read = text.read if text is not None and text.version == one.finding.passage.version else one.finding.availability
    return ClaimRow(one, work, claim.id if claim else "", report.opinions.get(one.finding.id), remarks, read)


def cited(work: Work) -> str:
    """``Phang et al. 2020``."""
    record = next((one for one in work.records if one.authors), work.records[0])
    years = [one.year for one in work.records if one.year is not None]
    names = [_family(author) for author in record.authors if author.strip()]
    people = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
    return " ".join(filter(None, (people or title_of(work), str(min(years)) if years else "")))


def _family(author: str) -> str:
    return author.partition(",")[0] if "," in author else author.split()[-1]


def title_of(work: Work) -> str:
    """The first title that a record has, or the work's id."""
    return next((record.title for record in work.records if record.title), work.id)


def used_works(rows: Sequence[ClaimRow]) -> list[tuple[Work, str]]:
    """Works that a claim is of, each with the version that it is of, by their citation."""
    used = {(row.work.id, row.passage.version): row.work for row in rows if row.work is not None}
    return sorted(((work, version) for (_, version), work in used.items()), key=lambda pair: (cited(pair[0]), pair[1]))


def reference(work: Work, version: str) -> str:
    """One entry of the references: authors, year, title, venue, ids, version."""
    record = next((one for one in work.records if one.authors and one.title), work.records[0])
    people = ", ".join(record.authors[:12]) + (" and others" if len(record.authors) > 12 else "")
    ids = [f"doi {one.ids.doi}" if one.ids.doi else f"arXiv {one.ids.arxiv}" for one in work.records
           if one.ids.doi or one.ids.arxiv]  # fmt: skip
    venue = next((one.venue for one in work.records if one.venue), "")
    parts = (people, str(record.year or ""), title_of(work), venue, *dict.fromkeys(ids), f"read: {version}")
    return ". ".join(part.rstrip(".") for part in parts if part) + "."
