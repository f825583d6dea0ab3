"""What an arm is said to train is what its nodes train: tasks, languages, views, shares and steps."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from arm_plans import SNLI, plan_of
from xstilts.planning.phases import viewed_name
from xstilts.planning.plan import plan_study
from xstilts.planning.trained import trained
from xstilts.statistics.arm_training import LANGUAGES, TARGET, Control, Text, Trained, intermediate
from xstilts.studies.load import load_study
from xstilts.training.language_mixture import LanguageMixture, chosen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.plan import Plan
    from xstilts.statistics.arm_training import Stage
    from xstilts.store.node import Node

ITEMS = 10_000
"""Items of a made-up training set, from which a mixture draws."""


def mixed(share: float, task: str = "snli", **mix: object) -> list[dict[str, Any]]:
    return [{"tasks": [task], "language_mix": {"share": share, "languages": ["qab", "qba"], **mix}}]


ARMS: dict[str, Any] = {
    "snli": SNLI,
    "two": [{"tasks": ["snli", "squad"]}, {"tasks": ["udpos"], "languages": "all"}],
    "joint": {"target_phase": {"beside": {"tasks": ["squad", "qqp"], "share": 0.5, "languages": ["qab", "qba"]}}},
    "replay": {"phases": [{"tasks": ["snli"], "languages": ["qab"]}], "target_phase": {"replay": 0.5}},
    "text_beside": [{"tasks": ["snli"], "beside": {"tasks": ["mlm"], "languages": "all", "share": 0.5}}],
    "spans_beside": [{"tasks": ["squad"], "view": "dual-encoder", "beside": {"tasks": ["squad"], "share": 0.5}}],
    "half": mixed(0.5),
    "whole": mixed(1),
    "switched": mixed(1, code_switch=1),
    "part_switched": mixed(0.5, code_switch=0.5),
    "own": mixed(0.25, "tydiqa", items="native"),
    "drawn": mixed(1, languages={"rule": "random", "count": 2}),
    "drawn_once": {"phases": mixed(0.5, languages={"rule": "random", "count": 2}), "seeds": [1]},
    "shuffled": {"control": "shuffled-labels", "of": "half"},
    "longer": {"control": "same-compute", "of": "two"},
    "text": {"control": "more-pretraining", "of": "snli"},
    "translate_train": {"target_phase": {"language_mix": {"share": 0.5, "languages": ["qab"]}}, "targets": ["xnli"]},
    "translate_test": {"test": "translated", "targets": ["xnli"]},
    "updates": {"phases": SNLI, "language_adapters": {"lora_rank": 2}, "training": {"lora_rank": 2}},
}  # fmt: skip


@pytest.fixture(scope="module", params=["demo", "mix", "phang2020", "retrieval", "tuned", "every form"])
def plan(request: pytest.FixtureRequest) -> Plan:
    if request.param == "every form":
        return plan_of(ARMS, targets=["xnli", "udpos"], seeds=[1, 2, 3])
    return plan_study(load_study(request.param, ["seeds=[1, 2]"]))


def stages(plan: Plan) -> dict[tuple[str, str], list[Node]]:
    """Arm and stage to the nodes that train it, read off the chains alone."""
    found: dict[tuple[str, str], dict[str, Node]] = defaultdict(dict)
    for cell in plan.cells:
        if not cell.seed:  # a baseline
            continue
        scored = plan.nodes[plan.nodes[cell.score].parents["predictions"]]
        updates = {key for role, key in scored.parents.items() if role.startswith("update/")}
        nodes = [plan.nodes[key] for key in cell.trained if plan.nodes[key].kind == "train"]
        own = [node for node in nodes if node.key not in updates]
        phases = len(plan.resolved.arms[cell.arm].phases)
        for node in nodes:
            place = own.index(node) if node in own else -1
            name = LANGUAGES if place < 0 else intermediate(place) if place < phases else TARGET
            found[cell.arm, name][node.key] = node
    return {where: list(nodes.values()) for where, nodes in found.items()}


def reads(nodes: Sequence[Node]) -> set[tuple[str, str]]:
    """Tasks, as they are trained, and languages of the training data of nodes; of a mixture, those that give items."""
    found = set()
    for node in nodes:
        mixtures = node.payload.get("language_mix", {})
        parts = [role.split("/") for role in node.parents if role.startswith("train/")]
        found |= {(name, code) for _, name, code in parts if name not in mixtures}
        found |= {(name, code) for name, said in mixtures.items() for code in shares(said)}
    return found


def shares(said: Mapping[str, Any]) -> Mapping[str, float]:
    """Language to the share of a made-up training set that a mixture draws in it."""
    return drawn_by(LanguageMixture.from_json(said))


@cache
def drawn_by(mixture: LanguageMixture) -> Mapping[str, float]:
    shared = [str(number) for number in range(ITEMS)]
    own = mixture.items == "native"
    ids = {code: [f"{code}:{number}" for number in shared] if own else shared for code in mixture.codes}
    return {code: len(rows) / ITEMS for code, rows in chosen(mixture, ids, 1).items()}


def told(stage: Stage) -> set[tuple[str, str]]:
    return {(viewed_name(text.task, text.view), text.language) for text in stage.texts}


def test_phases_are_told_as_their_nodes_train_them(plan: Plan):
    nodes = stages(plan)
    checked = 0
    for arm, value in trained(plan.resolved).items():
        for stage in value.stages:
            if stage.name in (TARGET, LANGUAGES):
                continue
            own = nodes[arm, stage.name]
            assert told(stage) == reads(own), (arm, stage.name)
            tasks = [viewed_name(task, view) for task, view in stage.uses]
            assert {tuple(node.payload["phase"]["tasks"]) for node in own} == {tuple(tasks)}, (arm, stage.name)
            assert {text.steps for text in stage.texts} == {node.cost.steps for node in own}, (arm, stage.name)
            checked += 1
    assert {where for where in nodes if where[1].startswith("intermediate")} and checked


def test_a_view_and_a_limit_are_those_of_what_is_prepared(plan: Plan):
    nodes = stages(plan)
    for arm, value in trained(plan.resolved).items():
        for stage in value.stages:
            for text in stage.texts:
                role = f"train/{viewed_name(text.task, text.view)}/{text.language}"
                made = [plan.nodes[node.parents[role]] for node in nodes[arm, stage.name] if role in node.parents]
                assert {node.payload.get("view", {}).get("name", "") for node in made} == {text.view}, (arm, role)
                limits = {node.payload["limit"] for node in made}
                assert all(text.items is None or limit is None or text.items <= limit for limit in limits), (arm, role)


def test_shares_are_those_that_a_phase_draws(plan: Plan):
    nodes = stages(plan)
    for arm, value in trained(plan.resolved).items():
        for stage in value.stages:
            for node in nodes[arm, stage.name]:
                for name, said in node.payload.get("language_mix", {}).items():
                    drawn = shares(said)
                    own = [text for text in stage.texts if viewed_name(text.task, text.view) == name]
                    known = {text.language: text.share for text in own if text.share is not None}
                    assert all(abs(drawn[code] - share) < 0.01 for code, share in known.items()), (arm, name)
                    assert not known or sum(known.values()) == pytest.approx(1)
                for name, share in (node.payload["phase"]["beside"] or {}).items():
                    texts = [text for text in stage.texts if text.part != "own" and text.task == name]
                    assert sum(text.share or 0 for text in texts) == pytest.approx(share), (arm, name)


def test_the_target_phase_is_told_where_it_differs_from_that_of_none(plan: Plan):
    nodes = stages(plan)
    usual = reads(nodes.get(("none", TARGET), []))
    for arm, value in trained(plan.resolved).items():
        found = [stage for stage in value.stages if stage.name == TARGET]
        more = told(found[0]) if found else set()
        assert more | usual == reads(nodes.get((arm, TARGET), [])) | usual, arm


def test_updates_are_told_for_the_languages_that_have_one(plan: Plan):
    nodes = stages(plan)
    for arm, value in trained(plan.resolved).items():
        found = [stage for stage in value.stages if stage.name == LANGUAGES]
        assert {name for stage in found for name in told(stage)} == reads(nodes.get((arm, LANGUAGES), [])), arm


@pytest.fixture(scope="module")
def forms() -> Mapping[str, Trained]:
    return trained(plan_of(ARMS, targets=["xnli", "udpos"], seeds=[1, 2, 3]).resolved)


def parts(arm: Trained, stage: int = 0) -> list[tuple[str, str, str, float | None]]:
    return [(text.task, text.language, text.part, text.share) for text in arm.stages[stage].texts]


def test_what_is_trained_beside_is_told_apart(forms: Mapping[str, Trained]):
    """By hand: half of the steps for two tasks in two languages each is an eighth."""
    assert parts(forms["joint"]) == [
        (task, code, "beside", 0.125) for task in ("squad", "qqp") for code in ("qab", "qba")
    ]
    assert parts(forms["replay"], 1) == [("snli", "qab", "replay", 0.5)]
    assert [text.part for text in forms["text_beside"].stages[0].texts] == ["own"] + ["beside"] * 9
    assert parts(forms["translate_train"]) == [("mnli", "qaa", "own", 0.5), ("mnli", "qab", "own", 0.5)]
    assert [forms[arm].tasks for arm in ("joint", "replay", "translate_train")] == [{"squad", "qqp"}, {"snli"}, set()]


def test_origins_are_those_of_the_items(forms: Mapping[str, Trained]):
    def origins(arm: str) -> set[tuple[str, str]]:
        return {(text.language, text.origin) for text in forms[arm].stages[0].texts}

    made, pair = "machine_translated", "mixed"
    assert origins("half") == {("qaa", "native"), ("qab", made), ("qba", made)}
    assert origins("whole") == {("qab", made), ("qba", made)}
    assert origins("switched") == {("qaa+qab", pair), ("qaa+qba", pair)}
    assert origins("own") == {("qaa", "native"), ("qab", "native"), ("qba", "native")}


def test_languages_are_those_of_the_seeds_that_an_arm_runs_with(forms: Mapping[str, Trained]):
    drawn, once = (forms[arm].stages[0] for arm in ("drawn", "drawn_once"))
    assert len(drawn.languages) > 2 and "qaa" not in drawn.languages  # share 1 in every seed
    assert {text.share for text in drawn.texts} == {None}
    assert len(once.languages) == 3
    assert [text.share for text in once.texts] == [0.5, 0.25, 0.25]


def test_what_an_arm_changes_is_kept_by_the_keys_of_the_study(forms: Mapping[str, Trained]):
    assert (forms["none"], forms["translate_test"]) == (Trained(), Trained(changes={"test": "translated"}))
    assert forms["updates"].changes == {"training": {"lora_rank": 2}}
    assert [(stage.name, stage.says) for stage in forms["updates"].stages] == [
        (LANGUAGES, {"lora_rank": 2}), (intermediate(0), {})
    ]  # fmt: skip
    assert forms["shuffled"].control == Control("shuffled-labels", "half")
    assert [(stage.name, stage.texts, stage.says) for stage in forms["longer"].stages] == [
        (TARGET, (), {"same_compute_as": "two"})
    ]
    assert forms["half"].stages[0].texts[0] == Text("snli", "qaa", "native", share=0.5, items=20, steps=4)


def test_it_is_the_same_after_json(forms: Mapping[str, Trained]):
    assert all(Trained.from_json(value.to_json()) == value for value in forms.values())
