"""The checks of claims and findings against the truth."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from xstilts.evidence.against_truth.score import CalibrationScore, StageScore, calibrated, counted, ranked
from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.quoted import quoted
from xstilts.evidence.checks.wording import worded
from xstilts.evidence.confidence import Confidence, features
from xstilts.evidence.conflicts import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.evidence.against_truth.papers import Reviewed
    from xstilts.evidence.checks.check import Check
    from xstilts.lab.literature.claims import PrintedClaim
    from xstilts.lab.literature.questions import Asked
    from xstilts.literature.text import Text

_NUMBERS = ("number", "unit")
_ALTERED = ("number", "direction", "unit", "target", "exaggerated")


def claims(
    given: Reviewed, entailed: Callable[[str, Sequence[Text]], Check] = worded, confidence: Confidence | None = None
) -> tuple[StageScore | CalibrationScore, ...]:
    """The checks of printed claims: quoted, numbers, entailed, all together, and each way to alter one.

    Args:
        given: The review; claims about papers that it did not read are left out.
        entailed: Check of entailment.
        confidence: Gives probabilities; None leaves calibration out.
    """
    sources: dict[str, list[Text]] = {}
    for text in given.texts:
        sources.setdefault(given.papers[text.work].id, []).append(text)
    told = [(one, sources[one.paper]) for one in given.truth.claims if one.paper in sources]
    made = [one for one, _ in told]
    said = [(quoted(one.text, texts), consistent(one.text, texts), entailed(one.text, texts)) for one, texts in told]
    denied = ["no" in (number.verdict, entails.verdict) for _, number, entails in said]
    ticked = [q.verdict == "yes" or (e.verdict == "yes" and n.verdict != "no") for q, n, e in said]
    found: list[StageScore | CalibrationScore] = [
        _score(
            made,
            "quoted",
            "claims in the source's own words",
            [one.verdict == "yes" for one, _, _ in said],
            [one.made == "quoted" for one in made],
        ),
        _score(
            made,
            "numbers",
            "claims with another number or unit",
            [one.verdict == "no" for _, one, _ in said],
            [one.made in _NUMBERS for one in made],
        ),
        _score(made, "entailed", "claims that were altered, denied", denied, [not one.stated for one in made]),
        _score(made, "tick", "claims that the source states, ticked", ticked, [one.stated for one in made]),
        *(_kind(made, denied, ticked, kind) for kind in _ALTERED),
        ranked(
            "entailed",
            "share of a claim's words in order, for claims that are stated",
            [e.score or 0.0 for _, _, e in said],
            [one.stated for one in made],
        ),
    ]
    if confidence is not None:
        chances = [confidence(features(one.text, texts)).probability for one, texts in told]
        found.append(
            calibrated("confidence", "probability that a claim is stated", chances, [one.stated for one in made])
        )
    return tuple(found)


def _score(made: list[PrintedClaim], stage: str, what: str, found: list[bool], so: list[bool]) -> StageScore:
    places = range(len(made))
    return counted(stage, what, [i for i in places if found[i]], [i for i in places if so[i]])


def _kind(made: list[PrintedClaim], denied: list[bool], ticked: list[bool], kind: str) -> StageScore:
    """How many of one kind are denied; those that are ticked are counted as wrong."""
    own = [place for place, one in enumerate(made) if one.made == kind]
    caught = sum(denied[place] for place in own)
    return StageScore(
        f"altered: {kind}",
        "denied; wrong: ticked all the same",
        caught,
        sum(ticked[place] for place in own),
        len(own) - caught,
    )


def scope(given: Reviewed, asked: Asked) -> StageScore:
    """Findings that bear on the whole question."""
    told = [(one, known.fact) for one, known in given.told() if known.fact is not None and known.sort == "result"]
    found = [place for place, (one, _) in enumerate(told) if one.bears == "whole"]
    so = [
        place for place, (_, fact) in enumerate(told) if fact and (fact.arm, fact.target) == (asked.arm, asked.target)
    ]
    return counted("scope", "results that bear on the whole question", found, so)


def retracted(given: Reviewed) -> StageScore:
    """Findings of withdrawn papers, and of versions that a later one corrects."""
    found, so = set(), set()
    for one, _ in given.told():
        passage = one.finding.passage
        paper = given.papers[passage.work]
        if one.verdict("retracted") == "no":
            found.add(one.finding.id)
        corrected = passage.section == "Abstract" and passage.text not in {s.text for s in paper.last.sentences()}
        if paper.retracted or corrected:
            so.add(one.finding.id)
    return counted("retracted", "findings of withdrawn papers and corrected versions", found, so)


def conflicts(given: Reviewed) -> tuple[StageScore, StageScore]:
    """Pairs of results of two papers that say the same, or contrary things, of one cell."""
    told = [
        (one.finding, known.fact)
        for one, known in given.told()
        if known.fact and one.finding.passage.section == "Abstract"
    ]
    found: dict[str, set[tuple[str, str]]] = {"agree": set(), "conflict": set(), "different scope": set()}
    so: dict[str, set[tuple[str, str]]] = {"agree": set(), "conflict": set()}
    for (one, fact), (other, second) in combinations(told, 2):
        if one.passage.work == other.passage.work:
            continue
        key, pair = (one.id, other.id), compare(one, other)
        if pair is not None:
            found[pair.relation].add(key)
        if fact.cell == second.cell:
            so["agree" if fact.direction == second.direction else "conflict"].add(key)
    return (
        counted("corroborated", "pairs of results that agree", found["agree"], so["agree"]),
        counted("corroborated", "pairs of results that contradict each other", found["conflict"], so["conflict"]),
    )


def own_tables(given: Reviewed) -> StageScore:
    """Results that the table of their own paper contradicts."""
    printed = {
        (text.work, fact.cell): fact.score
        for text, edition in given.read()
        if text.availability == "full text"
        for grid in edition.grids
        for _, _, fact in grid.facts
    }
    found, so = set(), set()
    for one, known in given.told():
        if known.fact is None or not one.finding.numbers:
            continue
        if one.verdict("numbers") == "no":
            found.add(one.finding.id)
        if printed.get((one.finding.passage.work, known.fact.cell), known.fact.score) != known.fact.score:
            so.add(one.finding.id)
    return counted("numbers", "results that the table of their own paper contradicts", found, so)


def flagged(given: Reviewed) -> StageScore:
    """False results that some check denies or leaves in doubt; a check cannot know that a paper lies consistently."""
    found, so = set(), set()
    for one, known in given.told():
        if known.fact is None or one.finding.kind not in ("number", "direction"):
            continue
        verdicts = {name: one.verdict(name) for name in ("numbers", "retracted", "corroborated")}
        if "no" in verdicts.values() or verdicts["corroborated"] == "undecided":
            found.add(one.finding.id)
        if known.change:
            so.add(one.finding.id)
    return counted("false results", "denied or disputed by a check", found, so)
