"""A small study through the verbs: plan, run, run again, report, export, predict, evaluate, verify, gc."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from xstilts.reports.numbers import interval, points

TABLES = ("scores.csv", "gains.csv", "clusters.csv")


def tables(out: Path) -> dict[str, bytes]:
    return {name: (out / "tables" / name).read_bytes() for name in TABLES}


def test_a_plan_is_json_with_its_totals(xstilts, small_study: Path) -> None:
    plan = json.loads(xstilts("plan", str(small_study), "--json").out)
    assert set(plan) == {"nodes", "warnings", "totals", "power", "origins", "advice"}
    assert {"key", "kind", "label", "parents", "cached", "cost"} <= set(plan["nodes"][0])
    assert {"seconds", "flops", "memory_bytes", "disk_bytes"} <= set(plan["nodes"][0]["cost"])
    # for each of 2 seeds: snli once, and after none and after snli: mnli for xnli, udpos for udpos
    assert plan["totals"]["train_nodes"] == 2 * (1 + 2 * 2)
    assert plan["totals"]["train_steps"] == 2 * (2 + 4 * 3)
    # alone, each of the 2 chains through snli trains it itself
    assert plan["totals"]["train_nodes_without_sharing"] == 2 * (2 + 2 + 2)
    assert not Path(".xstilts").exists()  # planning leaves nothing behind


def test_a_plan_is_a_tree_for_people(xstilts, small_study: Path) -> None:
    said = xstilts("plan", str(small_study), "--set", "seeds=[7]")
    assert said.code == 0, said.err
    assert "train snli, seed 7" in said.out
    assert "5 (14 steps); as separate scripts 6 (16 steps): 1.1 times as many steps." in " ".join(said.out.split())
    assert "degenerate" not in said.out.lower()


def test_from_nothing_to_a_model_in_use(xstilts, small_study: Path, tmp_path: Path) -> None:
    run = ("run", str(small_study), "--out", "out", "--keep", "all", "--executor", "inline")
    first = xstilts(*run, "--json")
    assert first.code == 0, first.err
    result = json.loads(first.out)
    assert set(result) == {"out", "done", "cached", "failed", "not_run"}
    assert (result["cached"], result["failed"], result["not_run"]) == ([], [], [])
    out = Path(result["out"])
    made = tables(out)
    assert (out / "index.html").stat().st_size > 0
    assert {"index.html", "tables", "claims.json", "manifest.json", "figures"} <= {path.name for path in out.iterdir()}
    with (out / "tables" / "scores.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["language"] for row in rows} == {"qaa", "qab"}
    assert {row["arm"] for row in rows} == {"none", "snli", "baseline:char-ngrams"}

    again = xstilts(*run)
    assert again.code == 0, again.err
    assert "snli" in again.out
    assert tables(out) == made

    must_help = ("--set", "arms.snli={phases: [{tasks: [snli]}], must: help}")
    shown = xstilts(*run, "--out", "shown", *must_help)
    last = shown.out.splitlines()[-1]
    assert last.startswith("In the lab the controls from lab-tiny ")
    with Path("shown/tables/clusters.csv").open(encoding="utf-8") as file:
        gains = [row for row in csv.DictReader(file) if (row["arm"], row["clustering"]) == ("snli", "zero-shot")]
    headline = {"xnli": "accuracy", "udpos": "f1"}
    said = [f"({points(float(row['gain']))} points on {row['target']}, 95% interval "
            f"{interval(float(row['low']), float(row['high']))})"
            for row in gains if row["metric"] == headline[row["target"]]]  # fmt: skip
    assert len(said) == 2
    assert all(part in last for part in said)
    assert last in Path("shown/index.html").read_text(encoding="utf-8")
    assert last in " ".join(Path("shown/paper.md").read_text(encoding="utf-8").split())

    reported = xstilts("report", str(small_study), "--out", "elsewhere")
    assert reported.code == 0, reported.err
    assert tables(Path("elsewhere")) == made

    assert xstilts("verify").code == 0
    use_one_of_the_models(xstilts, tmp_path)

    freed = xstilts("gc")
    assert freed.code == 0, freed.err
    assert tables(out) == made


def use_one_of_the_models(xstilts, tmp_path: Path) -> None:
    nodes = json.loads(xstilts("plan", "small.yaml", "--json").out)["nodes"]
    assert all(node["cached"] for node in nodes)
    key = next(node["key"] for node in nodes if node["kind"] == "train" and "udpos" in node["label"])
    assert xstilts("export", key[:16], "model").code == 0
    refused = xstilts("export", key[:16], "model")
    assert refused.code == 2, "an export never overwrites"

    (tmp_path / "mine.txt").write_text("un deux trois\nquatre cinq\n", encoding="utf-8")
    said = xstilts("predict", "model", "--task", "udpos", "mine.txt")
    assert said.code == 0, said.err
    assert [len(line.split("\t")[1].split(" ")) for line in said.out.splitlines()] == [3, 2]
    rows = [
        json.loads(line)
        for line in xstilts("predict", "model", "--task", "udpos", "mine.txt", "--json").out.splitlines()
    ]
    assert [len(row["prediction"]) for row in rows] == [3, 2]

    scored = xstilts("evaluate", "model", "--task", "udpos", "--languages", "qab", "--source", "lab", "--json")
    assert scored.code == 0, scored.err
    assert {(row["task"], row["language"]) for row in json.loads(scored.out)} == {("udpos", "qab")}
    assert all(row["low"] <= row["value"] <= row["high"] for row in json.loads(scored.out))
    assert xstilts("evaluate", "model", "--task", "udpos", "--languages", "de").code == 2


def test_a_changed_byte_is_found(xstilts, small_study: Path) -> None:
    smallest = ("targets=[udpos]", "arms={none: []}", "training.steps=1", "languages=[qab]")
    sets = [word for value in smallest for word in ("--set", value)]
    run = xstilts("run", str(small_study), "--executor", "inline", *sets)
    assert run.code == 0, run.err
    table = next(Path(".xstilts/nodes/score").rglob("*.json"))
    table.write_bytes(table.read_bytes() + b" ")
    said = xstilts("verify")
    assert said.code == 1
    assert table.name in said.out


def test_a_failed_node_is_exit_code_1_with_its_log(xstilts, small_study: Path) -> None:
    """A learning rate that no float survives stops a training node; the report is written all the same."""
    sets = ("--set", "training.learning_rate=9e8", "--set", "seeds=[1]")
    said = xstilts("run", str(small_study), "--out", "out", "--executor", "inline", *sets)
    assert said.code == 1, said.out
    assert "not run" in said.err
    assert ".log" in said.err
    assert "Traceback" not in said.err
    assert Path("out/index.html").is_file()


@pytest.mark.parametrize("text", ["data: [", "- a list", ""])
def test_a_broken_study_file_is_refused(xstilts, tmp_path: Path, text: str) -> None:
    (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
    said = xstilts("run", "broken.yaml")
    assert said.code == 2
    assert "broken.yaml" in said.err


def test_a_plan_says_what_was_left_out_of_the_data_that_are_read(xstilts, tmp_path: Path) -> None:
    (tmp_path / "d.tsv").write_text("text\tlabel\tseen\na\tx\tno\nb\ty\tyes\nc\tx\tyes\n", encoding="utf-8")
    entry = "{path: d.tsv, format: delimited, drop: {seen: SEEN}}"
    study = (
        "name: s\nquestion: q\nsource: files\ndata: .\nbases: [lab-tiny]\narms: {none: []}\ntargets: [own]\n"
        f"tasks: {{own: {{kind: classification, labels: [x, y], files: {{en: {{train: {entry}, test: {entry}}}}}}}}}\n"
    )
    (tmp_path / "s.yaml").write_text(study.replace("SEEN", "no"), encoding="utf-8")
    said = xstilts("plan", "s.yaml")
    assert said.code == 2
    assert "tasks.own.files.en.train.drop.seen: is false" in said.err
    (tmp_path / "s.yaml").write_text(study.replace("SEEN", '"no"'), encoding="utf-8")
    said = xstilts("plan", "s.yaml", "--json")
    assert [node["data"]["read"] for node in json.loads(said.out)["nodes"] if node["kind"] == "prepare"] == [None] * 2
    assert "Not read yet: 2 of 2 data sets." in xstilts("plan", "s.yaml").out
