"""What a study may say about arms: every refusal has its message, and controls become the arms they stand for."""

from __future__ import annotations

from typing import Any

import pytest

from arm_plans import BASE, SNLI, plan_of, study_of
from xstilts.errors import InputError, StudyError
from xstilts.planning.controls import resolve

HALF = {"share": 0.5}
MASKED = {"control": "masked-lm", "of": "snli"}
SWEPT = {"limit": 20, "tune": {"epochs": [1, 2]}}
SIZED = {"control": "size-matched", "of": "snli"}


def mixed(**more: object) -> list[dict[str, Any]]:
    return [{"tasks": ["snli"], "language_mix": {**HALF, **more}}]


def as_long(other: str) -> list[dict[str, Any]]:
    return [{"tasks": ["snli"], "steps": 1, "same_compute_as": other}]


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        ({"control": "masked-lm"}, r"arms\.x: control and of belong together"),
        ({"of": "snli"}, "control and of belong together"),
        ({**MASKED, "phases": SNLI}, "a control takes phases, target_phase, adapters and test"),
        ({**MASKED, "target_phase": {"epochs_factor": 2}}, "a control takes phases"),
        ({**MASKED, "test": "translated"}, "a control takes phases"),
        ({**MASKED, "language_adapters": {}}, "a control takes phases"),
        ({**MASKED, "limit": 3}, "and only it, needs either to: ARM or limit: N"),
        (SIZED, "size-matched, and only it"),
        ({**SIZED, "limit": 3, "to": "qqp"}, "size-matched, and only it"),
        ({**SIZED, "to": "none"}, r"arms\.x\.to: 'none' has no intermediate phase"),
        ({"control": "masked-lm", "of": "none"}, r"arms\.x\.of: controls for 'none', which has no intermediate phase"),
        ({"control": "masked-lm", "of": "sn"}, r"arms\.x\.of: the study has no arm 'sn'\. Did you mean 'snli'"),
        ({"control": "masked-lm", "of": "text"}, r"arms\.x\.of: 'text' is a control itself"),
        ({"control": "maskedlm", "of": "snli"}, r"arms\.x\.control: Input should be 'same-compute'"),
        ({"target_phase": {"same_compute_as": "none"}}, r"same_compute_as: 'none' has no intermediate phase"),
        ({"target_phase": {"same_compute_as": "nobody"}}, r"same_compute_as: the study has no arm 'nobody'"),
        ({"target_phase": {"replay": 0.2}}, "replay goes on with the arm's own phases, and it has none"),
        ({"phases": mixed(), "target_phase": {"replay": 0.2}}, "say beside instead"),
        ({"phases": [{"tasks": ["snli"], "view": "masked-lm"}], "target_phase": {"replay": 0.2}}, "say beside instead"),
        (
            {"phases": [{"tasks": ["snli"], "languages": {"snli": ["qab"]}}], "target_phase": {"replay": 0.2}},
            "say beside instead",
        ),
        ({"phases": SNLI, "target_phase": {"replay": 1.0}}, r"target_phase\.replay: Input should be less than 1"),
        (
            {"phases": SNLI, "target_phase": {"replay": 0.2, "beside": {"tasks": ["qqp"], "share": 0.1}}},
            "says both beside and replay",
        ),
        ({"phases": SNLI, "targets": ["udpos"]}, r"arms\.x\.targets: the study has no target 'udpos'\. Allowed: xnli"),
        ({"phases": SNLI, "targets": []}, "at least 1 item"),
        ([{"tasks": ["snli"], "languages": ["qab"], "language_mix": HALF}], "says both languages and language_mix"),
        ([{"tasks": ["snli"], "languages": {"qqp": ["qab"]}}], "languages names qqp, which the phase does not train"),
        ([{"tasks": ["snli"], "languages": []}], r"languages: List should have at least 1 item"),
        ([{"tasks": ["snli"], "beside": {"tasks": ["snli"], "share": 0.5}}], "beside names a task of the phase itself"),
        ([{"tasks": ["snli"], "beside": {"tasks": ["mlm"], "share": 0.5, "languages": []}}], "at least 1 item"),
        ([{"tasks": ["snli"], "epochs": 1, "steps": 2}], "says both epochs and steps"),
        (as_long("nobody"), r"arms\.x\.phases\.0\.same_compute_as: the study has no arm 'nobody'"),
        (as_long("none"), r"phases\.0\.same_compute_as: 'none' has no intermediate phase"),
        (as_long("text"), r"phases\.0\.same_compute_as: 'text' is a control itself"),
        (as_long("x"), r"phases\.0\.same_compute_as: the phases of 'x' are as long as another arm's"),
        ([{"tasks": ["snli"], "view": "shuffled"}], r"view: Input should be 'shuffled-labels'"),
        ([{"tasks": ["snli"], "mix": {"rule": "weights"}}], "weights belong to the rules weights and linear"),
        ([{"tasks": ["snli"], "mix": {"weights": {"snli": 1}}}], "weights belong to the rules weights and linear"),
        ([{"tasks": ["snli"], "mix": {"rule": "linear", "weights": {"snli": 1}}}], "end_weights belong to rule"),
        ([{"tasks": ["snli", "qqp"], "mix": {"rule": "weights", "weights": {"snli": 1}}}], "one weight for each of"),
        (mixed(code_switch=0.1, items="native"), "needs items: translations"),
        (mixed(code_switch=0.1, size="all"), "needs size: fixed or extra"),
        (mixed(share=1.1), r"language_mix\.share: Input should be less than or equal"),
        (mixed(languages=["qaa"]), "must name languages beside the pivot qaa, each once"),
        (mixed(languages=["qab", "qab"]), "each once"),
        (mixed(languages={"count": 99}), "asks for 99 languages beside the pivot; snli has training data in 9"),
        (mixed(languages={"without": {"family": "Arvik"}}), "Did you mean 'Arvic'"),
        ([{"tasks": ["ccg"], "language_mix": {**HALF, "code_switch": 1}}], "ccg cannot be in 'qaa.qab'"),
        ({"phases": SNLI, "trainig": {}}, r"trainig: unknown key\. Did you mean 'training'"),
    ],
)  # fmt: skip
def test_an_arm_that_cannot_be_is_refused_in_words(arm: Any, said: str):
    arms = {"snli": SNLI, "qqp": [{"tasks": ["qqp"]}], "text": {"control": "masked-lm", "of": "snli"}, "x": arm}
    with pytest.raises(InputError, match=said):
        plan_of(arms)


