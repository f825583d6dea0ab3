"""A benchmark's averages: task, group and overall, with everything that is missing named instead of left out.

A task's score is the mean of its metrics' means over languages (QA: exact match and F1); a group's the mean of its
tasks', the overall score the mean of all tasks', each counted once. Every mean is unweighted, and there is none as soon
as one cell is missing. Forms: ``official`` averages as the benchmark's program does, in its groups, with the pivot
where a task has it; ``complete``, where that program leaves a task out of its groups and so has no overall score, does
the same with every task; ``zero-shot`` leaves the pivot out. Source: google-research/xtreme:evaluate.py at 838c13b, in
its own steps: ``sum(values) / len(values)``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError
from xstilts.statistics.score_rows import BASELINE, Row, is_pivot, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from xstilts.statistics.study_facts import Facts

FORMS = ("official", "complete", "zero-shot")
AGGREGATE_COLUMNS = (
    "protocol", "base", "arm", "form", "level", "name", "value", "sd", "n_seeds", "wanted_seeds", "missing",
)  # fmt: skip
"""The columns of aggregates.csv; ``missing`` names tasks, ``task language`` or ``task language metric``."""

Scores = dict[tuple[str, str, str], float]
"""(task, language, metric) to score."""


@dataclass(frozen=True)
class Benchmark:
    """What is averaged.

    Attributes:
        languages: Task to the languages it is scored in.
        headline: Task to the metrics whose mean is its score.
        groups: Group to its tasks, as the benchmark's program has them.
        pivot: The language that training data comes in.
        complete: Group to its tasks with those that the program leaves out; empty where it leaves none out.
    """

    languages: Mapping[str, tuple[str, ...]]
    headline: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, tuple[str, ...]]
    pivot: str
    complete: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def tasks(self) -> tuple[str, ...]:
        """Every task of the groups, once, in order; they make the overall score."""
        return tuple(dict.fromkeys(task for group in (self.complete or self.groups).values() for task in group))

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms in which it is averaged."""
        return tuple(form for form in FORMS if form != "complete" or self.complete)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The tasks that the benchmark's program scores in no group."""
        grouped = {task for group in self.groups.values() for task in group}
        return tuple(task for task in self.tasks if task not in grouped)


@dataclass(frozen=True)
class Average:
    """One average, or the reason why there is none.

    Attributes:
        form: One of ``FORMS``.
        level: ``task``, ``group`` or ``overall``.
        name: The task's or group's name; "" for the overall score.
        value: The score; None where anything is missing.
        missing: What is missing: ``task``, ``task language`` or ``task language metric``; of an official overall score
            also the tasks that are in no official group, as a clause.
    """

    form: str
    level: str
    name: str
    value: float | None
    missing: tuple[str, ...] = ()


def aggregate(scores: Mapping[tuple[str, str, str], float | None], benchmark: Benchmark) -> list[Average]:
    """The averages of one model's scores, in every form.

    Args:
        scores: (task, language, metric) to score on the benchmark's scale; None or absent: missing.
        benchmark: What is averaged; languages are those of its table, see :func:`plain_language`.

    Returns:
        For each form the tasks in order, then the groups, then the overall score.

    Raises:
        InputError: If a task of a group has no languages or no metrics.
    """
    known = {
        (task, plain_language(language), metric): float(value)
        for (task, language, metric), value in scores.items()
        if value is not None
    }
    return [average for form in benchmark.forms for average in _in_form(known, benchmark, form)]


def plain_language(language: str) -> str:
    """The language a benchmark's table has for a cell: ``de`` for ``de``, ``de>en`` and ``de+de``."""
    first, *rest = parts(language)
    return first if ">" in language or set(rest) <= {first} else language


def _in_form(scores: Scores, benchmark: Benchmark, form: str) -> list[Average]:
    tasks = {task: _task(scores, benchmark, form, task) for task in benchmark.tasks}
    members = benchmark.groups if form == "official" else benchmark.complete or benchmark.groups
    groups = [_mean_of([tasks[task] for task in members[name]], form, "group", name) for name in benchmark.groups]
    overall = _mean_of(list(tasks.values()), form, "overall", "")
    if form == "official" and benchmark.left_out:
        why = (f"{task} is in no official group" for task in benchmark.left_out)
        overall = replace(overall, value=None, missing=(*overall.missing, *why))
    return [*tasks.values(), *groups, overall]


