"""The baselines of a target, shown beside every arm: spelling alone, and in retrieval an untrained encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.evaluation import MINING_RULE
from xstilts.evaluation.baselines import BASELINE_KINDS, LEARNING_KINDS
from xstilts.planning import chains, cost, hyperparameters, mining
from xstilts.planning.cells import Cell
from xstilts.planning.data_nodes import Portion, expected_examples
from xstilts.planning.evaluations import Tested, asked_of, predict_node, scored, ways_of
from xstilts.statistics.score_rows import BASELINE
from xstilts.store.node import Node
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.planning.chains import Model, Nodes
    from xstilts.planning.data_nodes import Tokenizer
    from xstilts.planning.resolved import Setting
    from xstilts.studies.spec import BaseRecipe
    from xstilts.studies.target_spec import Target

CHAR_NGRAMS = "char-ngrams"
"""The baseline that every target has, and what stands for its base."""
UNTRAINED = "untrained"
"""The baseline of retrieval that says what an architecture finds before it has learned anything."""


def by_spelling(setting: Setting, nodes: Nodes, tokenizer: Tokenizer, target: Target, where: str) -> list[Cell]:
    """The character-n-gram baseline of a target, once for all bases and seeds; none for a kind that has no baseline.

    It reads the examples that chains with ``tokenizer`` read anyway, so nothing is prepared for its sake.
    """
    tested = _tested(setting, target, where)
    task = tested.portions[0].task
    phases = setting.train_phases(target, where)
    trained_on = [setting.task(name, where) for name in phases[-1]] if phases else [task]
    view = tested.protocol.view_of(task.name)
    values = hyperparameters.resolve(setting.study.training, tested.protocol, trained_on, view=view)
    learned: list[Portion] = []
    if phases and task.kind in LEARNING_KINDS:
        same_kind = [other for other in trained_on if other.kind is task.kind]
        learned = [Portion(other, setting.pivot, "train", values["limit"]) for other in same_kind]
    if task.kind not in BASELINE_KINDS or (task.kind in LEARNING_KINDS and not learned):
        return []
    tuned_on = _tuned_on(setting, tested)
    options = chains.encoding_options(values)
    read = (*learned, *tested.portions, *tuned_on.values())
    payload: dict[str, Any] = {
        "baseline": f"{CHAR_NGRAMS}.v1",
        "task": task.name,
        "kind": str(task.kind),
        "labels": list(task.labels),
        "pivot": setting.pivot,
        "learn": [portion.role for portion in learned],
        "answer": [portion.role for portion in tested.portions],
    }
    if task.kind is Kind.RETRIEVAL:
        payload |= ways_of(tested)
    if tuned_on:
        payload["tuned_on"] = {code: portion.role for code, portion in tuned_on.items()}
    parents = {portion.role: nodes.prepare(setting, portion, tokenizer, options) for portion in read}
    price = cost.baseline(sum(expected_examples(setting.source, portion) for portion in tested.portions))
    predict = nodes.add(Node("predict", f"predict {task.name}, {CHAR_NGRAMS}", payload, parents, price))
    return [_cell(setting, nodes, CHAR_NGRAMS, CHAR_NGRAMS, tested, predict)]


def by_new_weights(
    setting: Setting, nodes: Nodes, recipe: BaseRecipe, base: Model, target: Target, where: str
) -> list[Cell]:
    """Retrieval with new weights in the base's architecture; none for other kinds, which have a head to train."""
    tested = _tested(setting, target, where)
    task = tested.portions[0].task
    if task.kind is not Kind.RETRIEVAL:
        return []
    phases = setting.train_phases(target, where)
    trained_on = [setting.task(name, where) for name in phases[-1]] if phases else [task]
    view = tested.protocol.view_of(task.name)
    values = hyperparameters.resolve(setting.study.training, tested.protocol, trained_on, view=view)
    tuned_on = _tuned_on(setting, tested)
    more: dict[str, Any] = {"baseline": f"{UNTRAINED}.v1", **asked_of(tested, base.layers)}
    more["answer"] = [portion.role for portion in tested.portions]
    if tuned_on:
        more["tuned_on"] = {code: portion.role for code, portion in tuned_on.items()}
    if base.node is not None:
        more["architecture"] = dict(recipe.architecture or {})
    read = [*tested.portions, *tuned_on.values()]
    predict = predict_node(setting, nodes, base.without_weights(), read, None, values, more, {})
    return [_cell(setting, nodes, recipe.name, UNTRAINED, tested, predict)]


def _tested(setting: Setting, target: Target, where: str) -> Tested:
    task = setting.task(target.task, where)
    split = setting.split(target, task, where)
    languages = setting.evaluation_languages(target, task, split, where)
    portions = [Portion(task, code, split, target.limit) for code in languages]
    return Tested("", target, setting.protocol(target, where), portions, where)


def _tuned_on(setting: Setting, tested: Tested) -> Mapping[str, Portion]:
    task = tested.portions[0].task
    return mining.tuned_on(setting, tested.portions, tested.where) if task.rule == MINING_RULE else {}


def _cell(setting: Setting, nodes: Nodes, base: str, name: str, tested: Tested, predict: Node) -> Cell:
    task = tested.portions[0].task
    asked = setting.metrics(tested.target, task, tested.where)
    score = scored(nodes, task, predict, f"score {task.name}, {name}", asked)
    arm = f"{BASELINE}{name}"
    return Cell(base, arm, task.name, tested.protocol.name, "", tested.portions[0].split, "", score.key, ())
