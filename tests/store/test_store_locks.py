"""Locks between processes that share a store."""

from __future__ import annotations

import subprocess
import sys

import pytest

from xstilts.errors import StoreBusyError
from xstilts.store.locks import Locks

HOLD = """
import sys
from pathlib import Path
from xstilts.store.locks import Locks
locks = Locks(Path(sys.argv[1]))
with (locks.key("k", "target xnli") if sys.argv[2] == "key" else locks.run("study demo")):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def hold(tmp_path):
    """Hold a lock in another process."""
    started = []

    def start(what):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(tmp_path), what], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdin.close()
        process.stdout.close()


def test_who_waits_is_told_for_whom(tmp_path, hold):
    other = hold("key")
    said = []

    def on_wait(message):
        said.append(message)
        other.communicate()  # ends its input, so it lets go

    with Locks(tmp_path).key("k", "mine", on_wait):
        pass
    assert said == [f"waiting for another run that is making target xnli (process {other.pid})"]


def test_a_killed_holder_holds_nothing(tmp_path, hold):
    other = hold("key")
    with Locks(tmp_path).try_key("k") as free:
        assert not free
    other.kill()
    other.communicate()
    with Locks(tmp_path).try_key("k") as free:
        assert free


def test_cleaning_is_refused_while_a_run_lasts(tmp_path, hold):
    other = hold("run")
    with pytest.raises(StoreBusyError, match=rf"study demo \(process {other.pid}\)"), Locks(tmp_path).no_run():
        pass
    other.kill()
    other.communicate()
    with Locks(tmp_path).no_run():
        assert not list(tmp_path.glob("run-*"))


def test_runs_do_not_hinder_one_another(tmp_path, hold):
    hold("run")
    locks = Locks(tmp_path)
    with locks.run("mine"), locks.run("and mine"):
        pass
    assert len(list(tmp_path.glob("run-*.lock"))) == 1


def test_only_one_cleans(tmp_path):
    locks = Locks(tmp_path)
    with locks.no_run(), pytest.raises(StoreBusyError, match="Another process is cleaning"), Locks(tmp_path).no_run():
        pass


def test_a_run_that_starts_while_another_cleans_waits_and_no_lock_is_left(tmp_path):
    locks = Locks(tmp_path)
    with locks.key("k", "x"):
        pass
    with locks.no_run():
        locks.forget()
    assert [path.name for path in tmp_path.iterdir()] == ["gate.lock"]
