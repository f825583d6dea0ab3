"""Entries of a list of references, by invented papers: that one does not exist is another verdict than a wrong year."""

from __future__ import annotations

import pytest

from xstilts.evidence.checks.check import Check
from xstilts.evidence.citations_audit import Cited, audit_citations
from xstilts.literature.record import Ids, Record
from xstilts.literature.works import merge

MIXING = Record(
    "arxiv", "2101.00001v1", "Mixing Languages in Intermediate Training", "We mix.", ("Ada Alm", "Bo Berg"), 2021,
    "arXiv", ids=Ids(arxiv="2101.00001", version="v1"),
)  # fmt: skip
PRINTED = Record(
    "acl_anthology", "2022.toy-main.1", "Mixing Languages in Intermediate Training", "We mix more.",
    ("Ada Alm", "Bo Berg"), 2022, "Proceedings of Toys",
    ids=Ids(doi="10.18653/v1/2022.toy-main.1", arxiv="2101.00001", acl="2022.toy-main.1"),
)  # fmt: skip
WITHDRAWN = Record(
    "acl_anthology", "2020.toy-main.9", "All Gains Were Counted Twice by Accident", "Gains.", ("Cy Carr",), 2020,
    "Proceedings of Toys", ids=Ids(acl="2020.toy-main.9"), retracted="counted twice",
)  # fmt: skip
WORKS = merge([MIXING, PRINTED, WITHDRAWN])


def audit(complete: frozenset[str] = frozenset(), says=None, sentences: tuple[str, ...] = (), **said: object):
    record = Record("folder", "k", **{"title": "", **said})
    return audit_citations([Cited("k", record, sentences)], WORKS, complete, says)[0]


GOOD = {"title": PRINTED.title, "authors": ("Alm, Ada", "Berg, Bo"), "year": 2022, "venue": "Proceedings of Toys"}


def test_what_is_right_exists_and_no_more():
    assert audit(**GOOD).verdicts == ("exists",)
    assert audit(title=GOOD["title"].upper()).verdicts == ("exists",)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"year": 2019}, "year"),
        ({"authors": ("Ada Alm", "Zoe Zorn")}, "authors"),
        ({"title": "Mixing Languages in Intermediate Pretraining Again"}, "title"),
        ({"ids": Ids(acl="2022.toy-main.7")}, "acl"),
        ({"ids": Ids(acl="2020.toy-main.9")}, "acl"),
    ],
)
def test_a_wrong_description_is_no_invention(change, field):
    found = audit(complete=frozenset({"all"}), **GOOD | change)
    assert found.verdicts == ("metadata wrong", "exists") and [one.field for one in found.differences] == [field]


def test_the_id_of_another_paper_and_an_unknown_title_are_invented():
    found = audit(title="A Paper That Nobody Wrote", authors=("Nil Nemo",), ids=Ids(arxiv="2101.00001"))
    assert found.existence == "fabricated" and "Mixing Languages" in found.reason and not found.work


def test_what_was_not_searched_may_exist():
    nobody = {"title": "A Paper That Nobody Wrote", "authors": ("Nil Nemo",), "ids": Ids(acl="2022.toy-main.99")}
    assert audit(**nobody).verdicts == ("not found",)
    assert audit(complete=frozenset({"arxiv"}), **nobody).verdicts == ("not found",)
    assert audit(complete=frozenset({"acl"}), **nobody).verdicts == ("fabricated",)
    assert audit(complete=frozenset({"all"}), title=nobody["title"]).verdicts == ("fabricated",)


def test_a_short_title_alone_is_no_paper():
    works = merge([Record("folder", "1", "Results", authors=("Ada Alm",))])
    assert audit_citations([Cited("k", Record("folder", "k", "Results", authors=("Bo Berg",)))], works)[0].work == ""


def test_withdrawn_papers_and_later_texts_are_told():
    assert audit(title=WITHDRAWN.title).verdicts == ("retracted", "exists")
    first = audit(**GOOD | {"year": 2021, "venue": "arXiv", "ids": Ids(arxiv="2101.00001", version="v1")})
    assert first.verdicts == ("superseded", "exists") and "2022.toy-main.1" in first.superseded
    preprint = audit(title=MIXING.title, year=2021, venue="arXiv preprint")
    assert preprint.superseded == "published: Proceedings of Toys"


def test_what_it_is_cited_for_is_asked_of_the_work():
    def says(sentence, work):
        verdict = {"It mixes.": "yes", "It is 9 points.": "no", "Who knows?": "not found"}[sentence]
        return Check("entailed", verdict, work.id)

    found = audit(says=says, sentences=("It mixes.", "It is 9 points.", "Who knows?"), **GOOD)
    assert found.verdicts == ("does not say that", "exists") and len(found.unsaid) == 1
