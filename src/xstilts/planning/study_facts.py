"""What the statistics need to know of a study, and the node that turns its scores into tables."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts import claims, metrics
from xstilts.languages import clusters, name_of
from xstilts.planning import cautions, cost, retrieval_settings
from xstilts.planning.chains.ladder import ladder, pretraining_text
from xstilts.planning.comparisons import asked, table_language
from xstilts.planning.data_used import data_sets
from xstilts.planning.resolved import known_bases, seeds_of
from xstilts.planning.trained import trained
from xstilts.store.canonical import digest
from xstilts.store.node import Node
from xstilts.store.payloads import AnalysePayload
from xstilts.store.roles import ScoresRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.languages.clusters import Clustering
    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.overlaps import MeasuredOverlaps
    from xstilts.planning.resolved import ResolvedStudy, ResolvedTarget


def analyse_node(resolved: ResolvedStudy, cells: Sequence[Cell], measured: MeasuredOverlaps) -> Node:
    """The node that turns the scores of ``cells`` into tables of scores, gains and clusters, and verdicts on claims.

    Args:
        resolved: The study.
        cells: The chains whose scores are there.
        measured: What was measured of the overlap of training data with their targets.
    """
    asked = AnalysePayload(
        source=resolved.study.source,
        cells=tuple(sorted((cell.scored() for cell in cells), key=lambda cell: str(cell.to_json()))),
        facts=study_facts(resolved),
        claims={claim.id: digest(asdict(claim)) for claim in claims.chosen(resolved.study.claims)},
        overlap_arms=measured.arms,
    )
    parents = {str(ScoresRole(key)): key for cell in cells for key in (cell.score, cell.chosen, cell.noised) if key}
    parents |= measured.parents
    return Node.of(asked, f"analyse {resolved.study.name}", parents, cost.small())


def study_facts(resolved: ResolvedStudy) -> dict[str, Any]:
    """What the statistics need to know of a study, in the shape of ``statistics.Facts``."""
    study = resolved.study
    spoken: dict[str, tuple[str, ...]] = {}
    targets: dict[str, dict[str, Any]] = {}
    asked_for = {target.name for target in resolved.targets}
    for target in resolved.targets:
        task, metric = target.task, target.metrics[0]
        spoken[task.name] = target.languages
        searched = _searched(target)
        shown = {
            name: [table_language(resolved, task, code) for code in codes] for name, codes in searched.codes.items()
        }
        targets[task.name] = {
            "metric": metric,
            "higher_is_better": metrics.get(task.kind, metric, task.rule).higher_is_better,
            "split": target.split,
            "title": task.title,
            **shown,
            **searched.facts,
            **({"people": list(task.people)} if task.people and task.people.of in asked_for else {}),
            **({"control_of": target.plain.name} if target.tested_as else {}),
        }
    arms = trained(resolved)
    codes = sorted({code for given in spoken.values() for code in given})
    return {
        "study": study.name,
        "question": study.question,
        "source": study.source,
        "pivot": resolved.pivot,
        "bases": [recipe.name for recipe in study.bases],
        "arms": list(study.arms),
        "targets": targets,
        "seeds": [seed.label for seed in seeds_of(study)],
        "clusters": {column: _cluster_of(resolved, codes, column) for column in study.clusters},
        "names": {name: name_of(code) for code in codes for name in _shown(resolved, code)},
        "warnings": [asdict(caution) for caution in cautions.of_cells(resolved, arms)],
        "benchmarks": _benchmarks(resolved),
        "trained": {name: told.to_json() for name, told in arms.items()},
        "data_sets": data_sets(resolved, arms),
        **asked(resolved, spoken),
        **_origins(resolved),
        **_must(resolved),
        **_noise_clusters(resolved, codes),
        **_ladder(resolved, codes),
    }


def _ladder(resolved: ResolvedStudy, codes: Sequence[str]) -> dict[str, Any]:
    """How large the bases are; nothing where they have one size, which leaves keys alone."""
    found = ladder(resolved, codes)
    return {"ladder": found, "pretraining_text": pretraining_text(resolved, codes)} if found else {}


def _noise_clusters(resolved: ResolvedStudy, codes: Sequence[str]) -> dict[str, Any]:
    """Script and resource class, by which robustness is told too; nothing without noise, which leaves keys alone."""
    study = resolved.study
    if not (study.noise or any(target.noise for target in study.targets)):
        return {}
    columns: tuple[Clustering, ...] = ("script", "resource" if study.source == "lab" else "joshi")
    found = {column: _cluster_of(resolved, codes, column) for column in columns if column not in study.clusters}
    return {"noise_clusters": found} if found else {}


def _must(resolved: ResolvedStudy) -> dict[str, Any]:
    """What arms must show; nothing where none has to, which leaves keys alone."""
    found = {name: arm.must for name, arm in resolved.study.arms.items() if arm.must is not None}
    return {"must": found} if found else {}


def _origins(resolved: ResolvedStudy) -> dict[str, Any]:
    """Where bases come from that were made from another form; nothing where there are none, which leaves keys alone."""
    found = {name: base.origin for name, base in known_bases(resolved) if base.origin}
    return {"origins": found} if found else {}


class _Searched(NamedTuple):
    """What the statistics need to know of how a target is searched: languages by part, and the rest."""

    codes: Mapping[str, Sequence[str]]
    facts: Mapping[str, Any]


def _searched(target: ResolvedTarget) -> _Searched:
    task, languages = target.task, target.languages
    if task.kind is not Kind.RETRIEVAL:
        return _Searched({"languages": languages}, {})
    held = retrieval_settings.held_out(target)
    left = [code for code in languages if code not in held]
    variant = retrieval_settings.written(retrieval_settings.variants_of(target)[0])
    by = retrieval_settings.written(retrieval_settings.choosing_variant(target))
    more: dict[str, Any] = {"held_out": held} if held else {}
    facts = {"variant": variant, "similarity": retrieval_settings.usual_similarity(task), "searched": True}
    return _Searched({"languages": left, **more}, facts | ({"chosen_under": by} if held and by != variant else {}))


def _benchmarks(resolved: ResolvedStudy) -> dict[str, Any]:
    """How the protocols of the study's targets average, for those that do."""
    used = [target.protocol for target in resolved.targets]
    rules = {protocol.name: protocol.benchmark(resolved.pivot) for protocol in used}
    return {
        name: {"languages": rule.languages, "headline": rule.headline, "groups": rule.groups}
        | ({"complete": rule.complete} if rule.complete else {})
        for name, rule in sorted(rules.items())
        if rule is not None
    }


def _shown(resolved: ResolvedStudy, code: str) -> tuple[str, str]:
    return code, f"{code}>{resolved.pivot}"


def _cluster_of(resolved: ResolvedStudy, codes: Sequence[str], column: Clustering) -> dict[str, str]:
    """Language, as tables name it, to its cluster."""
    grouped = clusters(codes, column)
    return {
        name: cluster for cluster, members in grouped.items() for code in members for name in _shown(resolved, code)
    }
