"""A study's stored predictions as submission files, scored back to what its table says."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

STUDY = """
name: small
question: Does what is written score as it did?
bases: [lab-tiny]
protocol: lab
arms: {none: []}
targets:
  - {task: xnli, limit: 8}
  - {task: pawsx, limit: 8}
  - {task: xcopa, limit: 8}
  - {task: udpos, limit: 6}
  - {task: xquad, limit: 4}
  - {task: tatoeba, limit: 12, layers: [1]}
languages: [qaa, qab]
seeds: [1]
training: {steps: 2, batch_size: 4, limit: 16, max_length: 128}
"""
CHAIN = ("--arm", "none", "--base", "lab-tiny", "--seed", "1")


def measured(path: Path) -> dict[tuple[str, str, str], float]:
    """(task, language, metric) to value; of several settings the first."""
    with path.open(encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(stream) if row["arm"] == "none" and "layer=2" not in row["setting"]]
    return {(row["target"], row["language"].split(">")[0], row["metric"]): float(row["value"]) for row in rows}


def test_what_is_written_scores_as_the_table_says(xstilts) -> None:
    Path("small.yaml").write_text(STUDY, encoding="utf-8")
    ran = xstilts("run", "small.yaml", "--out", "out", "--workers", "1")
    assert ran.code == 0, ran.err
    wrote = xstilts("submission", "small.yaml", *CHAIN, "--out", "said", "--gold", "gold")
    assert wrote.code == 0, wrote.err
    files = [Path(line) for line in wrote.out.splitlines()]
    assert Path("said/xcopa/test-qab.jsonl") in files
    assert Path("said/xquad/test-qaa.json") in files
    table, compared = measured(Path("out/tables/scores.csv")), 0
    for file in files:
        task, language = file.parent.name, file.stem.removeprefix("test-")
        gold = Path("gold") / file.relative_to("said")
        files_of = ("--gold", str(gold), "--predictions", str(file))
        answer = xstilts("score", "--task", task, "--language", language, *files_of, "--json")
        assert answer.code == 0, answer.err
        for metric, value in json.loads(answer.out)["metrics"].items():
            if (task, language, metric) in table:
                assert value == pytest.approx(table[task, language, metric], abs=1e-9), (task, language, metric)
                compared += 1
    assert compared >= 15


@pytest.mark.parametrize(
    ("chain", "message"),
    [
        (("--arm", "other", "--base", "lab-tiny", "--seed", "1"), "--arm: The study has no arm 'other'. Allowed: none"),
        (("--arm", "none", "--base", "lab-tiny", "--seed", "7"), "--seed: The study has no seed '7'"),
        (CHAIN, "are not in the store"),
    ],
)
def test_what_is_not_there_is_named(xstilts, chain, message) -> None:
    Path("small.yaml").write_text(STUDY, encoding="utf-8")
    answer = xstilts("submission", "small.yaml", *chain, "--out", "said")
    assert answer.code != 0
    assert message in answer.err
    assert not Path("said").exists()


def test_a_folder_is_scored_with_its_averages_and_what_is_missing(xstilts, tmp_path: Path) -> None:
    for kind, text in (("gold", "neutral\nentailment\n"), ("said", "neutral\nneutral\n")):
        folder = tmp_path / kind / "xnli"
        folder.mkdir(parents=True)
        for code in ("de", "en"):
            (folder / f"test-{code}.tsv").write_text(text, encoding="utf-8")
    where = ("--gold", str(tmp_path / "gold"), "--predictions", str(tmp_path / "said"))
    answer = xstilts("score", "--protocol", "xtreme", *where, "--json")
    assert answer.code == 0, answer.err
    found = json.loads(answer.out)
    assert found["protocol"] == "xtreme"
    assert {(row["language"], row["value"]) for row in found["scores"] if row["metric"] == "accuracy"} == {
        ("de", 50.0), ("en", 50.0),
    }  # fmt: skip
    overall = found["averages"][-1]
    assert (overall["level"], overall["value"]) == ("overall", None)
    assert "xnli ar" in overall["missing"]
    assert "predictions/xnli/test-ar.tsv" in found["missing"]
    assert found["notes"] == []
    (tmp_path / "said" / "xnli" / "test-de.tsv").write_text("NEUTRAL\nNEUTRAL\n", encoding="utf-8")
    answer = xstilts("score", "--protocol", "xtreme", *where, "--json")
    (note,) = json.loads(answer.out)["notes"]
    assert "test-de.tsv: no line is a label of this task" in note
    assert note in answer.err
    table = xstilts("score", "--protocol", "xtreme", *where)
    assert "group classification" in table.out
    assert "files are missing" in table.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Say --task NAME"),
        (("--task", "xnli", "--protocol", "xtreme"), "Say --task NAME"),
        (("--protocol", "xtreme", "--language", "de"), "leave out what belongs to one file"),
        (("--protocol", "xtrem"), "xtreme"),
        (("--protocol", "lab"), "no overall score"),
        (("--task", "xnli", "--na-probabilities", "x"), "only SQuAD v2"),
    ],
)
def test_what_does_not_go_together_is_said(xstilts, tmp_path: Path, arguments, message) -> None:
    (tmp_path / "g").write_text("neutral\n", encoding="utf-8")
    answer = xstilts("score", *arguments, "--gold", "g", "--predictions", "g")
    assert answer.code == 2
    assert message in answer.err


def test_only_rules_that_depend_on_it_need_the_language(xstilts, tmp_path: Path) -> None:
    (tmp_path / "g").write_text("neutral\n", encoding="utf-8")
    answer = xstilts("score", "--task", "xnli", "--gold", "g", "--predictions", "g", "--json")
    assert json.loads(answer.out)["language"] is None
    questions = {"data": [{"paragraphs": [{"qas": [{"id": "a", "answers": [{"text": "x"}]}]}]}]}
    (tmp_path / "q").write_text(json.dumps(questions), encoding="utf-8")
    (tmp_path / "p").write_text('{"a": "x"}', encoding="utf-8")
    answer = xstilts("score", "--task", "mlqa", "--gold", "q", "--predictions", "p", "--json")
    assert answer.code == 2
    assert "--language: span_qa f1: the rule 'mlqa' depends on the language" in answer.err
