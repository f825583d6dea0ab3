"""The nodes that predict and score one target with one model, and those by which arms are chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import StudyError
from xstilts.evaluation import MINING_RULE
from xstilts.evaluation.dev_halves import CHOOSING_HALF
from xstilts.evaluation.pools import HELD_OUT
from xstilts.planning import chains, cost, hyperparameters, mining, searching
from xstilts.planning.data_nodes import Portion, expected_examples
from xstilts.planning.phases import trained_task
from xstilts.planning.target_chain import dev_portion, trained_vectors
from xstilts.store.node import Node
from xstilts.store.roles import UPDATE
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.planning.chains import Model, Nodes
    from xstilts.planning.resolved import Setting
    from xstilts.protocols.base import Protocol
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
    _check_trained(tested, values)
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

    Raises:
        StudyError: If the target's own dual encoder would be scored in another way than the target is.
    """
    head, values = _head_and_values(setting, tested)
    phases, view = setting.train_phases(tested.target, tested.where), _view(tested)
    task = setting.task(phases[-1][0], tested.where) if phases else None
    if task is None or "dev" not in task.splits:
        return None
    portion = dev_portion(setting, task, "selection.arms", view)
    seen = trained_task(portion)
    asked: Sequence[str] = ()
    more: dict[str, Any] = {"settings": []}
    if view:
        asked = setting.metrics(tested.target, tested.portions[0].task, tested.where)
        more = _dev_search(tested, values)
    predict = predict_node(setting, nodes, model, [portion], head, values, more, {})
    return scored(nodes, seen, predict, f"score {seen.name} dev, half {CHOOSING_HALF}", asked, half=CHOOSING_HALF)


def _dev_search(tested: Tested, values: Mapping[str, Any]) -> dict[str, Any]:
    """How the dev set of a target's own dual encoder is searched: as it is trained, under the target's headline.

    Raises:
        StudyError: If the headline is one that a dev set in the pivot alone cannot have.
    """
    target, task = tested.target, tested.portions[0].task
    variant = searching.variants(target, task, [portion.language for portion in tested.portions])[0]
    lacking = "choose_on" if target.choose_on else "pools" if variant.get("pool") == "cross" else ""
    if lacking:
        said = f"chooses on a dev set in the pivot alone, which cannot be searched as {lacking} of {task.name} says."
        hint = f"Leave {lacking} of the target out, or choose no arms."
        raise StudyError(said, field="selection.arms", value="pivot-dev", hint=hint)
    found: dict[str, Any] = {"settings": [trained_vectors(values)]}
    return found | ({"variants": [variant]} if variant else {}) | ({"pooled": True} if task.pooled else {})


def _view(tested: Tested) -> str:
    return tested.protocol.view_of(tested.target.task)


def _check_trained(tested: Tested, values: Mapping[str, Any]) -> None:
    """Refuse to search with other vectors than the target's own dual encoder is trained for.

    Raises:
        StudyError: If neither pooling nor similarity in question is among those that are searched.
    """
    if not _view(tested):
        return
    target, task = tested.target, tested.portions[0].task
    rule = tested.protocol.vectors_of(task.name)
    poolings: Sequence[str] = target.pooling or [rule.pooling]
    similarities: Sequence[str] = target.similarities or [rule.similarity or searching.usual_similarity(task)]
    kinds = ["dot" if name == "dot" else "cosine" for name in similarities]  # the others are made of cosines
    for name, field, asked in (("pooling", "pooling", poolings), ("similarity", "similarities", kinds)):
        if values[name] not in asked:
            said = f"{task.name} is searched by {' and '.join(dict.fromkeys(asked))}, and its own dual encoder trained"
            raise StudyError(
                f"{said} with {name}: {values[name]}.",
                field=f"{tested.where}.{field}",
                value=list(asked),
                hint=f"Say {name} in the phases of arms instead of for all, or {field}: [{values[name]}] here.",
            )


def _head_and_values(setting: Setting, tested: Tested) -> tuple[str | None, dict[str, Any]]:
    """The task whose head answers (None: the bare encoder), and the hyper-parameters that encode the test items."""
    task = tested.portions[0].task
    phases = setting.train_phases(tested.target, tested.where)
    trained_on = [setting.task(name, tested.where) for name in phases[-1]] if phases else [task]
    said = setting.arms[tested.arm].training
    view = _view(tested)
    values = hyperparameters.resolve(setting.study.training, tested.protocol, trained_on, said, view=view)
    return None if view or not phases else phases[-1][0], values


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
    task = trained_task(portions[0])
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
        "options": {name: value for name, value in options.items() if name != "windows"},  # each portion has its own
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
    cut = {"cut": 0} if task.rule == MINING_RULE and any(map(_may_be_negative, settings)) else {}
    return {"settings": settings, **cut, **ways_of(tested)}


def _may_be_negative(setting: Mapping[str, Any]) -> bool:
    """Whether right pairs may score below 0, where pairs are cut: such nodes are others than before they were."""
    return setting.get("similarity") == "distance" or setting.get("space", "raw") != "raw"


def ways_of(tested: Tested) -> dict[str, Any]:
    """What a node that searches is asked for beside the vectors: directions or pools, and which languages are held out.

    Raises:
        StudyError: If what the study says about retrieval does not fit the target.
    """
    task = tested.portions[0].task
    searching.check(tested.target, task, tested.where)
    found: dict[str, Any] = {}
    ways = searching.variants(tested.target, task, [portion.language for portion in tested.portions])
    if ways != [{}]:
        found["variants"] = ways
    if any(way.get("pool") == HELD_OUT for way in ways):
        found["held_out"] = list(tested.target.choose_on)
    if task.pooled:
        found["pooled"] = True
    if task.shared_pool:
        found["shared_pool"] = True
    return found
