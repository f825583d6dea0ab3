"""The confirmer traces each finding to its characters, and computes its numbers again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence.checks.numbers import arithmetic
from xstilts.evidence.reviewers.remark import Remark, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.evidence.checked import Checked
    from xstilts.evidence.finding import Finding
    from xstilts.evidence.reviewers.remark import Case
    from xstilts.literature.text import Text


def review(case: Case) -> tuple[Remark, ...]:
    """What cannot be traced, or does not come out when it is computed again; of all findings, verified or not."""
    texts = {(text.work, text.version): text for text in case.texts}
    found: list[Remark] = []
    for one in case.checked:
        found += [*_traced(one.finding, texts), *_recomputed(one.finding), *_checked(one)]
    return tuple(found)


def _traced(finding: Finding, texts: dict[tuple[str, str], Text]) -> Iterator[Remark]:
    own = finding.passage
    text = texts.get((own.work, own.version))
    if text is None:
        yield _remark(finding, "flaw", "trace", f"The text of {own.work}, {own.version}, is not at hand to look it up.")
    elif text.body[own.start : own.end] != own.text:
        yield _remark(finding, "grave", "trace", "The characters at its offsets are other ones.")


def _recomputed(finding: Finding) -> Iterator[Remark]:
    """``from 60.1 to 62.3, a gain of 2.2 points`` comes out; ``a gain of 2.2 %`` does not (3.7 %)."""
    for wrong in arithmetic(finding.numbers):
        yield _remark(finding, "grave", "arithmetic", wrong)


def _checked(one: Checked) -> Iterator[Remark]:
    for check in one.checks:
        if check.name in ("quoted", "numbers", "retracted") and check.verdict == "no":
            yield _remark(one.finding, "grave", check.name, check.reason)
        elif check.name == "quoted" and check.verdict in ("not found", "undecided"):
            yield _remark(one.finding, "flaw", check.name, check.reason)


def _remark(finding: Finding, severity: Severity, rule: str, says: str) -> Remark:
    return Remark("confirmer", finding.id, severity, rule, says, finding.passage)
