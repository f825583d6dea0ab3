"""A predictions table to scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts import metrics
from xstilts.errors import InputError
from xstilts.metrics import no_answer
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pyarrow as pa

    from xstilts.metrics.base import Metric


USUAL = "prediction"
"""The column that most metrics read."""


def score(
    kind: str,
    predictions: pa.Table,
    metric_names: Sequence[str],
    labels: Sequence[str] = (),
    candidates: int | None = None,
    rule: str = "",
    language: str | None = None,
) -> list[dict[str, Any]]:
    """The scores of one predictions table: one language, one setting.

    Args:
        kind: The task's kind.
        predictions: From :func:`xstilts.evaluation.predict` or ``retrieve``.
        metric_names: Names of metrics of the kind.
        labels: The task's labels (classification, tagging).
        candidates: How many candidates a query was compared with (retrieval); only the chance level needs it.
        rule: The task's scoring rule, where it has its own.
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
    for metric, gold, said, answers in compared(kind, predictions, metric_names, labels, candidates, rule):
        value = metric(gold, said, answers, answer_language(language))
        rows.append({"metric": metric.name, "value": value, "n": len(gold), "chance": metric.chance(gold, answers)})
    return rows


def compared(
    kind: str,
    predictions: pa.Table,
    metric_names: Sequence[str],
    labels: Sequence[str] = (),
    candidates: int | None = None,
    rule: str = "",
) -> Iterator[tuple[Metric, list[Any], list[Any], Sequence[Any]]]:
    """Each metric with what it compares: gold, what was said, and the possible answers; see :func:`score`."""
    gold, usual = _columns(kind, predictions, rule)
    answers = _answers(kind, predictions, labels, candidates)
    for name in metric_names:
        metric = metrics.get(kind, name, rule)
        if metric.column == USUAL:
            yield metric, gold, usual, answers
        elif not _is_absent(predictions, metric.column):
            yield metric, gold, predictions.column(metric.column).to_pylist(), answers


def _is_absent(predictions: pa.Table, column: str) -> bool:
    return column not in predictions.column_names or predictions.column(column).null_count == len(predictions)


def answer_language(code: str | None) -> str | None:
    """The language that answers are in: of a pair ``context+question`` the first."""
    return code.split("+")[0] if code else None


def headline(
    kind: str,
    predictions: pa.Table,
    metric_name: str,
    labels: Sequence[str] = (),
    rule: str = "",
    language: str | None = None,
) -> float:
    """One score for choosing checkpoints: higher is better, whatever the metric's own direction."""
    value = float(score(kind, predictions, [metric_name], labels, rule=rule, language=language)[0]["value"])
    return value if metrics.get(kind, metric_name, rule).higher_is_better else -value


def _columns(kind: str, predictions: pa.Table, rule: str) -> tuple[list[Any], list[Any]]:
    names = ("n_tokens", "loss_sum") if kind == Kind.MASKED_LM else ("gold", "prediction")
    gold, said = (predictions.column(name).to_pylist() for name in names)
    unlabelled = [number for number, right in enumerate(gold) if right is None]
    if unlabelled:
        example = predictions.column("id")[unlabelled[0]].as_py()
        raise InputError(f"Example {example!r} has no gold answer, so it cannot be scored.", field="gold")
    if rule == no_answer.RULE and "null_score" in predictions.column_names:
        spans, doubts = (predictions.column(name).to_pylist() for name in ("span", "null_score"))
        said = [no_answer.Reply(span, doubt, 0.0) for span, doubt in zip(spans, doubts, strict=True)]
    return gold, said


def _answers(kind: str, predictions: pa.Table, labels: Sequence[str], candidates: int | None) -> Sequence[Any]:
    """What a guess would be drawn from."""
    if kind == Kind.MULTIPLE_CHOICE and len(predictions):
        return range(len(predictions.column("scores")[0]))
    if kind == Kind.RETRIEVAL:
        return range(candidates or 0)
    return labels
