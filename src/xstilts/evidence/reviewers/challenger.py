"""The challenger looks for what speaks against a finding: others that say the contrary, and a question it is not on."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from xstilts.evidence.bearing import bearing
from xstilts.evidence.reviewers.remark import WHOLE, Remark, Severity

if TYPE_CHECKING:
    from xstilts.evidence.checked import Checked
    from xstilts.evidence.finding import Finding
    from xstilts.evidence.reviewers.remark import Case
    from xstilts.literature.text import Passage

_FACETS = ("data", "metrics", "languages", "models")


def review(case: Case) -> tuple[Remark, ...]:
    """All that speaks against the verified findings."""
    found = [
        _remark(WHOLE, "grave", "absent name", f"Nothing that was read is called {name}.") for name in case.asked.absent
    ]
    for one in case.verified:
        found += _of(one, case)
    for one, other in combinations(case.verified, 2):
        found += _counter(one.finding, other.finding)
    return tuple(found)


def _of(one: Checked, case: Case) -> list[Remark]:
    finding, held = one.finding, bearing(case.asked, one.finding)
    found = []
    if held.degree != "whole":
        severity: Severity = "flaw" if held.degree == "none" else "note"
        found.append(_remark(finding.id, severity, "scope", held.reason, finding.passage))
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
    """Two findings with contrary directions; another data set, metric, language or model is a reason, and is said."""
    if not _contrary(one, other):
        return []
    apart = [facet for facet in _FACETS if not _meet(getattr(one.scope, facet), getattr(other.scope, facet))]
    severity: Severity = "note" if apart else "grave"
    why = f" They differ in {', '.join(apart)}." if apart else " Their scope is the same."
    return [
        _remark(mine.id, severity, "counter-evidence", f"{theirs.passage.work} says the contrary.{why}", theirs.passage)
        for mine, theirs in ((one, other), (other, one))
    ]


def _contrary(one: Finding, other: Finding) -> bool:
    """Same factors and subject of change, and one goes up where the other goes down or does not move."""
    said = {one.direction, other.direction}
    turned = len(said) == 2 and "" not in said
    return turned and set(one.scope.factors) == set(other.scope.factors) and bool(one.scope.factors)


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return bool(set(one) & set(other)) or not one or not other


def _remark(target: str, severity: Severity, rule: str, says: str, passage: Passage | None = None) -> Remark:
    return Remark("challenger", target, severity, rule, says, passage)
