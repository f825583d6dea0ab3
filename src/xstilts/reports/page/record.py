"""What the page's sections on the run show: what ran, what it cost, which texts were cut, which nodes there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.reports.entries import Detail
from xstilts.reports.numbers import duration, quantity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.entries import Page

STATES = ("done", "cached", "failed", "not run")


class Runs(NamedTuple):
    """What ran and what did not.

    Attributes:
        states: What becomes of nodes.
        kinds: Kind to how many of its nodes came to each state.
        totals: The same for all kinds.
        labels: Key to label.
        not_run: Keys of nodes that did not run, each with the key of the node that it waits for (None: not known).
    """

    states: Sequence[str]
    kinds: Mapping[str, Sequence[int]]
    totals: Sequence[int]
    labels: Mapping[str, str]
    not_run: Sequence[tuple[str, str | None]]


class Costs(NamedTuple):
    """Time spent by kind of node; what training took with and without sharing phases, and the ratio."""

    seconds: Sequence[tuple[str, str]]
    total: str
    sharing: Sequence[tuple[str, str, str, str]]
    flops: str


def runs(page: Page) -> Runs:
    """What ran and what did not."""
    nodes, states = page.report.plan["nodes"], page.report.states
    counts = Counter((node["kind"], states[node["key"]]) for node in nodes)
    kinds = {node["kind"]: [counts[node["kind"], state] for state in STATES] for node in nodes}
    return Runs(
        STATES,
        kinds,
        [sum(of_state) for of_state in zip(*kinds.values(), strict=True)] or [0] * len(STATES),
        {node["key"]: node["label"] for node in nodes},
        [(key, page.report.outcome.not_run.get(key)) for key, state in states.items() if state == "not run"],
    )


def costs(page: Page) -> Costs:
    """Time spent, and what sharing phases saved."""
    plan, known = page.report.plan, page.report.known
    seconds: dict[str, float] = defaultdict(float)
    for node in plan["nodes"]:
        seconds[node["kind"]] += float(known.get(node["key"], {}).get("seconds") or 0)
    totals, sharing = plan["totals"], []
    for what, name in (("training runs", "train_nodes"), ("optimizer steps", "train_steps")):
        run, alone = totals.get(name), totals.get(f"{name}_without_sharing")
        if run is not None and alone is not None:
            sharing.append((what, f"{run:,.0f}", f"{alone:,.0f}", f"{alone / run:.1f}" if run else "–"))
    flops = sum(float(node["cost"].get("flops") or 0) for node in plan["nodes"])
    return Costs(
        [(kind, duration(spent)) for kind, spent in seconds.items() if spent],
        duration(sum(seconds.values())),
        sharing,
        quantity(flops) if flops else "",
    )


def cut_texts(page: Page) -> list[tuple[str, str, Mapping[str, int]]]:
    """Target, language, and how many texts were cut, words lost and rows rejected; of several chains the worst."""
    worst: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for row in page.report.rows("counts"):
        key = (str(row.get("base", "")), str(row["target"]), str(row["language"]))
        for name in ("n", "truncated", "lost", "words", "rejected"):
            worst[key][name] = max(worst[key][name], int(row.get(name) or 0))
    return [
        (target, language, worst[base, target, language])
        for base, target, language in sorted(worst)
        if any(worst[base, target, language][name] for name in ("truncated", "lost", "rejected"))
    ]


def behind(page: Page) -> list[tuple[Mapping[str, Any], list[tuple[str, str]]]]:
    """Every node of the plan with the hashes of its files, unless they are too many for the page."""
    nodes = page.report.manifest["nodes"] if page.detail < Detail.NO_NODES else []
    return [(node, _hashes(node)) for node in nodes]


def _hashes(node: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Hashes of files where weights or tables were made."""
    files = node["files"] if node["kind"] in ("pretrain", "train", "analyse") else None
    return [(name, entry["sha256"]) for name, entry in sorted((files or {}).items()) if isinstance(entry, dict)]
