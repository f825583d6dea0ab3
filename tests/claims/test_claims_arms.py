"""Arms are found by what they train, whatever they are called."""

from __future__ import annotations

import pytest
from claims_toy import single

from xstilts.claims.arms import counterparts, matching, trained
from xstilts.claims.claim import ArmPattern
from xstilts.statistics import Facts

MLM = {"tasks": ["mlm"], "languages": ["en", "de"]}
PHASES = {
    "none": {"phases": [], "target_phase": {}},
    "first": single("squad"),
    "again": single("squad"),
    "both": single("squad", "mnli"),
    "chain": {"phases": [*single("mnli")["phases"], *single("squad")["phases"]], "target_phase": {}},
    "longer": {"phases": [], "target_phase": {"epochs_factor": 2.0}},
    "squad_longer": single("squad") | {"target_phase": {"epochs_factor": 2.0}},
    "german": single("squad", languages=["de"]),
    "mixed": single("squad", languages=["en", "de"]),
    "then_mlm": {"phases": [*single("squad")["phases"], MLM], "target_phase": {}},
    "beside_mlm": single("squad", "mlm", languages=["en", "de"]),
    "mlm_alone": {"phases": [MLM], "target_phase": {}},
}
FACTS = Facts.parse({"pivot": "en", "arms": list(PHASES), "targets": {}, "arm_phases": PHASES})


def names(**pattern):
    return [arm.name for arm in matching(ArmPattern(**pattern), trained(FACTS), "en")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"trains": ("squad",)}, ["first"]),
        ({"trains": ("mnli", "squad")}, ["both"]),
        ({"trains": ("qqp",)}, []),
        ({"every": "single"}, ["first", "again"]),
        ({"every": "plain"}, ["first", "again", "both", "chain"]),
        ({"every": "plain", "of": ("squad",)}, ["first", "again"]),
        ({"every": "translated"}, ["german", "mixed"]),
        ({"every": "with_mlm"}, ["then_mlm", "beside_mlm"]),
    ],
    ids=str,
)
def test_patterns(pattern, expected):
    assert names(**pattern) == expected


def test_counterparts_train_the_same_labelled_tasks():
    arms = trained(FACTS)
    plain, mlm = matching(ArmPattern(every="plain"), arms, "en"), matching(ArmPattern(every="with_mlm"), arms, "en")
    assert counterparts(plain, mlm) == [
        ("first", "then_mlm"), ("first", "beside_mlm"), ("again", "then_mlm"), ("again", "beside_mlm"),
    ]  # fmt: skip


def test_an_arm_of_unknown_training_is_no_arm_of_a_claim():
    assert trained(Facts.parse({"pivot": "en", "arms": ["none", "squad"], "targets": {}})) == []
