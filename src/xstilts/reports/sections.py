"""The sections of the page as plain data: what each table says, before it is written as HTML."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from xstilts.reports.grid import absent
from xstilts.reports.manifest import states_of
from xstilts.reports.numbers import duration, interval, level, p_value, points, quantity
from xstilts.reports.result_tables import half_widths
from xstilts.statistics.score_rows import BASELINE, NONE, is_pivot
from xstilts.statistics.study_facts import Facts
from xstilts.statistics.tables.levels import chance_level

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from xstilts.reports.shapes import Outcome, Plan
    from xstilts.statistics import Analysis

STATES = ("done", "cached", "failed", "not run")


def score_table(analysis: Analysis, base: str) -> dict[str, Any]:
    """Absolute scores of one base: pivot and zero-shot average per target, a row per arm and baseline, chance last.

    A baseline that belongs to no base stands beside every one.
    """
    facts = Facts.parse(analysis["facts"])
    others = set(facts.bases) - {base}
    shown = [
        row
        for row in analysis["answer"]["levels"]
        if row["base"] == base or (row["arm"].startswith(BASELINE) and row["base"] not in others)
    ]
    levels = {(row["arm"], row["target"]): row for row in shown}
    widths = half_widths(analysis)
    baselines = sorted({arm for arm, _ in levels if arm.startswith(BASELINE)})
    rows = [
        {
            "arm": arm.removeprefix(BASELINE),
            "kind": "baseline" if arm in baselines else "none" if arm == NONE else "arm",
            "cells": [
                _level(
                    levels.get((arm, target)), facts, "–" if arm in baselines else absent(facts, arm, target), widths
                )
                for target in facts.targets
            ],
        }
        for arm in (*facts.arms, *baselines)
    ]
    return {"targets": facts.targets, "rows": rows, "chance": [_chance(target, facts) for target in facts.targets]}


def _level(
    row: Mapping[str, Any] | None,
    facts: Facts,
    absent: str,
    widths: Mapping[tuple[str, str, str, str], Mapping[str, str]],
) -> dict[str, str]:
    if row is None:
        return {"pivot": "–", "pivot_note": "", "zero_shot": absent, "note": ""}
    items = {
        part: f"{width} items" if width else ""
        for part, width in widths.get((row["base"], row["arm"], row["target"], row["setting"]), {}).items()
    }
    away, pivot = row["zero_shot"], row["pivot"]
    wanted = 0 if row["arm"].startswith(BASELINE) else facts.wanted_seeds(row["arm"], away["n_seeds"])
    missing = "" if away["n_seeds"] >= wanted else f"{away['n_seeds']}/{wanted} seeds"
    spread = f"±{level(away['sd'])}" if away["sd"] is not None else ""
    zero_shot = "incomplete" if away["mean"] is None else level(away["mean"])
    note = ", ".join(filter(None, (" ".join(filter(None, (spread, missing))), items.get("zero_shot"))))
    return {
        "pivot": level(pivot["mean"]),
        "pivot_note": items.get("pivot", ""),
        "zero_shot": zero_shot,
        "note": note,
    }


def _chance(target: str, facts: Facts) -> dict[str, str]:
    own = facts.targets[target]
    pivot = [code for code in own.languages if is_pivot(code, facts.pivot)]
    away = [code for code in own.languages if not is_pivot(code, facts.pivot)]
    return {
        name: level(chance_level(own.chance, codes) if codes or not own.languages else None)
        for name, codes in (("pivot", pivot), ("zero_shot", away))
    }


def cluster_tables(analysis: Analysis, base: str) -> list[dict[str, Any]]:
    """For each clustering that the study asks for: gains by arm, target and cluster."""
    facts = Facts.parse(analysis["facts"])
    rows = [row for row in analysis["clusters"] if row["base"] == base and facts.is_headline(row)]
    tables = []
    for clustering in facts.clusters:
        own = [row for row in rows if row["clustering"] == clustering]
        names = sorted({row["cluster"] for row in own})
        measured = {(row["arm"], row["target"]) for row in own}
        cells = {(row["arm"], row["target"], row["cluster"]): row for row in own}
        lines = [
            {"arm": arm, "target": target, "cells": [_cluster(cells.get((arm, target, name)), facts) for name in names]}
            for arm in facts.arms
            for target in facts.targets
            if (arm, target) in measured
        ]
        tables.append({"name": clustering, "clusters": names, "rows": lines})
    return [table for table in tables if table["rows"]]


def _cluster(row: Mapping[str, Any] | None, facts: Facts) -> dict[str, str]:
    if row is None:
        return {"gain": "–", "interval": "", "title": "no language of this cluster"}
    gain = absent(facts, row["arm"], row["target"]) if row["gain"] is None else points(row["gain"])
    said = f"{row['languages']}; p = {p_value(row['p_corrected'])} after Holm over the clusters; {row['n_seeds']} seeds"
    return {"gain": gain, "interval": interval(row["low"], row["high"]), "title": said}


def runs(plan: Plan, outcome: Outcome) -> dict[str, Any]:
    """What ran and what did not: nodes by kind and state, and each failure with its message and log."""
    states = states_of(plan, outcome)
    kinds = list(dict.fromkeys(node["kind"] for node in plan["nodes"]))
    counts = Counter((node["kind"], states[node["key"]]) for node in plan["nodes"])
    labels = {node["key"]: node["label"] for node in plan["nodes"]}
    blocked = outcome["not_run"] if isinstance(outcome["not_run"], dict) else {}
    return {
        "states": STATES,
        "rows": [{"kind": kind, "counts": [counts[kind, state] for state in STATES]} for kind in kinds],
        "totals": [sum(counts[kind, state] for kind in kinds) for state in STATES],
        "failed": [
            {"label": labels.get(key, key), "key": key, "message": failure["message"], "log": failure.get("log", "")}
            for key, failure in outcome["failed"].items()
        ],
        "not_run": [
            {"label": labels[key], "key": key, "because": labels.get(str(blocked.get(key)), "")}
            for key in labels
            if states[key] == "not run"
        ],
    }


def costs(plan: Plan, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Time spent by kind of node, and training with and without sharing phases."""
    seconds: dict[str, float] = defaultdict(float)
    for node in plan["nodes"]:
        seconds[node["kind"]] += float(known.get(node["key"], {}).get("seconds") or 0)
    totals = plan["totals"]
    pairs = [("training runs", "train_nodes"), ("optimizer steps", "train_steps")]
    sharing = [
        {"what": what, "with": f"{totals[name]:,.0f}", "without": f"{totals[f'{name}_without_sharing']:,.0f}"}
        | {"times": f"{totals[f'{name}_without_sharing'] / totals[name]:.1f}" if totals[name] else "–"}
        for what, name in pairs
        if name in totals and f"{name}_without_sharing" in totals
    ]
    flops = sum(float(node["cost"].get("flops") or 0) for node in plan["nodes"])
    return {
        "seconds": [(kind, duration(spent)) for kind, spent in seconds.items() if spent],
        "total": duration(sum(seconds.values())),
        "sharing": sharing,
        "flops": quantity(flops) if flops else "",
    }


