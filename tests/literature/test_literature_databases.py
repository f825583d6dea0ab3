"""What is peculiar to each database on the net; what all have in common is in the contract tests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopback_services import (
    ERROR_ENTRY,
    PAPERS,
    Given,
    Loopback,
    Request,
    as_json,
    bare_environment,  # noqa: F401
    client_at,
    crossref_work,
    databases,
    entry,
    feed,
    in_turn,
    openalex_work,
    s2_paper,
)
from loopback_services import (
    arxiv as arxiv_says,
)
from xstilts.errors import BudgetError, InputError, SourceError
from xstilts.literature.databases import arxiv, crossref, openalex, semantic_scholar
from xstilts.literature.query import Concept, Query
from xstilts.literature.record import Ids, Revision

PARROTS = Query((Concept("birds", ("grey parrot", "kea")), Concept("skill", ("counting",))), 2015, 2024, limit=250)
FIRST = PAPERS[0]


def few(limit: int) -> Query:
    return Query(PARROTS.concepts, limit=limit)


# Semantic Scholar


def test_bulk_search_goes_from_token_to_token(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        answer = semantic_scholar.search(PARROTS, client_at(server, tmp_path))
    assert [asked.params.get("token") for asked in server.requests] == [None, "t100", "t200"]
    assert server.requests[0].params["query"] == '("grey parrot" | "kea") + ("counting")'
    assert server.requests[0].params["year"] == "2015-2024"
    assert len({record.source_id for record in answer.records}) == answer.log[0].taken == answer.log[0].hits == 250
    record = answer.records[0]
    assert record.ids == Ids(doi="10.5555/parrot.1", arxiv="2101.00001", s2=f"{1:040x}")
    assert (record.authors, record.year, record.abstract) == (("Ada Macaw", "Bo Kea"), 2016, FIRST.abstract)
    assert record.url.endswith("?utm_source=api")
    assert answer.records[6].abstract == "", "an abstract that is held back is none"


def test_ranked_search_goes_by_offset_and_asks_for_no_more_than_wanted(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        answer = semantic_scholar.ranked("cross-lingual parrots", client_at(server, tmp_path), limit=130)
        assert len(semantic_scholar.ranked("parrots", client_at(server, tmp_path), limit=10_000).records) == 250
    asked = [(one.params.get("offset"), one.params["limit"]) for one in server.requests[:2]]
    assert asked == [(None, "100"), ("100", "30")]
    assert server.requests[0].params["query"] == "cross lingual parrots"
    assert len(answer.records) == 130


def test_papers_by_id_come_in_one_batch_without_the_unknown(tmp_path: Path) -> None:
    wanted = [
        Ids(arxiv="2101.00002"),
        Ids(doi="10.5555/nobody"),
        Ids(),
        Ids(doi="10.5555/parrot.1"),
        Ids(openalex="W1"),
    ]
    with Loopback(databases) as server:
        answer = semantic_scholar.find(wanted, client_at(server, tmp_path))
        assert semantic_scholar.find([Ids(doi="10.5555/nobody")], client_at(server, tmp_path)).records == ()
        assert semantic_scholar.find([], client_at(server, tmp_path)).log == ()
    assert [record.ids.arxiv for record in answer.records] == ["2101.00002", "2101.00001"]
    assert server.requests[0].body == b'{"ids": ["ARXIV:2101.00002", "DOI:10.5555/nobody", "DOI:10.5555/parrot.1"]}'


def test_batches_have_at_most_500_ids(tmp_path: Path) -> None:
    with Loopback(lambda asked: as_json([None])) as server:
        semantic_scholar.find([Ids(arxiv=f"2102.{number:05d}") for number in range(501)], client_at(server, tmp_path))
    assert [asked.body.count(b"ARXIV:") for asked in server.requests] == [500, 1]


def test_a_batch_that_is_refused_for_another_reason_is_an_error(tmp_path: Path) -> None:
    with (
        Loopback(lambda asked: as_json({"error": "Unrecognized or unsupported fields: [wings]"}, 400)) as server,
        pytest.raises(SourceError, match="wings"),
    ):
        semantic_scholar.find([Ids(arxiv="2101.00001")], client_at(server, tmp_path))


def test_a_title_is_matched_or_not(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        client = client_at(server, tmp_path, "record")
        found = semantic_scholar.match(FIRST.title, client)
        assert found is not None
        assert found.ids.arxiv == FIRST.arxiv
        assert semantic_scholar.match("Parrots cannot count", client) is None
        assert semantic_scholar.match("Parrots cannot count", client_at(server, tmp_path, "replay")) is None


def test_passages_keep_their_offsets_and_licence(tmp_path: Path) -> None:
    passage = {"text": "It counts  to 7.", "snippetKind": "body", "section": "Results",
               "snippetOffset": {"start": 120, "end": 136}}  # fmt: skip
    paper = {"corpusId": 7, "title": "Parrots", "openAccessInfo": {"license": "CCBY", "status": "GREEN"}}
    given = as_json({"data": [{"score": 0.5, "snippet": passage, "paper": paper}, {}], "retrievalVersion": "1"})
    with Loopback(lambda asked: given) as server:
        (found,) = semantic_scholar.snippets("counting parrots", client_at(server, tmp_path), limit=5000)
    assert server.requests[0].params == {"query": "counting parrots", "limit": "1000"}
    assert (found.text, found.start, found.end, found.section) == ("It counts  to 7.", 120, 136, "Results")
    assert (found.corpus_id, found.licence, found.kind, found.score) == ("7", "CCBY", "body", 0.5)


# arXiv


def test_arxiv_pages_and_versions(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        answer = arxiv.search(PARROTS, client_at(server, tmp_path))
    assert [(asked.params["start"], asked.params["max_results"]) for asked in server.requests] == [
        ("0", "200"), ("200", "50")]  # fmt: skip
    record = answer.records[0]
    assert (record.source_id, record.year, record.ids.version) == ("2101.00001v2", 2016, "v2")
    assert record.revisions == (Revision("v2", "2017-02-05"),)
    assert record.abstract == f"{FIRST.abstract} (text 2)", "line breaks inside are spaces"
    assert (len(answer.records), answer.log[0].hits, answer.log[0].taken) == (250, 250, 250)


def test_every_version_of_a_paper_has_its_own_text(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        answer = arxiv.versions("2101.00004", client_at(server, tmp_path))
        assert arxiv.versions("2102.99999", client_at(server, tmp_path)).records == ()
    assert [(record.ids.version, record.abstract[-8:]) for record in answer.records] == [
        ("v1", "(text 1)"), ("v2", "(text 2)")]  # fmt: skip


def test_one_version_is_found_by_its_id(tmp_path: Path) -> None:
    wanted = [Ids(arxiv="2101.00001", version="v1"), Ids(doi="10.5555/x"), Ids(arxiv="2102.99999")]
    with Loopback(databases) as server:
        (record,) = arxiv.find(wanted, client_at(server, tmp_path)).records
    assert record.source_id == "2101.00001v1"
    assert record.revisions == ()
    assert server.requests[0].params["id_list"] == "2101.00001v1,2102.99999"


@pytest.mark.parametrize("status", [200, 400])
def test_an_error_entry_in_a_feed_is_an_error_whatever_the_status(tmp_path: Path, status: int) -> None:
    with (
        Loopback(lambda asked: feed([ERROR_ENTRY], 1, status)) as server,
        pytest.raises(SourceError, match="incorrect id format for x"),
    ):
        arxiv.find([Ids(arxiv="x")], client_at(server, tmp_path, "record"))
    assert len(server.requests) == 1
    assert not list(tmp_path.glob("cassette/**/*.json"))


def test_an_empty_page_in_the_middle_is_asked_for_again(tmp_path: Path) -> None:
    emptied: list[str] = []

    def flaky(asked: Request) -> Given:
        if asked.params["start"] == "200" and not emptied:
            emptied.append("once")
            return feed([], 250)
        return arxiv_says(asked)

    with Loopback(flaky) as server:
        assert len(arxiv.search(PARROTS, client_at(server, tmp_path)).records) == 250
    assert [asked.params["start"] for asked in server.requests] == ["0", "200", "200"]


def test_a_short_page_loses_nothing(tmp_path: Path) -> None:
    def short(asked: Request) -> Given:
        start = int(asked.params["start"])
        return feed([entry(paper, 1) for paper in PAPERS[start : start + 90]], len(PAPERS))

    with Loopback(short) as server:
        records = arxiv.search(PARROTS, client_at(server, tmp_path)).records
    assert [record.ids.arxiv for record in records] == [paper.arxiv for paper in PAPERS]


@pytest.mark.parametrize(
    "bad",
    [
        Given(b"<html><body>Rate exceeded.</body></html>"),
        Given(b"Rate exceeded."),
        feed([], 0, 400),
        Given(feed([entry(FIRST, 1)], 1).body[:-30]),
        Given(b'<!DOCTYPE feed [<!ENTITY a "b">]><feed xmlns="http://www.w3.org/2005/Atom">&a;</feed>'),
        Given(b'<?xml version="1.0"?><!-- <entry> --><!DOCTYPE feed [<!ENTITY a SYSTEM "file:///etc/passwd">]><feed/>'),
        Given(b'{"feed": []}'),
        Given(b""),
    ],
)
def test_what_is_no_feed_is_no_answer(tmp_path: Path, bad: Given) -> None:
    with Loopback(lambda asked: bad) as server, pytest.raises(SourceError, match="4 times in a row"):
        arxiv.search(few(5), client_at(server, tmp_path))


def test_a_feed_may_hold_signs_that_xml_forbids_and_another_charset(tmp_path: Path) -> None:
    strange = entry(FIRST, 1, summary="Kakapó\x0c & <kea> \x01counts.")
    told = feed([strange], 1).body.decode()
    latin = Given(told.replace("UTF-8", "ISO-8859-1").encode("latin-1"), headers={"Content-Type": "x; charset=latin-1"})
    with Loopback(in_turn(Given(told.encode()), latin)) as server:
        client = client_at(server, tmp_path)
        texts = [arxiv.search(few(1), client).records[0].abstract for _ in range(2)]
    assert texts == ["Kakapó & <kea> counts."] * 2


@pytest.mark.parametrize(
    ("comment", "summary", "withdrawn"),
    [
        ("This paper has been withdrawn due to an error in Lemma 2", "", True),
        ("Withdrawn by the author", "", True),
        ("", "This paper was withdrawn by the author.", True),
        ("12 pages, extends our withdrawn note", "", False),
        ("", "We study papers that have been retracted.", False),
    ],
)
def test_withdrawn_papers_are_told(tmp_path: Path, comment: str, summary: str, withdrawn: bool) -> None:
    with Loopback(lambda asked: feed([entry(FIRST, 1, summary, comment)], 1)) as server:
        (record,) = arxiv.search(few(1), client_at(server, tmp_path)).records
    assert record.retracted == ((comment or summary) if withdrawn else "")


# OpenAlex


def test_openalex_goes_by_cursor_with_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", "a-key-of-nobody")
    with Loopback(databases) as server:
        answer = openalex.search(PARROTS, client_at(server, tmp_path))
    assert [asked.params["cursor"] for asked in server.requests] == ["*", "100", "200"], "null ends it"
    assert {asked.params["per_page"] for asked in server.requests} == {"100"}
    (log,) = answer.log
    assert (len(answer.records), log.hits, round(log.cost, 6), log.note) == (250, 250, 0.003, "")


def test_openalex_goes_by_page_where_cursors_need_a_key(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        answer = openalex.search(PARROTS, client_at(server, tmp_path, "record"))
    paged = [asked.params.get("page") for asked in server.requests]
    assert paged == [None, "1", "2", "3"]
    assert (len(answer.records), "needs a key" in answer.log[0].note) == (250, True)
    assert openalex.search(PARROTS, client_at(server, tmp_path, "replay")) == answer


def test_a_wrong_key_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", "a-key-of-nobody")
    with (
        Loopback(lambda asked: as_json({"error": "Invalid API key", "message": "Get one."}, 401)) as server,
        pytest.raises(SourceError, match="Invalid API key: Get one.*OPENALEX_API_KEY"),
    ):
        openalex.search(PARROTS, client_at(server, tmp_path))


def test_openalex_keeps_to_the_budget_and_stops_where_enough_is_read(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        assert len(openalex.search(few(100), client_at(server, tmp_path, budget=0.001)).records) == 100
        with pytest.raises(BudgetError):
            openalex.search(few(101), client_at(server, tmp_path, budget=0.001))


def test_openalex_works_by_id_are_free_and_merged_ones_are_told(tmp_path: Path) -> None:
    wanted = [Ids(openalex="W999"), Ids(doi="10.5555/parrot.1"), Ids(doi="10.5555/nobody"), Ids()]
    with Loopback(databases) as server:
        client = client_at(server, tmp_path, "record", budget=0.0)
        answer = openalex.find(wanted, client)
        assert openalex.find(wanted, client_at(server, tmp_path, "replay")) == answer
    assert [record.source_id for record in answer.records] == ["W2", "W1"]
    assert [log.note for log in answer.log] == ["W999 was merged into W2", "", ""]
    assert [log.hits for log in answer.log] == [1, 1, 0]


def test_an_openalex_work_is_read(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        records = openalex.search(few(7), client_at(server, tmp_path)).records
    assert records[0].title == FIRST.title, "without markup"
    assert records[0].abstract == FIRST.abstract
    assert records[0].ids == Ids(doi="10.5555/parrot.1", arxiv="2101.00001", openalex="W1")
    assert [bool(record.retracted) for record in records] == [False, False, True, False, False, False, False]
    assert records[6].abstract == ""


def test_a_query_that_is_too_long_for_an_address_is_refused(tmp_path: Path) -> None:
    long = Query((Concept("words", tuple(f"synonym{number}" for number in range(400))),))
    with Loopback(databases) as server, pytest.raises(InputError, match="fewer synonyms"):
        openalex.search(long, client_at(server, tmp_path))
    assert not server.requests


@given(st.lists(st.sampled_from(["a", "kea", "counts", "7", "–", "x<y"]), max_size=30))
def test_an_inverted_index_gives_the_text_back(words: list[str]) -> None:
    places: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        places.setdefault(word, []).append(2 * place)  # gaps close up
    assert openalex.abstract_of(dict(reversed(places.items()))) == " ".join(words)


@pytest.mark.parametrize("index", [None, [], "text", {"a": 1}, {"a": ["x", None]}])
def test_what_is_no_inverted_index_is_no_abstract(index: object) -> None:
    assert openalex.abstract_of(index) == ""


# Crossref


def test_crossref_goes_by_cursor_until_a_page_is_not_full(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        answer = crossref.search(PARROTS, client_at(server, tmp_path))
    first = server.requests[0].params
    assert (first["query.bibliographic"], first["filter"]) == (
        "grey parrot counting", "from-pub-date:2015,until-pub-date:2024")  # fmt: skip
    assert [asked.params["cursor"] for asked in server.requests] == ["*", "100", "200"]
    assert (len(answer.records), answer.log[0].hits) == (250, 250)
    assert "no Boolean search" in answer.log[0].note


def test_crossref_is_told_an_address_of_mail_in_a_header_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSREF_MAILTO", "ada.macaw@parrots.example")
    with Loopback(databases) as server:
        crossref.search(few(1), client_at(server, tmp_path, "record"))
    assert server.requests[0].headers["user-agent"] == "xstilts (mailto:ada.macaw@parrots.example)"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"macaw@" in path.read_bytes()]


def test_a_crossref_work_is_read(tmp_path: Path) -> None:
    with Loopback(databases) as server:
        client = client_at(server, tmp_path)
        answer = crossref.find(
            [Ids(doi="10.5555/parrot.3"), Ids(doi="10.5555/nobody"), Ids(arxiv="2101.00001")], client
        )
    (record,) = answer.records
    assert (record.ids.doi, record.year, record.venue) == ("10.5555/parrot.3", 2018, "Journal of Parrots")
    assert record.authors == ("Ada Macaw", "The Kea Group")
    assert record.abstract == PAPERS[2].abstract
    assert record.retracted == "Retraction: 10.5555/notice"
    assert [log.hits for log in answer.log] == [1, 0]


@pytest.mark.parametrize(
    ("jats", "plain"),
    [
        ("<jats:p>We count &lt;7&gt; &amp; more.</jats:p>", "We count <7> & more."),
        ("<jats:title>Abstract</jats:title><jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ("<jats:sec><jats:title>Background</jats:title><jats:p>H<jats:sub>2</jats:sub>O</jats:p></jats:sec>",
         "Background H2O"),
        ("<p>x <jats:tex-math>$x^2$</jats:tex-math><mml:math><mml:mi>x</mml:mi></mml:math></p>", "x x"),
        ("", ""),
    ],
)  # fmt: skip
def test_jats_abstracts(jats: str, plain: str) -> None:
    assert crossref.abstract_of(jats) == plain


# All: what a stranger can write into a field


STRANGE: list[object] = [None, 7, -1, True, [], {}, [None], [[None]], "javascript:alert(1)", {"name": {}}, ["x", {}]]


@pytest.mark.parametrize(
    ("search", "work", "name", "own", "page"),
    [
        (semantic_scholar.search, s2_paper(FIRST), "paperId", "{:040x}", lambda works: {"data": works}),
        (openalex.search, openalex_work(FIRST), "id", "https://openalex.org/W{}", lambda works: {"results": works}),
        (crossref.search, crossref_work(FIRST), "DOI", "10.5555/{}", lambda works: {"message": {"items": works}}),
    ],
    ids=["semantic_scholar", "openalex", "crossref"],
)
def test_fields_of_another_type_are_empty(
    tmp_path: Path, search: Callable, work: dict, name: str, own: str, page: Callable
) -> None:
    spoilt = [(field, value) for field in work for value in STRANGE]
    works = [{**work, name: own.format(number), field: value} for number, (field, value) in enumerate(spoilt, start=1)]
    # no page of a database that goes by cursors may be full, or the next one is asked for
    with Loopback(
        in_turn(*(as_json(page([*works[first : first + 90], None, "x", []])) for first in (0, 90)))
    ) as server:
        client = client_at(server, tmp_path)
        records = [record for _ in range(2) for record in search(few(1000), client).records]
    assert len(records) > len(works) / 2
    for record in records:
        assert all(isinstance(value, str) for value in (*record.authors, record.title, record.abstract, record.venue))
        assert record.year is None or 1000 <= record.year <= 2999
        assert record.url.startswith("https://")
        assert record.open_copy == "" or record.open_copy.startswith("https://")
        assert "javascript" not in record.source_id
