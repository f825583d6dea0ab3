"""Answers to scores, with all that is told beside them: chance, the usual answer, how sure, what was cut.

Whoever wants scores comes this way, a node of a study as well as somebody with a model directory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.evaluation.items import class_counts, constants, uncertainties
from xstilts.evaluation.score import score, tags_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from xstilts.evaluation.items import ClassCounts, Uncertainty
    from xstilts.evaluation.request import Answers
    from xstilts.evaluation.score import Scoring

INDEX_RECALL = "index_recall@20"
"""Of an approximate search: percent of the exact search's twenty nearest candidates that it found."""


class Scored(NamedTuple):
    """The scores of one language under one setting.

    Attributes:
        rows: One for each metric: ``metric``, ``value``, ``n``, ``chance`` (see :func:`~xstilts.evaluation.score`),
            ``constant`` (the score of one answer to everything), ``truncated`` (examples that were cut) and, for
            tagging, ``lost`` of the ``words``.
        sure: How sure scores are by their items.
        classes: How often each answer is right, and how often it was given; None for kinds without classes.
    """

    rows: list[dict[str, Any]]
    sure: list[Uncertainty]
    classes: ClassCounts | None


def scored(answers: Answers, scoring: Scoring, sure_of: Sequence[str] | None = None) -> Scored:
    """The scores of the answers in one language.

    Args:
        answers: What was answered.
        scoring: How it is scored.
        sure_of: Metrics whose uncertainty is wanted, which takes longer than the scores; None: all.

    Raises:
        InputError: If there is nothing to score or an example has no gold answer.
        UnknownNameError: If the kind has no such metric.
    """
    table, language = answers.table, answers.language
    usual = constants(table, scoring, language)
    found = score(table, scoring, answers.candidates, language)
    rows = [{**row, "constant": usual.get(row["metric"])} for row in found]
    if answers.index_recall is not None:
        rows.append({"metric": INDEX_RECALL, "value": 100 * answers.index_recall, "n": len(table), "chance": None})
    sure = uncertainties(table, scoring.of(scoring.metrics if sure_of is None else sure_of), language)
    counts = _counts(table)
    return Scored([{**row, **counts} for row in rows], sure, class_counts(scoring.kind, table))


def _counts(table: pa.Table) -> dict[str, int]:
    """How many examples were cut, and, for tagging, how many of the words were lost that way."""
    counts = {"truncated": sum(table.column("truncated").to_pylist())}
    if "lost" in table.column_names:
        counts["lost"] = sum(table.column("lost").to_pylist())
        counts["words"] = len(tags_of(table, "gold").codes)
    return counts
