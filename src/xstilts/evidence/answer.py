"""Whether what was verified answers the question, what is missing, and the study that would answer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from xstilts.evidence.bearing import bearing
from xstilts.evidence.study_draft import StudyDraft, study_draft

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.checked import Asked, Checked

Answered = Literal["answered", "partly", "not answered", "not answerable"]


@dataclass(frozen=True)
class Answerability:
    """Whether a question is answered by what was verified.

    Attributes:
        verdict: ``not answerable``: a name in the question stands for nothing that is known.
        verified: How many findings bear a tick.
        whole: Ids of those that bear on the whole question.
        part: Ids of those that bear on a part of it.
        sentence: For people: "k of n verified claims bear on your question; …".
        missing: What no verified finding speaks of.
        study: The study that would answer the question; None where it is answered or no factor of it is known.
    """

    verdict: Answered
    verified: int
    whole: tuple[str, ...]
    part: tuple[str, ...]
    sentence: str
    missing: tuple[str, ...]
    study: StudyDraft | None


def answerability(asked: Asked, checked: Sequence[Checked]) -> Answerability:
    """Judge a question by the verified findings alone.

    It is answered where one of them bears on the whole of it and none of those is contradicted in the same scope;
    partly where they bear on a part, or contradict each other.
    """
    verified = [one for one in checked if one.verified]
    held = [(one, bearing(asked, one.finding)) for one in verified]
    whole = tuple(one.finding.id for one, found in held if found.degree == "whole")
    part = tuple(one.finding.id for one, found in held if found.degree == "part")
    disputed = [one for one, found in held if found.degree == "whole" and one.verdict("corroborated") == "no"]
    missing = _missing(asked, checked, disputed=bool(disputed))
    verdict: Answered = "not answered"
    if asked.absent:
        verdict = "not answerable"
    elif whole and not disputed:
        verdict = "answered"
    elif whole or part:
        verdict = "partly"
    draft = None if verdict == "answered" else study_draft(asked)
    return Answerability(
        verdict, len(verified), whole, part, _sentence(asked, verdict, len(whole) + len(part), len(verified)),
        () if verdict == "answered" else missing, draft,
    )  # fmt: skip


def _sentence(asked: Asked, verdict: Answered, k: int, n: int) -> str:
    counted = f"{k} of {n} verified claims {'bears' if k == 1 else 'bear'} on your question"
    said = {
        "answered": "it is answered",
        "partly": "it is answered in part",
        "not answered": "it is not answered",
        "not answerable": f"as it is put it cannot be answered: nothing known is called {', '.join(asked.absent)}",
    }[verdict]
    return f"{counted}; {said}."


def _missing(asked: Asked, checked: Sequence[Checked], *, disputed: bool) -> tuple[str, ...]:
    """What is asked and what the nearest verified findings lack; without any, what is asked."""
    found = [f"{name}: nothing that was read has this name" for name in asked.absent]
    held = [bearing(asked, one.finding) for one in checked if one.verified]
    nearest = min((one for one in held), key=lambda one: len(one.lacks), default=None)
    lacks = asked.scope.factors if nearest is None else nearest.lacks
    found += [f"a verified result on {what}" for what in lacks]
    if len(asked.scope.factors) > 1 and any(one.degree == "none" for one in held) and all(one.lacks for one in held):
        found.append(f"a result on {' and '.join(asked.scope.factors)} together")
    if disputed:
        found.append("a result that settles what the findings contradict each other in")
    return tuple(dict.fromkeys(found))
