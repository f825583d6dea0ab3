"""The only way out of the machine: when it goes, how it waits, what it refuses, what it keeps."""

from __future__ import annotations

import gzip
import json
import zlib
from itertools import pairwise
from pathlib import Path

import pytest

from loopback_services import START, Clock, Given, Loopback, as_json, bare_environment, client_at, in_turn  # noqa: F401
from xstilts.errors import BudgetError, InputError, MissingAnswerError, SourceError
from xstilts.literature.bodies import Bounds, json_of
from xstilts.literature.call import Call, Key, Service
from xstilts.literature.client import Client
from xstilts.literature.rules import Rules, place_of

SERVICE = Service("arxiv", "https://nowhere.invalid", interval=3.0)
KEYED = Service("openalex", "https://nowhere.invalid", 1.0, Key("OPENALEX_API_KEY", "Authorization", "Bearer {}"))
CALL = Call(SERVICE, "/query", (("q", "grey parrots"),))
GOOD = as_json({"parrots": 2})
SECRET = "a-key-of-nobody-42"  # noqa: S105 (nobody's)


def test_offline_is_the_default_and_the_error_says_how_to_leave_it(tmp_path: Path) -> None:
    with pytest.raises(MissingAnswerError, match=r"--online.*grey\+parrots"):
        Client(rules=Rules(hosts=tmp_path)).read(CALL, json_of)
    assert not list(tmp_path.iterdir())


def test_a_question_is_answered(tmp_path: Path) -> None:
    with Loopback(lambda asked: GOOD) as server:
        client = client_at(server, tmp_path)
        assert client.read(CALL, json_of) == {"parrots": 2}
        assert client.read(Call(SERVICE, "/query", body=b'{"ids": []}'), json_of) == {"parrots": 2}
    get, post = server.requests
    assert (get.method, get.path, get.params) == ("GET", "/arxiv/query", {"q": "grey parrots"})
    assert (post.method, post.body, post.headers["content-type"]) == ("POST", b'{"ids": []}', "application/json")
    assert get.headers["user-agent"] == "xstilts"


def test_questions_to_one_host_are_three_seconds_apart(tmp_path: Path) -> None:
    clock = Clock()
    with Loopback(lambda asked: GOOD) as server:
        client = client_at(server, tmp_path, clock=clock)
        for _ in range(3):
            client.read(CALL, json_of)
    assert client.turns.taken == [(server.host, START), (server.host, START + 3), (server.host, START + 6)]
    assert clock.waits == [3, 3]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7), ("Fri, 15 Jan 2027 08:00:20 GMT", 20), ("120", 120)],  # the clock starts at 08:00:00 of that day
)
def test_retry_after_is_obeyed_in_seconds_and_as_a_date(tmp_path: Path, header: str, seconds: float) -> None:
    busy = Given(b"<html><h1>Too Many</h1> Requests</html>", 429, {"Retry-After": header})
    with Loopback(in_turn(busy, GOOD)) as server:
        client = client_at(server, tmp_path)
        assert client.read(CALL, json_of) == {"parrots": 2}
    assert [at - START for _, at in client.turns.taken] == [0, seconds]


def test_a_host_that_wants_more_time_than_there_is_is_left_alone(tmp_path: Path) -> None:
    busy = Given(b"", 429, {"Retry-After": "3600"})
    clock = Clock()
    with Loopback(in_turn(busy, GOOD)) as server:
        client = client_at(server, tmp_path, clock=clock)
        with pytest.raises(SourceError, match="2027-01-15T09:00:00Z"):
            client.read(CALL, json_of)
        with pytest.raises(SourceError, match="left alone until 2027-01-15T09:00:00Z"):
            client.read(CALL, json_of)
        assert len(server.requests) == 1
        clock.time += 3601
        assert client.read(CALL, json_of) == {"parrots": 2}


