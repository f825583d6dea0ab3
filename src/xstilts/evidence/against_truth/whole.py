"""All stages of a review of the invented literature, one after the other in memory, each scored against the truth."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.evidence import question
from xstilts.evidence.against_truth import asking, checking, reading
from xstilts.evidence.against_truth.papers import Reviewed
from xstilts.evidence.checked import Checked
from xstilts.evidence.checks.corroborated import corroborated
from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.quoted import quoted
from xstilts.evidence.checks.retracted import retracted
from xstilts.evidence.checks.scope import in_scope
from xstilts.evidence.checks.wording import worded
from xstilts.evidence.extract import findings
from xstilts.evidence.gate import screen
from xstilts.literature.databases import local
from xstilts.literature.full_text import files
from xstilts.literature.full_text.draft import from_abstract
from xstilts.literature.works import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.evidence.against_truth.score import CalibrationScore, StageScore
    from xstilts.evidence.checks.check import Check
    from xstilts.evidence.confidence import Confidence
    from xstilts.lab.literature import Literature
    from xstilts.literature.text import Text
    from xstilts.literature.work import Work


def review(truth: Literature, folder: Path) -> Reviewed:
    """Review the literature for its first question, with rules alone.

    Args:
        truth: The literature.
        folder: Its corpus, as :meth:`Literature.write` left it.
    """
    asked = question.read(truth.questions[0][0].text)
    works = merge(local.read(folder).records)
    screened = screen(asked, works)
    kept = {one.work for one in screened if one.kept}
    texts = tuple(text for work in works if work.id in kept for text in texts_of(work))
    by_work = {work.id: work for work in works}
    found = [finding for text in texts for finding in findings(text)]
    checked = []
    for finding in found:
        own = [text for text in texts if text.work == finding.passage.work]
        rest = [other for other in found if other.passage.work != finding.passage.work]
        checks = _checks(finding.passage.text, own)
        further = (in_scope(finding, asked), retracted(by_work[finding.passage.work], finding.passage),
                   corroborated(finding, rest))  # fmt: skip
        checked.append(Checked(finding, (*checks, *further)))
    return Reviewed(truth, works, screened, texts, tuple(checked))


def _checks(statement: str, texts: Sequence[Text]) -> tuple[Check, ...]:
    return quoted(statement, texts), consistent(statement, texts), worded(statement, texts)


def texts_of(work: Work) -> tuple[Text, ...]:
    """What can be read of a work: its files, and the abstracts of versions that no file holds."""
    found: list[Text] = []
    for version in work.versions:
        paths = [record.path for record in work.records if record.path and f"{record.source}:{record.source_id}" in version.records]
        found += [files.read(Path(path), work.id, version.label, version.abstract) for path in paths]
        if not paths and version.abstract:
            found.append(from_abstract(work.id, version.label, version.abstract))
    return tuple(found)


def scores(given: Reviewed, confidence: Confidence | None = None) -> tuple[StageScore | CalibrationScore, ...]:
    """Every stage beside the truth, in the order of a review."""
    return (
        reading.merging(given),
        reading.versions(given),
        *reading.gate(given),
        reading.extraction(given),
        reading.directions(given),
        reading.numbers(given),
        reading.cells(given),
        reading.hidden(given),
        *checking.claims(given, confidence=confidence),
        checking.scope(given, given.truth.questions[0][0]),
        checking.retracted(given),
        checking.conflicts(given),
        checking.flagged(given),
        *asking.citations(given, says(given.texts)),
        *asking.answers(given),
    )


def says(texts: Sequence[Text]) -> Callable[[str, Work], Check]:
    """Whether a work says a sentence, by words and numbers: ``no`` where one of the two says so."""

    def by_words(sentence: str, work: Work) -> Check:
        own = [text for text in texts if text.work == work.id]
        number, words = consistent(sentence, own), worded(sentence, own)
        return number if number.verdict == "no" else words

    return by_words