@pytest.mark.parametrize(
    ("pretrain", "said"),
    [
        ({"beside": {"tasks": ["snli"], "share": 0.5}}, "same_compute_as belong to the phases of arms"),
        ({"view": "masked-lm"}, "beside, view, language_mix and same_compute_as belong"),
        ({"same_compute_as": "x"}, "same_compute_as belong to the phases of arms, not to a pretrain phase"),
        ({"languages": None, "language_mix": HALF}, "a pretrain phase needs its languages, as a list"),
        ({"languages": "all"}, "a pretrain phase needs its languages, as a list"),
        ({"languages": {"mlm": ["qaa"]}}, "a pretrain phase needs its languages, as a list"),
    ],
)
def test_a_pretraining_phase_has_nothing_that_belongs_to_arms(pretrain: dict[str, Any], said: str):
    with pytest.raises(StudyError, match=said):
        study_of({}, bases=[{**BASE, "pretrain": {**BASE["pretrain"], **pretrain}}])


@pytest.mark.parametrize(
    ("training", "said"),
    [
        ({"tune": {"learning_rate": [0.1]}}, "at least two values of learning_rate or of epochs"),
        ({"tune": {}}, "at least two values"),
        ({"tune": {"learning_rate": [0.1, 0.1]}}, "learning_rate names the same value twice"),
        ({"tune": {"epochs": [1, 2, 1]}}, "epochs names the same value twice"),
        ({"tune": {"steps": [1, 2]}}, r"tune\.steps: unknown key\. .*Allowed: epochs, learning_rate"),
    ],
)
def test_a_sweep_has_something_to_choose_from(training: dict[str, Any], said: str):
    with pytest.raises(StudyError, match=said):
        study_of({}, training=training)


def test_a_sweep_needs_a_dev_set():
    with pytest.raises(StudyError, match=r"training\.tune: needs a dev split of tydiqa"):
        plan_of({}, targets=["tydiqa"], training=SWEPT, selection={"arms": "pivot-dev"})


def test_a_sweep_needs_that_its_items_are_left_out_of_the_scores():
    with pytest.raises(StudyError, match=r"add selection: \{arms: pivot-dev\}"):
        plan_of({}, training=SWEPT)


@pytest.mark.parametrize(
    "contrast",
    [{"plus": ["snli"], "minus": ["snil"]}, {"plus": [{"arm": "snli", "targets": ["udpos"]}], "minus": ["none"]}],
)
def test_a_contrast_names_what_is_there(contrast: dict[str, Any]):
    with pytest.raises(StudyError, match=r"contrasts\.0: the study has no (arm 'snil'|target 'udpos')"):
        study_of({"snli": SNLI}, contrasts=[{"name": "c", **contrast}])


