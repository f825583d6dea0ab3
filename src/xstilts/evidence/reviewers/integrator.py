"""The integrator puts the others together: scores by dimension, agreement and overlap, and the cap."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from xstilts.evidence.reviewers import challenger, confirmer, methodologist
from xstilts.evidence.reviewers.remark import SEVERITIES, WHOLE, Case, Remark
from xstilts.statistics.agreement import krippendorff, overlap

if TYPE_CHECKING:
    from collections.abc import Sequence

READERS = {"challenger": challenger.review, "confirmer": confirmer.review, "methodologist": methodologist.review}
CAPS = {"answered": 10.0, "partly": 6.0, "not answered": 4.0, "not answerable": 4.0}
"""The most that a review may score, by whether its question is answered."""
_ANSWER = {"answered": 10.0, "partly": 5.0, "not answered": 0.0, "not answerable": 0.0}
_RATINGS = (0, 1, 2, 3)


@dataclass(frozen=True)
class Score:
    """One dimension, 0 to 10, with what it is the share of; None where there is nothing to look at."""

    dimension: str
    value: float | None
    reason: str


@dataclass(frozen=True)
class Assessment:
    """What the reviewers say together.

    Attributes:
        remarks: All of them.
        scores: By dimension.
        uncapped: Mean of the scores, 0 to 10.
        total: At most the cap.
        cap: By whether the question is answered.
        agreement: Krippendorff's alpha (ordinal) of the worst remark of each reader on each finding; None where nothing
            varied. Readers with different mandates need not agree.
        overlap: Mean share of findings that two readers both remarked on; None with nothing remarked.
        share_verified: Of all findings; it is no score, since it says nothing about the question.
    """

    remarks: tuple[Remark, ...]
    scores: tuple[Score, ...]
    uncapped: float
    total: float
    cap: float
    agreement: float | None
    overlap: float | None
    share_verified: float


def assess(case: Case, readers: Sequence[str] = tuple(READERS)) -> Assessment:
    """Let the readers read, each of ``READERS`` unless told otherwise, and put together what they say."""
    read = {name: READERS[name](case) for name in readers}
    remarks = tuple(remark for own in read.values() for remark in own)
    scores = _scores(case, remarks)
    uncapped = fmean(score.value for score in scores if score.value is not None)
    cap = CAPS[case.answer.verdict]
    ids = [one.finding.id for one in case.checked]
    ratings = [[_worst(own, target) for target in ids] for own in read.values()]
    touched = [frozenset(remark.target for remark in own if remark.target != WHOLE) for own in read.values()]
    return Assessment(
        (*remarks, *_own(case)), scores, uncapped, min(uncapped, cap), cap, krippendorff(ratings, "ordinal", _RATINGS),
        overlap(touched), len(case.verified) / len(case.checked) if case.checked else 0.0,
    )  # fmt: skip


def _worst(remarks: Sequence[Remark], target: str) -> int:
    """0 for no remark, 1 for a note, 2 for a flaw, 3 for a grave one."""
    return max((SEVERITIES.index(one.severity) + 1 for one in remarks if one.target == target), default=0)


def _own(case: Case) -> list[Remark]:
    """What is seen only from above: the answer, and the same words counted several times."""
    found = []
    if case.answer.verdict != "answered":
        found.append(Remark("integrator", WHOLE, "grave", "answer", case.answer.sentence))
    seen: dict[str, str] = {}
    for one in case.verified:
        words = " ".join(one.finding.passage.text.lower().split())
        if words in seen:
            says = f"The same words as {seen[words]}: they are one finding."
            found.append(Remark("integrator", one.finding.id, "note", "repeated", says, one.finding.passage))
        seen.setdefault(words, one.finding.id)
    return found


def _scores(case: Case, remarks: Sequence[Remark]) -> tuple[Score, ...]:
    verified = case.verified
    bears = [{"whole": 1.0, "part": 0.5, "none": 0.0}[one.bears] for one in verified]
    numeric = [one.finding.id for one in case.checked if one.finding.numbers]
    results = [one.finding.id for one in verified if one.finding.kind in ("number", "direction")]
    every = [one.finding.id for one in verified]
    return (
        _share("grounding", [float(one.verified) for one in case.checked], "findings bear a tick"),
        _free("numbers", numeric, _hit(remarks, "grave", {"arithmetic", "numbers"}), "findings with numbers come out"),
        _share("scope", bears, "verified findings bear on the question, a part counting half"),
        _free("counter-evidence", every, _hit(remarks, "grave", {"counter-evidence", "contradicted", "run again"}),
              "verified findings are undisputed"),
        _free("design", results, _hit(remarks, "flaw", {"baseline", "leak", "selection", "spread", "power"}),
              "verified results have no flaw of design"),
        Score("answer", _ANSWER[case.answer.verdict], case.answer.sentence),
    )  # fmt: skip


def _hit(remarks: Sequence[Remark], least: str, rules: set[str]) -> set[str]:
    floor = SEVERITIES.index(least)
    return {one.target for one in remarks if one.rule in rules and SEVERITIES.index(one.severity) >= floor}


def _free(dimension: str, ids: Sequence[str], hit: set[str], says: str) -> Score:
    return _share(dimension, [float(one not in hit) for one in ids], says)


def _share(dimension: str, parts: Sequence[float], says: str) -> Score:
    if not parts:
        return Score(dimension, None, f"{says}: there is none to look at.")
    return Score(dimension, 10 * fmean(parts), f"{sum(parts):g} of {len(parts)} {says}.")
