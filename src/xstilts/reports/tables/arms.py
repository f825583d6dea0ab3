"""What each arm trains on, and which cells were left out on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.tables.data import ORIGINS
from xstilts.reports.tables.table import Table
from xstilts.reports.text.methods import arm_in_words
from xstilts.statistics.arm_training import TARGET
from xstilts.statistics.score_rows import NONE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell
    from xstilts.statistics.arm_training import Stage, Text
    from xstilts.statistics.study_facts import Facts

ARM_COLUMNS = ("arm", "phase", "task", "language", "origin", "items", "share", "steps", "view")
"""The columns of arms.csv, in order."""


def arm_rows(facts: Facts) -> list[dict[str, Any]]:
    """Everything that arms train on, one row per arm, phase, task and language (``ARM_COLUMNS``)."""
    return [
        {"arm": arm, "phase": stage.name}
        | {name: getattr(text, name) for name in ARM_COLUMNS[2:]}
        | {"steps": _plain_steps(text.steps)}
        for arm in facts.arms
        if arm in facts.trained
        for stage in facts.trained[arm].stages
        for text in stage.texts
    ]


def arms_tables(report: Report) -> list[Table]:
    """What each arm trains on: tasks, languages with the origin of their texts, items; none where it is not known.

    Languages of one task and origin share a row, and so do arms with the same target phase.
    """
    facts = report.facts
    if not facts.trained:
        return []
    body: list[list[Cell]] = []
    shared: dict[tuple[tuple[Cell, ...], ...], list[str]] = {}
    without = []
    for arm in facts.arms:
        stages = facts.trained[arm].stages if arm in facts.trained else ()
        rows = [(stage.name == TARGET, row) for stage in stages for row in _joined(stage)]
        body += [[arm, *row] for at_target, row in rows if not at_target]
        shared.setdefault(tuple(tuple(row) for at_target, row in rows if at_target), []).append(arm)
        without += [] if rows or arm == NONE else [arm]
    shared.pop((), None)
    body += [[arm, "whole arm", *["–"] * 6, arm_in_words(facts, arm)] for arm in without]
    for ending, arms in shared.items():
        named = "every arm" if len(arms) == len(facts.arms) > 1 else ", ".join(arms)
        body += [[named, *row] for row in ending]
    said = (
        "What each arm trains on. Text says how it came into its language: training on translations is not the same as "
        "training on text that people wrote in it. Items are counted once, also if several epochs repeat them. Share "
        "is the part of the phase, steps are those of the whole phase. Items and steps are counted in what was "
        "prepared and trained, over all seeds and bases; “–” stands where nothing was yet."
    )
    head = ("arm", "phase", "task", "languages", "text", "items", "share", "steps", "view")
    numbers, words = frozenset({5, 6, 7}), frozenset({3, 8})
    return [Table("arms", report.labelled(said), head, body, numbers, words, "What each arm trains on")]


def _joined(stage: Stage) -> list[list[Cell]]:
    """What a stage trains on as rows, languages of one task, origin and view together."""
    groups: dict[tuple[str, str, str], list[Text]] = {}
    for text in stage.texts:
        groups.setdefault((text.task, text.origin, text.view), []).append(text)
    return [
        [
            stage.name,
            task,
            ", ".join(dict.fromkeys(text.language for text in group)),
            ORIGINS.get(origin, origin),
            _items(group),
            _share(group),
            _steps(group),
            view or "as it is",
        ]
        for (task, origin, view), group in groups.items()
    ]


def _items(group: Sequence[Text]) -> str:
    known = [text.items for text in group if text.items is not None]
    return "–" if len(known) < len(group) else f"{sum(known):,}"


def _share(group: Sequence[Text]) -> str:
    known = [text.share for text in group if text.share is not None]
    return "–" if len(known) < len(group) else f"{100 * sum(known):.3g} %"


def _steps(group: Sequence[Text]) -> str:
    """The steps of a phase: one number, or the least and the most of its seeds, bases and targets."""
    every: list[int] = []
    for text in group:
        if text.steps is None:
            return "–"
        every += text.steps if isinstance(text.steps, tuple) else [text.steps]
    low, high = min(every), max(every)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _plain_steps(steps: int | tuple[int, int] | None) -> int | str | None:
    return f"{steps[0]} to {steps[1]}" if isinstance(steps, tuple) else steps


def cut_tables(report: Report) -> list[Table]:
    """What was left out on purpose, and why."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in report.facts.cut:
        groups.setdefault((one["arm"], one["why"]), []).append(one["target"] or "several targets or seeds")
    if not groups:
        return []
    joined: dict[tuple[str, str], list[str]] = {}
    for (arm, why), targets in groups.items():
        joined.setdefault((", ".join(dict.fromkeys(targets)), why), []).append(arm)
    body = [[", ".join(arms), targets, why] for (targets, why), arms in joined.items()]
    said = "Left out on purpose, before anything ran. No mean waits for these cells."
    head = ("arms", "targets", "why")
    return [Table("cut", said, head, body, words=frozenset({0, 1, 2}), label="Left out on purpose")]
