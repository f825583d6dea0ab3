"""Turns at a host shared by processes, waits that hosts ask for, and the breaker."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopback_services import START, Clock
from xstilts.errors import InputError
from xstilts.literature.hosts import Breaker, Turns, backoff, named_interval, retry_after

TAKER = """
import json, sys
from pathlib import Path
from loopback_services import Clock
from xstilts.literature.hosts import Turns

turns = Turns(Path(sys.argv[1]), Clock())
print("ready", flush=True)
sys.stdin.readline()
for _ in range(5):
    with turns.at("parrots.example:443", 3.0):
        pass
print(json.dumps([at for _, at in turns.taken]))
"""


def test_two_processes_share_the_turns_of_a_host(tmp_path: Path) -> None:
    """Each believes that no time passes but what it waits, so that only the shared file can keep them apart."""
    start = [sys.executable, "-c", TAKER, str(tmp_path)]
    environment = {"PYTHONPATH": ":".join(filter(None, [str(Path(__file__).parents[1]), *sys.path]))}
    takers = [
        subprocess.Popen(start, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        for _ in range(2)
    ]
    assert [taker.stdout.readline() for taker in takers] == ["ready\n", "ready\n"]
    for taker in takers:
        taker.stdin.write("go\n")
        taker.stdin.flush()
    taken = sorted(at for taker in takers for at in json.loads(taker.communicate()[0]))
    assert taken == [START + 3.0 * turn for turn in range(10)]


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    turns = Turns(tmp_path, Clock())
    for host in ("a.example", "b.example", "A.example", "a_example"):
        with turns.at(host, 60.0):
            pass
    assert {at for _, at in turns.taken} == {START}


def test_whoever_has_the_turn_can_put_off_the_next_also_in_failing(tmp_path: Path) -> None:
    turns = Turns(tmp_path, Clock())
    with pytest.raises(ZeroDivisionError), turns.at("a.example", 3.0) as turn:
        turn.put_off(START + 50)
        turn.put_off(START + 20)
        raise ZeroDivisionError
    with turns.at("a.example", 3.0):
        pass
    assert [at - START for _, at in turns.taken] == [0, 50]


@pytest.mark.parametrize(
    "stored", ["", "{", "[]", '{"next": "soon"}', '{"next": NaN}', '{"next": 9e18}', '{"next": 1}']
)
def test_a_time_that_makes_no_sense_is_passed_over(tmp_path: Path, stored: str) -> None:
    turns = Turns(tmp_path, Clock())
    with turns.at("a.example", 3.0):
        pass
    (path,) = tmp_path.glob("*.json")
    path.write_text(stored)
    with turns.at("a.example", 3.0):
        pass
    assert [at - START for _, at in turns.taken] == [0, 0]


def test_a_meeting_place_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_text("")
    with pytest.raises(InputError, match="no folder"), Turns(tmp_path / "hosts", Clock()).at("a.example", 1.0):
        pass


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        (" 15 ", 15),
        ("Fri, 15 Jan 2027 08:01:00 GMT", 60),
        ("Fri, 15 Jan 2027 07:00:00 GMT", 0),  # has passed
        ("Fri, 15 Jan 2027 08:01:00 -0000", 60),
        ("Friday, 15-Jan-27 08:01:00 GMT", 60),  # an older form that RFC 9110 lets stand
        (None, None),
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("٣", None),
        ("9" * 30, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, START) == seconds


@given(st.integers(1, 40), st.integers(0, 5), st.text(max_size=5))
def test_backoff_is_bounded_and_repeats(attempt: int, seed: int, what: str) -> None:
    wait = backoff(attempt, 120.0, seed, what)
    assert 0 <= wait <= min(120.0, 2.0**attempt)
    assert wait == backoff(attempt, 120.0, seed, what)


def test_backoff_differs_between_questions() -> None:
    assert len({backoff(5, 120.0, 0, str(what)) for what in range(20)}) == 20


@pytest.mark.parametrize(
    ("limit", "interval", "seconds"),
    [("50", "1s", 0.02), ("3", "1s", 1 / 3), ("1", "5", 5.0), ("0", "1s", None), (None, "1s", None), ("3", "", None),
     ("many", "1s", None)],
)  # fmt: skip
def test_intervals_from_headers(limit: str | None, interval: str | None, seconds: float | None) -> None:
    assert named_interval(limit, interval) == seconds


def test_the_breaker_opens_after_failures_in_a_row_and_for_one_host() -> None:
    breaker = Breaker(most=2, rest=10.0)
    breaker.failed("a", 0.0)
    breaker.worked("a")
    breaker.failed("a", 1.0)
    assert breaker.open_until("a", 1.0) is None
    breaker.failed("a", 2.0)
    assert breaker.open_until("a", 2.0) == 12.0
    assert breaker.open_until("a", 12.0) is None
    assert breaker.open_until("b", 2.0) is None
    breaker.failed("a", 13.0)
    assert breaker.open_until("a", 13.0) == 23.0
