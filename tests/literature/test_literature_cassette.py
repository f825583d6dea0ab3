"""Answers kept on disk: found again by the question, damaged ones told, nothing asked in replay."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopback_services import Given, Loopback, as_json, bare_environment, client_at, in_turn  # noqa: F401
from xstilts.errors import CorruptNodeError, InputError, MissingAnswerError
from xstilts.literature.bodies import json_of
from xstilts.literature.call import Call, Reply, Service
from xstilts.literature.cassette import Cassette

SERVICE = Service("arxiv", "https://nowhere.invalid", interval=0.0)
CALL = Call(SERVICE, "/query", (("q", "grey parrots"), ("n", "1")))


@given(st.binary(max_size=200))
def test_bytes_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, body: bytes) -> None:
    cassette = Cassette(tmp_path_factory.mktemp("cassette"), "record")
    reply = Reply(200, "text/plain", body, "2026-11-29T12:00:00Z", 0.001)
    cassette.keep(CALL, reply)
    assert cassette.find(CALL) == reply


def test_an_answer_is_found_by_its_question_alone() -> None:
    elsewhere = replace(CALL, service=replace(SERVICE, base="http://127.0.0.1:1", interval=9.0), price=0.5)
    turned = replace(CALL, params=CALL.params[::-1])
    assert CALL.sha256 == elsewhere.sha256 == turned.sha256
    others = [
        replace(CALL, path="/other"),
        replace(CALL, params=(("q", "grey parrot"), ("n", "1"))),
        replace(CALL, body=b"{}"),
        replace(CALL, service=replace(SERVICE, name="openalex")),
        replace(CALL, params=(("q", "grey parrots&n=1"),)),
    ]
    assert len({call.sha256 for call in [CALL, *others]}) == 6


def test_replay_gives_what_was_recorded_and_never_asks(tmp_path: Path) -> None:
    with Loopback(in_turn(as_json({"n": 1}), as_json({"n": 2}))) as server:
        recorded = client_at(server, tmp_path, "record").read(CALL, json_of)
        again = client_at(server, tmp_path, "record", online=False).read(CALL, json_of)
        replayed = client_at(server, tmp_path, "replay").read(CALL, json_of)
        with pytest.raises(MissingAnswerError, match=r"no stored answer to arxiv: GET /query\?q=keas"):
            client_at(server, tmp_path, "replay").read(replace(CALL, params=(("q", "keas"),)), json_of)
        assert len(server.requests) == 1
        assert client_at(server, tmp_path, "off").read(CALL, json_of) == {"n": 2}
    assert recorded == again == replayed == {"n": 1}


def test_what_was_paid_once_is_not_paid_again(tmp_path: Path) -> None:
    dear = replace(CALL, price=0.09)
    with Loopback(lambda asked: as_json({})) as server:
        for spent in (0.09, 0.0):
            client = client_at(server, tmp_path, "record")
            assert client.read(dear, lambda reply: reply.cost) == 0.09
            assert client.spent == spent


def test_a_person_can_read_what_is_stored(tmp_path: Path) -> None:
    cassette = Cassette(tmp_path, "record")
    cassette.keep(CALL, Reply(200, "application/json", '{"name": "Kakapó"}'.encode(), "2026-11-29T12:00:00Z"))
    (path,) = tmp_path.glob("arxiv/*.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    assert (told["params"][0], told["text"], told["status"]) == (["q", "grey parrots"], '{"name": "Kakapó"}', 200)
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"text": "x"}', "changed"])
def test_a_damaged_answer_is_told_and_not_used(tmp_path: Path, damage: str) -> None:
    cassette = Cassette(tmp_path, "record")
    cassette.keep(CALL, Reply(200, "", b"two parrots", "2026-11-29T12:00:00Z"))
    (path,) = tmp_path.glob("arxiv/*.json")
    path.write_text(path.read_text().replace("two", "ten") if damage == "changed" else damage)
    with pytest.raises(CorruptNodeError, match="grey.parrots.*damaged"):
        cassette.find(CALL)


@pytest.mark.parametrize("mode", ["record", "replay"])
def test_a_mode_that_needs_a_folder_says_so(mode: str) -> None:
    with pytest.raises(InputError, match=f"folder.*{mode}"):
        Cassette(None, mode)


def test_answers_of_some_services_are_no_part_of_the_hash(tmp_path: Path) -> None:
    cassette = Cassette(tmp_path, "record")
    reply = Reply(200, "text/plain", b"parrots", "2026-11-29T12:00:00Z")
    assert cassette.digest() == "" and cassette.services() == ()
    cassette.keep(CALL, reply)
    alone = cassette.digest()
    cassette.keep(replace(CALL, service=replace(SERVICE, name="language_model-here")), reply)
    assert cassette.digest(lambda name: not name.startswith("language_model")) == alone != cassette.digest()
    assert cassette.digest(lambda name: name != "arxiv") not in ("", alone)
    assert cassette.services() == ("arxiv", "language_model-here")
