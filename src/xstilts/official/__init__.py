"""Scores from the benchmarks' own file formats, as their official scripts read them: one module per format.

What the official script reads decides: where it gives a value, so do we, and the same one (with notes on what looks
odd); where it would stop, the error names file and line. One thing goes beyond it: gold that is not what the task reads
is refused, for a score against the wrong file is no score. Each module states its source and its rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts import metrics
from xstilts.errors import DataError, InputError
from xstilts.official.answers import read_answers
from xstilts.official.labels import read_choices, read_labels
from xstilts.official.pairs import read_pairs
from xstilts.official.ranks import read_candidates, read_entities, read_indices
from xstilts.official.reading import Read
from xstilts.official.replies import read_replies, thresholds
from xstilts.official.tags import read_tags
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from xstilts.tasks.base import Task

__all__ = ["Read", "read_files", "score_files"]

_BY_TASK: Mapping[str, Callable[[Task, Path, Path], Read]] = {
    "bucc2018": read_pairs,
    "tatoeba": read_indices,
    "mewslix": read_entities,
    "lareqa": read_candidates,
}
_BY_RULE: Mapping[str, Callable[[Task, Path, Path], Read]] = {"squad2": read_replies}
_BY_KIND: Mapping[str, Callable[[Task, Path, Path], Read]] = {
    Kind.CLASSIFICATION: read_labels,
    Kind.MULTIPLE_CHOICE: read_choices,
    Kind.TAGGING: read_tags,
    Kind.SPAN_QA: read_answers,
}


def score_files(
    task: Task, gold: Path, predictions: Path, language: str | None = None, na_probabilities: Path | None = None
) -> dict[str, Any]:
    """Score a predictions file against a gold file of ``task``.

    Args:
        task: Decides format and metrics.
        gold: The official gold file of one language.
        predictions: The predictions for it.
        language: BCP-47 code, or ``context+question``; only rules that depend on it (``mlqa``) need one.
        na_probabilities: For the rule ``squad2``: JSON object from question id to the probability that there is no
            answer; adds the scores at the best threshold.

    Returns:
        ``{"n": examples, "metrics": {name: value}, "notes": [text]}``, values in percent: the official ones first,
        then additions; the notes name what a person should know of the files, which changes no value.

    Raises:
        DataError: If a file cannot be read so; names file and line.
        InputError: If the task has no official format, or its rule needs the language and none is given.
    """
    read = read_files(task, gold, predictions, na_probabilities)
    spoken = language.split("+")[0] if language else None
    scores: dict[str, float] = {}
    for name in dict.fromkeys(read.metrics):
        metric = metrics.get(task.kind, name, task.rule)
        scores[name] = metric(read.gold, read.predictions, read.answers, spoken)
    return {"n": read.n, "metrics": scores | thresholds(read), "notes": list(read.notes)}


def read_files(task: Task, gold: Path, predictions: Path, na_probabilities: Path | None = None) -> Read:
    """Both files in the form that the metrics of the task's kind take.

    Raises:
        DataError: If a file cannot be read so, or the gold file is empty.
        InputError: If the task has no official format.
    """
    reader = _BY_TASK.get(task.name) or _BY_RULE.get(task.rule) or _BY_KIND.get(task.kind)
    if reader is None:
        raise InputError(f"{task.name}: there is no official format for {task.kind}.", field="--task", value=task.name)
    if na_probabilities is None:
        read = reader(task, gold, predictions)
    elif reader is read_replies:
        read = read_replies(task, gold, predictions, na_probabilities)
    else:
        message = f"{task.name}: only SQuAD v2 has questions without an answer."
        raise InputError(message, field="--na-probabilities", value=task.name)
    if not read.n:
        raise DataError("The file holds no example.", field=str(gold))
    return read
