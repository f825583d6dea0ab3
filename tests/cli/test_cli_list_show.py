"""``list``, ``show``, ``--help`` and ``--version``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest
import yaml

import xstilts as package
from xstilts.commands.listings import TOPICS
from xstilts.studies.schema import study_schema

VERBS = ["demo", "run", "plan", "report", "list", "show", "evaluate", "predict", "score", "export", "verify", "gc"]


def test_version_and_help(xstilts) -> None:
    assert xstilts("--version").out == f"xstilts {package.__version__}\n"
    for arguments in (["--help"], ["-h"]):
        said = xstilts(*arguments)
        assert said.code == 0
        assert all(verb in said.out for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(xstilts, verb: str) -> None:
    said = xstilts(verb, "--help")
    assert said.code == 0
    assert f"xstilts {verb}" in said.out


@pytest.mark.parametrize("topic", TOPICS)
def test_lists_are_json_and_tables(xstilts, topic: str) -> None:
    said = xstilts("list", topic, "--json")
    rows = json.loads(said.out)
    assert said.err == ""
    assert all(row["name"] for row in rows)
    table = xstilts("list", topic)
    assert table.code == 0
    assert all(row["name"] in table.out for row in rows)


def test_tasks_tell_kind_sources_and_languages(xstilts) -> None:
    rows = {row["name"]: row for row in json.loads(xstilts("list", "tasks", "--json").out)}
    assert rows["xnli"]["kind"] == "classification"
    assert set(rows["xnli"]["sources"]) == {"hub", "files", "lab"}
    assert "sw" in rows["xnli"]["languages"]


@pytest.mark.parametrize(
    "topic", [topic for topic in TOPICS.values() if topic.plural != "studies"], ids=lambda t: t.plural
)
def test_everything_that_is_listed_is_shown(xstilts, topic) -> None:
    for name in sorted({row["name"] for row in topic.rows()}):
        said = xstilts("show", topic.singular, name, "--json")
        assert said.code == 0, said.err
        json.loads(said.out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    if topic.rows():
        assert yaml.safe_load(xstilts("show", topic.singular, topic.rows()[0]["name"]).out)


def test_a_shown_study_is_a_study_file(xstilts, tmp_path) -> None:
    said = xstilts("show", "study", "demo")
    (tmp_path / "mine.yaml").write_text(said.out, encoding="utf-8")
    planned = [json.loads(xstilts("plan", name, "--json").out)["nodes"] for name in ("demo", "mine.yaml")]
    assert [node["key"] for node in planned[0]] == [node["key"] for node in planned[1]]


def test_the_schema_of_the_study_file_is_shown(xstilts) -> None:
    assert json.loads(xstilts("show", "study", "--schema").out) == study_schema()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["task", "xnli", "--schema"], "xstilts show study --schema"),
        (["study", "demo", "--schema"], "xstilts show study --schema"),
        (["study"], "`xstilts list studies` has all names"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_can(xstilts, words: list[str], says: str) -> None:
    said = xstilts("show", *words)
    assert said.code == 2
    assert says in said.err


def test_the_module_and_the_script_are_the_same_command() -> None:
    script = shutil.which("xstilts", path=str(__import__("pathlib").Path(sys.executable).parent))
    if script is None:
        pytest.skip("the package is not installed as a command here")
    answers = [subprocess.run([*command, "--version"], capture_output=True, text=True, check=True).stdout
               for command in ([script], [sys.executable, "-m", "xstilts"])]  # fmt: skip
    assert answers[0] == answers[1] == f"xstilts {package.__version__}\n"
