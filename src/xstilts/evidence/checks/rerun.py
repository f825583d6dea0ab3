"""Did a study that was run here find what a statement says?

A published claim of ``claims`` and a finding are the same object where the finding is of the claim's paper and has its
words; then the verdict that stored studies gave on the claim is the verdict of this check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.evidence.checks.check import Check
from xstilts.literature import titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.claims import Claim
    from xstilts.evidence.checks.check import Verdict
    from xstilts.evidence.finding import Finding
    from xstilts.literature.work import Work

METHOD = "verdicts of stored studies 1"
_VERDICTS: dict[str, Verdict] = {"supported": "yes", "contradicted": "no", "inconclusive": "undecided"}


@dataclass(frozen=True)
class Rerun:
    """What a stored study says of a published claim.

    Attributes:
        claim: Its id.
        study: Name of the study.
        verdict: ``supported``, ``contradicted`` or ``inconclusive``.
        evidence: ``lab`` or ``real``.
        reason: In the study's words.
    """

    claim: str
    study: str
    verdict: str
    evidence: str
    reason: str


def claim_of(finding: Finding, work: Work | None, claims: Iterable[Claim]) -> Claim | None:
    """The published claim that a finding is; None where it is none."""
    papers = {record.ids.arxiv for record in work.records} if work else {finding.passage.work.removeprefix("arxiv:")}
    said = titles.words(finding.passage.text)
    for claim in claims:
        printed = titles.words(claim.text)
        if claim.cut:  # the last word may be cut too
            printed = printed[:-1]
        if claim.paper.arxiv in papers and printed and (said[: len(printed)] if claim.cut else said) == printed:
            return claim
    return None


def rerun(claim: Claim | None, found: Sequence[Rerun]) -> Check:
    """The verdict of stored studies on a claim.

    Returns:
        ``yes`` where every study that speaks supports it, ``no`` where every one contradicts it, ``undecided`` where
        they differ or cannot say, ``not checked`` where none speaks. Studies on real data outweigh those of the lab.
    """
    spoken = [one for one in found if claim is not None and one.claim == claim.id and one.verdict in _VERDICTS]
    real = [one for one in spoken if one.evidence == "real"]
    told = real or spoken
    if not told:
        return Check("rerun", "not checked", "No stored study speaks of it.", method=METHOD)
    verdicts = {_VERDICTS[one.verdict] for one in told}
    said = "; ".join(f"study {one.study} ({one.evidence}): {one.verdict}. {one.reason}".strip() for one in told)
    verdict: Verdict = verdicts.pop() if len(verdicts) == 1 else "undecided"
    return Check("rerun", verdict, said, method=METHOD)
