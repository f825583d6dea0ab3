"""The cells of a study's grid: each chain of a base, an arm, a target and a seed, and each target's baseline."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from xstilts.evaluation import MINING_RULE
from xstilts.evaluation.baselines import BASELINE_KINDS, LEARNING_KINDS
from xstilts.statistics.pairing import BASELINE
from xstilts.studies import chains, cost, hyperparameters, mining
from xstilts.studies.data_nodes import Portion, Tokenizer, expected_examples
from xstilts.studies.node import Node
from xstilts.studies.spec import NestedSeeds
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.protocols.base import Protocol
    from xstilts.studies.chains import Model, Nodes
    from xstilts.studies.setting import Setting
    from xstilts.studies.spec import BaseRecipe, Study, Target
    from xstilts.tasks.base import Task

CHAR_NGRAMS = "char-ngrams"
"""The baseline that every target has, and what stands for its base."""


@dataclass(frozen=True)
class Seed:
    """The seeds of one chain and how tables show them (``3``, or ``1.2`` for nested seeds)."""

    intermediate: int
    target: int
    label: str


@dataclass(frozen=True)
class Cell:
    """One chain of the grid, or one baseline, and where its scores will lie.

    Attributes:
        base, arm, target, protocol, seed: Which chain; the seed of a baseline is "".
        split: The scored split.
        selection: How checkpoints were chosen; "" where there are none.
        score: Key of the score node.
        trained: Keys of the training nodes of the chain, oldest first.
    """

    base: str
    arm: str
    target: str
    protocol: str
    seed: str
    split: str
    selection: str
    score: str
    trained: tuple[str, ...]


def seeds_of(study: Study) -> list[Seed]:
    """The seeds of a study's chains."""
    if isinstance(study.seeds, NestedSeeds):
        pairs = product(study.seeds.intermediate, study.seeds.target)
        return [Seed(first, second, f"{first}.{second}") for first, second in pairs]
    return [Seed(seed, seed, str(seed)) for seed in study.seeds]


def chain(
    setting: Setting,
    nodes: Nodes,
    recipe: BaseRecipe,
    base: Model,
    arm: str,
    seed: Seed,
    target: Target,
    where: str,
) -> Cell:
    """All nodes of one chain; ``where`` is the target's place in the study, for errors."""
    task = setting.task(target.task, where)
    protocol = setting.protocol(target, where)
    split = setting.split(target, task, where)
    languages = setting.evaluation_languages(target, task, split, where)
    model = chains.arm_phases(setting, nodes, base, arm, seed.intermediate, protocol)
    oracle: list[Portion] = []
    if setting.study.selection == "oracle" and "dev" in task.splits:
        oracle = [Portion(task, code, "dev", target.limit) for code in languages]
    model = chains.target_phases(
        setting,
        nodes,
        model,
        setting.train_phases(target, where),
        protocol,
        seed.target,
        setting.study.arms[arm].target_phase.epochs_factor,
        oracle,
        where,
    )
    portions = [Portion(task, code, split, target.limit) for code in languages]
    score = _evaluate(setting, nodes, model, target, protocol, portions, where)
    return Cell(
        base=recipe.name,
        arm=arm,
        target=task.name,
        protocol=protocol.name,
        seed=seed.label,
        split=split,
        selection=setting.study.selection,
        score=score.key,
        trained=model.trained,
    )


