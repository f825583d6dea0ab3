"""All stages of a review of the invented literature, one after the other in memory, each scored against the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import checking as checks
from xstilts.evidence import question, reading
from xstilts.evidence.against_truth import asking, checking
from xstilts.evidence.against_truth import reading as read_right
from xstilts.evidence.against_truth.papers import Reviewed
from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.wording import worded
from xstilts.evidence.extract import findings
from xstilts.evidence.gate import screen
from xstilts.lab.literature.paper import STYLES
from xstilts.literature.databases.asking import Places, ask
from xstilts.literature.query import Concept, Query
from xstilts.literature.works import merge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from xstilts.evidence.against_truth.score import CalibrationScore, StageScore
    from xstilts.evidence.checks.check import Check
    from xstilts.evidence.confidence import Confidence
    from xstilts.lab.literature import Literature
    from xstilts.literature.client import Client
    from xstilts.literature.text import Text
    from xstilts.literature.work import Work


def review(truth: Literature, folder: Path, client: Client, most: int = 400) -> Reviewed:
    """Review the literature for its first question as the nodes of a review do, with rules alone.

    Args:
        truth: The literature.
        folder: Its corpus, as :meth:`Literature.write` left it.
        client: Asked for nothing.
        most: How many findings are checked, those nearest to the question.
    """
    asked = question.read(truth.questions[0][0].text)
    all_of_it = Query((Concept("any", ("any",)),), limit=len(truth.records))
    works = merge(ask(["folder"], [all_of_it], Places((folder,), client)).records)
    screened = screen(asked, works)
    by_id = {work.id: work for work in works}
    texts = {one.work: reading.read(by_id[one.work], (folder,)) for one in screened if one.kept}
    found = tuple(finding for text in texts.values() for finding in findings(text))
    sources = checks.Sources(by_id, texts, found)
    checked = tuple(checks.check(one, asked, sources) for one in checks.nearest(found, asked, by_id, most))
    return Reviewed(truth, works, screened, tuple(texts.values()), found, checked)


def scores(given: Reviewed, confidence: Confidence | None = None) -> tuple[StageScore | CalibrationScore, ...]:
    """Every stage beside the truth, in the order of a review."""
    return (
        read_right.merging(given),
        read_right.versions(given),
        *read_right.gate(given),
        *(
            score(given, style)
            for score in (read_right.extraction, read_right.directions, read_right.numbers)
            for style in STYLES
        ),
        read_right.cells(given),
        read_right.hidden(given),
        *checking.claims(given, confidence=confidence),
        checking.scope(given, given.truth.questions[0][0]),
        checking.own_tables(given),
        checking.retracted(given),
        *checking.conflicts(given),
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
