"""BUCC as a target: the threshold is found on dev, nothing is scored with a threshold of its own, and it runs."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from pyarrow import parquet

from xstilts.errors import StudyError
from xstilts.execution.study_run import StudyOptions, run_study
from xstilts.planning.comparisons import table_language
from xstilts.planning.plan import Plan, make_plan
from xstilts.reports.from_store import write_report
from xstilts.sources import Source
from xstilts.store.store import Store
from xstilts.studies.load import validate
from xstilts.tasks import TASKS
from xstilts.using_models.evaluating import DataChoice, evaluate_model

ARCHITECTURE = {
    "model_type": "xlm-roberta", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2,
    "intermediate_size": 16, "max_position_embeddings": 140, "type_vocab_size": 1,
}  # fmt: skip
BASE = {
    "name": "quick",
    "architecture": ARCHITECTURE,
    "tokenizer": "lab",
    "pretrain": {"tasks": ["mlm"], "languages": ["qaa"], "steps": 1, "limit": 8},
}
TARGET = {"task": "bucc2018", "limit": 20, "layers": [0, 1], "pooling": ["mean"], "choose_on": ["qac"]}
STUDY = {
    "name": "mined",
    "question": "Are pairs mined?",
    "protocol": "lab",
    "bases": [BASE],
    "arms": {"none": []},
    "targets": [TARGET],
    "languages": ["qab", "qac"],
    "seeds": [1],
    "training": {"steps": 1, "max_length": 64},
}


def plan_of(**changes: object) -> Plan:
    return make_plan(validate({**STUDY, **changes}, "test"))


def predictor(plan: Plan):
    (node,) = (node for node in plan.nodes.values() if node.kind == "predict" and "baseline" not in node.payload)
    return node


def test_each_language_has_its_dev_beside_it_in_the_baselines_too():
    node = predictor(plan_of())
    assert node.payload["answer"] == ["test/bucc2018/qab", "test/bucc2018/qac"]
    assert node.payload["tuned_on"] == {"qab": "dev/bucc2018/qab", "qac": "dev/bucc2018/qac"}
    assert {"dev/bucc2018/qab", "test/bucc2018/qab"} <= set(node.parents)
    baselines = {n.payload["baseline"]: n for n in plan_of().nodes.values() if "baseline" in n.payload}
    assert set(baselines) == {"char-ngrams.v1", "untrained.v1"}
    assert all(other.payload["tuned_on"] == node.payload["tuned_on"] for other in baselines.values())
    ranked = plan_of(targets=[{"task": "lareqa", "limit": 5}], languages=["qaa"])
    assert not any("tuned_on" in node.payload for node in ranked.nodes.values())


def test_only_nodes_whose_pairs_may_score_below_0_are_others_than_before_these_were_cut():
    usual, distance, centred = (
        predictor(plan_of(targets=[{**TARGET, **more}])).payload
        for more in ({}, {"similarities": ["ratio", "distance"]}, {"spaces": ["centred"]})
    )
    assert ["cut" in payload for payload in (usual, distance, centred)] == [False, True, True]
    ranked = plan_of(targets=[{"task": "lareqa", "limit": 5, "similarities": ["distance"]}], languages=["qaa"])
    assert not any("cut" in node.payload for node in ranked.nodes.values())


def test_only_a_search_in_the_pivot_is_named_by_two_languages():
    resolved = plan_of().resolved
    found = [table_language(resolved, TASKS.get(name), "qab") for name in ("bucc2018", "tatoeba", "lareqa", "xnli")]
    assert found == ["qab>qaa", "qab>qaa", "qab", "qab"]
    ranked = plan_of(targets=[{"task": "lareqa", "limit": 5}], languages=["qaa"])
    said = [node.payload.get("pooled") for node in ranked.nodes.values() if node.kind == "predict"]
    assert said == [True, True, True]  # the chain's and both baselines'


def test_the_split_of_the_threshold_is_not_scored():
    with pytest.raises(StudyError, match=r"targets.0.*bucc2018 cannot be scored on dev.*Score test"):
        plan_of(targets=[{**TARGET, "split": "dev"}])


def test_a_source_without_dev_is_refused(tmp_path: Path):
    for end in ("zh", "en", "gold"):
        (tmp_path / "bucc2018").mkdir(exist_ok=True)
        (tmp_path / f"bucc2018/zh-en.test.{end}").write_text("zh-1\ten-1\n" if end == "gold" else f"{end}-1\tx\n")
    changes = {"source": "files", "data": str(tmp_path), "protocol": "xtreme", "bases": ["xlm-roberta-base"]}
    with pytest.raises(StudyError, match="bucc2018 has no dev data in zh"):
        plan_of(**changes, languages="all")
    with pytest.raises(StudyError, match="bucc2018 has no dev data in zh"):
        evaluate_model(str(tmp_path), "bucc2018", DataChoice(["zh"], Source("files", tmp_path)))


def test_a_study_mines_in_every_language_and_setting(tmp_path: Path):
    plan, store = plan_of(), Store(tmp_path / "store")
    outcome = run_study(plan, store, tmp_path / "out", StudyOptions(executor="inline", keep="all"))
    assert not outcome.failed
    write_report(plan, plan.to_json(store), store, tmp_path / "out", outcome, ["xstilts run mined"])
    scores = list(csv.DictReader((tmp_path / "out/tables/scores.csv").read_text(encoding="utf-8").splitlines()))
    assert {"f1", "precision", "recall"} <= {row["metric"] for row in scores}
    assert {row["arm"] for row in scores} == {"none", "baseline:char-ngrams", "baseline:untrained"}
    folder = store.read(predictor(plan).key, "predict", {"index.json"})
    index = json.loads((folder / "index.json").read_text())
    settings = {"layer=0;pooling=mean", "layer=1;pooling=mean"}
    assert {(entry["language"], entry["setting"]) for entry in index} == {
        (language, setting) for language in ("qab>qaa", "qac>qaa") for setting in settings
    }
    for entry in index:
        table = parquet.ParquetFile(folder / entry["file"]).read_row_group(entry["group"])
        said = table.column("prediction").to_pylist()
        assert len(said) == 20
        mined = [candidate for row in said for candidate in row]
        assert len(set(mined)) == len(mined)  # one-to-one
