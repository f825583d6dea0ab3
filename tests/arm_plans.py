"""Plans of small studies that differ in their arms; lengths in steps are easy to work out by hand."""

from __future__ import annotations

from typing import Any

from xstilts.planning.plan import Plan, make_plan
from xstilts.store.node import Node
from xstilts.studies.load import validate
from xstilts.studies.spec import Study

BASE = {
    "name": "quick",
    "architecture": {"model_type": "xlm-roberta", "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2},
    "tokenizer": "lab",
    "pretrain": {"tasks": ["mlm"], "languages": ["qaa"], "steps": 2},
}
ROOT: dict[str, Any] = {
    "name": "arms",
    "question": "What does an arm become?",
    "protocol": "lab",
    "bases": [BASE],
    "targets": ["xnli"],
    "languages": ["qaa", "qab", "qba"],
    "seeds": [1],
    "training": {"epochs": 1, "batch_size": 10, "limit": 40},
}
SNLI = [{"tasks": ["snli"]}]
"""Four steps: 40 items, 10 a step."""


def study_of(arms: dict[str, Any], **changes: object) -> Study:
    return validate({**ROOT, "arms": {"none": [], **arms}, **changes}, "arms")


def plan_of(arms: dict[str, Any], **changes: object) -> Plan:
    return make_plan(study_of(arms, **changes))


def chain(plan: Plan, arm: str, target: str = "xnli", seed: str = "1") -> list[Node]:
    """The training nodes of one chain, oldest first, without the base's."""
    (cell,) = (cell for cell in plan.cells if (cell.arm, cell.target, cell.seed) == (arm, target, seed))
    return [plan.nodes[key] for key in cell.trained if plan.nodes[key].kind == "train"]


def scored(plan: Plan, arm: str, target: str = "xnli", seed: str = "1") -> Node:
    """The score node of one chain."""
    (cell,) = (cell for cell in plan.cells if (cell.arm, cell.target, cell.seed) == (arm, target, seed))
    return plan.nodes[cell.score]


def steps(nodes: list[Node]) -> list[int]:
    return [node.cost.steps for node in nodes]


def roles(node: Node, split: str) -> set[str]:
    """What a node reads of a split, as ``task/language``."""
    return {role.partition("/")[2] for role in node.parents if role.split("/")[0] == split}
