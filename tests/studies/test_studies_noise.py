"""What a study may say about noise, in short and at length, and what it may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import InputError
from xstilts.studies.load import validate
from xstilts.studies.noise_spec import Augment, NoiseItem

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.studies.spec import Study


def study(**more: object) -> Study:
    return validate({"name": "t", "question": "?", "bases": ["lab-tiny"], "targets": ["xnli"], **more}, "here")


def refused(said: str, **more: object) -> None:
    with pytest.raises(InputError, match=said) as caught:
        study(**more)
    assert "\n\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "severities"),
    [
        ("typo", [1, 2, 3, 4, 5]),
        ("typo:3", [3]),
        ({"type": "typo"}, [1, 2, 3, 4, 5]),
        ({"type": "typo:3"}, [3]),
        ({"type": "typo", "severity": 2}, [2]),
        ({"type": "typo", "severity": [1, 5]}, [1, 5]),
    ],
)
def test_a_noise_may_be_said_in_short(said: Any, severities: list[int]):
    (item,) = study(noise=[said]).noise
    assert item == NoiseItem(type="typo", severity=severities)
    assert (item.where, item.answers, item.dictionary) == ("both", "protect", None)


def test_clean_input_is_no_noise():
    assert study(noise=["clean"]).noise == study().noise == []
    assert [item.type for item in study(noise=["clean", "typo:1"]).noise] == ["typo"]


@pytest.mark.parametrize(
    ("noise", "said"),
    [
        (["tipo"], r"here: noise\.0\.type: .*Did you mean 'typo'"),
        (["typo:6"], r"noise\.0\.severity: .*no severity 6 to corrupt by; 1 to 5 are"),
        (["typo:0"], "0 is clean text, which is always evaluated; 1 to 5 are"),
        ([{"type": "typo", "severity": []}], "at least 1 item"),
        ([{"type": "typo", "where": "answer"}], r"noise\.0\.where: Input should be 'both'"),
        ([{"type": "typo", "severty": 3}], "Did you mean 'severity'"),
        (["typo:3", {"type": "typo", "severity": [3, 4]}], r"names typo at severity 3 \(both\) 2 times"),
        ([{"type": "typo", "dictionary": "words.tsv"}], r"noise\.0\.dictionary: The noise typo takes no dictionary"),
    ],
)
def test_what_cannot_be_meant_is_refused(noise: list[Any], said: str):
    refused(said, noise=noise)


def test_the_same_noise_of_two_parts_is_two():
    parts = [{"type": "typo", "severity": 3, "where": where} for where in ("context", "query")]
    assert len(study(noise=parts).noise) == 2


@pytest.mark.parametrize("where", ["phase", "target_phase"])
def test_noise_in_training_data_is_said_of_a_phase(where: str):
    augment = {"type": "typo:5", "share": 0.5}
    phase = {"tasks": ["snli"]}
    arm = {"phases": [phase | {"augment": augment}]} if where == "phase" else {"target_phase": {"augment": augment}}
    found = study(arms={"none": [], "x": arm}).arms["x"]
    own = found.phases[0].augment if where == "phase" else found.target_phase.augment
    assert own == Augment(type="typo", severity=5, share=0.5)
    assert own.consistency == 0


@pytest.mark.parametrize(
    ("augment", "said"),
    [
        ({"type": "typo"}, r"augment\.severity: Field required"),
        ({"type": "tipo", "severity": 3}, r"arms\.x\.phases\.0\.augment\.type: .*Did you mean 'typo'"),
        ({"type": "typo", "severity": [1, 3]}, "augment.severity"),
        ({"type": "typo", "severity": 3, "share": 0}, "greater than 0"),
        ({"type": "typo", "severity": 3, "share": 0.5, "consistency": 1}, "with consistency every example has one"),
        ({"type": "typo", "severity": 3, "consistency": -1}, "greater than or equal to 0"),
    ],
)
def test_noise_in_training_data_that_cannot_be_meant_is_refused(augment: dict[str, Any], said: str):
    refused(said, arms={"none": [], "x": [{"tasks": ["snli"], "augment": augment}]})


def test_robust_training_is_said_of_a_phase_an_arm_or_the_study():
    arms = {"none": [], "x": {"phases": [{"tasks": ["snli"], "robust": "adversarial"}]}}
    found = study(arms=arms, training={"robust": {"method": "smoothing", "radius": 0.2}})
    own, every = found.arms["x"].phases[0].robust, found.training.robust
    assert own is not None
    assert every is not None
    assert (own.method, own.radius, own.steps) == ("adversarial", 0.1, 1)
    assert (every.method, every.radius, every.steps) == ("smoothing", 0.2, 1)


@pytest.mark.parametrize(
    ("robust", "said"),
    [
        ("adverserial", r"training\.robust\.method: Input should be 'adversarial' or 'smoothing'"),
        ({"method": "adversarial", "radius": 0}, "greater than 0"),
        ({"method": "adversarial", "steps": 0}, "greater than 0"),
        ({"method": "smoothing", "steps": 2}, "smoothing searches for nothing"),
        ({"radius": 0.1}, r"robust\.method: Field required"),
    ],
)
def test_robust_training_that_cannot_be_meant_is_refused(robust: Any, said: str):
    refused(said, training={"robust": robust})


def test_a_dictionary_must_be_there_when_it_is_planned(tmp_path: Path):
    words = tmp_path / "words.tsv"
    words.write_text("mova\tmowa\n", encoding="utf-8")
    (item,) = study(noise=[{"type": "misspelling", "severity": 1, "dictionary": str(words)}]).noise
    assert item.dictionary == words
