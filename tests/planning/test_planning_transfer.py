"""A target whose labels are not those of its training task: MasakhaNER on a PAN-X head, at toy size."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tiny_base import tiny_base
from xstilts.errors import DataError, ModelError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.plan import make_plan
from xstilts.runners.loading import head_labels
from xstilts.sources import Source
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.tasks import TASKS
from xstilts.using_models import exports
from xstilts.using_models.evaluating import DataChoice, evaluate_model

STUDY = {
    "name": "transfer",
    "question": "Does it run?",
    "protocol": "low-resource",
    "bases": [tiny_base(layers=1, positions=70, limit=20)],
    "arms": {"none": [], "ccg": [{"tasks": ["ccg"]}]},
    "targets": [{"task": "masakhaner", "limit": 8}],
    "seeds": [1],
    "training": {"steps": 2, "batch_size": 8, "limit": 24, "learning_rate": 1e-3, "max_length": 64},
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("transfer")
    plan, store = make_plan(validate(STUDY, "transfer")), Store(folder / "store")
    outcome = run_study(plan, store, folder / "out", StudyOptions(executor="inline", keep="all"))
    assert outcome.complete, {plan.nodes[key].label: failure.message for key, failure in outcome.failed.items()}
    return plan, store


def cell(plan, arm: str):
    return next(found for found in plan.cells if found.arm == arm)


def test_a_target_with_more_labels_than_its_head_is_scored(finished) -> None:
    plan, store = finished
    for arm in ("none", "ccg"):
        rows = json.loads((store.folder(cell(plan, arm).score, "score") / "scores.json").read_text(encoding="utf-8"))
        assert {row["metric"] for row in rows} == set(TASKS.get("masakhaner").metrics)
        assert all(0 <= row["value"] <= 100 for row in rows)


def test_its_predictions_are_tags_of_the_training_task(finished) -> None:
    from pyarrow import parquet

    plan, store = finished
    folder = store.folder(plan.nodes[cell(plan, "none").score].parents["predictions"], "predict")
    gold, said = set(), set()
    for entry in json.loads((folder / "index.json").read_text(encoding="utf-8")):
        table = parquet.read_table(folder / entry["file"])
        gold |= {tag for tags in table.column("gold").to_pylist() for tag in tags}
        said |= {tag for tags in table.column("prediction").to_pylist() for tag in tags}
    assert said <= {*TASKS.get("panx").labels, ""}
    assert "B-DATE" in gold


def test_the_export_of_a_panx_head_can_be_evaluated_on_masakhaner(finished, tmp_path: Path) -> None:
    plan, store = finished
    folder = exports.export_node(store, cell(plan, "none").trained[-1], tmp_path / "model")
    rows = evaluate_model(str(folder), "masakhaner", DataChoice([], Source.parse("lab")))
    assert {row["metric"] for row in rows} == set(TASKS.get("masakhaner").metrics)
    with pytest.raises(ModelError, match="not trained on udpos"):
        evaluate_model(str(folder), "udpos", DataChoice([], Source.parse("lab")))


def test_a_study_of_ccg_files_without_its_labels_says_where_to_get_them(tmp_path: Path) -> None:
    for path, text in {"masakhane-ner/data/amh/test.txt": "a O\n", "panx_dataset/en/train": "en:a\tO\n"}.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    study = STUDY | {"source": "files", "data": str(tmp_path), "bases": ["xlm-roberta-base"]}
    with pytest.raises(DataError, match=r"LDC2005T13.*ccg_substitute"):
        make_plan(validate(study, "transfer"))


def test_a_head_names_its_tags_itself() -> None:
    head = SimpleNamespace(config=SimpleNamespace(id2label={1: "O", 0: "B-LOC"}))
    assert head_labels(head, "tagging", ["O", "B-LOC", "B-DATE"]) == ("B-LOC", "O")  # type: ignore[arg-type]
    assert head_labels(head, "multiple_choice", []) == ()  # type: ignore[arg-type]