def test_waits_without_retry_after_grow_and_come_from_the_seed(tmp_path: Path) -> None:
    def waits(folder: str, seed: int) -> list[float]:
        with Loopback(in_turn(*[Given(b"", 503)] * 5, GOOD)) as server:
            client = client_at(server, tmp_path / folder, tries=6, seed=seed)
            client.read(Call(Service("arxiv", "", interval=0.0), "/query"), json_of)
        return [after - before for (_, before), (_, after) in pairwise(client.turns.taken)]

    first = waits("a", 1)
    assert first == waits("b", 1) != waits("c", 2)
    assert all(0 <= wait <= 2**attempt for attempt, wait in enumerate(first, start=1))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_and_given_up_in_the_end(tmp_path: Path, status: int) -> None:
    body = as_json({"message": "Too Many Requests. Please wait", "code": str(status)}, status)
    with (
        Loopback(lambda asked: body) as server,
        pytest.raises(SourceError, match="4 times in a row.*Please wait") as caught,
    ):
        client_at(server, tmp_path).read(CALL, json_of)
    assert len(server.requests) == 4
    assert (caught.value.field, caught.value.value) == (server.host, status)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
@pytest.mark.parametrize("name", ["error", "message"])
def test_what_does_not_pass_is_told_at_once_in_the_services_words(tmp_path: Path, status: int, name: str) -> None:
    with (
        Loopback(lambda asked: as_json({name: "Unrecognized fields: [wings]"}, status)) as server,
        pytest.raises(SourceError, match=r"Unrecognized fields: \[wings\]"),
    ):
        client_at(server, tmp_path).read(CALL, json_of)
    assert len(server.requests) == 1


def test_a_failing_host_is_left_alone_then_tried_once(tmp_path: Path) -> None:
    clock = Clock()
    with Loopback(lambda asked: Given(b"", 500)) as server:
        client = client_at(server, tmp_path, clock=clock, rest=10_000.0)
        for asked in (4, 4):
            with pytest.raises(SourceError):
                client.read(CALL, json_of)
            assert len(server.requests) == asked
        clock.time += 10_001
        with pytest.raises(SourceError):
            client.read(CALL, json_of)
        assert len(server.requests) == 5, "one failure is enough after a rest"


def test_a_good_answer_forgets_failures(tmp_path: Path) -> None:
    bad = Given(b"", 500)
    with Loopback(in_turn(bad, bad, bad, GOOD, bad, bad, bad, GOOD)) as server:
        client = client_at(server, tmp_path)
        assert client.read(CALL, json_of) == client.read(CALL, json_of)
    assert len(server.requests) == 8


def test_nobody_there(tmp_path: Path) -> None:
    with Loopback(lambda asked: GOOD) as server:
        pass
    with pytest.raises(SourceError, match="ConnectError"):
        client_at(server, tmp_path).read(CALL, json_of)


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (Given(b'{"parrots": [1, 2'), "no whole JSON"),
        (Given(b"<!DOCTYPE html><p>Checking your browser"), "page instead of JSON.*Checking your browser"),
        (Given(b"[1]"), "no JSON object"),
        (Given(b'{"parrots"', announced=500), "RemoteProtocolError"),
        (Given(b"[" * 100_000), "nested too deeply"),
        (Given(gzip.compress(b'{"a": 1}')[:-9], headers={"Content-Encoding": "gzip"}), "cut off"),
        (Given(b"no gzip", headers={"Content-Encoding": "gzip"}), "damaged"),
        (Given(b"x", headers={"Content-Encoding": "br"}), "was not asked for"),
        (Given(b"\xff\xfe\xfa{", headers={"Content-Type": "application/json"}), "no encoding"),
    ],
)
def test_garbled_answers_are_asked_for_again(tmp_path: Path, bad: Given, word: str) -> None:
    with Loopback(in_turn(bad, GOOD)) as server:
        assert client_at(server, tmp_path, "record").read(CALL, json_of) == {"parrots": 2}
    with (
        Loopback(lambda asked: bad) as server,
        pytest.raises(SourceError, match=f"(?s){word}"),
    ):
        client_at(server, tmp_path / "other", "record").read(CALL, json_of)
        assert len(server.requests) == 4
    assert not list(tmp_path.glob("other/cassette/**/*.json")), "only what was understood is stored"


