"""What a report is made of, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from xstilts.execution.outcome import Outcome
from xstilts.reports.grid import grids
from xstilts.reports.manifest import manifest, states_of
from xstilts.reports.plan_shapes import Plan
from xstilts.statistics.score_rows import parts
from xstilts.statistics.study_facts import Facts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.corrupted import Corrupted
    from xstilts.reports.grid import Grid
    from xstilts.reports.plan_shapes import Point
    from xstilts.statistics import Analysis
    from xstilts.statistics.score_rows import Row

LAB = "Lab numbers, from an invented world. "


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
        corrupted: Items under noise with the answers to them (``corrupted.Corrupted``).
    """

    analysis: Analysis
    study: Mapping[str, Any] = field(default_factory=dict)
    plan: Plan = field(default_factory=_nothing_planned)
    outcome: Outcome = field(default_factory=Outcome)
    known: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    history: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    commands: Sequence[str] = ()
    claims: Sequence[Mapping[str, Any]] = ()
    corrupted: Sequence[Corrupted] = ()

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
        return manifest(self.study, self.plan, self.outcome, self.known, self.commands)

    @cached_property
    def selection(self) -> str:
        """How checkpoints were chosen."""
        measured = sorted({row["selection"] for row in self.analysis["scores"] if row["selection"]})
        return ", ".join(measured) or str(self.study.get("selection", {}).get("checkpoint", "last"))

    @cached_property
    def protocols(self) -> list[str]:
        """The protocols under which something was measured."""
        return sorted({row["protocol"] for row in self.analysis["scores"] if row["protocol"]})

    @cached_property
    def languages(self) -> list[str]:
        """Every language in which something is scored, once; of a pair of languages both."""
        targets = self.facts.targets.values()
        return list(dict.fromkeys(one for target in targets for code in target.languages for one in parts(code)))

    @property
    def question(self) -> str:
        """What the study asks, or what every study asks."""
        own = self.study.get("question") or self.facts.question
        return str(own or "Which intermediate training helps the languages without labels?")

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
