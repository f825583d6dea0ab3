"""Merging, versions, the gate and the reading of texts against the truth."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from xstilts.evidence.against_truth.papers import RESULTS
from xstilts.evidence.against_truth.score import CalibrationScore, StageScore, counted, ranked
from xstilts.literature.versions import differing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.evidence.against_truth.papers import Reviewed
    from xstilts.evidence.finding import Finding
    from xstilts.lab.literature.paper import Sentence, Style


def merging(given: Reviewed) -> StageScore:
    """Pairs of records that are one paper."""
    found = {pair for work in given.works for pair in combinations(sorted(one.source_id for one in work.records), 2)}
    by: dict[str, list[str]] = {}
    for record, paper in sorted(given.truth.records.items()):
        by.setdefault(paper, []).append(record)
    return counted(
        "merging",
        "pairs of records that are one paper",
        found,
        {pair for records in by.values() for pair in combinations(records, 2)},
    )


def versions(given: Reviewed) -> StageScore:
    """Papers whose versions say different things."""
    found = {given.papers[work.id].id for work in given.works if differing(work.versions)}
    return counted(
        "versions",
        "papers with versions that say different things",
        found,
        {paper.id for paper in given.truth.papers if len(paper.editions) > 1},
    )


def gate(given: Reviewed) -> tuple[StageScore, CalibrationScore]:
    """Papers on the subject of the question, and how well the score orders them."""
    relevant = {work for work, paper in given.papers.items() if paper.relevant}
    kept = {one.work for one in given.screened if one.kept}
    scores = [one.score for one in given.screened]
    order = ranked(
        "gate", "its score, for papers on the subject", scores, [one.work in relevant for one in given.screened]
    )
    return counted("gate", "papers on the subject", kept, relevant), order


def extraction(given: Reviewed, style: Style) -> StageScore:
    """Sentences that assert a result, in the texts that were read of papers of one style."""
    found = {
        (given.papers[one.passage.work].id, one.passage.text)
        for one in given.findings
        if one.kind in RESULTS and _in_words(one) and given.papers[one.passage.work].style == style
    }
    so = {
        (given.papers[text.work].id, one.text)
        for text, edition in given.read()
        for one in edition.sentences()
        if given.papers[text.work].style == style
        and one.sort == "result"
        and (text.availability == "full text" or one in edition.abstract)
    }
    return counted("extraction", f"sentences that assert a result, {style} wordings", found, so)


def _in_words(one: Finding) -> bool:
    return any(letter.isalpha() for letter in one.passage.text)


def directions(given: Reviewed, style: Style) -> StageScore:
    """Directions of results."""
    told = [(finding, known.fact) for finding, known in given.found(style) if known.fact]
    right = sum(finding.direction == fact.direction for finding, fact in told)
    silent = sum(finding.direction == "" for finding, _ in told)
    return StageScore(
        "extraction", f"directions of results, {style} wordings", right, len(told) - right - silent, silent
    )


def numbers(given: Reviewed, style: Style) -> StageScore:
    """Numbers of results, with their unit or role."""
    right = wrong = missed = 0
    for finding, known in given.found(style):
        if known.fact is None:
            continue
        wanted = set(_wanted(known))
        found = {_read(finding, place) for place in range(len(finding.numbers))} - {None}
        right, wrong, missed = right + len(found & wanted), wrong + len(found - wanted), missed + len(wanted - found)
    return StageScore("extraction", f"numbers of results, with unit, {style} wordings", right, wrong, missed)


def _wanted(known: Sentence) -> Iterator[tuple[str, str]]:
    """Unit (``score`` for none) and the number as printed, of a sentence that says a fact."""
    fact = known.fact
    if fact is None:
        return
    printed = {
        f"{abs(fact.gain):.1f}": "points",
        f"{fact.none:.1f}": "score",
        f"{fact.score:.1f}": "score",
        f"{abs(100 * (fact.score - fact.none) / fact.none):.1f}": "percent",
        f"{fact.score / fact.none:.2f}": "ratio",
    }
    forms = {
        "points": ("points",),
        "from to": ("score", "points"),
        "percent": ("percent",),
        "ratio": ("ratio",),
        "unclear": ("points",),
    }
    for number, role in printed.items():
        if role in forms.get(fact.form, ()) and number in known.text:
            yield role, number


def _read(finding: Finding, place: int) -> tuple[str, str] | None:
    """As :func:`_wanted`; None for counts, which the truth does not list."""
    one = finding.numbers[place]
    role = "score" if one.unit == "none" or one.role in ("from", "to") else one.unit
    return None if role in ("count", "p") else (role, one.raw.strip().lstrip("+-−").strip())


def cells(given: Reviewed) -> StageScore:
    """Cells of tables, with what they are of."""
    found, so = set(), set()
    for finding in given.findings:
        if finding.kind == "number" and not _in_words(finding):
            paper = given.papers[finding.passage.work].id
            found |= {(paper, name, finding.subject, finding.passage.text) for name in finding.scope.data[:1]}
    for text, edition in given.read():
        if text.availability == "full text":
            for grid in edition.grids:
                for row, column, fact in grid.facts:
                    so.add((given.papers[text.work].id, fact.target, grid.rows[row][0], grid.rows[row][column]))
    arms = {entry[2] for entry in so}
    return counted("extraction", "scores in tables, with task and arm", {one for one in found if one[2] in arms}, so)


def hidden(given: Reviewed) -> StageScore:
    """Texts that a reader does not see, and that must not be read."""
    unseen = [
        (text, told) for text, edition in given.read() if text.availability == "full text" for told in edition.unseen
    ]
    kept_out = [told not in text.body and any("hidden" in note for note in text.dropped) for text, told in unseen]
    shown = sum("hidden" in note for text, edition in given.read() if not edition.unseen for note in text.dropped)
    return StageScore(
        "hidden text", "texts that nobody sees, left out and told", sum(kept_out), shown, len(kept_out) - sum(kept_out)
    )
