"""Arms on data that only files have: a study's own tasks, and views of a task whose labels are in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from arm_plans import chain, plan_of, roles, steps
from xstilts.errors import StudyError
from xstilts.execution import inline
from xstilts.execution.study_run import RUNNER
from xstilts.planning.plan import Plan, make_plan
from xstilts.reports.data_read import data_planned
from xstilts.reports.tables.left_out import left_out_sentences, left_out_tables
from xstilts.store.node import Node
from xstilts.store.store import Store

LABELS = ("S[dcl]\\NP", "N", "NP/N")
WORDS = ("a", "fog", "lifts", "the", "mist", "stays")


def plan_over(folder: Path, arm: list[dict[str, Any]]) -> Plan:
    """A study on files: CCG with its labels, and a task of the study's own as the target."""
    (folder / "ccg.labels.txt").write_text("\n".join(LABELS) + "\n", encoding="utf-8")
    sentence = "".join(f"{word}\t{LABELS[1]}\n" for word in WORDS) + "\n"
    (folder / "ccg.tsv").write_text(sentence * 4, encoding="utf-8")
    rows = "".join(f"{word}\t{('bad', 'good')[place % 2]}\n" for place, word in enumerate(WORDS))
    (folder / "own.tsv").write_text(f"text\tlabel\n{rows}", encoding="utf-8")
    files = {"en": {split: {"path": "own.tsv", "format": "delimited"} for split in ("train", "test")}}
    return plan_of(
        {"x": arm}, source="files", data=str(folder), targets=["own"], languages=["en"], bases=["lab-tiny"],
        data_map={"ccg": {"en": {"train": {"path": "ccg.tsv", "format": "columns"}}}},
        tasks={"own": {"kind": "classification", "labels": ["bad", "good"], "files": files}},
    )  # fmt: skip


def made(plan: Plan, folder: Path) -> tuple[Node, list[dict[str, Any]]]:
    """The node that prepares what the arm's first phase reads, and its examples."""
    first = chain(plan, "x", "own")[0]
    (node,) = (plan.nodes[key] for role, key in first.parents.items() if role.startswith("train/"))
    store = Store(folder / "store")
    outcome = inline.run([node], store, RUNNER)
    assert outcome.done == [node.key], outcome.failed
    return node, parquet.read_table(store.folder(node.key, "prepare") / "examples.parquet").to_pylist()


def test_labels_of_a_view_come_from_the_users_file(tmp_path: Path):
    node, rows = made(plan_over(tmp_path, [{"tasks": ["ccg"], "view": "random-task"}]), tmp_path)
    assert node.payload["labels"] == list(LABELS)
    assert len(rows) == 4
    tag_of = {word: {row["tags"][row["tokens"].index(word)] for row in rows} for word in WORDS}
    assert all(len(tags) == 1 and tags <= set(LABELS) for tags in tag_of.values())
    assert len(set.union(*tag_of.values())) > 1  # in the file every word is a noun


@pytest.mark.parametrize(("view", "kind"), [("masked-lm", "masked_lm"), ("real-or-fake", "classification")])
def test_a_view_without_labels_of_its_task_does_without_them(tmp_path: Path, view: str, kind: str):
    node, rows = made(plan_over(tmp_path, [{"tasks": ["ccg"], "view": view}]), tmp_path)
    assert node.payload["kind"] == kind
    assert not set(LABELS) & set(node.payload["labels"])
    assert len(rows) == 4


def test_a_studys_own_task_has_views_too(tmp_path: Path):
    node, rows = made(plan_over(tmp_path, [{"tasks": ["own"], "view": "shuffled-labels"}]), tmp_path)
    assert sorted(row["text"] for row in rows) == sorted(WORDS)
    assert sorted(row["label"] for row in rows) == ["bad"] * 3 + ["good"] * 3
    meta = json.loads((Store(tmp_path / "store").folder(node.key, "prepare") / "meta.json").read_text(encoding="utf-8"))
    assert (meta["used"], meta["labels"]) == (6, ["bad", "good"])