@pytest.mark.parametrize("name", ["gzip", "deflate"])
def test_packed_answers_are_unpacked(tmp_path: Path, name: str) -> None:
    pack = gzip.compress if name == "gzip" else zlib.compress
    with Loopback(lambda asked: Given(pack(b'{"parrots": 2}'), headers={"Content-Encoding": name})) as server:
        assert client_at(server, tmp_path).read(CALL, json_of) == {"parrots": 2}


def test_a_wrong_charset_is_seen_through(tmp_path: Path) -> None:
    kea = json.dumps({"name": "Kakapó"}, ensure_ascii=False)
    declared = {"Content-Type": "application/json; charset=iso-8859-1"}
    both = in_turn(Given(kea.encode(), headers=declared), Given(kea.encode("latin-1"), headers=declared))
    with Loopback(both) as server:
        client = client_at(server, tmp_path)
        assert client.read(CALL, json_of) == client.read(CALL, json_of) == {"name": "Kakapó"}


@pytest.mark.parametrize(
    ("large", "word"),
    [
        (Given(b"x" * 30_000), "announces"),
        (Given(b"", pieces=[b"x" * 9000] * 5), "longer than"),
        (Given(gzip.compress(b"0" * 5_000_000), headers={"Content-Encoding": "gzip"}), "when unpacked"),
    ],
    ids=["announced", "streamed", "bomb"],
)
def test_what_is_too_large_is_not_read_nor_asked_for_again(tmp_path: Path, large: Given, word: str) -> None:
    with Loopback(lambda asked: large) as server, pytest.raises(SourceError, match=word):
        client_at(server, tmp_path, bounds=Bounds(packed=20_000, unpacked=100_000)).read(CALL, json_of)
    assert len(server.requests) == 1


def test_what_is_too_slow_is_not_waited_for(tmp_path: Path) -> None:
    with Loopback(lambda asked: Given(b"", pieces=[b"{", *[b" " * 70_000] * 4, b"}"])) as server:
        client = client_at(server, tmp_path, clock=Clock(tick=50.0), bounds=Bounds(seconds=90.0))
        with pytest.raises(SourceError, match="longer than 90 seconds"):
            client.read(CALL, json_of)
    assert len(server.requests) == 1


def test_a_redirection_inside_the_host_is_followed(tmp_path: Path) -> None:
    def answer(asked):
        return GOOD if asked.path == "/arxiv/new" else Given(b"", 301, {"Location": "/arxiv/new?q=kea"})

    with Loopback(answer) as server:
        assert client_at(server, tmp_path).read(CALL, json_of) == {"parrots": 2}
    assert [asked.params["q"] for asked in server.requests] == ["grey parrots", "kea"]


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/x",
        "//elsewhere.example/x",
        "http://127.0.0.1:9/x",
        "https://{host}/x",
        "file:///etc/passwd",
        "http://169.254.169.254/latest",
        "javascript:alert(1)",
        "http://[",
        "http://{host}@elsewhere.example/",
    ],
)
def test_a_redirection_to_another_place_is_refused(tmp_path: Path, location: str) -> None:
    def answer(asked):
        return Given(b"", 302, {"Location": location.format(host=asked.headers["host"])})

    with Loopback(answer) as server, pytest.raises(SourceError, match="not followed"):
        client_at(server, tmp_path).read(CALL, json_of)
    assert len(server.requests) == 1


def test_a_circle_of_redirections_ends(tmp_path: Path) -> None:
    with (
        Loopback(lambda asked: Given(b"", 302, {"Location": asked.path})) as server,
        pytest.raises(SourceError, match="circle"),
    ):
        client_at(server, tmp_path).read(CALL, json_of)
    assert len(server.requests) == 4


