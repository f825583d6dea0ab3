"""The plan for a terminal: models as a tree of the phases that make them, then costs and warnings."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from xstilts.amounts import duration, size
from xstilts.planning.plan import few_arms
from xstilts.store.node import MODEL_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

KEY_LENGTH = 10


def plan_tree(plan: Mapping[str, Any], name: str) -> RenderableType:
    """What ``xstilts plan`` prints.

    Args:
        plan: The object of ``plan --json``.
        name: The study's name.
    """
    totals = [Text(line) for line in (*_totals(plan["totals"]), *_largest(plan["nodes"]))]
    warnings = [Text(line, style="yellow") for line in _warnings(plan["warnings"])]
    power = Text(f"Power: {plan['power']['sentence']}")
    origins = [Text(f"Base {base}: {origin}.") for base, origin in plan["origins"].items()]
    advised = [Text(f"Advice: {sentence}", style="cyan") for sentence in plan.get("advice", ())]
    told = [*totals, *origins, power, *advised]
    return Group(_tree(plan["nodes"], name), Text(), *told, *([Text(), *warnings] if warnings else []))


def _tree(nodes: Sequence[Mapping[str, Any]], name: str) -> Tree:
    """Each trained model below the model it starts from, each score below the model that was scored."""
    by_key = {node["key"]: node for node in nodes}
    tree = Tree(Text(name, style="bold"))
    places = {"": tree}
    for node in nodes:  # parents come before children
        if node["kind"] in MODEL_KINDS:
            places[node["key"]] = places[node["model"] or ""].add(_line(node))
        elif node["kind"] == "score":
            places[by_key[node["parents"][0]]["model"] or ""].add(_line(node))
        elif node["kind"] == "analyse":
            tree.add(_line(node))
    prepared = Counter(node["cached"] for node in nodes if node["kind"] == "prepare")
    tree.add(Text(f"prepare: {sum(prepared.values())} data sets, {prepared[True]} cached", style="dim"))
    compared = Counter(node["cached"] for node in nodes if node["kind"] == "overlap")
    if compared:
        said = f"overlap: {sum(compared.values())} pairs of training data and target, {compared[True]} cached"
        tree.add(Text(said, style="dim"))
    return tree


def _line(node: Mapping[str, Any]) -> Text:
    cost = node["cost"]
    about = "about " if cost.get("guessed") else ""
    steps = f"{about}{cost['steps']} steps, " if cost.get("steps") else ""
    state = "cached" if node["cached"] else f"{steps}{duration(round(cost['seconds']))}"
    text = Text(f"{node['label']}  ")
    text.append(f"{node['key'][:KEY_LENGTH]}  ", style="dim").append(state, style="green" if node["cached"] else "")
    return text.append(few_arms(node.get("arms", ())), style="dim")


def _totals(totals: Mapping[str, Any]) -> list[str]:
    about = "about " if totals.get("train_steps_guessed") else ""
    guess = "Steps marked 'about' and all costs are guesses from the sizes of files; training counts the prepared data."
    return [
        f"{totals['nodes']} nodes, {totals['cached']} cached.",
        f"Training phases: {totals['train_nodes']} ({about}{totals['train_steps']:,} steps); as separate scripts"
        f" {totals['train_nodes_without_sharing']} ({about}{totals['train_steps_without_sharing']:,} steps):"
        f" {_ratio(totals)} times as many steps.",
        f"Estimate for what is not cached: {duration(round(totals['seconds']))} on one core,"
        f" {totals['flops']:.1e} FLOPs, {size(totals['memory_bytes'])} memory per worker,"
        f" {size(totals['disk_bytes'])} disk.",
        f"On one GPU: {_hours(totals['gpu_hours'])} ({totals['gpu_model']}; 6 operations per parameter and token,"
        " fewer where a part is frozen).",
        *([guess] if about else []),
    ]


def _largest(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the memory of the phase is for that needs most."""
    left = [node for node in nodes if node["cost"].get("memory") and not node["cached"]]
    if not left:
        return []
    most = max(left, key=lambda node: int(node["cost"]["memory_bytes"]))
    told = ", ".join(f"{name} {size(amount)}" for name, amount in most["cost"]["memory"].items() if amount)
    return [f"Most memory: {most['label']}, {size(most['cost']['memory_bytes'])} ({told})."]


def _hours(hours: float) -> str:
    return f"{hours:,.1f} hours" if hours >= 0.1 else "less than 0.1 hours"


def _ratio(totals: Mapping[str, Any]) -> str:
    steps = totals["train_steps"]
    return f"{totals['train_steps_without_sharing'] / steps:.1f}" if steps else "–"


def _warnings(warnings: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each; what is said word for word of several targets is said once."""
    targets: dict[tuple[str, str, tuple[tuple[str, str], ...]], list[str]] = {}
    for one in warnings:
        rest = tuple((key, value) for key, value in one["cell"].items() if key != "target" and value != "*")
        targets.setdefault((one["code"], one["message"], rest), []).append(one["cell"].get("target", "*"))
    return [f"{code}: {_cell(dict(rest), named)}{message}" for (code, message, rest), named in targets.items()]


def _cell(rest: Mapping[str, str], targets: Sequence[str]) -> str:
    named = [f"{key} {value}" for key, value in rest.items()]
    known = [target for target in targets if target != "*"]
    if known:
        named.append(f"target{'s' if len(known) > 1 else ''} {' '.join(known)}")
    return f"{', '.join(named)}: " if named else ""
