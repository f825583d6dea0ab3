"""What each arm trains on, and which cells were left out on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.reports.methods import arm_in_words
from xstilts.reports.tables.data import ORIGINS
from xstilts.reports.tables.table import Table
from xstilts.statistics.pairing import NONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xstilts.reports.report import Report
    from xstilts.reports.tables.table import Cell
    from xstilts.statistics.facts import Facts

ARM_COLUMNS = ("arm", "phase", "task", "language", "origin", "items", "share", "steps", "view")
"""The columns of arms.csv, in order."""

TARGET = "target"
"""The phase that most arms have in common; equal ones share their rows."""

_Key = tuple[str, str, str, str]


def arm_rows(facts: Facts) -> list[dict[str, Any]]:
    """Everything that arms train on, one row per arm, phase, task and language (``ARM_COLUMNS``)."""
    return [
        {"arm": arm, **{name: entry.get(name) for name in ARM_COLUMNS[1:]}, "steps": _plain_steps(entry.get("steps"))}
        for arm in facts.arms
        for entry in facts.arm_data.get(arm, ())
    ]


def arms_tables(report: Report) -> list[Table]:
    """What each arm trains on: tasks, languages with the origin of their texts, items; none where it is not known.

    Languages of one task and origin share a row, and so do arms with the same target phase.
    """
    facts = report.facts
    if not facts.arm_data:
        return []
    body: list[list[Cell]] = []
    shared: dict[tuple[tuple[Cell, ...], ...], list[str]] = {}
    for arm in facts.arms:
        entries = facts.arm_data.get(arm, ())
        body += [[arm, *row] for row in _joined([one for one in entries if one["phase"] != TARGET])]
        ending = tuple(map(tuple, _joined([one for one in entries if one["phase"] == TARGET])))
        shared.setdefault(ending, []).append(arm)
    shared.pop((), None)
    for arm in facts.arms:
        if not facts.arm_data.get(arm) and arm != NONE:
            body.append([arm, "whole arm", *["–"] * 6, arm_in_words(facts, arm)])
    for ending, arms in shared.items():
        named = "every arm" if len(arms) == len(facts.arms) > 1 else ", ".join(arms)
        body += [[named, *row] for row in ending]
    said = (
        "What each arm trains on. Text: how it came to be in its language, which is part of what an arm is: training "
        "on translations is not training on native text. Items: before any epoch repeats them; share: of the phase; "
        "steps: of the whole phase. Items and steps are counted in what was prepared and trained, over all seeds and "
        "bases; – where nothing was yet."
    )
    head = ("arm", "phase", "task", "languages", "text", "items", "share", "steps", "view")
    numbers, words = frozenset({5, 6, 7}), frozenset({3, 8})
    return [Table("arms", report.labelled(said), head, body, numbers, words, "What each arm trains on")]


def _joined(entries: Sequence[Mapping[str, Any]]) -> list[list[Cell]]:
    """Entries of one arm as rows, languages of one phase, task, origin and view together."""
    groups: dict[_Key, list[Mapping[str, Any]]] = {}
    for entry in entries:
        key = (entry["phase"], entry["task"], entry["origin"], entry.get("view") or "")
        groups.setdefault(key, []).append(entry)
    return [
        [
            phase,
            task,
            ", ".join(dict.fromkeys(str(entry["language"]) for entry in group)) or "–",
            ORIGINS.get(origin, origin or "–"),
            _items(group),
            _share(group),
            _steps(group),
            view or "as it is",
        ]
        for (phase, task, origin, view), group in groups.items()
    ]


def _items(group: Sequence[Mapping[str, Any]]) -> str:
    known = [entry["items"] for entry in group]
    return "–" if None in known else f"{sum(known):,}"


def _share(group: Sequence[Mapping[str, Any]]) -> str:
    known = [entry["share"] for entry in group]
    return "–" if None in known else f"{100 * sum(known):.3g} %"


def _steps(group: Sequence[Mapping[str, Any]]) -> str:
    """The steps of a phase: one number, or the least and the most of its seeds, bases and targets."""
    every: list[int] = []
    for entry in group:
        steps = entry.get("steps")
        if steps is None:
            return "–"
        every += steps if isinstance(steps, list) else [steps]
    low, high = min(every), max(every)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _plain_steps(steps: int | list[int] | None) -> int | str | None:
    return f"{steps[0]} to {steps[1]}" if isinstance(steps, list) else steps


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
    said = "Left out on purpose before anything ran. These cells are marked as cut and are missed by no mean."
    head = ("arms", "targets", "why")
    return [Table("cut", said, head, body, words=frozenset({0, 1, 2}), label="Left out on purpose")]
