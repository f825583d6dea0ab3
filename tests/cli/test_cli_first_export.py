"""A team ships a classifier of its own: CSV → run → export → predict → evaluate → score, doing only what it is told."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

STUDY = """
name: reviews
question: Does it work in German?
source: files
protocol: xtreme
bases: [lab-tiny]
arms: {none: []}
targets: [reviews]
seeds: [1]
training: {steps: 1, batch_size: 2, max_length: 32}
tasks:
  reviews:
    kind: classification
    labels: [bad, good]
    metrics: [macro_f1]
    files:
      en: {train: {path: train.csv, format: delimited, delimiter: ",", columns: {text: said, label: stars}}}
      de: {test: {path: test.de.csv, format: delimited, delimiter: ",", columns: {text: said, label: stars}}}
"""
FILES = {
    "study.yaml": STUDY,
    "train.csv": 'said,stars\n"Warm, and light.",good\nThe zip broke.,bad\n',
    "test.de.csv": "said,stars\nWarm und leicht.,good\nZu klein.,bad\n",
    "new.csv": "said\nSehr warm.\n",
    "new.txt": "Sehr warm.\nSehr kalt.\n",
    "gold.txt": "good\nbad\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def run(xstilts, *arguments: str) -> str:
    said = xstilts(*arguments)
    assert said.code == 0, said.err
    return said.out


def test_doing_what_export_says_leads_to_a_model_that_is_in_use(xstilts, folder: Path) -> None:
    study = ("study.yaml", "--set", "data=.", "--store", "kept", "--executor", "inline")
    first = json.loads(run(xstilts, "run", *study, "--json"))
    scores = Path(first["out"], "tables/scores.csv").read_bytes()
    nodes = json.loads(run(xstilts, "plan", *study[:-2], "--json"))["nodes"]
    key = next(node["key"] for node in nodes if node["kind"] == "train")

    refused = xstilts("export", key[:10], "model", "--store", "kept")
    assert refused.code == 1
    command = shlex.split(refused.err.rpartition(": ")[2])
    assert command == ["xstilts", "run", *study, "--keep", "all"]
    again = json.loads(run(xstilts, *command[1:], "--json"))
    assert again["done"] == [key]
    assert Path(again["out"], "tables/scores.csv").read_bytes() == scores
    run(xstilts, "export", key[:10], "model", "--store", "kept")

    use_without_the_study(xstilts)
    use_with_the_study(xstilts)


def use_without_the_study(xstilts) -> None:
    """The directory alone says what its model does."""
    for words in ([], ["--task", "reviews"]):
        lines = run(xstilts, "predict", "model", "new.txt", *words).splitlines()
        assert [line.split("\t")[0] for line in lines] == ["1", "2"]
        assert {line.split("\t")[1] for line in lines} <= {"bad", "good"}
    assert run(xstilts, "predict", "model", "new.csv").splitlines() == lines[:1]
    rows = json.loads(run(xstilts, "evaluate", "model", "--source", "files:.", "--json"))
    assert [(row["task"], row["language"], row["metric"], row["n"]) for row in rows] == [
        ("reviews", "de", "macro_f1", 2)
    ]
    refused = xstilts("evaluate", "model")
    assert refused.code == 2 and "--source files:DIR" in refused.err
    refused = xstilts("evaluate", "model", "--source", "files:.", "--split", "dev")
    assert refused.code == 2 and "no dev data" in refused.err
    told = json.loads(Path("model/xstilts_task.json").read_text(encoding="utf-8"))
    assert {"task", "kind", "labels", "metrics", "files"} == set(told)


def use_with_the_study(xstilts) -> None:
    Path("model/xstilts_task.json").unlink()
    refused = xstilts("predict", "model", "new.txt")
    assert refused.code == 2 and "--task" in refused.err and "--study FILE" in refused.err
    own = ("--study", "study.yaml")
    lines = run(xstilts, "predict", "model", "new.txt", *own).splitlines()
    assert len(lines) == 2
    rows = json.loads(run(xstilts, "evaluate", "model", *own, "--set", "data=.", "--json"))
    assert rows == json.loads(run(xstilts, "evaluate", "model", *own, "--source", "files:.", "--json"))
    found = json.loads(
        run(xstilts, "score", *own, "--task", "reviews", "--gold", "gold.txt", "--predictions", "gold.txt", "--json")
    )
    assert (found["task"], found["n"]) == ("reviews", 2)
    assert found["metrics"]["macro_f1"] == found["metrics"]["accuracy"] == 100
    refused = xstilts("score", "--task", "reviews", "--gold", "gold.txt", "--predictions", "gold.txt")
    assert refused.code == 2 and "--study FILE" in refused.err
    refused = xstilts("predict", "model", "new.txt", "--task", "reviews", "--set", "data=.")
    assert refused.code == 2 and "--set" in refused.err and "--study" in refused.err
