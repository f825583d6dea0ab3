"""The plan of a study: its grid as nodes, equal ones merged, with warnings, costs and what is cached."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts import claims, metrics
from xstilts.errors import InputError
from xstilts.languages import clusters, name_of
from xstilts.planning import baselines, cautions, chains, cost, overlaps, searching
from xstilts.planning.cells import Cell, chain, runs, seeds_of
from xstilts.planning.chains import Nodes
from xstilts.planning.comparisons import asked, table_language
from xstilts.planning.data_used import data_sets
from xstilts.planning.resolved import Setting
from xstilts.planning.trained import trained
from xstilts.statistics.inference.power import outlook
from xstilts.statistics.score_rows import NONE
from xstilts.store.canonical import digest
from xstilts.store.node import Node
from xstilts.studies.spec import Study
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.languages.clusters import Clustering
    from xstilts.planning.cautions import Caution
    from xstilts.planning.overlaps import Measured
    from xstilts.store.store import Store
    from xstilts.studies.target_spec import Target
    from xstilts.tasks.base import Task

MODEL_ROLES = ("encoder", "model", "model/0")
"""Roles of the parent whose model a node starts from, or is one of."""


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
            "train_steps_guessed": any(node.cost.guessed for node in shared),
            "seconds": sum(node.cost.seconds for node in left),
            "flops": sum(node.cost.flops for node in left),
            "memory_bytes": max((node.cost.memory_bytes for node in left), default=0),
            "disk_bytes": sum(node.cost.disk_bytes for node in left),
            "gpu_hours": cost.gpu_hours(sum(node.cost.flops for node in left)),
            "gpu_model": cost.GPU_MODEL,
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
                "model": next((node.parents[role] for role in MODEL_ROLES if role in node.parents), None),
                "cached": cached[node.key],
                "cost": {k: v for k, v in asdict(node.cost).items() if k != "steps"} | {"steps": node.cost.steps},
            }
            for node in self.nodes.values()
        ]
        warnings = [asdict(caution) for caution in self.cautions]
        return {"nodes": nodes, "warnings": warnings, "totals": self.totals(cached), "power": self.power()}

    def power(self) -> dict[str, Any]:
        """What the study's seeds can show, before it is run (``statistics.inference.power.Outlook``)."""
        arms, targets = len(self.study.arms) - ("none" in self.study.arms), len(self.study.targets)
        found = outlook(len(seeds_of(self.study)), max(1, arms * targets * len(self.study.bases)))
        return {**asdict(found), "sentence": found.sentence()}


def make_plan(study: Study, setting: Setting | None = None) -> Plan:
    """Expand a study's grid.

    Raises:
        InputError: If a name, language, split or data file does not exist.
    """
    setting = setting or Setting.of(study)
    setting.check_languages()
    nodes = Nodes()
    cells: list[Cell] = []
    targets = [(target, f"targets.{place}") for place, target in enumerate(study.targets)]
    bases = [chains.start(setting, nodes, recipe, f"bases.{index}") for index, recipe in enumerate(study.bases)]
    for recipe, base in zip(study.bases, bases, strict=True):
        for arm, seed, (target, where) in product(study.arms, seeds_of(study), targets):
            if runs(setting, arm, target.task, seed):
                try:
                    cells.append(chain(setting, nodes, recipe, base, arm, seed, target, where))
                except InputError as error:
                    raise _of_arm(error, arm) from None
    for target, where in targets:
        cells.extend(baselines.by_spelling(setting, nodes, bases[0].tokenizer, target, where))
        for recipe, base in zip(study.bases, bases, strict=True):
            cells.extend(baselines.by_new_weights(setting, nodes, recipe, base, target, where))
    for node in overlaps.overlap_nodes(nodes.by_key, cells):
        nodes.add(node)
    if cells:
        nodes.add(analyse_node(setting, cells, overlaps.measured(nodes.by_key, cells)))
    found = cautions.find(setting, list(nodes.by_key.values()))
    return Plan(study, setting, nodes.by_key, cells, found)


