"""What a study says about claims: which ones it asks about, what its arms train, where its data is limited."""

from __future__ import annotations

import json

import pytest

from xstilts.errors import StudyError, UnknownNameError
from xstilts.planning.controls import resolve
from xstilts.planning.plan import make_plan
from xstilts.planning.study_facts import study_facts
from xstilts.planning.trained import trained
from xstilts.statistics import Facts
from xstilts.statistics.arm_training import Stage, Text, Trained
from xstilts.studies.load import load_study, validate

STUDY = {
    "name": "toy",
    "question": "Does it run?",
    "protocol": "lab",
    "bases": ["lab-tiny"],
    "arms": {
        "none": [],
        "first": [{"tasks": ["mnli"], "epochs": 2}, {"tasks": ["squad"], "languages": ["qab"], "limit": 5}],
        "longer": {"target_phase": {"epochs_factor": 2}},
    },
    "targets": [{"task": "xnli", "limit": 12}, {"task": "udpos"}],
    "languages": ["qaa", "qab"],
    "training": {"tasks": {"mnli": {"limit": 30}}},
}


def facts(**changes):
    return study_facts(resolve(validate(STUDY | changes, "toy")))


def analyse_node(**changes):
    short = {"arms": {"none": []}, "targets": [{"task": "udpos", "limit": 5}]}
    plan = make_plan(validate(STUDY | short | changes, "toy"))
    return next(node for node in plan.nodes.values() if node.kind == "analyse")


def test_facts_say_what_every_arm_trains():
    told = Facts.parse(facts()).trained
    assert told == Facts.parse(json.loads(json.dumps(facts()))).trained == trained(resolve(validate(STUDY, "toy")))
    assert told["none"] == Trained()
    assert told["longer"] == Trained((Stage("target", says={"epochs_factor": 2.0}),))
    assert told["first"] == Trained((
        Stage("intermediate 1", (Text("mnli", "qaa", "native", items=30, steps=2),), {"epochs": 2.0}),
        Stage("intermediate 2", (Text("squad", "qab", "machine_translated", items=5, steps=1),), {"limit": 5}),
    ))  # fmt: skip


def test_facts_say_where_less_data_is_used():
    assert facts()["limits"] == ["training.tasks.mnli.limit", "arms.first.1.limit", "targets.xnli.limit", "languages"]
    whole = {"languages": "all", "training": {}, "targets": ["udpos"], "arms": {"none": []}}
    assert facts(**whole)["limits"] == []


def test_an_unknown_claim_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"toy: claims\.1: .*'C55'.*Did you mean .*'C5'"):
        validate(STUDY | {"claims": ["C1", "C55"]}, "toy")


def test_a_claim_named_twice_is_refused():
    with pytest.raises(StudyError, match=r"claims\.1.*twice"):
        validate(STUDY | {"claims": ["C1", "C1"]}, "toy")


def test_no_claims_named_are_all_of_them():
    assert len(analyse_node().payload["claims"]) == 18
    assert set(analyse_node(claims=["C4", "C5'"]).payload["claims"]) == {"C4", "C5'"}


def test_other_claims_are_another_analysis():
    assert analyse_node().key == analyse_node().key != analyse_node(claims=["C1"]).key


def test_claims_are_set_from_the_command_line():
    assert load_study("demo", ["claims=[C1, C6]"]).claims == ["C1", "C6"]
