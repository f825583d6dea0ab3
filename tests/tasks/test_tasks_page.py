"""docs/how-to/adding_a_task.md is run: its studies and files must do what the page says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from xstilts import sources
from xstilts.sources.formats import FORMATS
from xstilts.sources.records.options import ROW_OPTIONS
from xstilts.studies.spec import Study
from xstilts.tasks import TASKS, Task, from_inline

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


def test_the_study_on_the_page_is_a_study_and_its_files_are_read(tmp_path: Path) -> None:
    study = Study.model_validate(yaml.safe_load(BLOCKS["study"]))
    mapping = study.tasks["reviews"]
    assert [row["label"] for row in load(tmp_path, "reviews", mapping, "en", "train")] == ["good", "bad"]
    assert [row["text"] for row in load(tmp_path, "reviews", mapping, "de", "test")] == ["Gerne wieder."]


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
        ("corpus", "de", "train", "text", ["Guten Tag."]),
        ("corpus", "de+en", "train", "text_pair", ["Good day.", "Thank you."]),
    ],
)
def test_each_example_on_the_page_does_what_it_says(
    tmp_path: Path, name: str, language: str, split: str, column: str, values: list[object]
) -> None:
    rows = load(tmp_path, name, yaml.safe_load(INLINE[name]), language, split)
    assert [row[column] for row in rows] == values


def test_every_kind_but_the_visual_one_has_an_example() -> None:
    kinds = {yaml.safe_load(body)["kind"] for body in INLINE.values()}
    assert kinds == {"classification", "multiple_choice", "tagging", "span_qa", "retrieval", "masked_lm"}


def test_the_page_names_every_format_and_every_option() -> None:
    for name in FORMATS.names():
        line = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert all(f"`{option}`" in line for option in FORMATS.get(name).options)
    assert all(f"| `{option}` |" in PAGE for option in ROW_OPTIONS)


def test_the_ten_lines_of_python_are_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Task] = {}
    monkeypatch.setattr(TASKS, "register", found.__setitem__)
    exec(compile(BLOCKS[""], "docs/how-to/adding_a_task.md", "exec"), {})  # noqa: S102 - our own page
    assert found["amazing"].files["train"].path == "amazing/{language}/train.jsonl"