def _of_arm(error: InputError, arm: str) -> InputError:
    """The error with the arm in its place, where it names no place in the study yet."""
    field = error.field or ""
    if field.split(".")[0].split(":")[0] in Study.model_fields or arm == NONE:
        return error
    named = f"arms.{arm}: {field}" if field else f"arms.{arm}"
    return type(error)(error.message, field=named, value=error.value, allowed=error.allowed, hint=error.hint)


def analyse_node(setting: Setting, cells: Sequence[Cell], measured: Measured) -> Node:
    """The node that turns the scores of ``cells`` into tables of scores, gains and clusters, and verdicts on claims.

    Args:
        setting: The study.
        cells: The chains whose scores are there.
        measured: What was measured of the overlap of training data with their targets.
    """
    described = sorted([{k: v for k, v in asdict(cell).items() if k != "trained"} for cell in cells], key=str)
    payload = {
        "source": setting.study.source,
        "cells": described,
        "facts": study_facts(setting),
        "claims": {claim.id: digest(asdict(claim)) for claim in claims.chosen(setting.study.claims)},
        "overlap_arms": measured.arms,
    }
    parents = {f"scores/{key}": key for cell in cells for key in (cell.score, cell.chosen) if key}
    parents |= measured.parents
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
        metric = setting.metrics(target, task, where)[0]
        searched = _searched(setting, target, task, spoken[task.name], where)
        shown = {
            name: [table_language(setting, task, code) for code in codes] for name, codes in searched.codes.items()
        }
        targets[task.name] = {
            "metric": metric,
            "higher_is_better": metrics.get(task.kind, metric, task.rule).higher_is_better,
            "split": split,
            "title": task.title,
            **shown,
            **searched.facts,
        }
    arms = trained(setting)
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
        "names": {name: name_of(code) for code in codes for name in _shown(setting, code)},
        "warnings": [asdict(caution) for caution in cautions.of_cells(setting, arms)],
        "benchmarks": _benchmarks(setting),
        "trained": {name: told.to_json() for name, told in arms.items()},
        "data_sets": data_sets(setting, arms),
        **asked(setting, spoken),
    }


class _Searched(NamedTuple):
    """What the statistics need to know of how a target is searched: languages by part, and the rest."""

    codes: Mapping[str, Sequence[str]]
    facts: Mapping[str, Any]


def _searched(setting: Setting, target: Target, task: Task, languages: Sequence[str], where: str) -> _Searched:
    if task.kind is not Kind.RETRIEVAL:
        return _Searched({"languages": languages}, {})
    held = searching.held_out(target, languages, setting.pivot, where)
    left = [code for code in languages if code not in held]
    variant = searching.written(searching.variants(target, task, languages)[0])
    by = searching.written(searching.choosing_variant(target, task, languages))
    more: dict[str, Any] = {"held_out": held} if held else {}
    facts = {"variant": variant, "similarity": searching.usual_similarity(task), "searched": True}
    return _Searched({"languages": left, **more}, facts | ({"chosen_under": by} if held and by != variant else {}))


def _benchmarks(setting: Setting) -> dict[str, Any]:
    """How the protocols of the study's targets average, for those that do."""
    used = [setting.protocol(target, f"targets.{index}") for index, target in enumerate(setting.study.targets)]
    rules = {protocol.name: protocol.benchmark(setting.pivot) for protocol in used}
    return {
        name: {"languages": rule.languages, "headline": rule.headline, "groups": rule.groups}
        | ({"complete": rule.complete} if rule.complete else {})
        for name, rule in sorted(rules.items())
        if rule is not None
    }


def _shown(setting: Setting, code: str) -> tuple[str, str]:
    return code, f"{code}>{setting.pivot}"


def _cluster_of(setting: Setting, codes: Sequence[str], column: Clustering) -> dict[str, str]:
    """Language, as tables name it, to its cluster."""
    grouped = clusters(codes, column)
    return {name: cluster for cluster, members in grouped.items() for code in members for name in _shown(setting, code)}
