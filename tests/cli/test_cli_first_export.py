"""docs/how-to/using_a_model.md is run: a team ships a classifier of its own, doing only what it is told."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "using_a_model.md").read_text(encoding="utf-8")
BLOCKS: dict[str, str] = dict(re.findall(r"^```\w+ ([^\n]*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
COMMANDS = [shlex.split(line, comments=True)[1:] for line in BLOCKS["commands"].splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in BLOCKS.items():
        if name.startswith("file="):
            (tmp_path / name.removeprefix("file=")).write_text(text, encoding="utf-8")
    return tmp_path


def run(xstilts, *arguments: str) -> str:
    said = xstilts(*arguments)
    assert said.code == 0, said.err
    return said.out


def test_the_page_leads_from_a_csv_to_a_model_in_use(xstilts, folder: Path) -> None:
    first_run, plan, export, second_run, same_export, predict, evaluate, score = COMMANDS
    run(xstilts, *first_run, "--executor", "inline")
    scores = (folder / "xstilts-out/reviews/tables/scores.csv").read_bytes()
    key = re.findall(r"train reviews, seed 1 +([0-9a-f]+)", run(xstilts, *plan))[0]
    export, same_export = ([word.replace("KEY", key) for word in words] for words in (export, same_export))

    refused = xstilts(*export)
    assert refused.code == 1
    told = shlex.split(refused.err.rpartition(": ")[2])
    assert told == ["xstilts", *first_run, "--executor", "inline", "--keep", "all"]
    assert second_run == [*first_run, "--keep", "all"]
    again = json.loads(run(xstilts, *told[1:], "--json"))
    assert [made.startswith(key) for made in again["done"]] == [True]
    assert (folder / "xstilts-out/reviews/tables/scores.csv").read_bytes() == scores
    run(xstilts, *same_export)

    assert len(run(xstilts, *predict).splitlines()) == 2
    assert "macro_f1" in run(xstilts, *evaluate)
    assert "100.00" in run(xstilts, *score)
    use_without_the_study(xstilts, folder)
    use_with_the_study(xstilts, folder)


def use_without_the_study(xstilts, folder: Path) -> None:
    """The directory alone says what its model does."""
    (folder / "new.txt").write_text("Sehr warm.\nSehr kalt.\n", encoding="utf-8")
    lines = run(xstilts, "predict", "model", "new.csv").splitlines()
    assert [line.split("\t")[0] for line in lines] == ["1", "2"]
    assert {line.split("\t")[1] for line in lines} <= {"bad", "good"}
    assert run(xstilts, "predict", "model", "new.txt", "--task", "reviews").splitlines() == lines
    rows = json.loads(run(xstilts, "evaluate", "model", "--source", "files:.", "--json"))
    assert [[row[name] for name in ("task", "language", "metric", "n")] for row in rows] == [
        ["reviews", "de", "macro_f1", 2]
    ]
    refused = xstilts("evaluate", "model")
    assert refused.code == 2 and "--source files:DIR" in refused.err
    refused = xstilts("evaluate", "model", "--source", "files:.", "--split", "dev")
    assert refused.code == 2 and "no dev data" in refused.err
    told = json.loads(Path("model/xstilts_task.json").read_text(encoding="utf-8"))
    assert {"task", "kind", "labels", "metrics", "files", "encodings"} == set(told)
    assert told["encodings"]["reviews"]["max_length"] == 32  # as the study says


def use_with_the_study(xstilts, folder: Path) -> None:
    (folder / "model/xstilts_task.json").unlink()
    assert len(run(xstilts, "predict", "model", "new.txt").splitlines()) == 2  # its head and labels are in the config
    refused = xstilts("evaluate", "model", "--task", "reviews")
    assert refused.code == 2 and "--task" in refused.err and "--study FILE" in refused.err
    own = ("--study", "study.yaml")
    assert len(run(xstilts, "predict", "model", "new.txt", *own).splitlines()) == 2
    rows = json.loads(run(xstilts, "evaluate", "model", *own, "--set", "data=.", "--json"))
    assert rows == json.loads(run(xstilts, "evaluate", "model", *own, "--source", "files:.", "--json"))
    refused = xstilts("score", "--task", "reviews", "--gold", "gold.txt", "--predictions", "gold.txt")
    assert refused.code == 2 and "--study FILE" in refused.err
    refused = xstilts("predict", "model", "new.txt", "--task", "reviews", "--set", "data=.")
    assert refused.code == 2 and "--set" in refused.err and "--study" in refused.err