def cuts(analysis: Analysis) -> list[dict[str, Any]]:
    """By target and language: examples cut to the model's length, words lost with them, rows rejected (worst chain)."""
    worst: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for row in analysis["answer"]["counts"]:
        key = (str(row.get("base", "")), str(row["target"]), str(row["language"]))
        for name in ("n", "truncated", "lost", "words", "rejected"):
            worst[key][name] = max(worst[key][name], int(row.get(name) or 0))
    return [
        {"base": base, "target": target, "language": language, **count}
        for (base, target, language), count in sorted(worst.items())
        if count["truncated"] or count["lost"] or count["rejected"]
    ]


def warning_rows(plan: Plan) -> list[dict[str, str]]:
    """The plan's warnings with their cells in words."""
    return [
        {"code": str(w["code"]), "cell": cell_words(w.get("cell")), "message": str(w["message"])}
        for w in plan["warnings"]
    ]


def cell_words(cell: object) -> str:
    """A warning's cell for people: ``arm mnli, target xnli``."""
    if isinstance(cell, (list, tuple)):
        cell = dict(zip(("base", "arm", "target", "language"), cell, strict=False))
    if not isinstance(cell, dict):
        return "whole study"
    named = [f"{name} {value}" for name, value in cell.items() if value not in (None, "", "*")]
    return ", ".join(named) or "whole study"


def curves(
    plan: Plan, history: Callable[[str], Sequence[Mapping[str, Any]]]
) -> dict[str, list[tuple[str, Sequence[Mapping[str, Any]]]]]:
    """Learning curves of the training nodes, grouped by what differs only in its seed."""
    groups: dict[str, list[tuple[str, Sequence[Mapping[str, Any]]]]] = defaultdict(list)
    for node in plan["nodes"]:
        if node["kind"] in ("pretrain", "train"):
            points_of = [point for point in history(node["key"]) if point.get("loss") is not None]
            if points_of:
                title = node.get("group") or re.sub(r"[\s,·(]*\bseed[\s=]*[\d.]+\)?", "", node["label"])
                groups[title].append((str(node.get("seed", node["label"])), points_of))
    return dict(groups)
