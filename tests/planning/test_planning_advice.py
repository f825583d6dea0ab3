"""A plan says what would make its study cheaper, where that is worth a line and costs no work that is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arm_plans import BASE, plan_of
from xstilts.amounts import duration, size
from xstilts.planning.advice import FREEZE, advice
from xstilts.planning.plan import Plan
from xstilts.store.store import Store

NLI: dict[str, Any] = {"nli": [{"tasks": ["snli"]}]}
ME5: dict[str, Any] = {"bases": ["me5-small"], "selection": "pivot-dev"}
"""Dev sets have tokens of their own, so that all rows of the embeddings are trained."""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def test_frozen_embeddings_are_advised_with_what_they_save_by_the_plans_own_costs(store: Store):
    now, then = plan_of(NLI, **ME5).totals(), plan_of(NLI, **ME5, training=frozen()).totals()
    (said,) = advice(plan_of(NLI, **ME5), store)
    assert said.startswith(
        "Embeddings are 82% of me5-small. Frozen (--set training.freeze_embeddings=true) the study needs"
    )
    memory = f"{size(then['memory_bytes'])} of memory per worker instead of {size(now['memory_bytes'])}"
    time = f"{duration(round(then['seconds']))} instead of {duration(round(now['seconds']))}"
    assert memory in said and time in said
    assert now["memory_bytes"] - then["memory_bytes"] == pytest.approx(12 * 250_037 * 384)
    assert now["seconds"] > then["seconds"]


def frozen(**more: Any) -> dict[str, Any]:
    return {"epochs": 1, "batch_size": 10, "limit": 40, "freeze_embeddings": True, **more}


def test_what_it_advises_is_a_key_that_a_study_takes(store: Store):
    name, _, value = FREEZE.removeprefix("training.").partition("=")
    assert (name, value) == ("freeze_embeddings", "true")
    assert list(advice(plan_of(NLI, **ME5, training=frozen()), store)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"bases": ["lab-tiny"]},  # saves megabytes
        {**ME5, "selection": "last"},  # the rows that are read are few
        {"bases": ["me5-small", BASE]},  # one is trained from fresh weights
        {**ME5, "training": {"epochs": 1, "batch_size": 10, "limit": 40, "lora_rank": 2}},
        {**ME5, "training": {"epochs": 1, "tasks": {"mnli": {"freeze_embeddings": False}}}},  # one phase would not
        {**ME5, "targets": ["tatoeba"]},
    ],
    ids=["small", "few rows", "own", "lora", "said otherwise", "nothing trained"],
)
def test_elsewhere_nothing_is_advised(store: Store, changes: dict[str, Any]):
    assert list(advice(plan_of({}, **changes), store)) == []


def test_nor_once_a_phase_is_trained(store: Store):
    plan = plan_of(NLI, **ME5)
    trained(plan, store)
    assert list(advice(plan, store)) == []


def trained(plan: Plan, store: Store) -> None:
    node = next(node for node in plan.nodes.values() if node.kind == "train")
    store.make(node, lambda work, scratch: (work / "history.json").write_text("{}") and None)


def test_advice_is_no_warning_and_changes_no_key():
    plan = plan_of(NLI, **ME5)
    assert "advice" not in plan.to_json()
    assert not [caution for caution in plan.cautions if "freeze" in caution.message]
