"""Arms are found by what they train, whatever they are called."""

from __future__ import annotations

import pytest
from claims_toy import beside_mlm, phase, single, text

from xstilts.claims.arms import candidates, counterparts, matching
from xstilts.claims.claim import ArmPattern
from xstilts.statistics import Facts

MLM = phase("mlm", languages=["en", "de"])
TRAINED = {
    "none": {},
    "first": single("squad"),
    "again": single("squad", epochs=2, beside={"tasks": ["mlm"], "share": 0.1}),
    "both": single("squad", "mnli"),
    "chain": {"stages": [phase("mnli"), phase("squad")]},
    "longer": {"stages": [phase(name="target", says={"epochs_factor": 2.0})]},
    "squad_longer": {"stages": [phase("squad"), phase(name="target", says={"epochs_factor": 2.0})]},
    "joint": {"stages": [phase("squad"), phase(texts=[text("mnli", "en", part="beside")], name="target")]},
    "german": single("squad", languages=["de"]),
    "by_people": {"stages": [phase(texts=[text("squad", "de", "human_translated")])]},
    "native": {"stages": [phase(texts=[text("squad", "de", "native")])]},
    "unsure": {"stages": [phase(texts=[text("squad", "de", "mixed")])]},
    "mixed": single("squad", languages=["en", "de"]),
    "part_native": {"stages": [phase(texts=[text("squad", "de"), text("squad", "fr", "native")])]},
    "translated_pivot": {"stages": [phase(texts=[text("squad", "en", "machine_translated")])]},
    "switched": {"stages": [phase(texts=[text("squad", "en+de", "mixed")])]},
    "then_mlm": {"stages": [phase("squad"), MLM]},
    "beside_mlm": beside_mlm("squad"),
    "beside_pivot_mlm": beside_mlm("squad", languages=["en"]),
    "german_beside_mlm": {"stages": [phase("squad", languages=["de"]), MLM]},
    "mlm_alone": {"stages": [MLM]},
}
FACTS = Facts.parse({"pivot": "en", "arms": list(TRAINED), "targets": {}, "trained": TRAINED})


def names(**pattern):
    return [arm.name for arm in matching(ArmPattern(**pattern), candidates(FACTS), "en")]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"trains": ("squad",)}, ["first"]),
        ({"trains": ("mnli", "squad")}, ["both"]),
        ({"trains": ("qqp",)}, []),
        ({"every": "single"}, ["first", "again", "translated_pivot"]),
        ({"every": "plain"}, ["first", "again", "both", "chain", "translated_pivot"]),
        ({"every": "plain", "of": ("squad",)}, ["first", "again", "translated_pivot"]),
        ({"every": "translated"}, ["german", "by_people"]),
        ({"every": "with_mlm"}, ["then_mlm", "beside_mlm"]),
    ],
    ids=str,
)
def test_patterns(pattern, expected):
    assert names(**pattern) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"stages": [phase("squad", says={"limit": 10})]},
        {"stages": [phase("squad", says={"lora_rank": 8})]},
        {"stages": [phase("squad", says={"freeze_layers": 1})]},
        {"stages": [phase("squad", says={"same_compute_as": "first"})]},
        {"stages": [phase("squad", says={"a_new_form": 1})]},
        {"stages": [phase(texts=[text("squad", "en", view="dual-encoder")])]},
        {"stages": [phase("squad", name="target")]},
        {"stages": [phase("squad"), phase("mlm", name="languages")]},
        {"stages": [phase("squad")], "changes": {"training": {"epochs": 1}}},
        {"stages": [phase("squad")], "changes": {"test": "translated"}},
        {"stages": [phase("squad")], "changes": {"a_new_form": {}}},
        {"stages": [phase("squad")], "control": {"control": "size-matched", "of": "first"}},
    ],
    ids=str,
)
def test_a_change_that_is_not_known_to_make_no_other_arm_makes_one(change):
    facts = {"pivot": "en", "arms": ["plain", "x"], "targets": {}, "trained": {"plain": single("squad"), "x": change}}
    assert [arm.name for arm in candidates(Facts.parse(facts))] == ["plain"]


def test_counterparts_train_the_same_labelled_tasks():
    arms = candidates(FACTS)
    plain, mlm = matching(ArmPattern(every="plain"), arms, "en"), matching(ArmPattern(every="with_mlm"), arms, "en")
    assert counterparts(plain, mlm) == [
        (arm, rival) for arm in ("first", "again", "translated_pivot") for rival in ("then_mlm", "beside_mlm")
    ]


def test_an_arm_of_unknown_training_is_no_arm_of_a_claim():
    assert candidates(Facts.parse({"pivot": "en", "arms": ["none", "squad"], "targets": {}})) == []
