"""The plan of a study: its grid as nodes, equal ones merged, with warnings, costs and what is cached."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

from xstilts import metrics
from xstilts.languages import LANGUAGES, clusters
from xstilts.studies import cautions, chains, cost, hyperparameters
from xstilts.studies.chains import Model, Nodes
from xstilts.studies.data_nodes import Portion, expected_examples
from xstilts.studies.node import Node
from xstilts.studies.setting import Setting
from xstilts.studies.spec import NestedSeeds
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.languages.clusters import Clustering
    from xstilts.studies.cautions import Caution
    from xstilts.studies.spec import BaseRecipe, Study, Target
    from xstilts.studies.store import Store
    from xstilts.tasks.base import Task


@dataclass(frozen=True)
class Seed:
    """The seeds of one chain and how tables show them (``3``, or ``1.2`` for nested seeds)."""

    intermediate: int
    target: int
    label: str


@dataclass(frozen=True)
class Cell:
    """One chain of the grid and where its scores will lie.

    Attributes:
        base, arm, target, protocol, seed: Which chain.
        split: The scored split.
        selection: How checkpoints were chosen.
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


@dataclass(frozen=True)
class Plan:
    """All nodes of a study.

    Attributes:
        study: The study.
        setting: What its names stand for.
        nodes: Key to node, parents before children.
        cells: The chains.
        cautions: Warnings, each with its code and cell.
    """

    study: Study
    setting: Setting
    nodes: Mapping[str, Node]
    cells: Sequence[Cell]
    cautions: Sequence[Caution]

    def totals(self, cached: Mapping[str, bool] | None = None) -> dict[str, Any]:
        """Sums over the plan, beside what separate runs of every chain would need."""
        trained = [key for cell in self.cells for key in cell.trained]
        alone = [self.nodes[key] for key in trained]
        shared = [node for node in self.nodes.values() if node.kind in {"pretrain", "train"}]
        left = [node for node in self.nodes.values() if not (cached or {}).get(node.key)]
        return {
            "nodes": len(self.nodes),
            "cached": len(self.nodes) - len(left),
            "train_nodes": len(shared),
            "train_nodes_without_sharing": len(alone) or len(shared),
            "train_steps": sum(node.cost.steps for node in shared),
            "train_steps_without_sharing": sum(node.cost.steps for node in alone or shared),
            "seconds": sum(node.cost.seconds for node in left),
            "flops": sum(node.cost.flops for node in left),
            "memory_bytes": max((node.cost.memory_bytes for node in left), default=0),
            "disk_bytes": sum(node.cost.disk_bytes for node in left),
        }

    def to_json(self, store: Store | None = None) -> dict[str, Any]:
        """The machine-readable plan; ``cached`` is asked of the store."""
        cached = {key: store is not None and store.has(key, node.kind) for key, node in self.nodes.items()}
        nodes = [
            {
                "key": node.key,
                "kind": node.kind,
                "label": node.label,
                "parents": sorted(set(node.parents.values())),
                "cached": cached[node.key],
                "cost": {k: v for k, v in asdict(node.cost).items() if k != "steps"} | {"steps": node.cost.steps},
            }
            for node in self.nodes.values()
        ]
        warnings = [asdict(caution) for caution in self.cautions]
        return {"nodes": nodes, "warnings": warnings, "totals": self.totals(cached)}


def make_plan(study: Study, setting: Setting | None = None) -> Plan:
    """Expand a study's grid.

    Raises:
        InputError: If a name, language, split or data file does not exist.
    """
    setting = setting or Setting.of(study)
    setting.check_languages()
    nodes = Nodes()
    cells: list[Cell] = []
    for index, recipe in enumerate(study.bases):
        base = chains.start(setting, nodes, recipe, f"bases.{index}")
        for arm, seed in product(study.arms, seeds_of(study)):
            for place, target in enumerate(study.targets):
                cells.append(_chain(setting, nodes, recipe, base, arm, seed, target, f"targets.{place}"))
    if cells:
        nodes.add(analyse_node(setting, cells))
    found = cautions.find(setting, list(nodes.by_key.values()))
    return Plan(study, setting, nodes.by_key, cells, found)


def seeds_of(study: Study) -> list[Seed]:
    """The seeds of a study's chains."""
    if isinstance(study.seeds, NestedSeeds):
        pairs = product(study.seeds.intermediate, study.seeds.target)
        return [Seed(first, second, f"{first}.{second}") for first, second in pairs]
    return [Seed(seed, seed, str(seed)) for seed in study.seeds]


