"""A study under noise at toy size, and the same from a model directory: every kind, and arms that train on noise."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pytest
from pyarrow import parquet

from tiny_base import tiny_base
from xstilts.errors import InputError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.noise import NOISES
from xstilts.planning.plan import Plan, make_plan
from xstilts.reports.from_store import write_report
from xstilts.runners.answers.predictions import entries, table_of
from xstilts.sources import Source
from xstilts.sources.noisy import Noised
from xstilts.store.roles import CLEAN, PREDICTIONS, NoisyRole
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.using_models import exports
from xstilts.using_models.evaluating import DataChoice, evaluate_model

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.sources.noisy import Answers, Where
    from xstilts.store.node import Node

Finished = tuple[Plan, Store, "Path"]
TYPO = {"type": "typo", "severity": 5}
LANGUAGES = ["qaa", "qab"]
STUDY: dict[str, Any] = {
    "name": "noisy",
    "question": "Is noise in everything that a study does?",
    "protocol": "lab",
    "bases": [tiny_base(positions=70)],
    "targets": [
        *({"task": task, "limit": 6} for task in ("xcopa", "udpos", "xquad")),
        "xnli",
        {"task": "tatoeba", "layers": [1]},
        {"task": "bucc2018", "limit": 12, "layers": [1]},
    ],
    "languages": LANGUAGES,
    "seeds": [1],
    "training": {"steps": 1, "batch_size": 4, "max_length": 64, "limit": 10, "learning_rate": 1e-3, "warmup": 0},
    "noise": [
        TYPO,
        {"type": "typo", "severity": 1},
        {"type": "word-swap", "severity": 5, "where": "query"},
        {"type": "typo", "severity": 5, "where": "context", "answers": "follow"},
        {"type": "casing", "severity": 5, "where": "pool"},
    ],
    "arms": {
        "none": [],
        "share": {"phases": [{"tasks": ["snli"], "augment": {**TYPO, "share": 0.5}}], "targets": ["xnli"]},
        "alike": {"phases": [{"tasks": ["ccg"], "augment": {**TYPO, "consistency": 1},
                              "beside": {"tasks": ["mlm"], "share": 0.5}, "steps": 3}], "targets": ["xnli"]},
        "target": {"target_phase": {"augment": {**TYPO, "consistency": 0.5}}, "targets": ["xcopa", "udpos"]},
        "worst": {"training": {"robust": {"method": "adversarial", "steps": 2}}, "targets": ["xquad"]},
        "near": {"phases": [{"tasks": ["snli"], "robust": "smoothing"}], "targets": ["xnli"]},
    },
}  # fmt: skip
PARTS = {
    "xnli": {"typo", "word-swap@query", "typo@context"},
    "xcopa": {"typo", "word-swap@query", "typo@context"},
    "xquad": {"typo", "word-swap@query", "typo@context"},
    "udpos": {"typo"},
    "tatoeba": {"typo", "word-swap@query", "casing@pool"},
    "bucc2018": {"typo", "word-swap@query", "casing@pool"},
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("noisy")
    plan, store = make_plan(validate(STUDY, "noisy")), Store(folder / "store")
    described = plan.to_json(store)
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    assert outcome.complete, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    write_report(plan, described, store, folder / "out", outcome, ["xstilts run noisy"])
    return plan, store, folder / "out"


def nodes(done: Finished, target: str, arm: str = "none") -> tuple[Node, Node]:
    """The score node of a chain on clean input, and that under noise."""
    (cell,) = (cell for cell in done[0].cells if (cell.target, cell.arm) == (target, arm) and cell.seed)
    return done[0].nodes[cell.score], done[0].nodes[cell.noised]


def rows_of(done: Finished, node: Node) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((done[1].read(node.key, "score") / "scores.json").read_text("utf-8"))
    return found


def parent(done: Finished, node: Node, role: str) -> tuple[Node, Path]:
    found = done[0].nodes[node.parents[role]]
    return found, done[1].read(found.key, found.kind)


@pytest.mark.parametrize("target", PARTS)
def test_every_noise_that_a_target_can_have_is_scored_in_every_language(finished: Finished, target: str):
    clean, noisy = (rows_of(finished, node) for node in nodes(finished, target))
    assert {row["noise"] for row in noisy} == PARTS[target]
    assert {row["severity"] for row in noisy if row["noise"] == "typo"} == {1, 5}
    named = {(row["language"], row["setting"], row["metric"]) for row in clean}
    for noise in PARTS[target]:
        own = [row for row in noisy if (row["noise"], row["severity"]) == (noise, 5)]
        measured = {(row["language"], row["setting"], row["metric"]) for row in own if row["metric"] != "flip_rate"}
        assert measured == named
        flipped = [row for row in own if row["metric"] == "flip_rate"]
        assert {(row["language"], row["setting"]) for row in flipped} == {pair[:2] for pair in named}
        assert all(0 <= row["value"] <= 100 and row["n"] > 0 for row in flipped)
        assert all(0 < row["edit_rate"] < 0.4 for row in own if noise != "casing@pool")
    assert all("subword_rise" in row for row in noisy)


@pytest.mark.parametrize("target", ["xnli", "xcopa", "udpos", "xquad"])
def test_examples_that_noise_leaves_alone_keep_their_answer_to_the_last_bit(finished: Finished, target: str):
    store = finished[1]
    _, noised = nodes(finished, target)
    predict, folder = parent(finished, noised, PREDICTIONS)
    before = {entry["language"]: table_of(parent(finished, noised, CLEAN)[1], entry)
              for entry in entries(parent(finished, noised, CLEAN)[1])}  # fmt: skip
    for entry in entries(folder):
        code = entry["language"]
        made = store.read(predict.parents[str(NoisyRole(code))], "prepare")
        meta = json.loads((made / "meta.json").read_text("utf-8"))["variants"]
        place = next(n for n, one in enumerate(meta)
                     if (one["noise"], one["severity"]) == (entry["noise"], entry["severity"]))  # fmt: skip
        changes = parquet.read_table(made / "variants.parquet").to_pylist()
        changed = {row["clean"] for row in changes if row["variant"] == place}
        same = pa.array([row for row in range(len(before[code])) if row not in changed], pa.int64())
        assert len(same) == meta[place]["unchanged"]
        assert table_of(folder, entry).take(same).equals(before[code].take(same))


def test_answers_stand_where_the_noisy_examples_say(finished: Finished):
    predict, _ = parent(finished, nodes(finished, "xquad")[1], PREDICTIONS)
    folder = finished[1].read(predict.parents["noisy/qab"], "prepare")
    examples = parquet.read_table(folder / "examples.parquet").to_pylist()
    assert examples
    for row in examples:
        for text, start in zip(row["answer_texts"], row["answer_starts"], strict=True):
            assert row["context"][start : start + len(text)] == text


def test_tags_stay_as_many_as_words(finished: Finished):
    predict, _ = parent(finished, nodes(finished, "udpos")[1], PREDICTIONS)
    examples = parquet.read_table(finished[1].read(predict.parents["noisy/qab"], "prepare") / "examples.parquet")
    assert all(len(row["tokens"]) == len(row["tags"]) > 0 for row in examples.to_pylist())


def test_an_example_that_two_severities_spoil_alike_is_answered_once(finished: Finished):
    predict, _ = parent(finished, nodes(finished, "xnli")[1], PREDICTIONS)
    folder = finished[1].read(predict.parents["noisy/qab"], "prepare")
    rows = parquet.read_table(folder / "examples.parquet").to_pylist()
    assert len({json.dumps(row, sort_keys=True) for row in rows}) == len(rows)
    used = parquet.read_table(folder / "variants.parquet").column("unique").to_pylist()
    assert set(used) == set(range(len(rows)))
    assert len(used) > len(rows)


def test_tables_of_the_report_tell_of_noise_and_the_others_of_clean_input(finished: Finished):
    out = finished[2] / "tables"
    scores = list(csv.DictReader((out / "scores.csv").read_text("utf-8").splitlines()))
    assert {row["noise"] for row in scores} == {"clean"}.union(*PARTS.values())
    assert all((row["noise"] == "clean") == (row["severity"] == "0") for row in scores)
    keys = {(row["base"], row["arm"], row["target"], row["language"], row["metric"])
            for row in csv.DictReader((out / "gains.csv").read_text("utf-8").splitlines())}  # fmt: skip
    assert not any(key[-1] == "flip_rate" for key in keys)
    (analysed,) = (node for node in finished[0].nodes.values() if node.kind == "analyse")
    noise = parquet.read_table(finished[1].read(analysed.key, "analyse") / "noise.parquet").to_pylist()
    assert {row["target"] for row in noise} == set(PARTS)
    assert all(row["flip_rate"] is not None and row["edit_rate"] is not None for row in noise)


def test_training_on_noise_reads_a_share_of_noisy_examples(finished: Finished):
    plan, store, _ = finished
    (own,) = (node for node in plan.nodes.values() if node.label.startswith("train snli (50% with typo:5)"))
    noisy = store.read(own.parents["train/snli/qaa"], "prepare")
    (plain,) = (node for node in plan.nodes.values() if node.label.startswith("train snli, "))
    clean = store.read(plain.parents["train/snli/qaa"], "prepare")
    before, after = (parquet.read_table(folder / "examples.parquet").to_pylist() for folder in (clean, noisy))
    assert [row["id"] for row in before] == [row["id"] for row in after]
    assert [row["label"] for row in before] == [row["label"] for row in after]
    assert 0 < sum(old != new for old, new in zip(before, after, strict=True)) < len(before)


def test_copies_are_trained_beside_the_items_and_counted(finished: Finished):
    plan, store, _ = finished
    (own,) = (node for node in plan.nodes.values() if node.label.startswith("train ccg (each with a copy"))
    tokens = json.loads((store.read(own.key, "train") / "history.json").read_text("utf-8"))["tokens"]
    parts = [json.loads((store.read(own.parents[f"{split}/ccg/qaa"], "prepare") / "meta.json").read_text("utf-8"))
             for split in ("train", "copy")]  # fmt: skip
    assert parts[0]["items"] == parts[1]["items"]
    assert parts[0]["tokens"] != parts[1]["tokens"]
    assert tokens > 0


# --- the same from a model directory ---------------------------------------------------------------------------------


def exported(done: Finished, target: str, folder: Path) -> str:
    (cell,) = (cell for cell in done[0].cells if (cell.target, cell.arm) == (target, "none") and cell.seed)
    return str(exports.export_node(done[1], cell.trained[-1], folder, None))


@pytest.mark.parametrize(
    ("target", "noise", "where"),
    [("xnli", "typo", "both"), ("xnli", "word-swap", "query"), ("tatoeba", "casing", "pool")],
)
def test_an_export_has_the_scores_of_its_study_under_noise(
    finished: Finished, tmp_path: Path, target: str, noise: str, where: Where
):
    noised = Noised(NOISES.get(noise), 5, where)
    known = [row for node in nodes(finished, target) for row in rows_of(finished, node)]
    known = [row for row in known if row.get("noise", noised.name) == noised.name and row.get("severity", 5) == 5]
    codes = list(dict.fromkeys(row["language"].split(">")[0] for row in known))
    found = evaluate_model(
        exported(finished, target, tmp_path / "model"), target, DataChoice(codes, Source.parse("lab"), noised=noised)
    )
    assert measured(found) == measured(known)
    assert [row["noise"] for row in found] == sorted((row["noise"] for row in found), key=lambda name: name != "clean")


def measured(rows: list[dict[str, Any]]) -> set[tuple[Any, ...]]:
    return {
        (
            row.get("noise", "clean"),
            row["language"].split(">")[0],
            row["setting"],
            row["metric"],
            row["value"],
            row["n"],
        )
        for row in rows
    }


@pytest.mark.parametrize(
    ("target", "noise", "where", "answers"),
    [
        ("udpos", "typo", "both", "protect"),
        ("xcopa", "word-swap", "query", "protect"),
        ("xquad", "typo", "context", "follow"),
        ("bucc2018", "typo", "both", "protect"),
    ],
)
def test_every_kind_of_model_is_scored_beside_its_clean_scores(
    finished: Finished, tmp_path: Path, target: str, noise: str, where: Where, answers: Answers
):
    model, noised = exported(finished, target, tmp_path / "model"), Noised(NOISES.get(noise), 5, where, answers)
    rows = evaluate_model(model, target, DataChoice(["qab"], Source.parse("lab"), noised=noised))
    alone = evaluate_model(model, target, DataChoice(["qab"], Source.parse("lab")))
    clean = [row for row in rows if row["noise"] == "clean"]
    assert [{k: v for k, v in row.items() if k not in ("noise", "severity")} for row in clean] == alone
    noisy = [row for row in rows if row["noise"] == noised.name]
    assert [row["metric"] for row in noisy if row["metric"] != "flip_rate"] == [row["metric"] for row in clean]
    assert [row["severity"] for row in noisy if row["metric"] == "flip_rate"] == [5]


def test_noise_of_no_severity_is_clean_input(finished: Finished, tmp_path: Path):
    model = exported(finished, "xnli", tmp_path / "model")
    rows = evaluate_model(model, "xnli", DataChoice(["qab"], Source.parse("lab"), noised=Noised(NOISES.get("typo"), 0)))
    clean, noisy = ([row for row in rows if row["noise"] == name] for name in ("clean", "typo"))
    assert noisy.pop()["value"] == 0  # flips
    assert [row["value"] for row in noisy] == [row["value"] for row in clean]


def test_languages_without_the_noise_are_named_before_anything_is_read():
    data = DataChoice(["qab", "qcb"], Source.parse("lab"), noised=Noised(NOISES.get("casing"), 3))
    with pytest.raises(InputError, match=r"qcb: its script \(Geor\) has no capitals.*--languages qab"):
        evaluate_model("nowhere", "xnli", data)
