"""What README and docs print works: each command is one, each study is planned, each page of files is run in order."""

from __future__ import annotations

import os
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import typer
import yaml

from printed import ALL_BLOCKS, ALL_COMMANDS, ALL_SPANS, ROOT, Block, Command, blocks, commands
from xstilts import cli
from xstilts.planning.plan import plan_study
from xstilts.studies.load import validate
from xstilts.studies.spec import Study

if TYPE_CHECKING:
    from pathlib import Path

DATA = os.environ.get("XSTILTS_DATA")
STUDY_VERBS = {"run", "plan", "report"}
OWN_TESTS = {
    "docs/how-to/arms.md": "tests/planning/test_planning_docs.py",
    "docs/how-to/using_a_model.md": "tests/cli/test_cli_first_export.py",
    "docs/how-to/adding_a_task.md": "tests/tasks/test_tasks_page.py",
    "docs/reference/study_file.md": "tools/reference.py",
}
"""Pages whose blocks another test runs or plans."""
SMALL = ("--set", "training={steps: 1, limit: 8, batch_size: 2}", "--set", "seeds=[1]")
RUN = {
    "docs/quickstart.md": SMALL,
    "docs/how-to/noise.md": (),
    "docs/how-to/review.md": (),
    "docs/tutorials/own_classifier.md": (*SMALL, "--set", "bases=[lab-tiny]"),
}
"""Pages that are run in order, with what makes their studies small."""
LAB = {"source": "lab", "protocol": "lab", "bases": ["lab-tiny"], "languages": "all"}
REAL = {
    "source": "hub",
    "protocol": "xtreme",
    "bases": ["xlm-roberta-base"],
    "languages": ["de", "hi", "ru", "sw", "zh"],
}
REST = {"name": "printed", "question": "Is what the page says so?", "arms": {"none": []}, "targets": ["xnli"]}
"""The rest of a study, around what a page prints of one: in the lab where the page says a language of the lab."""
PLANNED = list(
    {
        " ".join(command.words): command
        for command in ALL_COMMANDS
        if command.words[0] in STUDY_VERBS and not command.words[1].endswith((".yaml", "STUDY"))
    }.values()
)


@pytest.mark.parametrize("command", ALL_COMMANDS, ids=str)
def test_every_printed_command_is_one(command: Command) -> None:
    verb, *rest = command.words
    found = typer.main.get_command(cli.app).commands[verb]  # type: ignore[attr-defined]
    with found.make_context(verb, rest):
        pass


@pytest.mark.parametrize("command", ALL_SPANS, ids=str)
def test_every_command_in_a_sentence_has_its_verb_and_its_options(command: Command) -> None:
    verb, *rest = command.words
    found = typer.main.get_command(cli.app).commands[verb]  # type: ignore[attr-defined]
    known = {name for parameter in found.params for name in parameter.opts}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known | {"--help"}


@pytest.mark.parametrize("command", PLANNED, ids=str)
def test_every_printed_study_of_the_catalog_is_planned(command: Command, xstilts) -> None:
    words = list(command.words)
    if any("DIR" in word for word in words):
        if DATA is None:
            pytest.skip("XSTILTS_DATA does not name the folder of real samples")
        words = [word.replace("=DIR", f"={DATA}") for word in words]
    sets = [words[place + 1] for place, word in enumerate(words) if word == "--set"]
    said = xstilts("plan", words[1], *(word for each in sets for word in ("--set", each)))
    assert said.code == 0, said.err


@pytest.mark.parametrize("target", re.findall(r"^make ([a-z-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))
def test_every_make_of_the_readme_is_in_the_makefile(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def alternatives(text: str) -> list[dict[str, Any]]:
    """The mappings of a block; where it says a key of the root twice, each stands for itself."""
    parts = re.split(r"^(?=[a-z_]+:)", text, flags=re.MULTILINE)
    keys = [part.partition(":")[0] for part in parts if part.strip()]
    return [yaml.safe_load(part) for part in ([text] if len(set(keys)) == len(keys) else parts) if part.strip()]


YAML_BLOCKS = [
    block for block in ALL_BLOCKS if block.language == "yaml" and block.note != "site" and block.page not in OWN_TESTS
]
"""Every block but those of pages with tests of their own; the reference's are held against the models."""


@pytest.mark.parametrize("block", YAML_BLOCKS, ids=str)
def test_every_printed_yaml_is_planned(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "src/xstilts/lab/bases/lab-tiny", tmp_path / "models/final")
    for other in blocks(ROOT / block.page):
        if other.note.startswith("file="):
            (tmp_path / other.note.removeprefix("file=")).write_text(other.text, encoding="utf-8")
    for said in alternatives(block.text):
        if set(said) <= {"data_map"}:
            continue  # its files are not here; tests/sources reads maps of this form
        lab = re.search(r"\bq[abt][a-z]\b|language_mix", block.text)  # translations come with the lab alone
        around = REST | (LAB if lab else REAL)
        whole = {"bases", "targets"} <= set(said)
        plan_study(validate(said if whole else around | keys_of(said), str(block)))


def keys_of(said: dict[str, Any]) -> dict[str, Any]:
    """A block without a key of the root shows arms; what they speak of is there."""
    if set(said) <= set(Study.model_fields):
        return said
    return {"arms": {"none": [], "mnli": [{"tasks": ["mnli"]}]} | said}


@pytest.mark.parametrize("page", RUN)
def test_the_page_is_run_as_printed(page: str, xstilts, tmp_path: Path) -> None:
    key = ""
    for block in blocks(ROOT / page):
        if block.note.startswith("file="):
            (tmp_path / block.note.removeprefix("file=")).write_text(block.text, encoding="utf-8")
        for command in commands(block) if block.note in {"commands", "refused"} else ():
            words = [word.replace("KEY", key) for word in command.words]
            small = RUN[page] if words[0] in STUDY_VERBS else ()
            said = xstilts(*words, *small, *(["--executor", "inline"] if words[0] == "run" else []))
            assert said.code == (0 if block.note == "commands" else 2), said.err
            key = next(iter(re.findall(r"train \S+, seed 1 +([0-9a-f]+)", said.out)), key)


def test_the_pages_with_tests_of_their_own_are_there() -> None:
    for page, test in OWN_TESTS.items():
        assert (ROOT / page).is_file() and page.rpartition("/")[2] in (ROOT / test).read_text(encoding="utf-8")
