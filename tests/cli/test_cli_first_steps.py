"""The first minutes at the command line: what to do first, help by subject, names completed by the shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from xstilts import cli
from xstilts.commands import completion
from xstilts.commands.first_steps import FIRST_STEPS
from xstilts.studies.load import catalog_names
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

VERBS = [verb for verbs in cli.PANELS.values() for verb in verbs]


def test_alone_it_says_what_to_do_first(xstilts) -> None:
    said = xstilts()
    assert (said.code, said.err) == (0, "")
    assert said.out == FIRST_STEPS + "\n"
    told = re.findall(r"^  xstilts (\w+)", said.out, re.MULTILINE)
    assert told == ["demo", "new", "plan", "run", "report"]
    assert set(told) <= set(VERBS)


def test_help_groups_the_verbs_and_names_completion(xstilts) -> None:
    said = xstilts("--help").out
    places = [said.index(f" {panel} ") for panel in cli.PANELS]
    assert places == sorted(places)
    assert all(re.search(rf"^\W*{verb}\b", said, re.MULTILINE) for verb in VERBS)
    assert "--install-completion" in said


def completed(words: str, typed: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What bash is offered for a command line whose last word is typed so far."""
    line = f"xstilts {words} {typed}"
    environment = {
        "_XSTILTS_COMPLETE": "complete_bash",
        "COMP_WORDS": line,
        "COMP_CWORD": str(len(line.split(" ")) - 1),
    }
    return CliRunner().invoke(cli.app, [], prog_name="xstilts", env=environment).stdout.split()


@pytest.mark.parametrize(
    ("words", "typed", "expected"),
    [
        ("plan", "pha", ["phang2020"]),
        ("run", "real-", ["real-mix", "real-noise", "real-retrieval", "real-scale", "real-small"]),
        ("show", "tas", ["task"]),
        ("show task", "xqu", ["xquad", "xquad_few", "xquad_r"]),
        ("show protocol", "xt", ["xtreme", "xtreme-r"]),
        ("list", "st", ["studies"]),
        ("predict --task", "xnl", ["xnli", "xnli_eu", "xnli_few"]),
        ("score --protocol", "xtreme-", ["xtreme-r"]),
        ("new --base", "lab-t", ["lab-tiny", "lab-tiny.2", "lab-tiny.3"]),
        ("new --budget", "", ["small", "medium", "full"]),
    ],
)
def test_a_shell_completes_names(
    words: str, typed: str, expected: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert completed(words, typed, monkeypatch) == expected


def test_study_files_and_folders_are_completed_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.yaml").write_text("name: x", encoding="utf-8")
    (tmp_path / "mine.txt").write_text("no study", encoding="utf-8")
    (tmp_path / "mi[x").mkdir()
    monkeypatch.chdir(tmp_path)
    assert completion.studies("mi") == ["mix", "mine.yaml", "mi[x/"]
    assert completion.studies("mi[") == ["mi[x/"]
    assert completion.studies("") == [*catalog_names(), "mine.yaml", "mi[x/"]


def test_all_names_are_offered_before_anything_is_typed() -> None:
    assert completion.tasks("") == TASKS.names()
