"""Findings → findings with all their checks, those nearest to the question first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from xstilts.evidence import extract
from xstilts.evidence.checked import Checked
from xstilts.evidence.checks.check import Check
from xstilts.evidence.checks.corroborated import corroborated
from xstilts.evidence.checks.entailed import entailed
from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.quoted import quoted
from xstilts.evidence.checks.rerun import claim_of, rerun
from xstilts.evidence.checks.retracted import retracted
from xstilts.evidence.checks.scope import in_scope

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.claims import Claim
    from xstilts.evidence.checks.entailed import Entails
    from xstilts.evidence.checks.rerun import Rerun
    from xstilts.evidence.finding import Finding
    from xstilts.evidence.question import Question
    from xstilts.literature.text import Text
    from xstilts.literature.work import Work

_NEAR = {"yes": 0, "undecided": 1}
_KINDS = {"number": 0, "direction": 0}


@dataclass(frozen=True)
class Sources:
    """What findings are checked against.

    Attributes:
        works: By id.
        texts: What was read, by id of the work.
        findings: Everything that was found in them.
        claims: Published claims that a finding may be.
        reruns: What stored studies say of these.
        entails: A model of entailment; None for none.
    """

    works: Mapping[str, Work]
    texts: Mapping[str, Text]
    findings: Sequence[Finding] = ()
    claims: Sequence[Claim] = ()
    reruns: Sequence[Rerun] = field(default=())
    entails: Entails | None = None


def nearest(found: Sequence[Finding], question: Question, works: Mapping[str, Work], most: int) -> tuple[Finding, ...]:
    """The findings nearest to a question: those that bear on it, then by the share of its names that they have.

    Args:
        found: In the order of the papers' rank, which decides between equals.
        question: What is asked.
        works: Their works, by id.
        most: How many at most.
    """
    scope = [in_scope(one, question, _title(works.get(one.passage.work))) for one in found]

    def place(number: int) -> tuple[int, float, int, int]:
        check = scope[number]
        return (_NEAR.get(check.verdict, 2), -(check.score or 0.0), _KINDS.get(found[number].kind, 1), number)

    return tuple(found[number] for number in sorted(range(len(found)), key=place)[:most])


def printed(claims: Sequence[Claim], works: Mapping[str, Work], texts: Mapping[str, Text]) -> tuple[Finding, ...]:
    """Published claims as findings of their papers; where the text that was read has the words, at their place."""
    found = []
    for claim in claims:
        work = next((one for one in works.values() if _has(one, claim.paper.arxiv)), None)
        text = texts.get(work.id) if work else None
        own = quoted(claim.text, [text]) if text else None
        if text and own and own.evidence:
            found.append(extract.parsed(text, own.evidence[0]))
        else:
            name = work.id if work else f"arxiv:{claim.paper.arxiv}"
            found.append(extract.statement(claim.text, name, f"{claim.version} version, as printed"))
    return tuple(found)


def _has(work: Work, arxiv: str) -> bool:
    return any(record.ids.arxiv == arxiv for record in work.records)


def check(finding: Finding, question: Question, sources: Sources) -> Checked:
    """One finding with all checks."""
    said, own = finding.passage.text, finding.passage.work
    work, text = sources.works.get(own), sources.texts.get(own)
    texts = [text] if text else []
    claim = claim_of(finding, work, sources.claims)
    still = retracted(work, finding.passage) if work else _unknown()
    return Checked(
        finding,
        (
            quoted(said, texts),
            entailed(said, texts, sources.entails),
            consistent(said, texts),
            in_scope(finding, question, _title(work)),
            corroborated(finding, sources.findings),
            still,
            rerun(claim, sources.reruns),
        ),
    )


def _title(work: Work | None) -> str:
    return next((record.title for record in work.records if record.title), "") if work else ""


def _unknown() -> Check:
    return Check("retracted", "not found", "No record of the paper was found.")
