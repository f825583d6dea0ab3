"""The chains of a study as runs of a campaign: which nodes each needs, what they cost, and what may be looked at."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError
from xstilts.planning.study_facts import study_facts
from xstilts.prediction.campaign import Campaign, Run
from xstilts.statistics.headline import ORACLE
from xstilts.statistics.score_rows import is_pivot
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from xstilts.planning.chains.chain import Cell
    from xstilts.planning.plan import Plan
    from xstilts.prediction.asked import Until
    from xstilts.store.node import Node
    from xstilts.store.store import Store

PIVOT_DEV = "pivot dev"
SCORES = "scores.json"
"""What a score node keeps its rows in."""


@dataclass(frozen=True, eq=False)
class StudyRuns:
    """What may be run of a study to find its best arm.

    Attributes:
        plan: The study's nodes.
        asked: What is asked.
        targets: The targets whose mean is asked about.
        looks_at: ``pivot dev``: one half of the pivot's dev set; ``oracle``: labels of the target languages, in a
            study that selects its checkpoints by them.
        campaign: Arms and seeds.
        cells: Each run's chains, on all its targets.
    """

    plan: Plan
    asked: Until
    targets: tuple[str, ...]
    looks_at: str
    campaign: Campaign
    cells: Mapping[Run, tuple[Cell, ...]]

    @cached_property
    def needs(self) -> Mapping[Run, frozenset[str]]:
        """The keys of all nodes that a run needs, parents included."""
        seen: dict[str, frozenset[str]] = {}
        keys = {run: [key for cell in cells for key in _scores(cell)] for run, cells in self.cells.items()}
        nodes = self.plan.nodes
        return {run: frozenset().union(*(with_parents(key, nodes, seen) for key in own)) for run, own in keys.items()}

    def seconds(self, runs: Sequence[Run], made: Sequence[Run]) -> NDArray[np.float64]:
        """What runs cost on one core after what they share with runs that are made, as the plan guesses."""
        done = frozenset().union(*(self.needs[run] for run in made))
        nodes = self.plan.nodes
        return np.array([math.fsum(nodes[key].cost.seconds for key in self.needs[run] - done) for run in runs])

    def nodes(self, runs: Iterable[Run]) -> list[Node]:
        """The nodes that runs need, parents first."""
        wanted = frozenset().union(*(self.needs[run] for run in runs))
        return [node for key, node in self.plan.nodes.items() if key in wanted]

    def beside(self, store: Store) -> list[Node]:
        """What else the report tells that costs no training: baselines, and overlaps of data that are prepared."""
        seen: dict[str, frozenset[str]] = {}
        nodes = self.plan.nodes
        wanted: set[str] = set()
        for cell in self.plan.cells:
            needed = with_parents(cell.score, nodes, seen) if not cell.seed else frozenset()
            wanted |= needed if not any(nodes[key].kind in ("train", "pretrain") for key in needed) else frozenset()
        for node in nodes.values():
            parents = node.parents.values()
            if node.kind == "overlap" and all(store.has(key, nodes[key].kind) for key in parents):
                wanted |= {node.key, *parents}
        return [node for key, node in nodes.items() if key in wanted]

    def score(self, run: Run, store: Store) -> float | None:
        """What a run scored, as the mean over the targets that are asked about, more being better; None without.

        Read is what ``looks_at`` says and nothing else: rows of the pivot alone, or those that an oracle may see.
        """
        decisive = [cell for cell in self.cells[run] if cell.target in self.targets]
        values = [self._value(cell, store) for cell in decisive]
        known = [value for value in values if value is not None]
        return math.fsum(known) / len(known) if len(known) == len(self.targets) else None

    def _value(self, cell: Cell, store: Store) -> float | None:
        facts = self._facts
        oracle = self.looks_at == ORACLE
        key, split = (cell.score, cell.split) if oracle else (cell.chosen, facts.selection_split)
        if not store.has(key, "score"):
            return None
        rows: list[dict[str, Any]] = json.loads((store.read(key, "score") / SCORES).read_text(encoding="utf-8"))
        named = {"target": cell.target, "split": split}
        rows = [{"noise": "clean", "severity": 0, **row, **named} for row in rows]
        fits = facts.is_headline if oracle else facts.is_selection
        values = [row["value"] for row in rows if fits(row) and is_pivot(row["language"], facts.pivot) != oracle]
        if not values or any(value is None for value in values):
            return None
        return (1 if facts.targets[cell.target].higher_is_better else -1) * math.fsum(values) / len(values)

    @cached_property
    def _facts(self) -> Facts:
        return Facts.parse(study_facts(self.plan.resolved))


def study_runs(plan: Plan, asked: Until) -> StudyRuns:
    """The runs of a study that a question needs.

    Controls are compared with and not taken, so they take no part.

    Raises:
        InputError: If the study has several bases or nested seeds, chooses nothing by what may be looked at, or has no
            target on which all arms can be compared.
    """
    facts = Facts.parse(study_facts(plan.resolved))
    study = plan.study
    if len(study.bases) != 1:
        said, hint = "Arms are compared on one base, and the study has several.", "Name one: --set bases=[NAME]."
        raise InputError(said, field="--until", value=[base.name for base in study.bases], hint=hint)
    looks_at = PIVOT_DEV if study.selection.arms == PIVOT_DEV.replace(" ", "-") else str(study.selection.checkpoint)
    if looks_at not in (PIVOT_DEV, ORACLE):
        said = "Arms are compared on the pivot's dev set, which this study does not score."
        raise InputError(said, field="--until", hint="Add: --set selection.arms=pivot-dev.")
    arms = tuple(arm for arm in study.arms if arm not in facts.must and not _is_control(facts, arm))
    if any("." in seed for seed in facts.seeds):
        said = "Arms are compared over independent seeds, and these are nested."
        raise InputError(said, field="--until", value=list(facts.seeds), hint="Write seeds as a plain list.")
    cells: dict[tuple[str, str], dict[str, Cell]] = defaultdict(dict)
    for cell in plan.cells:
        if cell.seed and cell.arm in arms:
            cells[cell.arm, cell.seed][cell.target] = cell
    targets = _targets(facts, cells, arms, asked, looks_at)
    runs = {
        Run(arms.index(arm), facts.seeds.index(seed)): tuple(found.values())
        for (arm, seed), found in cells.items()
        if set(targets) <= set(found)
    }
    exists = np.zeros((len(arms), len(facts.seeds)), dtype=bool)
    exists[tuple(np.array(list(runs)).T)] = True
    return StudyRuns(plan, asked, targets, looks_at, Campaign(arms, exists, asked.question), runs)


def _targets(
    facts: Facts, cells: Mapping[tuple[str, str], Mapping[str, Cell]], arms: Sequence[str], asked: Until, looks_at: str
) -> tuple[str, ...]:
    """The targets on which every arm runs, is fair, and has what may be looked at."""
    found = [
        name
        for name in facts.targets
        if all(
            any(_can_decide(by_target.get(name), looks_at) for (own, _), by_target in cells.items() if own == arm)
            and not facts.unfair(facts.bases[0], arm, name)
            for arm in arms
        )
    ]
    if not found or (asked.target and asked.target not in found):
        said = f"All arms can be compared on {', '.join(found) or 'no target of this study'}."
        hint = "Take an arm out of the study: --set arms.NAME=null."
        raise InputError(said, field="--until", value=asked.target or None, hint=hint)
    return (asked.target,) if asked.target else tuple(found)


def _can_decide(cell: Cell | None, looks_at: str) -> bool:
    return cell is not None and bool(cell.chosen if looks_at == PIVOT_DEV else cell.score)


def _is_control(facts: Facts, arm: str) -> bool:
    return arm in facts.trained and facts.trained[arm].control is not None


def _scores(cell: Cell) -> list[str]:
    return [key for key in (cell.score, cell.chosen, cell.noised) if key]


def with_parents(key: str, nodes: Mapping[str, Node], seen: dict[str, frozenset[str]]) -> frozenset[str]:
    """A node and all it is made from; chains are short, so that this may call itself."""
    if key not in seen:
        parents = (with_parents(parent, nodes, seen) for parent in dict.fromkeys(nodes[key].parents.values()))
        seen[key] = frozenset({key}).union(*parents)
    return seen[key]
