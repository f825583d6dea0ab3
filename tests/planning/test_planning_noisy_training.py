"""Arms that train on noise, or on moved word vectors: what their nodes read, cost and refuse."""

from __future__ import annotations

from typing import Any

import pytest

from arm_plans import SNLI, chain, plan_of, roles, scored
from xstilts.errors import InputError
from xstilts.planning.trained import trained
from xstilts.store.payloads import ExamplesPayload, TrainPayload
from xstilts.training.robust import Robust

NOISE = {"type": "typo", "severity": 5}
ALIKE = {**NOISE, "consistency": 0.5}
HARD = {"method": "adversarial", "radius": 0.2, "steps": 3}


def phase(**more: object) -> list[dict[str, Any]]:
    return [{"tasks": ["snli"], **more}]


def test_a_share_of_the_items_takes_the_place_of_clean_ones():
    plan = plan_of({"x": phase(augment={**NOISE, "share": 0.5}), "plain": SNLI})
    own, _ = chain(plan, "x")
    plain, _ = chain(plan, "plain")
    assert roles(own, "train") == roles(plain, "train") == {"snli/qaa"}
    assert roles(own, "copy") == set()
    asked = plan.nodes[own.parents["train/snli/qaa"]].asked(ExamplesPayload)
    assert asked.augment is not None
    assert (asked.augment.share, asked.augment.seed, asked.augment.languages["text"]) == (0.5, 1, "qaa")
    assert own.asked(TrainPayload) == plain.asked(TrainPayload)
    assert own.label == "train snli (50% with typo:5), seed 1"


def test_beside_every_item_stands_its_copy():
    plan = plan_of({"x": phase(augment=ALIKE), "plain": SNLI})
    own, target = chain(plan, "x")
    plain, _ = chain(plan, "plain")
    assert own.parents["train/snli/qaa"] == plain.parents["train/snli/qaa"]
    assert roles(own, "copy") == {"snli/qaa"}
    copy = plan.nodes[own.parents["copy/snli/qaa"]].asked(ExamplesPayload)
    assert copy.augment is not None
    assert copy.augment.share == 1
    assert own.asked(TrainPayload).phase.consistency == 0.5
    assert target.asked(TrainPayload).phase.consistency == 0
    assert own.cost.flops == 2 * plain.cost.flops


def test_the_target_phase_may_have_noise_too():
    plan = plan_of({"x": {"target_phase": {"augment": ALIKE}}, "y": {"target_phase": {"augment": NOISE}}})
    (own,), (shared,) = chain(plan, "x"), chain(plan, "y")
    assert roles(own, "copy") == {"mnli/qaa"}
    assert plan.nodes[shared.parents["train/mnli/qaa"]].asked(ExamplesPayload).augment is not None
    assert own.asked(TrainPayload).phase.consistency == 0.5
    assert scored(plan, "x").key != scored(plan, "none").key


def test_every_language_of_a_mixture_has_copies():
    mix = {"share": 0.5, "languages": ["qab", "qba"]}
    own, _ = chain(plan_of({"x": phase(augment=ALIKE, language_mix=mix)}), "x")
    assert roles(own, "copy") == roles(own, "train") == {"snli/qaa", "snli/qab", "snli/qba"}


def test_what_is_trained_beside_stays_as_it_is():
    text = {"tasks": ["mlm"], "share": 0.5}
    own, _ = chain(plan_of({"x": phase(augment=ALIKE, beside=text)}), "x")
    assert roles(own, "train") == {"snli/qaa", "mlm/qaa"}
    assert roles(own, "copy") == {"snli/qaa"}


def test_a_dev_set_is_clean():
    plan = plan_of({"x": phase(augment={**NOISE, "share": 0.5})}, selection="pivot-dev")
    own, _ = chain(plan, "x")
    assert plan.nodes[own.parents["dev/snli/qaa"]].asked(ExamplesPayload).augment is None


def test_a_size_that_is_told_is_told_of_copies_too():
    arms = {"x": phase(augment=ALIKE), "qqp": [{"tasks": ["qqp"]}]}
    plan = plan_of(arms | {"as_small": {"control": "size-matched", "of": "x", "to": "qqp"}})
    own, _ = chain(plan, "as_small")
    limits = {plan.nodes[own.parents[f"{split}/snli/qaa"]].parents["limit"] for split in ("train", "copy")}
    assert len(limits) == 1


def test_robust_training_holds_for_a_phase_or_for_an_arm():
    plan = plan_of({"phase": phase(robust=HARD), "arm": {"training": {"robust": HARD}}, "plain": SNLI})
    wanted = Robust("adversarial", 0.2, 3)
    assert [node.asked(TrainPayload).phase.robust for node in chain(plan, "phase")] == [wanted, None]
    assert [node.asked(TrainPayload).phase.robust for node in chain(plan, "arm")] == [wanted]
    assert [node.asked(TrainPayload).phase.robust for node in chain(plan, "plain")] == [None, None]
    assert "robust" not in chain(plan, "plain")[0].payload["phase"]
    assert chain(plan, "phase")[0].cost.flops == 4 * chain(plan, "plain")[0].cost.flops


def test_a_control_of_a_robust_arm_is_robust():
    plan = plan_of({
        "x": {"phases": SNLI, "training": {"robust": HARD}},
        "shuffled": {"control": "shuffled-labels", "of": "x", "training": {"robust": "smoothing"}},
    })  # fmt: skip
    assert [node.asked(TrainPayload).phase.robust for node in chain(plan, "shuffled")] == [Robust("smoothing")] * 2


def test_reports_are_told_of_noise():
    plan = plan_of({"x": phase(augment=ALIKE), "y": {"training": {"robust": "smoothing"}}})
    found = trained(plan.resolved)
    assert found["x"].stages[0].says == {"augment": {"type": "typo", "severity": 5, "consistency": 0.5}}
    assert found["y"].changes == {"training": {"robust": {"method": "smoothing"}}}


@pytest.mark.parametrize(
    ("arm", "said"),
    [
        ([{"tasks": ["squad"], "view": "dual-encoder", "robust": HARD}], "squad~dual-encoder is trained without"),
        (phase(augment=ALIKE, robust=HARD), r"phases\.0\.augment\.consistency|0\.augment\.consistency"),
        ([{"tasks": ["squad"], "augment": ALIKE}], "squad has no answer for each"),
        ([{"tasks": ["mlm"], "augment": ALIKE}], "mlm has no answer for each"),
        (phase(augment={"type": "romanised", "severity": 3}), "romanised does not exist in qaa"),
        (
            [{"tasks": ["ccg"], "augment": {"type": "word-swap", "severity": 3}}],
            "ccg cannot have this noise: each word",
        ),
        (phase(augment={**NOISE, "where": "pool"}), "snli cannot have this noise: classification allows where"),
    ],
)
def test_training_that_cannot_be_had_is_refused(arm: list[dict[str, Any]], said: str):
    with pytest.raises(InputError, match=said):
        plan_of({"x": arm})