def test_a_mix_without_the_pivot_is_as_long_as_its_largest_language(tmp_path: Path):
    """By hand: 28 items in steps of 10, whichever language is named first."""
    for code, n in (("de", 11), ("sw", 28)):
        rows = "".join(f"{code}{row}\tgood\n" for row in range(n))
        (tmp_path / f"{code}.tsv").write_text(f"text\tlabel\n{rows}", encoding="utf-8")
    files = {code: {"train": {"path": f"{code}.tsv", "format": "delimited"}} for code in ("de", "sw")}
    own = {"kind": "classification", "labels": ["bad", "good"], "files": files}
    for codes in (["de", "sw"], ["sw", "de"]):
        mix = {"share": 1, "items": "native", "languages": codes}
        phase = {"tasks": ["mine"], "language_mix": mix}
        tasks = {"mine": own, "other": {**own, "files": {"en": dict.fromkeys(("train", "test"), files["de"]["train"])}}}
        plan = plan_of(
            {"x": [phase]}, source="files", data=str(tmp_path), tasks=tasks, targets=["other"], languages=["en"],
            bases=["lab-tiny"], training={"epochs": 1, "batch_size": 10},
        )  # fmt: skip
        assert steps(chain(plan, "x", "other"))[0] == 3


def test_a_tasks_own_data_may_be_an_arm_and_its_control(tmp_path: Path):
    for name in ("train", "test"):
        (tmp_path / f"{name}.tsv").write_text("text\tlabel\nfine\tgood\npoor\tbad\n", encoding="utf-8")
    files = {"en": {split: {"path": f"{split}.tsv", "format": "delimited"} for split in ("train", "test")}}
    own = {"kind": "classification", "labels": ["bad", "good"], "files": files}
    plan = plan_of(
        {"x": [{"tasks": ["mine"]}], "y": {"control": "random-task", "of": "x"}},
        source="files", data=str(tmp_path), tasks={"mine": own, "other": own}, targets=["other"], languages=["en"],
        bases=["lab-tiny"],
    )  # fmt: skip
    assert roles(chain(plan, "x", "other")[0], "train") == {"mine/en"}
    assert roles(chain(plan, "y", "other")[0], "train") == {"mine~random-task/en"}


def test_what_was_left_out_is_told_from_the_store(tmp_path: Path):
    plan = plan_over(tmp_path, [{"tasks": ["own"]}])
    store = Store(tmp_path / "store")
    assert {row["read"] for row in data_planned(plan, store)} == {None}
    assert left_out_sentences(data_planned(plan, store)) == ["Not read yet: 2 of 2 data sets."]
    entry = plan.study.tasks["own"]["files"]["en"]["train"]
    entry |= {"drop": {"label": "bad", "text": "bog"}}
    plan = make_plan(plan.study)
    made(plan, tmp_path)
    data = data_planned(plan, store)
    (row,) = (row for row in data if row["read"] is not None)
    assert (row["read"], row["used"], row["rejected"]) == (6, 3, {"label = 'bad'": 3})
    assert row["noted"] == {"text = 'bog' (drop)": 0}
    assert left_out_sentences(data) == [
        "own train: no record has text = 'bog' (drop) (en).",
        "own train: left out label = 'bad' (en 3).",
        "Not read yet: 1 of 2 data sets.",
    ]
    (table,) = left_out_tables(data)
    assert [row[2:] for row in table.rows] == [
        ["left out", "label = 'bad'", "en 3"],
        ["no record has", "text = 'bog' (drop)", "en"],
    ]
    assert left_out_tables([row | {"rejected": {}, "noted": {}} for row in data]) == []


def faq_plan(folder: Path, **changes: Any) -> Plan:
    """A study whose own questions have no answer in the test set."""
    context, asked = "The ferry leaves at nine.", {"question": "When?"}
    nine = {"text": "nine", "answer_start": 20}
    for split, answers in (("train", [nine]), ("test", [])):
        paragraph = {"context": context, "qas": [asked | {"id": split, "answers": answers}]}
        (folder / f"{split}.json").write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")
    files = {"en": {split: {"path": f"{split}.json", "format": "squad_json"} for split in ("train", "test")}}
    return plan_of(
        {}, source="files", data=str(folder), targets=["faq"], languages=["en"], bases=["lab-tiny"],
        training={"max_length": 64}, tasks={"faq": {"kind": "span_qa", "files": files} | changes},
    )  # fmt: skip


def prepared(plan: Plan, split: str) -> Node:
    (node,) = (node for node in plan.nodes.values() if node.kind == "prepare" and node.payload["split"] == split)
    return node


