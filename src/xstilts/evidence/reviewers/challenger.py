"""The challenger looks for what speaks against a finding: others that say the contrary, and a question it is not on."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from xstilts.evidence.conflicts import compare
from xstilts.evidence.reviewers.remark import WHOLE, Remark, Severity

if TYPE_CHECKING:
    from xstilts.evidence.checked import Checked
    from xstilts.evidence.finding import Finding
    from xstilts.evidence.reviewers.remark import Case
    from xstilts.literature.text import Passage


def review(case: Case) -> tuple[Remark, ...]:
    """All that speaks against the verified findings."""
    found = [
        _remark(WHOLE, "grave", "absent name", f"Nothing that was read is called {name}.")
        for name in case.answer.absent
    ]
    for one in case.verified:
        found += _of(one)
    for one, other in combinations(case.verified, 2):
        found += _counter(one.finding, other.finding)
    return tuple(found)


def _of(one: Checked) -> list[Remark]:
    finding, scope = one.finding, one.check("scope")
    found = []
    if scope and one.bears != "whole":
        severity: Severity = "flaw" if one.bears == "none" else "note"
        found.append(_remark(finding.id, severity, "scope", scope.reason, finding.passage))
    if one.verdict("corroborated") == "no":
        why = next(check.reason for check in one.checks if check.name == "corroborated")
        found.append(_remark(finding.id, "grave", "contradicted", why, finding.passage))
    if one.verdict("rerun") == "no":
        found.append(
            _remark(finding.id, "grave", "run again", "A study that ran it again found otherwise.", finding.passage)
        )
    if finding.hedged:
        found.append(
            _remark(finding.id, "note", "hedged", "The source itself says this with reserve.", finding.passage)
        )
    return found


def _counter(one: Finding, other: Finding) -> list[Remark]:
    """Two findings that contradict each other; where they differ in scope, that is a reason, and is said."""
    pair = compare(one, other)
    if pair is None or pair.relation == "agree":
        return []
    severity: Severity = "grave" if pair.relation == "conflict" else "note"
    return [
        _remark(mine.id, severity, "counter-evidence", f"{theirs.passage.work}: {pair.reason}", theirs.passage)
        for mine, theirs in ((one, other), (other, one))
    ]


def _remark(target: str, severity: Severity, rule: str, says: str, passage: Passage | None = None) -> Remark:
    return Remark("challenger", target, severity, rule, says, passage)
