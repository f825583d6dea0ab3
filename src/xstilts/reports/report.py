"""What a report is made of, in plain shapes; everything marked optional may be left out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NotRequired, TypedDict

from xstilts.execution.outcome import Outcome
from xstilts.reports.grid import grids
from xstilts.reports.manifest import manifest, states_of
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.grid import Grid
    from xstilts.statistics import Analysis
    from xstilts.statistics.score_rows import Row

LAB = "Lab numbers, from an invented world. "


class PlanNode(TypedDict):
    """One node as ``xstilts plan --json`` prints it, and what the report would like to know beside.

    Attributes:
        key: Hash of the node.
        kind: ``prepare``, ``pretrain``, ``train``, ``predict``, ``score``, ``overlap`` or ``analyse``.
        label: One line for people.
        parents: Keys of its parents (a list, or role to key).
        cached: Whether the store held it when the plan was made.
        cost: ``seconds, flops, memory_bytes, disk_bytes`` and, where known, ``steps``.
        group: Optional: what nodes that differ only by seed share (title of a learning curve); default: the label
            without its seed.
        seed: Optional: the seed of the node's phase.
    """

    key: str
    kind: str
    label: str
    parents: Any
    cached: bool
    cost: dict[str, float]
    group: NotRequired[str]
    seed: NotRequired[str]


class Warned(TypedDict):
    """One warning of a plan; ``cell`` is a mapping with any of base, arm, target, language, or a list in that order."""

    code: str
    cell: object
    message: str


class Plan(TypedDict):
    """The object of ``xstilts plan --json``."""

    nodes: list[PlanNode]
    warnings: list[Warned]
    totals: dict[str, float]


class Point(TypedDict):
    """One point of a learning curve."""

    step: int
    loss: float | None


def _nothing_planned() -> Plan:
    return Plan(nodes=[], warnings=[], totals={})


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that a report says, and what follows from it.

    Attributes:
        analysis: The study's tables: what ``statistics.analyse`` returns over the scores that exist.
        study: The validated study as JSON (its root keys); shown whole, ``name``, ``question``, ``source`` and
            ``selection`` also in the page's head.
        plan: The plan of the study.
        outcome: What became of its nodes.
        known: Key to provenance.json, for the nodes that the store holds. Read where present: ``seconds, steps,
            versions, hardware, revisions, files`` (name to sha256); the rest is copied.
        history: Key of a node that trained to its learning curve.
        commands: The commands that give this report again, in order.
        claims: Verdicts on published claims (``claims.judge``), as written to claims.json.
    """

    analysis: Analysis
    study: Mapping[str, Any] = field(default_factory=dict)
    plan: Plan = field(default_factory=_nothing_planned)
    outcome: Outcome = field(default_factory=Outcome)
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    history: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    commands: Sequence[str] = ()
    claims: Sequence[Mapping[str, Any]] = ()

    @cached_property
    def facts(self) -> Facts:
        """What the study asked for."""
        return Facts.parse(self.analysis["facts"])

    @cached_property
    def grids(self) -> list[Grid]:
        """One gain matrix per base."""
        return grids(self.analysis)

    @cached_property
    def states(self) -> dict[str, str]:
        """Key of every node to ``done``, ``cached``, ``failed`` or ``not run``."""
        return states_of(self.plan, self.outcome)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The content of manifest.json."""
        return manifest(self)

    @cached_property
    def selection(self) -> str:
        """How checkpoints were chosen."""
        measured = sorted({row["selection"] for row in self.analysis["scores"] if row["selection"]})
        return ", ".join(measured) or str(self.study.get("selection", {}).get("checkpoint", "last"))

    @cached_property
    def protocols(self) -> list[str]:
        """The protocols under which something was measured."""
        return sorted({row["protocol"] for row in self.analysis["scores"] if row["protocol"]})

    @property
    def lab(self) -> str:
        """What stands before everything that shows lab numbers; "" for real data."""
        return LAB if self.facts.source == "lab" else ""

    def labelled(self, caption: str) -> str:
        """A caption that says so when its numbers are the lab's."""
        return f"{self.lab}{caption}"

    def rows(self, name: str) -> list[Row]:
        """The rows of one of the analysis' tables, or of one in its answer; none where it does not have it."""
        tables: Mapping[str, Any] = {**self.analysis, **self.analysis["answer"]}
        found: list[Row] = tables.get(name, [])
        return found