def _evaluate(
    setting: Setting,
    nodes: Nodes,
    model: Model,
    target: Target,
    protocol: Protocol,
    portions: Sequence[Portion],
    where: str,
) -> Node:
    """The nodes that predict and score one target with one model."""
    task = portions[0].task
    phases = setting.train_phases(target, where)
    trained_on = [setting.task(name, where) for name in phases[-1]] if phases else [task]
    values = hyperparameters.resolve(setting.study.training, protocol, trained_on)
    parents = {"model": model.node} if model.node else {}
    tuned_on = mining.tuned_on(setting, portions, where) if task.rule == MINING_RULE else {}
    for portion in (*portions, *tuned_on.values()):
        options = chains.encoding_options(values)
        parents[portion.role] = nodes.prepare(setting, portion, model.tokenizer, options)
    payload: dict[str, Any] = {
        "task": task.name,
        "kind": str(task.kind),
        "labels": list(task.labels),
        "head": phases[-1][0] if phases else None,
        "base": model.base,
        "pivot": setting.pivot,
        "options": chains.encoding_options(values),
        "settings": retrieval_settings(target, protocol, model) if task.kind is Kind.RETRIEVAL else [],
        "precision": setting.study.precision,
    }
    if task.rule:
        payload["rule"] = task.rule
    if task.pooled:
        payload["pooled"] = True
    if tuned_on:
        payload["answer"] = [portion.role for portion in portions]
        payload["tuned_on"] = {code: portion.role for code, portion in tuned_on.items()}
    n = sum(expected_examples(setting.source, portion) for portion in (*portions, *tuned_on.values()))
    runtime = {"base": model.place, "tokenizer": model.tokenizer.place}
    if model.tokenizer.node is not None:
        parents["vocabulary"] = model.tokenizer.node
    price = cost.predict(model.size, n, values["max_length"])
    predict = nodes.add(Node("predict", f"predict {task.name}", payload, parents, price, runtime))
    return _score(nodes, task, predict, f"score {task.name}")


def _score(nodes: Nodes, task: Task, predict: Node, label: str) -> Node:
    wanted: dict[str, Any] = {
        "task": task.name,
        "kind": str(task.kind),
        "labels": list(task.labels),
        "metrics": list(task.metrics),
    }
    if task.rule:
        wanted["rule"] = task.rule
    return nodes.add(Node("score", label, wanted, {"predictions": predict.key}, cost.small()))


def retrieval_settings(target: Target, protocol: Protocol, model: Model) -> list[dict[str, Any]]:
    """Layer × pooling of a retrieval target: as the study says, else as the protocol says for this depth."""
    layers = target.layers if target.layers is not None else [protocol.retrieval_layer(model.layers, target.task)]
    poolings = target.pooling if target.pooling is not None else [protocol.vectors_of(target.task).pooling]
    return [{"layer": layer, "pooling": pooling} for layer, pooling in product(layers, poolings)]


def baseline(setting: Setting, nodes: Nodes, tokenizer: Tokenizer, target: Target, where: str) -> list[Cell]:
    """The character-n-gram baseline of a target, once for all bases and seeds; none for a kind that has no baseline.

    It reads the examples that chains with ``tokenizer`` read anyway, so nothing is prepared for its sake.
    """
    task = setting.task(target.task, where)
    protocol = setting.protocol(target, where)
    split = setting.split(target, task, where)
    phases = setting.train_phases(target, where)
    trained_on = [setting.task(name, where) for name in phases[-1]] if phases else [task]
    values = hyperparameters.resolve(setting.study.training, protocol, trained_on)
    learned: list[Portion] = []
    if phases and task.kind in LEARNING_KINDS:
        same_kind = [other for other in trained_on if other.kind is task.kind]
        learned = [Portion(other, setting.pivot, "train", values["limit"]) for other in same_kind]
    ranked = task.kind in BASELINE_KINDS and task.rule != MINING_RULE
    if not ranked or (task.kind in LEARNING_KINDS and not learned):
        return []
    languages = setting.evaluation_languages(target, task, split, where)
    answered = [Portion(task, code, split, target.limit) for code in languages]
    options = chains.encoding_options(values)
    parents = {portion.role: nodes.prepare(setting, portion, tokenizer, options) for portion in (*learned, *answered)}
    payload: dict[str, Any] = {
        "baseline": f"{CHAR_NGRAMS}.v1",
        "task": task.name,
        "kind": str(task.kind),
        "labels": list(task.labels),
        "pivot": setting.pivot,
        "learn": [portion.role for portion in learned],
        "answer": [portion.role for portion in answered],
    }
    if task.pooled:
        payload["pooled"] = True
    price = cost.baseline(sum(expected_examples(setting.source, portion) for portion in answered))
    predict = nodes.add(Node("predict", f"predict {task.name}, {CHAR_NGRAMS}", payload, parents, price))
    score = _score(nodes, task, predict, f"score {task.name}, {CHAR_NGRAMS}")
    arm = f"{BASELINE}{CHAR_NGRAMS}"
    return [Cell(CHAR_NGRAMS, arm, task.name, protocol.name, "", split, "", score.key, ())]
