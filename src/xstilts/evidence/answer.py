"""Whether what was verified answers the question, what is missing, and the study that would answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xstilts.evidence.lexicon import lexicon
from xstilts.evidence.study_draft import StudyDraft, study_draft
from xstilts.metrics import METRICS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.checked import Checked
    from xstilts.evidence.question import Question
    from xstilts.literature.text import Text

Answered = Literal["answered", "partly", "not answered", "not answerable"]
_WEIGHED = ("factor", "data", "task", "metric", "model", "resource")
"""Axes of which a missing name is told; settings and languages are named in passing."""


@dataclass(frozen=True)
class Answerability:
    """Whether a question is answered by what was verified.

    Attributes:
        verdict: ``not answerable``: a name in the question stands for nothing that is known.
        verified: How many findings bear a tick.
        whole: Ids of those that bear on the whole question.
        part: Ids of those that bear on a part of it.
        absent: Names in the question that stand for nothing known.
        sentence: For people: "k of n verified claims bear on your question; …".
        missing: What no verified finding speaks of.
        study: The study that would answer the question; None where it is answered or no factor of it is known.
    """

    verdict: Answered
    verified: int
    whole: tuple[str, ...]
    part: tuple[str, ...]
    absent: tuple[str, ...]
    sentence: str
    missing: tuple[str, ...]
    study: StudyDraft | None


def absent_names(question: Question, read: Sequence[Text] = ()) -> tuple[str, ...]:
    """Names in a question that look like a data set or a model, and that neither a table of ours nor a text read has.

    ``XTREME-M`` is one: XTREME and XTREME-R are known, it is not.
    """
    bodies = [text.body.casefold() for text in read]
    return tuple(
        name
        for name in question.unknown
        if name.casefold() not in METRICS and not any(name.casefold() in body for body in bodies)
    )


def answerability(question: Question, checked: Sequence[Checked], read: Sequence[Text] = ()) -> Answerability:
    """Judge a question by the verified findings alone.

    It is answered where one of them bears on the whole of it and is not merely contradicted in the same scope: a
    finding that several works back stands, though one says the contrary. It is answered in part where findings bear on
    a part, or contradict each other one to one.

    Args:
        question: What is asked.
        checked: All findings, their scope checked against this question.
        read: All texts that were read; a name that one of them has is not absent.
    """
    verified = [one for one in checked if one.verified]
    absent = absent_names(question, read)
    whole, part = (tuple(one.finding.id for one in verified if one.bears == degree) for degree in ("whole", "part"))
    standing = [one for one in verified if one.bears == "whole" and one.verdict("corroborated") != "no"]
    disputed = bool(whole) and not standing
    verdict: Answered = "not answered"
    if absent:
        verdict = "not answerable"
    elif whole and not disputed:
        verdict = "answered"
    elif whole or part:
        verdict = "partly"
    sentence = _sentence(verdict, len(whole) + len(part), len(verified), absent)
    if verdict == "answered":
        return Answerability(verdict, len(verified), whole, part, absent, sentence, (), None)
    missing = _missing(question, verified, absent, disputed=disputed)
    draft = study_draft(question, absent)
    return Answerability(verdict, len(verified), whole, part, absent, sentence, missing, draft)


def _sentence(verdict: Answered, k: int, n: int, absent: Sequence[str]) -> str:
    counted = f"{k} of {n} verified claims {'bears' if k == 1 else 'bear'} on your question"
    said = {
        "answered": "it is answered",
        "partly": "it is answered in part",
        "not answered": "it is not answered",
        "not answerable": f"as it is put it cannot be answered: nothing known is called {', '.join(absent)}",
    }[verdict]
    return f"{counted}; {said}."


def _missing(
    question: Question, verified: Sequence[Checked], absent: Sequence[str], *, disputed: bool
) -> tuple[str, ...]:
    """Names of the question that no verified finding speaks of, or that none speaks of together."""
    said = [{(one.axis, one.name) for one in lexicon().mentions(own.finding.passage.text)} for own in verified]
    asked = [(axis, name) for axis, names in question.facets().items() if axis in _WEIGHED for name in names]
    found = [f"{name}: nothing that was read has this name" for name in absent]
    alone = [
        f"a verified result on {name} ({axis})" for axis, name in asked if not any((axis, name) in one for one in said)
    ]
    factors = question.named("factor")
    if not alone and len(factors) > 1 and not any(own.bears == "whole" for own in verified):
        alone = [f"a verified result on {' and '.join(factors)} together, with all else that is asked"]
    if disputed:
        alone.append("a result that settles what the findings contradict each other in")
    return (*found, *alone)
