"""Which data sets a study uses, what for, and under which terms: for the report's table and its references."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from xstilts.tasks.union import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from xstilts.planning.resolved import ResolvedStudy
    from xstilts.statistics.arm_training import Trained

USES = ("pretraining", "intermediate", "target training", "evaluation")
"""What a data set may be used for, in the order of a chain."""


def data_sets(resolved: ResolvedStudy, arms: Mapping[str, Trained]) -> list[dict[str, Any]]:
    """Every task whose examples the study reads, in alphabetical order, a union as its parts.

    Args:
        resolved: The study.
        arms: What each arm trains.

    Returns:
        Dicts with ``task, title, uses`` (in the order of ``USES``), ``licence, non_commercial`` (None: no licence is
        stated that says), ``origin`` (of the text) and ``citation``; the terms are those of the real data set, also
        where the study reads its lab twin. A study's own tasks have neither licence nor citation.
    """
    uses: dict[str, set[str]] = defaultdict(set)
    tasks = {}
    for name, use, where in _named(resolved, arms):
        for task in members(resolved.task(name, where)):
            tasks[task.name] = task
            uses[task.name].add(use)
    own = set(resolved.inline)
    return [
        {
            "task": name,
            "title": task.title,
            "uses": [use for use in USES if use in uses[name]],
            "licence": "the study's own data" if name in own else task.licence,
            "non_commercial": task.non_commercial,
            "origin": "" if name in own else task.origin.value,
            "citation": task.citation,
        }
        for name, task in sorted(tasks.items())
    ]


def _named(resolved: ResolvedStudy, arms: Mapping[str, Trained]) -> Iterator[tuple[str, str, str]]:
    """Task name, use and place in the study."""
    study = resolved.study
    for index, recipe in enumerate(study.bases):
        for task in recipe.pretrain.tasks if recipe.pretrain else ():
            yield task, "pretraining", f"bases.{index}.pretrain"
    for arm, told in arms.items():
        for task in told.tasks:
            yield task, "intermediate", f"arms.{arm}"
    for target in resolved.targets:
        for phase_tasks in target.phases:
            for task in phase_tasks:
                yield task, "target training", target.where
        yield target.name, "evaluation", target.where
