"""Each stage of a review on the lab's literature, of which the truth is known: no stage may get worse than stated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from xstilts.evidence import confidence
from xstilts.evidence.against_truth import whole
from xstilts.evidence.against_truth.papers import Reviewed
from xstilts.evidence.against_truth.score import CalibrationScore, StageScore, calibrated, counted, ranked
from xstilts.lab.literature import Literature, literature
from xstilts.lab.literature.paper import Paper
from xstilts.lab.literature.whole import of_papers
from xstilts.literature.cassette import Cassette
from xstilts.literature.client import Client

Scores = dict[tuple[str, str], StageScore | CalibrationScore]
# precision and recall with rules alone, less 0.02 where they are not 1; docs/results/evidence-demo.md has them
FLOORS = {
    ("merging", "pairs of records that are one paper"): (1.0, 1.0),
    ("versions", "papers with versions that say different things"): (1.0, 1.0),
    ("gate", "papers on the subject"): (0.96, 0.96),
    ("extraction", "sentences that assert a result, usual wordings"): (1.0, 1.0),
    ("extraction", "sentences that assert a result, held out wordings"): (1.0, 0.67),
    ("extraction", "directions of results, usual wordings"): (1.0, 1.0),
    ("extraction", "directions of results, held out wordings"): (1.0, 0.13),
    ("extraction", "numbers of results, with unit, usual wordings"): (1.0, 1.0),
    ("extraction", "numbers of results, with unit, held out wordings"): (0.97, 0.97),
    ("extraction", "scores in tables, with task and arm"): (1.0, 1.0),
    ("hidden text", "texts that nobody sees, left out and told"): (1.0, 1.0),
    ("quoted", "claims in the source's own words"): (1.0, 1.0),
    ("numbers", "claims with another number or unit"): (0.64, 0.94),
    ("entailed", "claims that were altered, denied"): (0.88, 0.83),
    ("tick", "claims that the source states, ticked"): (1.0, 0.51),
    ("altered: number", "denied; wrong: ticked all the same"): (1.0, 0.9),
    ("altered: direction", "denied; wrong: ticked all the same"): (1.0, 0.62),
    ("altered: unit", "denied; wrong: ticked all the same"): (1.0, 1.0),
    ("altered: target", "denied; wrong: ticked all the same"): (1.0, 1.0),
    ("altered: exaggerated", "denied; wrong: ticked all the same"): (1.0, 0.59),
    ("scope", "results that bear on the whole question"): (1.0, 0.88),
    ("numbers", "results that the table of their own paper contradicts"): (1.0, 0.48),
    ("retracted", "findings of withdrawn papers and corrected versions"): (1.0, 1.0),
    ("corroborated", "pairs of results that agree"): (0.96, 0.42),
    ("corroborated", "pairs of results that contradict each other"): (1.0, 0.23),
    ("false results", "denied or disputed by a check"): (0.14, 0.48),
    ("citations: fabricated", "entries of the manuscript"): (1.0, 1.0),
    ("citations: metadata wrong", "entries of the manuscript"): (1.0, 1.0),
    ("citations: does not say that", "entries of the manuscript"): (0.48, 0.69),
    ("citations: retracted", "entries of the manuscript"): (1.0, 1.0),
    ("citations: superseded", "entries of the manuscript"): (1.0, 1.0),
    ("answer: answered", "questions"): (1.0, 1.0),
    ("answer: partly", "questions"): (1.0, 1.0),
    ("answer: not answered", "questions"): (1.0, 1.0),
    ("answer: not answerable", "questions"): (1.0, 1.0),
}


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Reviewed:
    return _reviewed(literature(1), tmp_path_factory.mktemp("truth"))


@pytest.fixture(scope="module")
def scores(reviewed: Reviewed) -> Scores:
    return {(one.stage, one.what): one for one in whole.scores(reviewed, confidence.packaged())}


def _reviewed(truth: Literature, folder: Path) -> Reviewed:
    return whole.review(truth, truth.write(folder), Client(Cassette()))


@pytest.mark.parametrize("name", FLOORS, ids=" ".join)
def test_no_stage_is_worse_than_stated(name: tuple[str, str], scores: Scores) -> None:
    found = scores[name]
    assert isinstance(found, StageScore)
    precision, recall = FLOORS[name]
    assert (found.precision or 0.0) >= precision, found
    assert (found.recall or 0.0) >= recall, found


def test_every_stage_has_a_floor(scores: Scores) -> None:
    assert {name for name, one in scores.items() if isinstance(one, StageScore)} == FLOORS.keys()


def test_the_confidence_is_worth_more_than_its_base_rate(scores: Scores) -> None:
    found = scores["confidence", "probability that a claim is stated"]
    assert isinstance(found, CalibrationScore)
    assert found.auc is not None and found.auc > 0.8
    assert found.brier is not None and found.brier_of_base is not None and found.brier < found.brier_of_base


def test_orders_to_the_reader_change_no_verdict(reviewed: Reviewed, tmp_path: Path) -> None:
    """The same papers without what speaks to a machine: every other finding has the same checks."""
    silent = of_papers([_without_orders(paper) for paper in reviewed.truth.papers], 1)
    spoken = {
        one.text
        for paper in reviewed.truth.papers
        for s in paper.editions
        for one in s.sentences()
        if one.sort == "instruction"
    }
    assert spoken
    with_orders, without = (_verdicts(one) for one in (reviewed, _reviewed(silent, tmp_path)))
    assert with_orders == without
    assert not spoken & {text for _, text, *_ in with_orders}


def _without_orders(paper: Paper) -> Paper:
    def kept(sentences):  # type: ignore[no-untyped-def]
        return tuple(one for one in sentences if one.sort != "instruction")

    editions = tuple(
        replace(one, abstract=kept(one.abstract), unseen=(),
                sections=tuple((title, tuple(map(kept, told))) for title, told in one.sections))
        for one in paper.editions
    )  # fmt: skip
    return replace(paper, editions=editions)


def _verdicts(given: Reviewed) -> set[tuple[str, str, tuple[tuple[str, str], ...]]]:
    return {
        (one.finding.passage.work, one.finding.passage.text, tuple((c.name, c.verdict) for c in one.checks))
        for one in given.checked
        if one.bears != "none"
    }


def test_a_set_is_counted_on_both_sides() -> None:
    found = counted("gate", "papers", {"a", "b", "c"}, {"b", "c", "d", "e"})
    assert (found.right, found.wrong, found.missed) == (2, 1, 2)
    assert found.precision == pytest.approx(2 / 3) and found.recall == 0.5
    assert counted("gate", "papers", (), ()).precision is None


def test_a_probability_stands_beside_the_base_rate() -> None:
    found = calibrated("confidence", "chance", [0.9, 0.8, 0.1, 0.2], [True, True, False, False])
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.01 + 0.04) / 4)
    assert (found.base, found.brier_of_base, found.auc) == (0.5, 0.25, 1.0)
    assert ranked("gate", "score", [3.0, 7.0], [True, False]).auc == 0.0
