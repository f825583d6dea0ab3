"""A review that reads open copies: fetched before its nodes are planned, then a function of what is stored."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest

from loopback_services import Given, Loopback, Request, arxiv_page, bare_environment, latex_paper, shelf_of  # noqa: F401
from review_toy import Toy, corpus, spec
from xstilts.execution.review_run import fetch, run_review
from xstilts.literature.cassette import Cassette
from xstilts.literature.rules import Rules
from xstilts.planning.reviews import places_of, plan_review
from xstilts.reports.reviews.flow import picture
from xstilts.reports.reviews.text import flow_items, flow_of
from xstilts.reports.reviews.write import write
from xstilts.store.payloads import ExtractPayload
from xstilts.store.store import Store

ABSTRACT = "We study intermediate training on several languages for zero-shot cross-lingual transfer."
SAID = "Intermediate training on several languages improves XNLI by 2.1 points over English alone."
PAPERS = [
    {"id": f"p{number}", "title": f"Mixed languages for parrots, part {number}", "authors": ["Ada Macaw"], "year": 2021,
     "abstract": f"{ABSTRACT} Part {number}.", "arxiv_id": f"2101.{number:05d}", "version": "v2"}
    for number in range(1, 5)
]  # fmt: skip
SHELF = {
    "arxiv_papers/html/2101.00001v2": arxiv_page(SAID),
    "arxiv_papers/e-print/2101.00002v2": Given(gzip.compress(latex_paper(SAID).encode(), mtime=0)),
}


class Copies:
    """A review of four papers, all named by arXiv ids, of which two have a copy that can be read."""

    def __init__(self, folder: Path, **limits: int) -> None:
        self.folder = folder
        self.review = spec(databases=["folder"], limits=limits)
        self.path = corpus(folder, PAPERS)
        self.asked: list[Request] = []
        self.told: list[str] = []

    def fetched(self, online: bool = True) -> None:
        held = places_of(self.review, (self.path,), Cassette(self.folder / "cassette", "record"))
        with Loopback(shelf_of(SHELF)) as server:
            rules = Rules(online=online, bases=server.bases, hosts=self.folder / "hosts")
            fetch(self.review, held, rules, self.told.append)
            self.asked = server.requests

    def reviewed(self) -> Toy:
        stored = self.folder / "cassette"
        cassette = Cassette(stored, "replay") if stored.exists() else Cassette()
        store = Store(self.folder / "store")
        plan = plan_review(self.review, places_of(self.review, (self.path,), cassette), store)
        return Toy(self.review, plan, store, run_review(plan, store, self.folder / "out"))


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xstilts.literature.hosts.SystemClock.sleep", lambda self, seconds: None)


def test_copies_are_fetched_once_and_read_from_what_is_stored(tmp_path: Path) -> None:
    made = Copies(tmp_path)
    made.fetched()
    assert len(made.asked) == 1 + 2 + 3 + 3 and len(made.told) == 4
    assert "open copies: 1 of 4" in made.told[0]
    toy = made.reviewed()
    assert toy.outcome.complete
    read = {text.work: text.read for text in toy.report.texts.values()}
    assert read == {
        "arxiv:2101.00001": "full text (arXiv HTML v2)", "arxiv:2101.00002": "full text (LaTeX)",
        "arxiv:2101.00003": "abstract", "arxiv:2101.00004": "abstract",
    }  # fmt: skip
    told = [one for one in toy.report.checked if one.finding.passage.text == SAID]
    assert len(told) == 2 and all(one.verified for one in told)
    made.fetched()
    assert not made.asked, "what is stored, also that there is none, is not asked again"
    assert not made.reviewed().outcome.done


def test_the_report_says_how_many_papers_were_read_in_full_and_from_what(tmp_path: Path) -> None:
    made = Copies(tmp_path, full_texts=3)
    made.fetched()
    report = made.reviewed().report
    items, flow = flow_items(report), flow_of(report)
    assert "2 papers were read in full (arXiv HTML 1, LaTeX 1), 2 by their abstract, 0 had no text" in items
    assert "1 papers were not read in full: no file or open copy of it could be read in full" in items
    assert "1 papers were not read in full: its open copy lies beyond the limit of full texts" in items
    assert "full text: 2 (arXiv HTML 1, LaTeX 1)" in picture(flow)
    write(tmp_path / "out", report)
    claims = json.loads((tmp_path / "out" / "claims.json").read_text(encoding="utf-8"))
    assert {"full text (LaTeX)", "full text (arXiv HTML v2)"} <= {one["read"] for one in claims}
    with (tmp_path / "out" / "papers.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["work"]: row for row in csv.DictReader(file)}
    assert rows["arxiv:2101.00002"]["read"] == "full text (LaTeX)"
    assert rows["arxiv:2101.00002"]["dropped"].startswith("arXiv HTML v2: There is none (HTTP 404).")
    assert rows["arxiv:2101.00003"]["dropped"].count("There is none") == 3


def test_no_more_are_fetched_than_somebody_wants(tmp_path: Path) -> None:
    made = Copies(tmp_path, full_texts=1)
    made.fetched()
    assert len(made.told) == 1 and {asked.inner.rpartition("/")[2] for asked in made.asked} == {"2101.00001v2"}
    none = Copies(tmp_path / "none", full_texts=0)
    none.fetched()
    assert not none.asked and not (tmp_path / "none" / "cassette").exists()


def test_the_copies_reach_the_key_of_the_extraction_and_not_that_of_the_search(tmp_path: Path) -> None:
    made = Copies(tmp_path)
    before = {kind: node.key for kind, node in made.reviewed().plan.nodes.items()}
    other = Copies(tmp_path / "other", full_texts=7)
    assert {kind: node.key for kind, node in other.reviewed().plan.nodes.items()} == before
    made.fetched()
    after = {kind: node.key for kind, node in made.reviewed().plan.nodes.items()}
    assert {kind for kind in before if before[kind] != after[kind]} == {"extract", "check", "review", "synthesise"}


def test_invented_papers_have_no_copies_whatever_lies_in_the_cassette(tmp_path: Path) -> None:
    made = Copies(tmp_path)
    made.fetched()
    stored = Cassette(tmp_path / "cassette", "replay")
    for review, has in ((made.review, True), (spec(lab=1), False)):
        plan = plan_review(review, places_of(review, (made.path,), stored), Store(tmp_path / "store"))
        assert bool(plan.nodes["extract"].asked(ExtractPayload).copies) is has


def test_offline_nothing_is_asked_and_the_review_goes_on(tmp_path: Path) -> None:
    made = Copies(tmp_path)
    made.fetched(online=False)
    assert not made.asked
    assert {text.availability for text in made.reviewed().report.texts.values()} == {"abstract"}
