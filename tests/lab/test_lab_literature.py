"""The invented literature: papers as readers take them, the truth about each sentence, and draws of their own."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from xstilts.lab.draws import Draws
from xstilts.lab.literature import SIZES, Literature, literature
from xstilts.lab.literature.layout import bib_entry
from xstilts.lab.literature.paper import KINDS
from xstilts.lab.literature.questions import Asked, answer
from xstilts.lab.literature.results import MEAN, Cell, packaged
from xstilts.lab.literature.wording import as_fact, said, turned, with_number
from xstilts.literature.databases import local
from xstilts.literature.full_text import files

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told() -> Literature:
    return literature(1)


@pytest.fixture(scope="module")
def corpus(told: Literature, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return told.write(tmp_path_factory.mktemp("literature"))


def test_the_packaged_results_are_those_of_the_page() -> None:
    path = ROOT / "tools" / "lab_results.py"
    spec = importlib.util.spec_from_file_location("lab_results", path)
    assert spec is not None and spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.results((ROOT / "docs/results/demo.md").read_text(encoding="utf-8")) == packaged()


def test_a_direction_needs_an_interval_without_zero() -> None:
    mean = Cell("snli", "xcopa", "accuracy", MEAN, 64.3, 54.1, -10.2, -19.6, -0.8)
    assert mean.direction == "down"
    assert Cell("snli", "xnli", "accuracy", MEAN, 47.2, 45.9, -1.3, -11.2, 8.6).direction == "same"
    assert Cell("squad", "xquad", "f1", "qad", 41.0, 46.6, 5.6).direction == "up"


def test_what_is_made_false_says_something_else() -> None:
    one = as_fact(Cell("snli", "xcopa", "accuracy", MEAN, 64.3, 54.1, -10.2, -19.6, -0.8), "points")
    assert (turned(one).gain, turned(one).score, turned(one).direction) == (10.2, 74.5, "up")
    other = with_number(one, Draws("test", 1))
    assert other.gain < -15 and other.direction == "down" and other.score == round(64.3 + other.gain, 1)
    wording = said(one, Draws("test", 2), "usual")
    assert "10.2" in wording.text and "XCOPA" in wording.text and wording.holds


def test_every_kind_is_there_and_a_paper_is_drawn_by_itself(told: Literature) -> None:
    kinds = [paper.kind for paper in told.papers]
    assert set(kinds) == set(KINDS)
    assert all(kinds.count(kind) >= many for kind, many in SIZES.items())
    few = literature(1, sizes={"true": 3})
    assert few.papers[:3] == told.papers[:3]
    assert literature(2).papers[0] != told.papers[0]


def test_the_readers_take_every_file_and_every_record_is_known(told: Literature, corpus: Path) -> None:
    found = local.read(corpus)
    assert not found.problems
    assert {record.source_id for record in found.records} == set(told.records)
    by_id = {paper.id: paper for paper in told.papers}
    for record in found.records:
        paper = by_id[told.records[record.source_id]]
        assert record.title.casefold() == paper.title.casefold()
        assert bool(record.retracted) == (bool(paper.retracted) and record.source_id.startswith(f"{paper.id}v"))


def test_sentences_come_out_as_they_went_in_and_hidden_ones_do_not(told: Literature, corpus: Path) -> None:
    papers = [paper for paper in told.papers if paper.last.sections]
    assert any(paper.last.unseen for paper in papers)
    for paper in papers:
        (path,) = corpus.glob(f"{paper.id}.*")
        text = files.read(path, paper.id, "v1")
        assert all(one.text in text.body for one in paper.last.sentences()), path
        assert not any(hidden in text.body for hidden in paper.last.unseen), path
        assert [table.rows for table in text.tables] == [(grid.header, *grid.rows) for grid in paper.last.grids]


def test_only_altered_results_do_not_hold(told: Literature) -> None:
    for paper in told.papers:
        changed = [one for edition in paper.editions for one in edition.sentences() if one.change]
        assert bool(changed) == (paper.kind in ("false", "exaggerated", "outdated")), paper.id
        assert not any(one.change for one in paper.last.sentences()) or paper.kind != "outdated"


def test_ids_cannot_be_real(told: Literature) -> None:
    assert all(paper.arxiv[2:4] == "00" for paper in told.papers)  # no month is 00
    assert all(paper.doi.startswith("10.5555/") for paper in told.papers if paper.doi)  # kept for tests
    invented = [one for one in told.citations if one.wrong == "fabricated"]
    assert invented and not {dict(one.fields)["title"] for one in invented} & {paper.title for paper in told.papers}


def test_a_question_is_answered_by_how_much_a_fact_leaves_open(told: Literature) -> None:
    papers = [paper for paper in told.papers if paper.kind == "true"]
    assert answer(Asked("", "snli", "xcopa", "accuracy"), papers) == "answered"
    assert answer(Asked("", "snli", "pawsx", "accuracy"), papers) == "partly"
    assert answer(Asked("", "hellaswag", "pawsx", "accuracy"), papers) == "not answered"
    assert answer(Asked("", "snli", "xcopa", "accuracy", "noise"), papers) == "not answered"
    assert answer(Asked("", "snli", "", "accuracy"), papers) == "not answerable"
    assert answer(Asked("", "snli", "xcopa", "accuracy"), []) == "not answered"


def test_papers_of_another_literature_are_removed_and_other_files_stay(told: Literature, tmp_path: Path) -> None:
    corpus = told.write(tmp_path)
    (corpus / "p999.tex").write_text("old", encoding="utf-8")
    (corpus / "mine.txt").write_text("mine", encoding="utf-8")
    told.write(tmp_path)
    assert not (corpus / "p999.tex").exists()
    assert (corpus / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_an_entry_leaves_empty_fields_out() -> None:
    assert bib_entry("k", {"title": "A", "doi": ""}) == "@inproceedings{k,\n  title = {A},\n}\n"
