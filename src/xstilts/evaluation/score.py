"""A predictions table to scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from xstilts import metrics
from xstilts.errors import InputError
from xstilts.metrics import no_answer
from xstilts.metrics.tag_lists import TagLists
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from xstilts.metrics.base import Metric


USUAL = "prediction"
"""The column that most metrics read."""


@dataclass(frozen=True)
class Scoring:
    """How answers to a task are scored.

    Attributes:
        kind: The task's kind.
        metrics: Names of metrics of the kind, the headline first.
        labels: The task's labels (classification, tagging).
        rule: The task's scoring rule, where it has its own.
    """

    kind: str
    metrics: Sequence[str]
    labels: Sequence[str] = ()
    rule: str = ""

    def of(self, metric_names: Sequence[str]) -> Scoring:
        """The same with other metrics."""
        return replace(self, metrics=metric_names)


def score(
    predictions: pa.Table, scoring: Scoring, candidates: int | None = None, language: str | None = None
) -> list[dict[str, Any]]:
    """The scores of one predictions table: one language, one setting.

    Args:
        predictions: From :func:`xstilts.evaluation.answering` or ``retrieve``.
        scoring: How they are scored.
        candidates: How many candidates a query was compared with (retrieval); only the chance level needs it.
        language: BCP-47 code of the texts (of a pair ``context+question``); some rules depend on it.

    Returns:
        ``{"metric", "value", "n", "chance"}`` for each metric in order; ``n`` counts rows, ``chance`` is the score of
        uniform guessing or None. A metric whose column the table does not have, or has empty, is left out: only the
        pool of all languages has a bias towards one.

    Raises:
        InputError: If there is nothing to score or an example has no gold answer.
        UnknownNameError: If the kind has no such metric.
    """
    rows = []
    for metric, gold, said, answers in compared(predictions, scoring, candidates):
        value = metric(gold, said, answers, answer_language(language))
        rows.append({"metric": metric.name, "value": value, "n": len(gold), "chance": metric.chance(gold, answers)})
    return rows


def compared(
    predictions: pa.Table, scoring: Scoring, candidates: int | None = None
) -> Iterator[tuple[Metric, Sequence[Any], Sequence[Any], Sequence[Any]]]:
    """Each metric with what it compares: gold, what was said, and the possible answers; see :func:`score`."""
    gold, usual = _columns(scoring, predictions)
    answers = _answers(scoring, predictions, candidates)
    for name in scoring.metrics:
        metric = metrics.get(scoring.kind, name, scoring.rule)
        if metric.column == USUAL:
            yield metric, gold, usual, answers
        elif not _is_absent(predictions, metric.column):
            yield metric, gold, predictions.column(metric.column).to_pylist(), answers


def _is_absent(predictions: pa.Table, column: str) -> bool:
    return column not in predictions.column_names or predictions.column(column).null_count == len(predictions)


def answer_language(code: str | None) -> str | None:
    """The language that answers are in: of a pair ``context+question`` the first."""
    return code.split("+")[0] if code else None


def headline(predictions: pa.Table, scoring: Scoring, language: str | None = None) -> float:
    """The first metric, for choosing checkpoints: higher is better, whatever the metric's own direction."""
    name = scoring.metrics[0]
    value = float(score(predictions, scoring.of([name]), language=language)[0]["value"])
    return value if metrics.get(scoring.kind, name, scoring.rule).higher_is_better else -value


def tags_of(predictions: pa.Table, column: str) -> TagLists:
    """A column of lists of tags, read without a text of its own for every word."""
    import numpy as np

    lists = predictions.column(column).combine_chunks()
    tags = lists.flatten().dictionary_encode()
    ends = np.cumsum(lists.value_lengths().fill_null(0).to_numpy(zero_copy_only=False), dtype=np.int64)
    return TagLists.coded(tags.dictionary.to_pylist(), tags.indices.to_numpy(zero_copy_only=False), ends)


def _columns(scoring: Scoring, predictions: pa.Table) -> tuple[Sequence[Any], Sequence[Any]]:
    names = ("n_tokens", "loss_sum") if scoring.kind == Kind.MASKED_LM else ("gold", "prediction")
    unlabelled = predictions.column(names[0]).is_null().index(True).as_py()
    if unlabelled >= 0:
        example = predictions.column("id")[unlabelled].as_py()
        raise InputError(f"Example {example!r} has no gold answer, so it cannot be scored.", field="gold")
    if scoring.kind == Kind.TAGGING:
        return tags_of(predictions, "gold"), tags_of(predictions, "prediction")
    gold, said = (predictions.column(name).to_pylist() for name in names)
    if scoring.rule == no_answer.RULE and "null_score" in predictions.column_names:
        spans, doubts = (predictions.column(name).to_pylist() for name in ("span", "null_score"))
        said = [no_answer.Reply(span, doubt, 0.0) for span, doubt in zip(spans, doubts, strict=True)]
    return gold, said


def _answers(scoring: Scoring, predictions: pa.Table, candidates: int | None) -> Sequence[Any]:
    """What a guess would be drawn from."""
    if scoring.kind == Kind.MULTIPLE_CHOICE and len(predictions):
        return range(len(predictions.column("scores")[0]))
    if scoring.kind == Kind.RETRIEVAL:
        return range(candidates or 0)
    return scoring.labels
