"""The nodes that predict and score one target with one model, and those by which arms are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.evaluation import MINING_RULE
from xstilts.evaluation.halves import CHOOSING_HALF
from xstilts.studies import chains, cost, hyperparameters, mining, searching
from xstilts.studies.data_nodes import Portion, expected_examples
from xstilts.studies.node import Node
from xstilts.studies.runners.predict import UPDATE
from xstilts.studies.target_chain import dev_portion
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.protocols.base import Protocol
    from xstilts.studies.chains import Model, Nodes
    from xstilts.studies.setting import Setting
    from xstilts.studies.target_spec import Target
    from xstilts.tasks.base import Task

CHOOSING_SPLIT = f"dev/{CHOOSING_HALF}"
"""How tables name the half of the pivot's dev set by which arms are chosen."""


@dataclass(frozen=True)
class Tested:
    """What a chain is tested on: its arm, a target, its protocol, the portions in every language, its place."""

    arm: str
    target: Target
    protocol: Protocol
    portions: Sequence[Portion]
    where: str


def evaluate(
    setting: Setting,
    nodes: Nodes,
    model: Model,
    tested: Tested,
    adapters: Mapping[str, Model],
    chosen_by: Node | None,
) -> Node:
    """The score node of a model on a target.

    Args:
        setting: The study.
        nodes: Takes the nodes.
        model: The trained model.
        tested: What it is tested on.
        adapters: Language to the base with its update; empty without.
        chosen_by: The score on the half of the dev set by which arms are chosen; its items are left out of this one.
    """
    task = tested.portions[0].task
    tuned_on = mining.tuned_on(setting, tested.portions, tested.where) if task.rule == MINING_RULE else {}
    head, values = _head_and_values(setting, tested)
    more: dict[str, Any] = {}
    if tuned_on:
        more["answer"] = [portion.role for portion in tested.portions]
        more["tuned_on"] = {code: portion.role for code, portion in tuned_on.items()}
    more |= asked_of(tested, model.layers)
    portions = [*tested.portions, *tuned_on.values()]
    exchanged = {UPDATE + code: str(own.node) for code, own in adapters.items()}
    predict = predict_node(setting, nodes, model, portions, head, values, more, exchanged)
    chosen_on = nodes.by_key[chosen_by.parents["predictions"]] if chosen_by else None
    own_dev = head == task.name and tested.portions[0].split == "dev"
    asked = setting.metrics(tested.target, task, tested.where)
    return scored(nodes, task, predict, f"score {task.name}", asked, chosen_on=chosen_on, own_dev=own_dev)


def choosing(setting: Setting, nodes: Nodes, model: Model, tested: Tested) -> Node | None:
    """The score on one half of the pivot's dev set of the task that the target's head is trained on.

    None where there is nothing to choose by: a target that is not trained, or a task whose dev set is its test set.
    """
    head, values = _head_and_values(setting, tested)
    task = setting.task(head, tested.where) if head is not None else None
    if task is None or "dev" not in task.splits:
        return None
    portion = dev_portion(setting, task, "selection.arms")
    predict = predict_node(setting, nodes, model, [portion], head, values, {"settings": []}, {})
    return scored(nodes, task, predict, f"score {task.name} dev, half {CHOOSING_HALF}", half=CHOOSING_HALF)


def _head_and_values(setting: Setting, tested: Tested) -> tuple[str | None, dict[str, Any]]:
    """The task whose head answers, and the hyper-parameters under which the test items are encoded."""
    task = tested.portions[0].task
    phases = setting.train_phases(tested.target, tested.where)
    trained_on = [setting.task(name, tested.where) for name in phases[-1]] if phases else [task]
    said = setting.arms[tested.arm].training
    values = hyperparameters.resolve(setting.study.training, tested.protocol, trained_on, said)
    return phases[-1][0] if phases else None, values


def predict_node(
    setting: Setting,
    nodes: Nodes,
    model: Model,
    portions: Sequence[Portion],
    head: str | None,
    values: Mapping[str, Any],
    more: Mapping[str, Any],
    exchanged: Mapping[str, str],
) -> Node:
    """The node that predicts.

    Args:
        setting: The study.
        nodes: Takes the node.
        model: The model.
        portions: Everything that is read.
        head: The task whose head answers; None for the bare encoder.
        values: Hyper-parameters under which the items are encoded.
        more: What is asked of the node besides.
        exchanged: Role to key of what is exchanged for each language.
    """
    task = portions[0].task
    options = chains.encoding_options(values)
    parents = {"model": model.node} if model.node else {}
    for portion in portions:
        parents[portion.role] = nodes.prepare(setting, portion, model.tokenizer, options)
    payload: dict[str, Any] = {
        "task": task.name,
        "kind": str(task.kind),
        "labels": list(task.labels),
        "head": head,
        "base": model.base,
        "pivot": setting.pivot,
        "options": options,
        "precision": setting.study.precision,
        **more,
    }
    if task.rule:
        payload["rule"] = task.rule
    parents |= exchanged
    n = sum(expected_examples(setting.source, portion) for portion in portions)
    runtime = {"base": model.place, "tokenizer": model.tokenizer.place}
    if model.tokenizer.node is not None:
        parents["vocabulary"] = model.tokenizer.node
    price = cost.predict(model.size, round(n * cost.inputs_of([task.kind])), values["max_length"])
    return nodes.add(Node("predict", f"predict {task.name}", payload, parents, price, runtime))


def scored(
    nodes: Nodes,
    task: Task,
    predict: Node,
    label: str,
    metrics: Sequence[str] = (),
    *,
    half: str = "",
    chosen_on: Node | None = None,
    own_dev: bool = False,
) -> Node:
    """The node that scores predictions.

    Args:
        nodes: Takes the node.
        task: The task.
        predict: Its predictions.
        label: What it is, for people.
        metrics: Names of metrics, the headline first; empty: the task's.
        half: Score only this half of the items; "" all.
        chosen_on: Predictions on the set by which arms are chosen; items of its choosing half are left out here.
        own_dev: That set is the scored one, so that ids that are mere numbers name the same items too.
    """
    wanted: dict[str, Any] = {
        "task": task.name,
        "kind": str(task.kind),
        "labels": list(task.labels),
        "metrics": list(metrics or task.metrics),
    }
    if task.rule:
        wanted["rule"] = task.rule
    if half:
        wanted["half"] = half
    if chosen_on and own_dev:
        wanted["own_dev"] = True
    parents = {"predictions": predict.key} | ({"chosen_on": chosen_on.key} if chosen_on else {})
    return nodes.add(Node("score", label, wanted, parents, cost.small()))


def asked_of(tested: Tested, depth: int | None) -> dict[str, Any]:
    """What a node that predicts a target is asked for beside its items; ``depth`` is the encoder's, where it is known.

    Raises:
        StudyError: If what the study says about retrieval does not fit the target.
    """
    task = tested.portions[0].task
    searching.check(tested.target, task, tested.where)
    if task.kind is not Kind.RETRIEVAL:
        return {"settings": []}
    settings = searching.vector_settings(tested.target, task, tested.protocol, depth, tested.where)
    found: dict[str, Any] = {"settings": settings}
    ways = searching.variants(tested.target, task, [portion.language for portion in tested.portions])
    if ways != [{}]:
        found["variants"] = ways
    if task.pooled:
        found["pooled"] = True
    if task.shared_pool:
        found["shared_pool"] = True
    return found
