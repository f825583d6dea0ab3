"""Controls that must show: told to the statistics, and changing nothing of what is trained."""

from __future__ import annotations

import pytest

from arm_plans import SNLI, plan_of, study_of
from xstilts.claims.arms import candidates
from xstilts.errors import InputError
from xstilts.planning.controls import resolve
from xstilts.planning.study_facts import study_facts
from xstilts.statistics import Facts

SHOWN = {
    "snli": {"phases": SNLI, "must": "help"},
    "labels": {"control": "shuffled-labels", "of": "snli", "must": "not-help"},
    "text": {"control": "masked-lm", "of": "snli"},
}
PLAIN = {name: {key: value for key, value in arm.items() if key != "must"} for name, arm in SHOWN.items()}


def test_what_must_show_is_a_fact_of_the_study_and_its_own_alone():
    told = study_facts(resolve(study_of(SHOWN)))
    assert told["must"] == {"snli": "help", "labels": "not-help"}  # a control does not take it from its arm
    plain = study_facts(resolve(study_of(PLAIN)))
    assert "must" not in plain  # so that keys of other studies stay
    assert told["trained"] == plain["trained"]
    assert Facts.parse(told).compared == ["text"]


def test_the_same_is_trained_and_scored():
    shown, plain = (plan_of(arms) for arms in (SHOWN, PLAIN))
    assert {node.key for node in shown.nodes.values() if node.kind != "analyse"} == {
        node.key for node in plain.nodes.values() if node.kind != "analyse"
    }


def test_no_claim_speaks_of_a_control():
    shown, plain = (Facts.parse(study_facts(resolve(study_of(arms)))) for arms in (SHOWN, PLAIN))
    assert [arm.name for arm in candidates(plain)] == ["snli"]
    assert candidates(shown) == []


def test_none_cannot_be_a_control_and_words_are_checked():
    with pytest.raises(InputError, match="the arm none must say nothing"):
        study_of({"none": {"must": "help"}})
    with pytest.raises(InputError, match="must"):
        study_of({"snli": {"phases": SNLI, "must": "helps"}})


def test_a_target_may_be_that_of_some_arms_alone():
    arms = {**SHOWN, "qqp": [{"tasks": ["qqp"]}]}
    targets = ["xnli", {"task": "udpos", "arms": ["snli", "labels"]}]
    plan = plan_of(arms, targets=targets)
    on = {(cell.arm, cell.target) for cell in plan.cells if cell.seed}
    assert {arm for arm, target in on if target == "udpos"} == {"none", "snli", "labels"}
    assert {arm for arm, target in on if target == "xnli"} == {"none", *arms}
    facts = Facts.parse(study_facts(resolve(study_of(arms, targets=targets))))
    assert facts.compared == ["text", "qqp"]
    assert facts.asked == ["xnli"]
    assert facts.cut_why("qqp", "udpos") == "arm qqp is run on 1 of 2 targets only"
    with pytest.raises(InputError, match=r"targets\.0\.arms: the study has no arm 'snly'"):
        study_of(arms, targets=[{"task": "xnli", "arms": ["snly"]}])
