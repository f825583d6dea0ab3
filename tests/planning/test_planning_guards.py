"""Which cells of a plan are marked, and with what: a table of arms and targets to codes."""

from __future__ import annotations

from typing import Any

import pytest

from arm_plans import SNLI, plan_of

SCIENCE = {"degenerate", "leak", "rival", "overlap"}


def phase(*tasks: str, **more: object) -> list[dict[str, Any]]:
    return [{"tasks": list(tasks), **more}]


def marks(arm: Any, target: str) -> dict[str, str]:
    """Code to message of what the arm's cells on a target are marked with."""
    plan = plan_of({"snli": SNLI, "x": arm}, targets=[target], languages="all")
    found = [c for c in plan.cautions if c.cell["arm"] == "x" and c.cell["target"] in (target, "*")]
    return {caution.code: caution.message for caution in found if caution.code in SCIENCE}


@pytest.mark.parametrize(
    ("arm", "target", "codes"),
    [
        # the target's own training set, again
        (phase("mnli"), "xnli", {"degenerate"}),
        (phase("mnli"), "xquad", set()),
        (phase("squad"), "xquad", {"degenerate"}),
        (phase("squad"), "mlqa", {"degenerate"}),
        (phase("udpos"), "masakhapos", {"degenerate"}),
        (phase("siqa"), "xcopa", {"degenerate"}),
        (phase("copa"), "xcopa", {"degenerate"}),
        (phase("qqp", beside={"tasks": ["mnli"], "share": 0.5}), "xnli", {"degenerate"}),
        ({"target_phase": {"beside": {"tasks": ["mnli"], "share": 0.5}}}, "xnli", {"degenerate"}),
        ({"phases": phase("mnli"), "target_phase": {"replay": 0.5}}, "xnli", {"degenerate"}),
        # in the languages that are tested
        (phase("mnli", languages=["qab"]), "xnli", {"leak"}),
        (phase("mnli", language_mix={"share": 0.1}), "xnli", {"leak"}),
        (phase("mnli", language_mix={"share": 0}), "xnli", {"degenerate"}),
        (phase("mnli", language_mix={"share": 0.1, "languages": {"rule": "random", "count": 1}}), "xnli", {"leak"}),
        (phase("mnli", language_mix={"share": 0.1, "code_switch": 1}), "xnli", {"leak"}),
        (phase("qqp", beside={"tasks": ["mnli"], "share": 0.5, "languages": "all"}), "xnli", {"leak"}),
        ({"target_phase": {"beside": {"tasks": ["mnli"], "share": 0.5, "languages": ["qab"]}}}, "xnli", {"leak"}),
        ({"phases": phase("mnli", languages=["qab"]), "target_phase": {"replay": 0.5}}, "xnli", {"leak"}),
        (phase("snli", language_mix={"share": 0.5}), "xnli", {"overlap"}),
        (phase("snli", view="shuffled-labels", language_mix={"share": 0.5}), "xnli", set()),
        (phase("snli", language_mix={"share": 0.5}), "pawsx", set()),
        # its text with other labels
        (phase("mnli", view="masked-lm"), "xnli", {"overlap"}),
        (phase("mnli", view="shuffled-labels"), "xnli", {"overlap"}),
        (phase("mnli", view="real-or-fake", language_mix={"share": 0.5}), "xnli", {"overlap"}),
        # metadata
        (phase("squad_v2"), "xquad", {"overlap"}),
        (phase("squad_v2"), "mlqa", {"overlap"}),
        (phase("squad_it", languages=["qab"]), "xquad", {"leak"}),
        (phase("ocnli", languages=["qba"]), "xnli", {"leak"}),
        (phase("kornli", languages=["qbb"]), "xnli", {"overlap"}),
        (phase("snli"), "xnli", set()),
        (phase("paws"), "pawsx", {"degenerate"}),
        # unions
        (phase("anli_plus"), "xnli", {"degenerate"}),
        (phase("anli_plus", languages=["qab"]), "xnli", {"leak", "overlap"}),
        (phase("anli_plus", view="masked-lm"), "xnli", {"overlap"}),
        (phase("anli_plus"), "udpos", set()),
        # rivals
        ({"test": "translated"}, "xnli", {"rival"}),
        ({"target_phase": {"language_mix": {"share": 0.5}}}, "xnli", {"rival"}),
        ({"phases": SNLI, "language_adapters": {"steps": 1}}, "xnli", set()),
        # what changes nothing but a target phase that is not there
        ({"target_phase": {"epochs_factor": 2}}, "tatoeba", {"degenerate"}),
        ({"control": "same-compute", "of": "snli"}, "tatoeba", {"degenerate"}),
        ({"training": {"lora_rank": 2}}, "tatoeba", {"degenerate"}),
        ({"target_phase": {"epochs_factor": 2}}, "xnli", set()),
        ({"phases": SNLI, "target_phase": {"epochs_factor": 2}}, "tatoeba", set()),
        ({"control": "masked-lm", "of": "snli"}, "tatoeba", set()),
    ],
)  # fmt: skip
def test_a_cell_is_marked_for_what_it_trains_on(arm: Any, target: str, codes: set[str]):
    assert set(marks(arm, target)) == codes


def test_a_mark_says_why():
    def why(arm: Any, target: str, code: str) -> str:
        return marks(arm, target)[code]

    assert why(phase("mnli"), "xnli", "degenerate") == (
        "mnli is also a training set of xnli: double training, not transfer."
    )
    assert why(phase("mnli", languages=["qab"]), "xnli", "leak") == (
        "mnli is a training set of xnli, in languages other than the pivot: target-task data in the tested languages is"
        " not zero-shot."
    )
    assert why(phase("anli_plus"), "xnli", "degenerate").startswith(
        "mnli (in anli_plus) is also a training set of xnli"
    )
    assert why(phase("mnli", view="masked-lm"), "xnli", "overlap").endswith(
        "here its text has other labels (masked-lm)."
    )
    assert why({"training": {"lora_rank": 2}}, "tatoeba", "degenerate") == (
        "x changes only the target phase, and this target has none: the scores are those of none."
    )


def test_a_cell_that_is_cut_is_not_marked():
    arm = {"phases": phase("mnli"), "targets": ["udpos"]}
    plan = plan_of({"x": arm}, targets=["xnli", "udpos"])
    assert not [caution for caution in plan.cautions if caution.cell["arm"] == "x"]


def test_marks_name_the_arm_and_the_target_and_no_other():
    plan = plan_of({"x": phase("mnli"), "y": SNLI}, targets=["xnli", "xquad"])
    marked = {(c.cell["arm"], c.cell["target"]) for c in plan.cautions if c.code in SCIENCE}
    assert marked == {("x", "xnli")}


def test_a_control_of_a_degenerate_arm_is_marked_for_what_it_trains_itself():
    arms = {
        "m": phase("mnli"),
        "same": {"control": "same-compute", "of": "m"},
        "text": {"control": "masked-lm", "of": "m"},
    }
    found = {(c.code, c.cell["arm"]) for c in plan_of(arms).cautions if c.code in SCIENCE}
    assert ("degenerate", "m") in found
    assert not {("degenerate", "same"), ("degenerate", "text")} & found
    assert ("overlap", "text") in found
