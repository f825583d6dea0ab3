"""``xstilts new``: its questions, its options, and what it leaves alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import typer
import yaml
from typer.testing import CliRunner, Result

from xstilts import cli
from xstilts.errors import InputError
from xstilts.studies.drafts import BUDGETS

TRAIN = "review\tstars\nI would buy it again.\tgood\nIt broke on the second day.\tbad\n"
TEST = "review\tstars\nGerne wieder.\tgood\n"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a training file and a test file, to which one has gone."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "train.tsv").write_text(TRAIN, encoding="utf-8")
    (folder / "test.de.tsv").write_text(TEST, encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


def asked(*arguments: str, answers: str = "") -> Result:
    """One command with what is typed at its questions, a line each."""
    return CliRunner().invoke(cli.app, ["new", *arguments], input=answers)


def refused(result: Result) -> str:
    """The message of a command that was refused."""
    assert isinstance(result.exception, InputError), result.output
    return str(result.exception)


def study(path: Path) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def test_four_questions_make_a_study(shop: Path) -> None:
    result = asked(answers="train.tsv\nde\nlab-tiny\nmedium\n")
    assert result.exit_code == 0, result.output
    made = study(shop / "shop.yaml")
    assert (made["name"], made["bases"], made["targets"]) == ("shop", ["lab-tiny"], ["shop"])
    small = {"batch_size": 8, "epochs": 20}  # two items
    assert made["training"] == {"limit": 10_000, "epochs": 3, "max_length": 128, "tasks": {"shop": small}}
    for word in ("training file", "Languages", "Base", "Budget"):
        assert word in result.stderr
    assert result.stdout.endswith("Written: shop.yaml\nNext: xstilts plan shop.yaml\n")


def test_defaults_are_taken_by_enter_alone(shop: Path) -> None:
    assert asked("train.tsv", "--base", "lab-tiny", answers="\n\n").exit_code == 0
    assert study(shop / "shop.yaml")["tasks"]["shop"]["files"].keys() == {"en", "de"}  # type: ignore[index]


def test_options_answer_everything_and_the_study_is_planned(xstilts, shop: Path, tmp_path: Path) -> None:
    options = ["--languages", "de", "--base", "lab-tiny", "--budget", "small", "--name", "own"]
    made = xstilts("new", str(shop / "train.tsv"), *options, "--out", str(tmp_path / "mine.yaml"))
    assert made.code == 0, made.err
    planned = xstilts("plan", str(tmp_path / "mine.yaml"), "--json")
    assert planned.code == 0, planned.err
    assert {node["kind"] for node in json.loads(planned.out)["nodes"]} >= {"prepare", "train", "predict", "score"}


def test_a_file_that_is_there_stays_without_force(shop: Path) -> None:
    (shop / "shop.yaml").write_text("mine", encoding="utf-8")
    assert "--force" in refused(asked("train.tsv", "--base", "lab-tiny", "--yes"))
    assert (shop / "shop.yaml").read_text(encoding="utf-8") == "mine"
    assert asked("train.tsv", "--base", "lab-tiny", "--yes", "--force").exit_code == 0
    assert study(shop / "shop.yaml")["name"] == "shop"


def test_a_link_that_leads_nowhere_stays_without_force(shop: Path) -> None:
    (shop / "shop.yaml").symlink_to(shop / "elsewhere.yaml")
    assert "--force" in refused(asked("train.tsv", "--base", "lab-tiny", "--yes"))
    assert not (shop / "elsewhere.yaml").exists()


def test_columns_that_cannot_be_told_are_asked_for(shop: Path) -> None:
    for name, rows in (("train", "so\tlala\tx\nla\tso\ty\n"), ("test.de", "ja\tnein\tx\n")):
        (shop / f"{name}.tsv").write_text(f"p\tq\tr\n{rows}", encoding="utf-8")
    result = asked("train.tsv", "--base", "lab-tiny", answers="\n\ntext=p,text_pair=q,label=r\n")
    assert result.exit_code == 0, result.output
    assert "Which field is the text and label? The file has 'p', 'q', 'r'." in result.stderr
    entry = study(shop / "shop.yaml")["tasks"]["shop"]["files"]["de"]["test"]  # type: ignore[index]
    assert entry["columns"] == {"text": "p", "text_pair": "q", "label": "r"}
    assert "--columns" in refused(asked("train.tsv", "--base", "lab-tiny", "--yes", "--force"))


def test_test_files_that_are_not_found_are_asked_for(shop: Path) -> None:
    (shop / "test.de.tsv").rename(shop / "deutsch-de.tsv")
    result = asked("train.tsv", "--base", "lab-tiny", answers="deutsch-{language}.tsv\n\n\n")
    assert result.exit_code == 0, result.output
    assert study(shop / "shop.yaml")["tasks"]["shop"]["files"].keys() == {"en", "de"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "FILE: needs an answer"),
        (["--yes"], "FILE: needs an answer"),
        (["train.tsv"], "--languages: needs an answer"),
        (["nowhere.tsv"], "nowhere.tsv: does not exist"),
        (["train.tsv", "--yes", "--base", "lab-tny"], "Did you mean 'lab-tiny'"),
    ],
)
def test_without_an_answer_the_option_is_named(shop: Path, arguments: list[str], said: str) -> None:
    assert said in refused(asked(*arguments))
    assert not list(shop.glob("*.yaml"))


def test_the_page_names_every_budget_and_option() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "a_study_of_your_data.md").read_text(encoding="utf-8")
    for budget, (seeds, training) in BUDGETS.items():
        (told,) = re.findall(rf"`{budget}` (?:is |what |three )([^;:]*?)(?:;|\.\n)", page)
        assert f"{('three', 'five')[len(seeds) == 5]} seeds" in told
        assert not training or f"{training['limit']:,}" in told
    options = {option for command in typer.main.get_command(cli.app).commands["new"].params for option in command.opts}  # type: ignore[attr-defined]
    assert all(f"`{option}" in page for option in options - {"-y", "file", "--help", "-h"})
