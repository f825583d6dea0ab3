"""Streams, files and folders that cannot be used: one paragraph and an exit code, whatever verb meets them."""

from __future__ import annotations

import subprocess
import sys

import pytest

LONG = "d/" * 2500


def shell(command: str, cwd) -> subprocess.CompletedProcess[str]:
    full = command.replace("xstilts", f"{sys.executable} -m xstilts")
    return subprocess.run(["bash", "-c", full], cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("xstilts list metrics >&-", 2, "Standard output is closed"),
        ("xstilts list metrics > /dev/full", 1, "No space left on device"),
        ("xstilts list metrics --json > /dev/full", 1, "No space left on device"),
        ("xstilts list metrics > /dev/null 2>&-", 0, ""),
        ("xstilts list metrics < /dev/null > /dev/null", 0, ""),
        ("xstilts list metrics <&- > /dev/null", 0, ""),
    ],
)
def test_streams(command, code, said, tmp_path):
    found = shell(command, tmp_path)
    assert (found.returncode, found.stdout) == (code, "")
    assert said in found.stderr and "Traceback" not in found.stderr and "bug" not in found.stderr
    assert found.stderr.count("\n") <= 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", LONG],
        ["plan", LONG + "study.yaml"],
        ["plan", "demo", "--store", LONG],
        ["plan", "demo", "--set", "source=files", "--set", f"data={LONG}", "--set", "protocol=xtreme"],
        ["plan", "demo", "--set", f"bases=[{LONG}]"],
        ["plan", "demo", "--set", f"data_map={LONG}"],
    ],
    ids=range(6),
)
def test_a_path_that_is_too_long(xstilts, arguments):
    said = xstilts(*arguments)
    assert said.code == 2
    assert "too long" in said.err and len(said.err) < 1000
    assert "bug" not in said.err


@pytest.mark.parametrize("verb", [["run", "demo"], ["gc"]])
def test_a_store_that_is_a_file(xstilts, tmp_path, verb):
    (tmp_path / "store").write_text("no store")
    said = xstilts(*verb, "--store", str(tmp_path / "store"))
    assert said.code == 2
    assert str(tmp_path / "store") in said.err and "bug" not in said.err
    assert (tmp_path / "store").read_text() == "no store"


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--store", "~no-such-user/x"],
        ["gc", "--store", "~no-such-user/x"],
        ["plan", "demo", "--store", "~no-such-user/x"],
        ["report", "demo", "--out", "~no-such-user/x"],
        ["evaluate", "lab-tiny", "--task", "xnli", "--languages", "de", "--source", "files:~no-such-user/x"],
        ["plan", "lab-bases", "--set", "bases.0.vocabulary=null", "--set", "bases.0.tokenizer=~no-such-user/x"],
    ],
    ids=range(6),
)
def test_the_home_of_a_user_that_there_is_not(xstilts, arguments):
    said = xstilts(*arguments)
    assert said.code == 2, said.err
    assert "~no-such-user/x" in said.err and "bug" not in said.err
