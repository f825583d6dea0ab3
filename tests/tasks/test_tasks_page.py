"""docs/how-to/adding_a_task.md is run: its studies and files must do what the page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from xstilts import cli, sources
from xstilts.planning.plan import plan_study
from xstilts.protocols import PROTOCOLS
from xstilts.sources.formats import FORMATS
from xstilts.sources.records.options import ROW_OPTIONS
from xstilts.studies.load import validate
from xstilts.tasks import TASKS, Kind, Task, from_inline

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "adding_a_task.md").read_text(encoding="utf-8")
BLOCKS: dict[str, str] = dict(re.findall(r"^```\w+ ?([^\n]*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
INLINE = {name.removeprefix("task="): body for name, body in BLOCKS.items() if name.startswith("task=")}


def folder(tmp_path: Path) -> Path:
    for name, body in BLOCKS.items():
        if name.startswith("file="):
            (tmp_path / name.removeprefix("file=")).write_text(body, encoding="utf-8")
    return tmp_path


def load(tmp_path: Path, name: str, mapping: object, language: str, split: str) -> list[dict[str, object]]:
    task, part = from_inline(name, mapping)
    source = sources.Source("files", folder(tmp_path), {name: part})
    return sources.load(task, language, split, source).dataset.to_list()


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the study and the files of the page, as they are printed, to which one has gone."""
    (folder(tmp_path) / "study.yaml").write_text(BLOCKS["study"], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("XSTILTS_STORE", raising=False)
    return tmp_path


def command(verb: str) -> list[str]:
    """The command line of a verb on the page, without the program's name."""
    return re.findall(rf"^    xstilts ({verb} study.yaml.*)$", PAGE, re.MULTILINE)[0].split()


def test_the_first_study_is_planned_as_printed(printed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = cli.run([*command("plan"), "--json"])
    said = capfd.readouterr()
    assert code == 0, said.err
    planned = json.loads(said.out)
    trained = {node["label"] for node in planned["nodes"] if node["kind"] == "train"}
    assert trained == {f"train {task}, seed {seed}" for task in ("reviews", "headlines") for seed in (1, 2, 3)}
    assert {warning["code"] for warning in planned["warnings"]} <= {"disk", "memory"}  # of the machine, not the study


def test_the_first_study_runs_as_printed(printed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    toy = ["--set", "seeds=[1]", "--set", "training.steps=1", "--executor", "inline", "--json"]
    code = cli.run([*command("run"), *toy])
    said = capfd.readouterr()
    assert code == 0, said.err
    assert json.loads(said.out)["failed"] == []
    assert "reviews" in (printed / "xstilts-out" / "reviews" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "language", "split", "column", "values"),
    [
        ("nli", "de", "test", "label", ["neutral", "contradiction"]),
        ("quiz", "en", "test", "label", [1]),
        ("quiz", "en", "test", "id", ["q1"]),
        ("endings", "en", "dev", "context", ["Ada takes the oars. She"]),
        ("endings", "en", "dev", "label", [1]),
        ("names", "sw", "test", "tags", [["B-PER", "O"]]),
        ("names", "yo", "test", "tokens", [["Ade", "Ojo"], ["sun"]]),
        ("faq", "en", "test", "answer_starts", [[8]]),
        ("pairs", "de", "test", "text", ["Good day.", "Guten Tag.", "Thank you.", "Danke."]),
        ("help", "en", "test", "role", ["query", "candidate", "query", "query", "candidate"]),
        ("photos", "de", "test", "images", [["17.jpg", "18.jpg"]]),
        ("corpus", "de", "train", "text", ["Guten Tag."]),
        ("corpus", "de+en", "train", "text_pair", ["Good day.", "Thank you."]),
    ],
)
def test_each_example_on_the_page_does_what_it_says(
    tmp_path: Path, name: str, language: str, split: str, column: str, values: list[object]
) -> None:
    rows = load(tmp_path, name, yaml.safe_load(INLINE[name]), language, split)
    assert [row[column] for row in rows] == values


def test_every_kind_has_an_example() -> None:
    assert {yaml.safe_load(body)["kind"] for body in INLINE.values()} == set(Kind)


def test_the_page_names_every_format_and_every_option() -> None:
    for name in FORMATS.names():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert all(f"`{option}`" in line for option in FORMATS.get(name).options)
    assert all(f"| `{option}` |" in PAGE for option in ROW_OPTIONS)


@pytest.fixture
def amazing(monkeypatch: pytest.MonkeyPatch) -> Task:
    """The task of the page's Python, registered."""
    monkeypatch.setattr(TASKS, "_items", {**{task.name: task for task in TASKS}})
    exec(compile(BLOCKS[""], "docs/how-to/adding_a_task.md", "exec"), {})  # noqa: S102 - our own page
    return TASKS.get("amazing")


def test_the_ten_lines_of_python_are_an_entry(amazing: Task) -> None:
    assert amazing.files["train"].path == "amazing/{language}/train.jsonl"


@pytest.mark.parametrize("protocol", PROTOCOLS.names())
def test_the_ten_lines_of_python_are_a_target_under_every_protocol(
    amazing: Task, tmp_path: Path, protocol: str
) -> None:
    for code, split in (("en", "train"), ("en", "test"), ("de", "test")):
        path = tmp_path / "amazing" / code / f"{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"sentence": "Oh!", "label": "yes"}\n', encoding="utf-8")
    root = {"name": "x", "question": "?", "source": "files", "data": str(tmp_path), "bases": ["lab-tiny"]}
    root |= {"training": {"max_length": 128}}
    plan = plan_study(validate(root | {"protocol": protocol, "targets": [amazing.name]}, "x"))
    assert [node.label for node in plan.nodes.values() if node.kind == "train"] == ["train amazing, seed 1"]
