"""What a report takes from the plan."""

from __future__ import annotations

from arm_plans import BASE, plan_of
from xstilts.reports.from_store import _with_phases


def test_a_learning_curve_is_named_by_what_was_trained_whatever_made_the_base():
    plan = plan_of({"nli": [{"tasks": ["snli"]}]}, bases=["me5-small", {**BASE, "name": "own"}])
    shown = _with_phases(plan, plan.to_json(), {})["nodes"]
    groups = {node["group"] for node in shown if "group" in node}
    assert groups == {"mnli", "snli", "snli → mnli", "mlm", "mlm → mnli", "mlm → snli", "mlm → snli → mnli"}
    assert {node["kind"] for node in shown if "group" in node} == {"pretrain", "train"}
    assert "convert" in {node["kind"] for node in shown}