def arms_of(arms: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The arms with controls written out, as a study would say them."""
    written = resolve(study_of(arms, **changes)).arms
    return {name: arm.model_dump(exclude_defaults=True) for name, arm in written.items()}


@pytest.mark.parametrize("view", ["shuffled-labels", "random-task", "real-or-fake"])
def test_a_view_keeps_everything_but_the_labels(view: str):
    phases = [{"tasks": ["snli", "qqp"], "mix": {"rule": "uniform"}, "epochs": 2.0}, {"tasks": ["squad"], "limit": 7}]
    found = arms_of({"two": phases, "x": {"control": view, "of": "two"}})["x"]
    assert found == {"phases": [{**phase, "view": view} for phase in phases]}


def test_masked_lm_is_as_long_as_the_arm_with_nothing_beside_it():
    """The plan's guess, by hand: 2 epochs of 40 items in steps of 10, doubled by what stands beside; 7 items: 1."""
    beside = {"tasks": ["qqp"], "share": 0.5}
    phases = [{"tasks": ["snli"], "epochs": 2.0, "beside": beside}, {"tasks": ["qqp"], "limit": 7}]
    found = arms_of({"two": phases, "x": {"control": "masked-lm", "of": "two"}})["x"]["phases"]
    assert found == [
        {"tasks": ["snli"], "steps": 16, "view": "masked-lm", "same_compute_as": "two"},
        {"tasks": ["qqp"], "limit": 7, "steps": 1, "view": "masked-lm", "same_compute_as": "two"},
    ]


def test_more_pretraining_is_as_long_as_all_phases():
    """The plan's guess, by hand: 4 steps doubled by what stands beside, and 5."""
    phases = [{"tasks": ["snli"], "beside": {"tasks": ["qqp"], "share": 0.5}}, {"tasks": ["squad"], "steps": 5}]
    found = arms_of({"two": phases, "x": {"control": "more-pretraining", "of": "two"}})["x"]
    assert found == {"phases": [{"tasks": ["mlm"], "languages": "all", "steps": 13, "same_compute_as": "two"}]}


def test_same_compute_has_no_phases_and_names_the_arm():
    found = arms_of({"snli": SNLI, "x": {"control": "same-compute", "of": "snli"}})["x"]
    assert found == {"target_phase": {"same_compute_as": "snli"}}


@pytest.mark.parametrize(
    ("of", "to", "limit"),
    [
        ([{"tasks": ["snli"]}], [{"tasks": ["qqp"], "limit": 25}], 25),
        ([{"tasks": ["snli", "squad"]}], [{"tasks": ["qqp"], "limit": 25}], 12),  # two tasks share 25
        ([{"tasks": ["snli"], "languages": ["qab", "qba", "qca"]}], [{"tasks": ["qqp"], "limit": 25}], 8),
        ([{"tasks": ["snli"]}], [{"tasks": ["qqp", "copa"], "limit": 25}], 50),
        ([{"tasks": ["snli"]}], [{"tasks": ["qqp"], "limit": 20, "language_mix": {"share": 0.5, "size": "extra"}}], 30),
        ([{"tasks": ["snli"]}], [{"tasks": ["qqp"], "limit": 25, "beside": {"tasks": ["mlm"], "share": 0.5}}], 25),
        ([{"tasks": ["snli", "squad"]}], [{"tasks": ["qqp"], "limit": 1}], 1),
    ],
)
def test_the_plan_guesses_how_many_items_a_size_matched_control_has(of: Any, to: Any, limit: int):
    """What it really has is told by the prepared data of ``to`` (test_planning_sizes)."""
    found = arms_of({"of": of, "to": to, "x": {"control": "size-matched", "of": "of", "to": "to"}})["x"]
    assert found == {"phases": [{**of[0], "limit": limit}], "to": "to"}


def test_a_control_keeps_the_training_target_phase_and_cells_of_its_arm():
    arm = {
        "phases": SNLI, "training": {"lora_rank": 4, "epochs": 2.0}, "target_phase": {"epochs_factor": 2.0},
        "targets": ["xnli"], "seeds": [1],
    }  # fmt: skip
    found = arms_of({"snli": arm, "x": {**SIZED, "limit": 3}})
    assert found["x"] == {**found["snli"], "phases": [{"tasks": ["snli"], "limit": 3}]}
    said = {
        "control": "size-matched",
        "of": "snli",
        "limit": 3,
        "training": {"steps": 5},
        "targets": ["udpos"],
        "seeds": [2],
    }
    own = arms_of({"snli": arm, "x": said}, seeds=[1, 2], targets=["xnli", "udpos"])["x"]
    assert own == {
        "phases": [{"tasks": ["snli"], "limit": 3}], "training": {"lora_rank": 4, "steps": 5},
        "target_phase": {"epochs_factor": 2.0}, "targets": ["udpos"], "seeds": [2],
    }  # fmt: skip


def test_same_compute_of_an_arm_with_replay_has_nothing_to_replay():
    found = arms_of(
        {"snli": {"phases": SNLI, "target_phase": {"replay": 0.2}}, "x": {"control": "same-compute", "of": "snli"}}
    )
    assert found["x"] == {"target_phase": {"same_compute_as": "snli"}}