def test_questions_without_an_answer_stop_before_training_unless_the_rule_scores_them(tmp_path: Path):
    store = Store(tmp_path / "store")
    usual, other = prepared(faq_plan(tmp_path), "test"), prepared(faq_plan(tmp_path, rule="squad2"), "test")
    assert usual.key != other.key  # else what was prepared before would keep the rule it had
    outcome = inline.run([usual, other], store, RUNNER)
    assert outcome.done == [other.key]
    assert "1 questions without an answer" in outcome.failed[usual.key].message
    assert "rule: squad2" in outcome.failed[usual.key].message
    assert (
        json.loads((store.folder(other.key, "prepare") / "meta.json").read_text(encoding="utf-8"))["rule"] == "squad2"
    )
    train = prepared(faq_plan(tmp_path), "train")
    assert inline.run([train], store, RUNNER).done == [train.key]


def test_names_of_fields_reach_the_terminal_as_escapes():
    row = {"task": "own", "split": "test", "language": "en", "read": 9, "rejected": {"\x1b[31mred = 'x'": 4}}
    assert left_out_sentences([row]) == ["own test: left out \\x1b[31mred = 'x' (en 4)."]


def test_what_a_studys_own_limit_leaves_out_is_in_the_table_alone():
    row = {"task": "own", "split": "train", "language": "en", "read": 9, "rejected": {"over the limit": 4}}
    assert left_out_sentences([row]) == []
    (table,) = left_out_tables([row])
    assert list(table.rows[0]) == ["own", "train", "left out", "over the limit", "en 4"]


def search_over(folder: Path, files: dict[str, Any], **target: Any) -> Plan:
    """A study on files with a search of its own as the target."""
    (folder / "one.txt").write_text("Sun.\nRain.\nSnow.\n", encoding="utf-8")
    (folder / "two.txt").write_text("Sol.\nLluvia.\nNieve.\n", encoding="utf-8")
    entry = {"path": ["one.txt", "two.txt"], "format": "lines", "columns": {"query": 1, "candidate": 0}}
    found = {key: dict.fromkeys(splits, entry) for key, splits in files.items()}
    return plan_of(
        {}, source="files", data=str(folder), bases=["lab-tiny"], languages="all", protocol="xtreme",
        training={"max_length": 32}, targets=[{"task": "own", "layers": [2], **target}],
        tasks={"own": {"kind": "retrieval", "files": found}},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("files", "split", "languages"),
    [
        ({"de": ["test"]}, "test", {"de"}),
        ({"de fr sw": ["dev"]}, "dev", {"de", "fr", "sw"}),
        ({"de": ["test"], "en": ["train"]}, "test", {"de"}),
        ({"de+en": ["test"]}, "test", {"de+en"}),
    ],
)
def test_a_search_of_ones_own_is_a_target_that_nothing_is_trained_for(
    tmp_path: Path, files: dict[str, Any], split: str, languages: set[str]
):
    plan = search_over(tmp_path, files)
    assert {node.kind for node in plan.nodes.values()} == {"prepare", "predict", "score", "analyse"}
    read = {(node.payload["split"], node.payload["language"]) for node in plan.nodes.values() if node.kind == "prepare"}
    assert read == {(split, code) for code in languages}
    assert [cell.trained for cell in plan.cells] == [()] * len(plan.cells)


def test_vectors_of_a_search_of_ones_own_are_chosen_on_a_held_out_language(tmp_path: Path):
    plan = search_over(tmp_path, {"de fr": ["dev"]}, pooling=["mean", "first"], choose_on=["fr"])
    store = Store(tmp_path / "store")
    outcome = inline.run(list(plan.nodes.values()), store, RUNNER)
    assert not outcome.failed, [failure.message for failure in outcome.failed.values()]
    (cell,) = (cell for cell in plan.cells if cell.arm == "none")
    rows = json.loads((store.folder(cell.score, "score") / "scores.json").read_text(encoding="utf-8"))
    assert {row["language"] for row in rows} == {"de>en", "fr>en"}
    assert {row["n"] for row in rows} == {3}


def test_a_search_of_ones_own_is_refused_as_tatoeba_is_where_nothing_says_which_vectors_count(tmp_path: Path):
    said = {"layers": [2], "pooling": ["mean", "mean-content", "first"]}
    refused = []
    for study in (
        lambda: search_over(tmp_path, {"de": ["test"]}, **said),
        lambda: plan_of({}, targets=[{"task": "tatoeba", **said}], bases=["lab-tiny"]),
    ):
        with pytest.raises(StudyError, match=r"names 3 sorts of vectors.*choose_on.*or name one of each") as error:
            study()
        refused.append((error.value.message, error.value.field, error.value.hint))
    assert refused[0] == refused[1]