def _chain(
    setting: Setting,
    nodes: Nodes,
    recipe: BaseRecipe,
    base: Model,
    arm: str,
    seed: Seed,
    target: Target,
    where: str,
) -> Cell:
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
    protocol: Any,  # noqa: ANN401 - a Protocol
    portions: Sequence[Portion],
    where: str,
) -> Node:
    """The nodes that predict and score one target with one model."""
    task = portions[0].task
    phases = setting.train_phases(target, where)
    trained_on = [setting.task(name, where) for name in phases[-1]] if phases else [task]
    values = hyperparameters.resolve(setting.study.training, protocol, trained_on)
    parents = {"model": model.node} if model.node else {}
    for portion in portions:
        options = chains.encoding_options(values)
        parents[portion.role] = nodes.prepare(setting, portion, model.tokenizer, options)
    payload = {
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
    n = sum(expected_examples(setting.source, portion) for portion in portions)
    runtime = {"base": model.place, "tokenizer": model.tokenizer.place}
    if model.tokenizer.node is not None:
        parents["vocabulary"] = model.tokenizer.node
    price = cost.predict(model.size, n, values["max_length"])
    predict = nodes.add(Node("predict", f"predict {task.name}", payload, parents, price, runtime))
    wanted = {"task": task.name, "kind": str(task.kind), "labels": list(task.labels), "metrics": list(task.metrics)}
    return nodes.add(Node("score", f"score {task.name}", wanted, {"predictions": predict.key}, cost.small()))


def retrieval_settings(target: Target, protocol: Any, model: Model) -> list[dict[str, Any]]:  # noqa: ANN401 - a Protocol
    """Layer × pooling of a retrieval target: as the study says, else as the protocol says for this depth."""
    layers = target.layers if target.layers is not None else [protocol.retrieval_layer(model.layers)]
    poolings = target.pooling if target.pooling is not None else [protocol.retrieval_pooling]
    return [{"layer": layer, "pooling": pooling} for layer, pooling in product(layers, poolings)]


def analyse_node(setting: Setting, cells: Sequence[Cell]) -> Node:
    """The node that turns the scores of ``cells`` into tables of scores, gains and clusters."""
    described = sorted([{k: v for k, v in asdict(cell).items() if k != "trained"} for cell in cells], key=str)
    payload = {"source": setting.study.source, "cells": described, "facts": study_facts(setting)}
    parents = {f"scores/{cell.score}": cell.score for cell in cells}
    return Node("analyse", f"analyse {setting.study.name}", payload, parents, cost.small())


def study_facts(setting: Setting) -> dict[str, Any]:
    """What the statistics need to know of a study, in the shape of ``statistics.Facts``."""
    study = setting.study
    spoken: dict[str, tuple[str, ...]] = {}
    targets: dict[str, dict[str, Any]] = {}
    for index, target in enumerate(study.targets):
        where = f"targets.{index}"
        task = setting.task(target.task, where)
        split = setting.split(target, task, where)
        spoken[task.name] = setting.evaluation_languages(target, task, split, where)
        metric = task.metrics[0]
        targets[task.name] = {
            "metric": metric,
            "languages": [table_language(setting, task, code) for code in spoken[task.name]],
            "higher_is_better": metrics.get(task.kind, metric).higher_is_better,
            "split": split,
            "title": task.title,
        }
    codes = sorted({code for given in spoken.values() for code in given})
    return {
        "study": study.name,
        "question": study.question,
        "source": study.source,
        "pivot": setting.pivot,
        "bases": [recipe.name for recipe in study.bases],
        "arms": list(study.arms),
        "targets": targets,
        "seeds": [seed.label for seed in seeds_of(study)],
        "clusters": {column: _cluster_of(setting, codes, column) for column in study.clusters},
        "names": {name: LANGUAGES.get(code).name for code in codes for name in _shown(setting, code)},
        "warnings": [asdict(caution) for caution in cautions.of_cells(setting)],
    }


def table_language(setting: Setting, task: Task, code: str) -> str:
    """How tables name a language of a task: retrieval between two languages is ``foreign>pivot``."""
    return f"{code}>{setting.pivot}" if task.kind is Kind.RETRIEVAL else code


def _shown(setting: Setting, code: str) -> tuple[str, str]:
    return code, f"{code}>{setting.pivot}"


def _cluster_of(setting: Setting, codes: Sequence[str], column: Clustering) -> dict[str, str]:
    """Language, as tables name it, to its cluster."""
    grouped = clusters(codes, column)
    return {name: cluster for cluster, members in grouped.items() for code in members for name in _shown(setting, code)}
