"""Overlap nodes: which pairs are measured, what is measured by hand, and a study in which one arm leaks."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pyarrow import parquet

from tiny_base import tiny_base
from xstilts.encoding.features import Features
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.overlaps import measured, overlap_nodes
from xstilts.planning.plan import Plan, make_plan
from xstilts.reports.from_store import write_report
from xstilts.runners.overlap import ROWS, run
from xstilts.store.node import Cost, Node
from xstilts.store.payloads import OverlapPayload, Place, Runtime
from xstilts.store.store import Store
from xstilts.studies.load import validate

BASE = tiny_base(layers=1, positions=70, limit=20)
GRID = {
    "name": "pairs",
    "question": "What is shared?",
    "protocol": "lab",
    "bases": [BASE],
    "arms": {"none": [], "few": [{"tasks": ["qqp"], "limit": 10}], "more": [{"tasks": ["qqp", "mnli"]}]},
    "targets": ["xnli", "udpos"],
    "languages": ["qaa", "qab"],
    "seeds": [1, 2],
    "training": {"steps": 2, "max_length": 64},
}


def plan_of(**changes: object) -> Plan:
    return make_plan(validate({**GRID, **changes}, "pairs"))


def pairs(plan: Plan) -> dict[tuple[str, str], Node]:
    found = [node for node in plan.nodes.values() if node.kind == "overlap"]
    by_pair = {(node.payload["train_task"], node.payload["target"]): node for node in found}
    assert len(by_pair) == len(found)
    return by_pair


def test_every_training_task_meets_every_target_once():
    plan = plan_of()
    tasks = {"xnli": {"mnli", "qqp"}, "udpos": {"udpos", "qqp", "mnli"}}
    assert set(pairs(plan)) == {(task, target) for target, own in tasks.items() for task in own}
    other = {**BASE, "name": "other", "seed": 7}
    assert set(pairs(plan_of(bases=[BASE, other]))) == set(pairs(plan))


def test_it_reads_what_chains_prepared_and_of_two_sizes_the_larger():
    plan = plan_of()
    without = plan_of(targets=["xnli"])
    read = {key for node in plan.nodes.values() if node.kind in {"train", "predict"} for key in node.parents.values()}
    for node in pairs(plan).values():
        assert set(node.parents.values()) <= read
    node = pairs(plan)["qqp", "udpos"]
    assert node.payload["train"] == ["train/qqp/qaa"]
    assert node.payload["evaluated"] == ["test/udpos/qaa", "test/udpos/qab"]
    assert plan.nodes[node.parents["train/qqp/qaa"]].payload["limit"] is None
    assert pairs(without)["qqp", "xnli"].key == pairs(plan)["qqp", "xnli"].key


def test_two_tokenizers_are_never_compared():
    trained = {"vocabulary": {"size": 300, "lines": 200}}
    second = {name: value for name, value in BASE.items() if name != "tokenizer"} | {"name": "second"} | trained
    plan = plan_of(bases=[second, BASE])
    for node in pairs(plan).values():
        own = [plan.nodes[key] for role, key in node.parents.items() if role.count("/") == 2]
        assert {part.parents["vocabulary"] for part in own} == {node.parents["vocabulary"]}


def test_arms_are_those_that_train_on_it_while_none_does_not():
    plan = plan_of()
    arms = measured(plan.nodes, plan.cells).arms
    assert arms == {
        "qqp/qaa/xnli": ("few", "more"),
        "qqp/qaa/udpos": ("few", "more"),
        "mnli/qaa/udpos": ("more",),
    }


def test_an_analysis_reads_the_overlaps_that_are_there():
    plan = plan_of()
    nodes = pairs(plan)
    whole = measured(plan.nodes, plan.cells)
    assert whole.parents == {f"overlap/{task}/{target}": node.key for (task, target), node in nodes.items()}
    (analysis,) = (node for node in plan.nodes.values() if node.kind == "analyse")
    assert set(whole.parents.items()) <= set(analysis.parents.items())
    one = nodes["qqp", "xnli"].key
    some = measured(plan.nodes, plan.cells, lambda key: key == one)
    assert some.parents == {"overlap/qqp/xnli": one}
    assert some.arms == whole.arms


def test_a_grid_of_nothing_measures_nothing():
    assert overlap_nodes({}, []) == []
    assert measured({}, []).parents == {}


def portion(
    folder: Path, kind: str, examples: list[dict[str, object]], tokens: list[object], owners: list[int]
) -> None:
    """Files as a node leaves them that prepares examples; tokens are made up."""
    folder.mkdir()
    parquet.write_table(pa.Table.from_pylist(examples), folder / "examples.parquet")
    nested = bool(tokens) and isinstance(tokens[0][0], list)
    ids = pa.list_(pa.list_(pa.int32())) if nested else pa.list_(pa.int32())
    columns = {"example": pa.array(owners, pa.int32()), "input_ids": pa.array(tokens, ids)}
    Features(pa.table(columns)).save(folder / "features.arrow")
    (folder / "meta.json").write_text(json.dumps({"kind": kind, "used": len(examples)}))


def measure(folder: Path, train: list[str], evaluated: list[str]) -> list[dict[str, object]]:
    asked = OverlapPayload("a", "b", tuple(train), tuple(evaluated), ngram=3, shortest=2)
    node = Node.of(asked, "overlap of a with b", {}, Cost(), Runtime(tokenizer=Place("lab", None)))
    work = folder / "work"
    work.mkdir()
    context = SimpleNamespace(
        node=node, work=work, parent=lambda role: folder / role.replace("/", "-"), report=lambda progress: None
    )
    run(node, context)
    return json.loads((work / ROWS).read_text(encoding="utf-8"))


def text(name: str, first: str, second: str = "") -> dict[str, object]:
    return {"id": name, "text": first, "text_pair": second, "label": "x"}


def test_shares_of_hand_made_portions(tmp_path: Path):
    trained = [text("a-1", "One two", "three"), text("a-2", "Four")]
    portion(tmp_path / "train-a-en", "classification", trained, [[11, 12, 13, 14], [15, 16]], [0, 1])
    portion(tmp_path / "train-a-de", "classification", [text("7", "vier")], [[21, 22]], [0])
    tested = [text("7", "ONE  two three"), text("a-2", "other"), text("b-3", "four."), text("b-4", "five")]
    portion(
        tmp_path / "test-b-de", "classification", tested, [[12, 13, 14, 19], [15, 16], [16, 15], [22, 21]], [0, 1, 2, 3]
    )
    rows = measure(tmp_path, ["train/a/en", "train/a/de"], ["test/b/de"])
    named = {"train_task": "a", "target": "b", "language": "de", "n": 4}
    # id a-2; the text of a-1; tokens 12 13 14, and 15 16 as a whole; the ids "7" are row numbers
    assert rows == [
        {**named, "train_language": "en", "n_train": 2, "same_id": 25.0, "same_text": 25.0, "shared_ngram": 50.0},
        {**named, "train_language": "de", "n_train": 1, "same_id": 0.0, "same_text": 0.0, "shared_ngram": 0.0},
    ]


def test_windows_and_choices_belong_to_their_example(tmp_path: Path):
    asked = [
        {"id": f"q{n}", "context": "c", "question": f"why {n}", "choices": ["so", "not"], "label": 0} for n in range(2)
    ]
    choices = [[[11, 12, 13], [14, 15, 16]], [[17, 18, 19], [21, 22, 23]]]
    portion(tmp_path / "test-b-en", "multiple_choice", asked, choices, [0, 1])
    spans = [{"id": "s", "context": "c why 1", "question": "so not", "answer_texts": [], "answer_starts": []}]
    portion(tmp_path / "train-a-en", "span_qa", spans, [[14, 15, 16], [11, 12, 13]], [0, 0])
    (row,) = measure(tmp_path, ["train/a/en"], ["test/b/en"])
    assert (row["same_id"], row["same_text"], row["shared_ngram"]) == (0, 50, 50)


def test_unknown_tokens_are_no_common_text(tmp_path: Path):
    from xstilts.models import bases
    from xstilts.models.load import load_tokenizer

    unknown = load_tokenizer(bases.resolve_tokenizer("lab").location).unk_token_id
    words = [{"id": "x1", "tokens": ["?"], "tags": ["X"]}]
    for name in ("train-a-en", "test-b-en"):
        portion(tmp_path / name, "tagging", words, [[unknown] * 6], [0])
    (row,) = measure(tmp_path, ["train/a/en"], ["test/b/en"])
    assert (row["same_id"], row["same_text"], row["shared_ngram"]) == (100, 100, 0)


ITEMS = {code: [f"{code} item number {n} of ten" for n in range(10)] for code in ("en", "de")}


def lines(texts: list[str]) -> str:
    rows = [f"{value}\t{'yes' if n % 2 else 'no'}" for n, value in enumerate(texts)]
    return "\n".join(["text\tlabel", *rows]) + "\n"


def study_on_files(folder: Path) -> dict[str, object]:
    """A target in two languages, a data set that holds two of its ten German test items, and one that holds none."""
    content = {
        "train": [f"en other text {n}" for n in range(10)],
        "en": ITEMS["en"],
        "de": ITEMS["de"],
        "copied": [*ITEMS["de"][:2], *(f"de own text <b>{n}</b>" for n in range(8))],
        "fresh": [f"en fresh text {n}" for n in range(10)],
    }
    for name, texts in content.items():
        (folder / f"{name}.tsv").write_text(lines(texts), encoding="utf-8")

    def file(name: str) -> dict[str, str]:
        return {"path": f"{name}.tsv", "format": "delimited"}

    def task(files: dict[str, object]) -> dict[str, object]:
        return {"kind": "classification", "labels": ["yes", "no"], "files": files}

    tasks = {
        "asked": task({"en": {"train": file("train"), "test": file("en")}, "de": {"test": file("de")}}),
        "copied": task({"de": {"train": file("copied")}}),
        "fresh": task({"en": {"train": file("fresh")}}),
    }
    return {
        "name": "leaky",
        "question": "Is a copy seen?",
        "source": "files",
        "data": str(folder),
        "protocol": "lab",
        "bases": ["lab-tiny"],
        "tasks": tasks,
        "arms": {"none": [], "copied": [{"tasks": ["copied"], "languages": ["de"]}], "fresh": [{"tasks": ["fresh"]}]},
        "targets": ["asked"],
        "languages": ["en", "de"],
        "seeds": [1, 2],
        "training": {"steps": 1, "batch_size": 4, "max_length": 32},
    }


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leaky")
    plan, store = make_plan(validate(study_on_files(folder), "leaky")), Store(folder / "store")
    described = plan.to_json(store)
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    assert outcome.complete, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    write_report(plan, described, store, folder / "out", outcome, ["xstilts run leaky"])
    return folder / "out"


def test_the_table_says_what_is_shared(reported: Path):
    rows = list(csv.DictReader((reported / "tables/overlap.csv").read_text(encoding="utf-8").splitlines()))
    shares = {(row["train_task"], row["language"]): (row["same_text"], row["arms"]) for row in rows}
    assert shares == {
        ("asked", "en"): ("0.0", ""),
        ("asked", "de"): ("0.0", ""),
        ("copied", "en"): ("0.0", "copied"),
        ("copied", "de"): ("20.0", "copied"),
        ("fresh", "en"): ("0.0", "fresh"),
        ("fresh", "de"): ("0.0", "fresh"),
    }
    assert {(row["target"], row["n_train"], row["n"], row["same_id"]) for row in rows} == {("asked", "10", "10", "0.0")}


def test_the_page_shows_it_and_the_cell_stays_out_of_the_mean(reported: Path):
    page = (reported / "index.html").read_text(encoding="utf-8")
    section = page[page.index('<section id="overlap">') : page.index('<section id="limits">')]
    assert "leak (measured)" in section
    assert "20.0 % of the items in de have the whole text of an item of copied in de." in section
    gains = (reported / "tables/gains.md").read_text(encoding="utf-8")
    (line,) = (line for line in gains.splitlines() if line.startswith("| copied"))
    assert "†" in line
    assert line.rstrip(" |").endswith("incomplete")
    (fair,) = (line for line in gains.splitlines() if line.startswith("| fresh"))
    assert "†" not in fair and "incomplete" not in fair


def test_a_failed_measurement_blocks_no_score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from xstilts.errors import DataError
    from xstilts.runners import overlap

    def broken(node: Node, context: object) -> None:
        if node.payload["train_task"] == "fresh":
            raise DataError("It broke.")
        run(node, context)

    monkeypatch.setattr(overlap, "run", broken)
    plan, store = make_plan(validate(study_on_files(tmp_path), "leaky")), Store(tmp_path / "store")
    described = plan.to_json(store)
    outcome = run_study(plan, store, tmp_path / "out", StudyOptions(executor="inline", keep="all"))
    assert {plan.nodes[key].kind for key in outcome.not_run} == {"analyse"}
    write_report(plan, described, store, tmp_path / "out", outcome, [])
    rows = list(csv.DictReader((tmp_path / "out/tables/overlap.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["train_task"] for row in rows} == {"asked", "copied"}
    scores = list(csv.DictReader((tmp_path / "out/tables/scores.csv").read_text(encoding="utf-8").splitlines()))
    assert {"none", "copied", "fresh"} <= {row["arm"] for row in scores}
