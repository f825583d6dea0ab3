"""The audit of citations and the answers to questions against the truth."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from xstilts.evidence import question
from xstilts.evidence.against_truth.score import StageScore, counted
from xstilts.evidence.answer import answerability
from xstilts.evidence.checked import Checked
from xstilts.evidence.checks.scope import in_scope
from xstilts.evidence.citations_audit import Cited, audit_citations
from xstilts.literature.citations import cited
from xstilts.literature.readers.lists import bib

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.evidence.against_truth.papers import Reviewed
    from xstilts.evidence.checks.check import Check
    from xstilts.literature.work import Work

WRONG = ("fabricated", "metadata wrong", "does not say that", "retracted", "superseded")
ANSWERS = ("answered", "partly", "not answered", "not answerable")


def manuscript(given: Reviewed) -> tuple[Cited, ...]:
    """The entries of the manuscript, with the sentences that they stand in."""
    files = given.truth.files
    uses = cited(files["manuscript.tex"])
    records = bib(files["manuscript.bib"].encode(), "manuscript.bib")
    keys = [record.source_id.partition(":")[2] for record in records]
    return tuple(
        Cited(key, record, tuple(use.text for use in uses if use.key == key))
        for key, record in zip(keys, records, strict=True)
    )


def citations(given: Reviewed, says: Callable[[str, Work], Check]) -> tuple[StageScore, ...]:
    """Each verdict of the audit; whatever is not in the literature does not exist.

    Args:
        given: The review.
        says: Whether a work says a sentence.
    """
    audited = audit_citations(manuscript(given), given.works, frozenset({"all"}), says)
    wrong = {one.key: one.wrong for one in given.truth.citations}
    return tuple(
        counted(
            f"citations: {verdict}",
            "entries of the manuscript",
            [one.key for one in audited if verdict in one.verdicts],
            [key for key, what in wrong.items() if what == verdict],
        )
        for verdict in WRONG
    )


def answers(given: Reviewed) -> tuple[StageScore, ...]:
    """Each answer over all questions: the same findings, their scope checked against each question."""
    found: list[tuple[str, str]] = []
    for asked, so in given.truth.questions:
        read = question.read(asked.text)
        titles = {work: paper.title for work, paper in given.papers.items()}
        scopes = [in_scope(one.finding, read, titles[one.finding.passage.work]) for one in given.checked]
        checked = tuple(rescoped(one, scope) for one, scope in zip(given.checked, scopes, strict=True))
        found.append((answerability(read, checked, given.texts).verdict, so))
    pairs = Counter(found)
    return tuple(_of(verdict, pairs) for verdict in ANSWERS)


def _of(verdict: str, pairs: Counter[tuple[str, str]]) -> StageScore:
    right = pairs[verdict, verdict]
    said, so = (sum(n for pair, n in pairs.items() if pair[place] == verdict) for place in (0, 1))
    return StageScore(f"answer: {verdict}", "questions", right, said - right, so - right)


def rescoped(one: Checked, scope: Check) -> Checked:
    """A finding with its scope checked against another question."""
    return Checked(one.finding, (*(check for check in one.checks if check.name != "scope"), scope))
