"""What every registered database must keep: offline by default, replay equals record, a log, terms, whole records."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopback_services import Given, Loopback, as_json, bare_environment, client_at, databases  # noqa: F401
from xstilts.errors import InputError, MissingAnswerError, SourceError
from xstilts.literature.client import Client
from xstilts.literature.databases import DATABASES, Database
from xstilts.literature.query import Concept, Query
from xstilts.literature.record import Ids
from xstilts.literature.rules import Rules

QUERY = Query((Concept("birds", ("parrot", "kea")), Concept("skill", ("counting",))), 2015, 2024, limit=120)
every_database = pytest.mark.parametrize("database", list(DATABASES), ids=DATABASES.names())
on_the_net = pytest.mark.parametrize(
    "database",
    [one for one in DATABASES if one.needs_network],
    ids=[one.name for one in DATABASES if one.needs_network],
)


@every_database
def test_it_says_who_it_is_and_what_may_be_done_with_its_answers(database: Database) -> None:
    assert DATABASES.get(database.name) is database
    assert database.title
    assert database.terms.text.endswith(".")
    assert database.terms.source
    assert (database.online is None) != (database.local is None), "it is asked in one way"


@every_database
def test_it_refuses_to_be_asked_in_the_other_way(database: Database, tmp_path: Path) -> None:
    other = tmp_path if database.needs_network else Client(rules=Rules(hosts=tmp_path))
    with pytest.raises(InputError, match="files"):
        database.search(QUERY, other)


@on_the_net
def test_it_stays_offline_unless_told_otherwise(database: Database, tmp_path: Path) -> None:
    with Loopback(databases) as server:
        client = client_at(server, tmp_path, online=False)
        with pytest.raises(MissingAnswerError, match="--online"):
            database.search(QUERY, client)
        with pytest.raises(MissingAnswerError, match="--online"):
            database.find([Ids(arxiv="2101.00001", doi="10.5555/parrot.1")], client)
    assert not server.requests


@on_the_net
def test_replay_equals_record_and_asks_nobody(database: Database, tmp_path: Path) -> None:
    with Loopback(databases) as server:
        recorded = database.search(QUERY, client_at(server, tmp_path, "record"))
        asked = len(server.requests)
        replayed = database.search(QUERY, client_at(server, tmp_path, "replay", online=False))
        assert len(server.requests) == asked
    assert replayed == recorded
    assert [record.raw_sha256 for record in replayed.records] == [record.raw_sha256 for record in recorded.records]
    with pytest.raises(MissingAnswerError, match=database.name):
        database.search(Query((Concept("other", ("emu",)),)), client_at(server, tmp_path, "replay"))


@on_the_net
def test_its_records_are_whole_and_its_log_tells_the_search(database: Database, tmp_path: Path) -> None:
    with Loopback(databases) as server:
        answer = database.search(QUERY, client_at(server, tmp_path))
    assert len(answer.records) == QUERY.limit
    assert len({record.source_id for record in answer.records}) == QUERY.limit
    for record in answer.records:
        assert record.source == database.name
        assert record.title.startswith("Teaching parrot number")
        assert record.authors[0] == "Ada Macaw"
        assert record.licence
        assert record.url.startswith("https://")
        assert record.fetched_at.startswith("2027-01-15T08:")
        assert len(record.raw_sha256) == 64
        assert record.ids != Ids()
    (log,) = answer.log
    assert (log.database, log.hits, log.taken) == (database.name, 250, QUERY.limit)
    assert "parrot" in log.query
    assert log.date == answer.records[0].fetched_at


@on_the_net
def test_a_paper_is_found_by_its_ids_and_an_unknown_one_is_not(database: Database, tmp_path: Path) -> None:
    known, unknown = Ids(arxiv="2101.00002", doi="10.5555/parrot.2"), Ids(arxiv="2102.99999", doi="10.5555/nobody")
    with Loopback(databases) as server:
        client = client_at(server, tmp_path, "record")
        (record,) = database.find([known], client).records
        assert record.title == "Teaching parrot number 2 to count"
        assert database.find([unknown], client).records == ()
        replayed = client_at(server, tmp_path, "replay")
        assert database.find([known], replayed).records == (record,)
        assert database.find([unknown], replayed).records == ()


@on_the_net
@pytest.mark.parametrize(
    "given",
    [
        Given(b"<html><title>429</title>Too Many Requests</html>", 429, {"Content-Type": "text/html"}),
        as_json({"message": "Too Many Requests", "code": "429"}, 429),
        as_json({"error": "Forbidden"}, 403),
        as_json({"message": "Forbidden"}, 403),
        as_json({"error": "bad", "message": "wrong"}, 400),
        Given(b"<html>Just a moment...</html>"),
        Given(b'{"data": [{"paperId": "1", "ti'),
        as_json({}),
        Given(b"", 302, {"Location": "https://elsewhere.example/"}),
    ],
    ids=["html 429", "429", "403 error", "403 message", "400", "html 200", "cut off", "empty", "redirected"],
)
def test_a_bad_answer_is_a_source_error_and_is_not_stored(database: Database, given: Given, tmp_path: Path) -> None:
    with Loopback(lambda asked: given) as server, pytest.raises(SourceError) as caught:
        database.search(QUERY, client_at(server, tmp_path, "record"))
    assert 1 <= len(server.requests) <= 4
    assert "Traceback" not in str(caught.value)
    assert not list(tmp_path.glob("cassette/**/*.json"))