def _task(scores: Scores, benchmark: Benchmark, form: str, task: str) -> Average:
    metrics = benchmark.headline.get(task, ())
    languages = [plain_language(code) for code in benchmark.languages.get(task, ())]
    if form == "zero-shot":
        languages = [code for code in languages if not is_pivot(code, benchmark.pivot)]
    if not metrics or not languages:
        raise InputError("The benchmark does not say how this task is averaged.", field="groups", value=task)
    missing = _missing(scores, task, languages, metrics)
    if missing:
        return Average(form, "task", task, None, missing)
    means = [_mean([scores[task, code, metric] for code in languages]) for metric in metrics]
    return Average(form, "task", task, _mean(means))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _missing(scores: Scores, task: str, languages: Sequence[str], metrics: Sequence[str]) -> tuple[str, ...]:
    """The cells of a task that are not there: all of it, whole languages, or single metrics."""
    lost = {code: [metric for metric in metrics if (task, code, metric) not in scores] for code in languages}
    if all(len(names) == len(metrics) for names in lost.values()):
        return (task,)
    named = [
        [f"{task} {code}"] if len(names) == len(metrics) else [f"{task} {code} {metric}" for metric in names]
        for code, names in lost.items()
    ]
    return tuple(cell for cells in named for cell in cells)


def _mean_of(averages: Sequence[Average], form: str, level: str, name: str) -> Average:
    missing = tuple(cell for average in averages for cell in average.missing)
    values = [average.value for average in averages if average.value is not None]
    return Average(form, level, name, _mean(values) if values and not missing else None, missing)


def aggregate_rows(score_rows: Iterable[Row], facts: Facts) -> list[Row]:
    """The averages of every base and arm of a study under each protocol that has groups.

    Each seed is averaged for itself; ``value`` is the mean over the seeds that have every cell, ``n_seeds`` how many
    these are, ``wanted_seeds`` how many were asked for, ``sd`` their standard deviation (None below two).

    Args:
        score_rows: Rows of scores.csv; baselines and rows outside a target's headline setting take no part.
        facts: What the study asked for; ``facts.benchmarks`` has the protocols' rules.

    Returns:
        Rows with ``AGGREGATE_COLUMNS``; none for a protocol under which nothing was measured.
    """
    measured: dict[tuple[str, str, str], dict[str, Scores]] = defaultdict(lambda: defaultdict(dict))
    for row in score_rows:
        if row["protocol"] in facts.benchmarks and facts.is_headline(row, metric=False):
            cell = (str(row["target"]), str(row["language"]), str(row["metric"]))
            if not str(row["arm"]).startswith(BASELINE) and row["value"] is not None:
                measured[row["protocol"], row["base"], row["arm"]][str(row["seed"])][cell] = float(row["value"])
    rows: list[Row] = []
    for protocol, base, arm in sorted(measured, key=lambda key: _place(key, facts)):
        rules = facts.benchmarks[protocol]
        benchmark = Benchmark(
            **{name: {key: tuple(value) for key, value in rules[name].items()} for name in rules}, pivot=facts.pivot
        )
        by_seed = {seed: aggregate(cells, benchmark) for seed, cells in measured[protocol, base, arm].items()}
        wanted = facts.wanted_seeds(arm, len(by_seed))
        # every seed has the same averages in the same order, those with something missing among them
        for same in zip(*by_seed.values(), strict=True):
            rows.append({"protocol": protocol, "base": base, "arm": arm, **_over_seeds(same, wanted)})
    return rows


def _place(key: tuple[str, str, str], facts: Facts) -> tuple[str, int, str, int, str]:
    """Protocol by name, bases and arms in the study's order."""
    protocol, base, arm = key
    return protocol, _index(facts.bases, base), base, _index(facts.arms, arm), arm


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def _over_seeds(averages: Sequence[Average], wanted: int) -> Row:
    values = [average.value for average in averages if average.value is not None]
    missing = dict.fromkeys(cell for average in averages for cell in average.missing)
    return {
        "form": averages[0].form,
        "level": averages[0].level,
        "name": averages[0].name,
        "value": float(np.mean(values)) if values else None,
        "sd": float(np.std(values, ddof=1)) if len(values) > 1 else None,
        "n_seeds": len(values),
        "wanted_seeds": wanted,
        "missing": "; ".join(missing),
    }
