"""The methodologist looks at how a result was made: baseline, leaks, power, selection, seeds, and how many papers."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from xstilts.evidence.reviewers.remark import WHOLE, Remark, Severity
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.evidence.finding import Finding
    from xstilts.evidence.reviewers.remark import Case
    from xstilts.literature.text import Passage, Text

DISCORDANT = 0.15
"""Share of test items on which two systems are assumed to differ; between .10 and .25 for the benchmarks of XTREME."""
_SPREAD = re.compile(
    r"\bseeds?\b|±|\bconfidence interval|\bstandard (?:deviation|error)|\brandom restarts?\b", re.IGNORECASE
)
_CHOSEN = re.compile(r"\bbest(?:[- ]performing)?\b|\bfor each (?:target|task|language)\b", re.IGNORECASE)
_HELD_OUT = re.compile(r"\b(?:dev(?:elopment)?|validation|held[- ]out)\b", re.IGNORECASE)


def detectable(n: int) -> float:
    """Smallest gain in points that ``n`` paired test items show with 80 % power at 5 %, two-sided.

    ``100 · 2.8 · √(d / n)`` with d = ``DISCORDANT`` (McNemar's test, normal approximation: 2.8 ≈ 1.96 + 0.84).
    """
    return 100 * 2.8 * math.sqrt(DISCORDANT / n)


def review(case: Case) -> tuple[Remark, ...]:
    """How the verified results were made."""
    texts = {(text.work, text.version): text for text in case.texts}
    found: list[Remark] = []
    for one in case.verified:
        if one.finding.kind in ("number", "direction"):
            found += _of(one.finding, texts.get((one.finding.passage.work, one.finding.passage.version)))
    works = {one.finding.passage.work for one in case.verified}
    if len(works) == 1 and len(case.verified) > 1:
        found.append(
            _remark(WHOLE, "flaw", "one paper", f"All {len(case.verified)} verified findings are of {works.pop()}.")
        )
    return tuple(found)


def _of(finding: Finding, text: Text | None) -> Iterator[Remark]:
    own = finding.passage
    if not finding.against:
        yield _remark(finding.id, "flaw", "baseline", "It does not say what it is compared with.", own)
    for name in finding.scope.data:
        yield from _leaks(finding, name)
        yield from _power(finding, name)
    chosen = _CHOSEN.search(own.text)
    if chosen and not _HELD_OUT.search(own.text):
        says = f"{chosen[0]!r}: what was chosen is reported, and not on which data it was chosen."
        yield _remark(finding.id, "flaw", "selection", says, own)
    if finding.availability == "abstract":
        yield _remark(finding.id, "note", "abstract only", "Design and spread can't be judged from an abstract.", own)
    elif text is not None and not _SPREAD.search(text.body):
        yield _remark(finding.id, "flaw", "spread", "The paper names neither seeds nor any spread.", own)


def _leaks(finding: Finding, name: str) -> Iterator[Remark]:
    """Data of the finding that tell each other's test items, by the table of tasks."""
    overlaps = TASKS.get(name).overlaps if name in TASKS else {}
    for other in finding.scope.data:
        if other in overlaps and other != name:
            severity: Severity = "grave" if overlaps[other].code in ("leak", "refused") else "flaw"
            yield _remark(finding.id, severity, "leak", f"{other} and {name}: {overlaps[other].why}.", finding.passage)


def _power(finding: Finding, name: str) -> Iterator[Remark]:
    items = (TASKS.get(name).splits.get("test") if name in TASKS else None) or 0
    gains = [abs(number.value) for number in finding.numbers if number.role == "gain" and number.unit == "points"]
    if items and gains and max(gains) < (least := detectable(items)):
        says = f"{max(gains):g} points in one language are too few: {items:,} items of {name} show {least:.1f} or more."
        yield _remark(finding.id, "note", "power", says, finding.passage)


def _remark(target: str, severity: Severity, rule: str, says: str, passage: Passage | None = None) -> Remark:
    return Remark("methodologist", target, severity, rule, says, passage)
