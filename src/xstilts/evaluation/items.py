"""What a table of predictions says beyond its scores: how sure they are by their items, and what was answered."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from xstilts.errors import InputError
from xstilts.evaluation.score import answer_language, compared, tags_of
from xstilts.metrics.chunks import OUTSIDE, whole_tag
from xstilts.metrics.score_parts import Parts, parts
from xstilts.metrics.tag_lists import TagLists
from xstilts.statistics.inference import jackknife
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from xstilts.evaluation.score import Scoring
    from xstilts.metrics.base import Metric

SOME_ANSWER, NO_ANSWER = "(an answer)", "(no answer)"
"""The two classes of what is said to a question."""
LEVEL = 0.95
"""Coverage of the intervals over items."""


class Uncertainty(TypedDict):
    """How sure a score is by its items.

    Attributes:
        metric: The metric.
        error: Standard error, in the metric's unit.
        low: Lower end of the 95 % interval, within the metric's range.
        high: Upper end.
        how: ``wilson`` for a proportion of right items, else ``jackknife`` (normal, with the jackknife's error).
        moves: See :mod:`xstilts.statistics.inference.jackknife`, shape ``(GROUPS,)``.
    """

    metric: str
    error: float
    low: float
    high: float
    how: str
    moves: NDArray[np.float64]


def uncertainties(predictions: pa.Table, scoring: Scoring, language: str | None = None) -> list[Uncertainty]:
    """How sure the scores of one predictions table are by its items; arguments as for ``score``.

    Left out are scores that cannot be taken apart into items (at a best threshold), and diagnostic ones.
    """
    groups = jackknife.groups_of(predictions.column("id").to_pylist())
    rows: list[Uncertainty] = []
    for metric, gold, said, answers in compared(predictions, scoring):
        found = None if metric.diagnostic else parts(metric, gold, said, answers, answer_language(language))
        if found is not None:
            rows.append(_uncertainty(metric, found, groups))
    return rows


def _uncertainty(metric: Metric, found: Parts, groups: NDArray[np.int64]) -> Uncertainty:
    value = float(found.score(found.sums.sum(axis=0, keepdims=True))[0])
    error = jackknife.standard_error(found.sums, found.score)
    half = jackknife.z_of(LEVEL) * error
    low, high = max(metric.low, value - half), min(metric.high, value + half)
    if found.share:
        low, high = jackknife.wilson(value, len(found.sums), LEVEL)
    how = "wilson" if found.share else "jackknife"
    moved = jackknife.moves(found.sums, found.score, groups)
    return {"metric": metric.name, "error": error, "low": low, "high": high, "how": how, "moves": moved}


def constants(predictions: pa.Table, scoring: Scoring, language: str | None = None) -> dict[str, float]:
    """Metric to the score of giving every example the answer that is right most often; of questions, no answer.

    Arguments as for ``score``. Left out where that means nothing (searches, masked words) or cannot be scored.
    """
    if scoring.kind in (Kind.RETRIEVAL, Kind.MASKED_LM):
        return {}
    found = {}
    for metric, gold, _, answers in compared(predictions, scoring):
        with suppress(InputError):  # some metrics need more than an answer, such as how sure it is
            found[metric.name] = metric(gold, _most_frequent(scoring.kind, gold), answers, answer_language(language))
    return found


def _most_frequent(kind: str, gold: Sequence[Any]) -> Sequence[Any]:
    if kind == Kind.SPAN_QA:
        return [""] * len(gold)
    if kind == Kind.TAGGING:
        tags = TagLists.of(gold)
        counts = zip(tags.words, np.bincount(tags.codes, minlength=len(tags.words)).tolist(), strict=True)
        tag = min(counts, key=lambda one: (-one[1], one[0]), default=("", 0))[0]
        return TagLists([tag], np.zeros_like(tags.codes), tags.ends)
    return [_mode(gold)] * len(gold)


def _mode(values: Iterable[Any]) -> Any:  # noqa: ANN401 - a label, a tag or a number
    counts = Counter(values)
    return min(counts, key=lambda value: (-counts[value], str(value)), default="")


class ClassCounts(TypedDict):
    """How often each answer is right, and how often it was given."""

    gold: dict[str, int]
    said: dict[str, int]


def class_counts(kind: str, predictions: pa.Table) -> ClassCounts | None:
    """How often each class is right and how often it was said; None for kinds that have no classes.

    The classes are labels, the places of choices, the types of tagged words (``OUTSIDE`` among them), and whether a
    question is answered at all.
    """
    if kind in (Kind.RETRIEVAL, Kind.MASKED_LM):
        return None
    names = ("gold", "prediction")
    if kind == Kind.TAGGING:
        gold, said = (_types(tags_of(predictions, name)) for name in names)
    else:
        gold, said = (_classes(kind, predictions.column(name).to_pylist()) for name in names)
    return {"gold": gold, "said": said}


def _types(tags: TagLists) -> dict[str, int]:
    typed: Counter[str] = Counter()
    for tag, count in zip(tags.words, np.bincount(tags.codes, minlength=len(tags.words)).tolist(), strict=True):
        typed[whole_tag(tag or OUTSIDE)] += count
    return dict(sorted(typed.items()))


def _classes(kind: str, values: Sequence[Any]) -> dict[str, int]:
    if kind == Kind.SPAN_QA:
        return dict(sorted(Counter(SOME_ANSWER if value else NO_ANSWER for value in values).items()))
    if kind == Kind.MULTIPLE_CHOICE:
        return dict(sorted(Counter(f"choice {value + 1}" for value in values if value is not None).items()))
    return dict(sorted(Counter(str(value) for value in values).items()))