def test_a_budget_is_kept_before_asking(tmp_path: Path) -> None:
    dear = Call(KEYED, "/works", (("q", "x"),), price=0.04)
    with Loopback(lambda asked: GOOD) as server:
        client = client_at(server, tmp_path, budget=0.10)
        client.read(dear, json_of)
        client.read(dear, json_of)
        with pytest.raises(BudgetError, match=r"up to \$0.0400.*\$0.0200.*\$0.10"):
            client.read(dear, json_of)
    assert (len(server.requests), round(client.spent, 6)) == (2, 0.08)


@pytest.mark.parametrize(("header", "spent"), [("0.001", 0.001), ("much", 0.04), ("-1", 0.04), ("nan", 0.04)])
def test_the_services_own_price_counts_where_it_can_be_read(tmp_path: Path, header: str, spent: float) -> None:
    given = Given(b"{}", headers={"X-RateLimit-Cost-USD": header})
    with Loopback(lambda asked: given) as server:
        client = client_at(server, tmp_path)
        client.read(Call(KEYED, "/works", price=0.04), json_of)
    assert client.spent == spent


def test_a_key_travels_in_a_header_and_is_written_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", f" {SECRET}\n")
    echo = as_json({"you": f"Bearer {SECRET}"})
    with Loopback(in_turn(echo, as_json({"error": f"{SECRET} is wrong"}, 401))) as server:
        client = client_at(server, tmp_path, "record")
        assert client.read(Call(KEYED, "/works"), json_of) == {"you": "Bearer ***"}
        with pytest.raises(SourceError, match=r"\*\*\* is wrong.*OPENALEX_API_KEY") as caught:
            client.read(Call(KEYED, "/other"), json_of)
    assert {asked.headers["authorization"] for asked in server.requests} == {f"Bearer {SECRET}"}
    assert SECRET not in str(caught.value) + repr(caught.value.__dict__)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.parent.name == "openalex" for path in written)
    assert not [path for path in written if SECRET.encode() in path.read_bytes() or SECRET in path.name]


def test_a_blank_key_is_none_and_an_impossible_one_is_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback(lambda asked: GOOD) as server:
        client = client_at(server, tmp_path)
        monkeypatch.setenv("OPENALEX_API_KEY", "  ")
        client.read(Call(KEYED, "/works"), json_of)
        monkeypatch.setenv("OPENALEX_API_KEY", "hush\r\nX-Evil: 1")
        with pytest.raises(InputError, match="OPENALEX_API_KEY") as caught:
            client.read(Call(KEYED, "/works"), json_of)
    assert "authorization" not in server.requests[0].headers
    assert "hush" not in str(caught.value)
    assert len(server.requests) == 1


def test_a_key_is_not_sent_where_others_can_read_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENALEX_API_KEY", SECRET)
    for base, sent in (("http://far.example", False), ("https://far.example", True), ("http://127.0.0.1:1", True)):
        place = place_of(Call(KEYED, "/works"), Rules(bases={"openalex": base}))
        assert (f"Bearer {SECRET}" in place.headers.values()) is sent


@pytest.mark.parametrize(
    "base", ["", "ftp://a.example", "a.example", "http://", "http://u:p@a.example", "http://a.example?x=1", "http://["]
)
def test_an_address_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(InputError, match="no address"):
        place_of(CALL, Rules(bases={"arxiv": base}))


def test_limits_that_headers_name_are_kept(tmp_path: Path) -> None:
    given = Given(b"{}", headers={"X-Rate-Limit-Limit": "2", "X-Rate-Limit-Interval": "9s"})
    with Loopback(lambda asked: given) as server:
        client = client_at(server, tmp_path)
        client.read(CALL, json_of)
        client.read(CALL, json_of)
    assert [at - START for _, at in client.turns.taken] == [0, 4.5]
