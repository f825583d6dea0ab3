"""What each example adds to a score, so that the score of other examples can be told without scoring again.

Most scores are the mean of a number per example; the others here are ratios of sums over examples. Both are found by
trying: a way to take a score apart counts only where its parts give the score back, so a metric of a plug-in is taken
apart rightly or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError
from xstilts.metrics.chunks import undated, whole_tag, without_letter
from xstilts.metrics.tag_lists import TagLists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from xstilts.metrics.base import Metric

    Sums = NDArray[np.float64]

_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Parts:
    """A score as a function of sums over examples.

    Attributes:
        sums: What each example adds, shape ``(n, 2k)``: k numerators, then their k denominators.
        finish: From the mean of the k ratios to the score.
        share: Whether every example is simply right (100) or wrong (0), so that the score is a proportion in percent.
    """

    sums: Sums
    finish: Callable[[Sums], Sums]
    share: bool = False

    def score(self, sums: Sums) -> Sums:
        """The scores of ``m`` sets of examples from their sums, shape ``(m, 2k)`` to ``(m,)``.

        A ratio whose denominator is 0 counts as 0; of several ratios those without denominator are left out of the
        mean.
        """
        above, below = np.split(sums, 2, axis=1)
        known = below > 0
        ratios = np.divide(above, below, out=np.zeros_like(above), where=known)
        with np.errstate(over="ignore"):  # a perplexity may be infinite
            return self.finish(ratios.sum(axis=1) / np.maximum(known.sum(axis=1), 1))


def parts(
    metric: Metric,
    gold: Sequence[Any],
    predictions: Sequence[Any],
    answers: Sequence[Any] = (),
    language: str | None = None,
) -> Parts | None:
    """A score taken apart into what each example adds; None where no way is known that gives the score back.

    Args:
        metric: The metric.
        gold: As for the metric.
        predictions: As for the metric.
        answers: As for the metric.
        language: As for the metric.
    """
    value = metric(gold, predictions, answers, language)
    for found in _ways(metric, gold, predictions, answers, language):
        again = float(found.score(found.sums.sum(axis=0, keepdims=True))[0])
        if abs(again - value) <= _TOLERANCE * max(1.0, abs(value)):
            return found
    return None


def _ways(
    metric: Metric, gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any], language: str | None
) -> Iterator[Parts]:
    """Ways to take a score apart, the most likely first; whoever asks checks them."""
    if metric.kind == "tagging":
        yield from _of_words(metric, gold, predictions)
        return
    if metric.kind == "masked_lm":
        sums = np.column_stack([np.asarray(predictions, dtype=float), np.asarray(gold, dtype=float)])
        yield Parts(sums, _same)
        yield Parts(sums, np.exp)
        return
    if metric.kind.endswith("classification") and metric.name.endswith("f1"):
        yield _of_labels(gold, predictions, answers[-1:] if metric.name == "f1" else None)
    if metric.rule == "bucc" and metric.column == "prediction":
        yield _of_pairs(metric, gold, predictions)
    alone = [_alone(metric, right, said, answers, language) for right, said in zip(gold, predictions, strict=True)]
    counted = np.array([value is not None for value in alone], dtype=float)
    values = np.array([value or 0.0 for value in alone])
    yield _mean(values, counted)
    if metric.kind == "retrieval":
        yield _mean(values, np.array([float(len(right) > 0) for right in gold]))


def _same(mean: Sums) -> Sums:
    return mean


def _percent(mean: Sums) -> Sums:
    return 100 * mean


def _mean(values: Sums, counted: Sums) -> Parts:
    """The mean over the examples that count."""
    share = bool(np.isin(values, (0.0, 100.0)).all() and counted.all())
    return Parts(np.column_stack([values * counted, counted]), _same, share)


def _alone(metric: Metric, right: Any, said: Any, answers: Sequence[Any], language: str | None) -> float | None:  # noqa: ANN401 - in the kind's form
    """The score of one example; None where the metric does not count it."""
    try:
        return metric([right], [said], answers, language)
    except InputError:
        return None


def _of_words(metric: Metric, gold: Sequence[Any], predictions: Sequence[Any]) -> Iterator[Parts]:
    """Chunk scores and accuracy: ratios of sums over sentences."""
    right, said = TagLists.of(gold), TagLists.of(predictions)
    if metric.name == "accuracy":
        yield Parts(np.stack([right.hits(said), right.lengths], axis=1).astype(float), _percent)
        return
    type_of = without_letter if metric.name.endswith(".seqeval1") else whole_tag
    if metric.name.endswith(".no_date"):
        right, said = right.mapped(undated), said.mapped(undated)
    yield _of_counts(metric, *right.agreement(said, type_of).T.astype(float))


def _of_counts(metric: Metric, both: Sums, right: Sums, said: Sums) -> Parts:
    """Precision, recall or F1 from how many things are in both, in gold, and in the predictions."""
    ratios = {"precision": (both, said), "recall": (both, right)}
    above, below = ratios.get(metric.name.split(".")[0], (2 * both, right + said))
    return Parts(np.column_stack([above, below]), _percent)


def _of_labels(gold: Sequence[Any], predictions: Sequence[Any], labels: Sequence[Any] | None) -> Parts:
    """F1 of the labels (None: of all that occur), averaged."""
    known = sorted({*gold, *predictions}, key=str) if labels is None else list(labels)
    right, said = (
        np.array([[own == one for one in known] for own in side], dtype=float) for side in (gold, predictions)
    )
    return Parts(np.column_stack([2 * right * said, right + said]), _percent)


def _of_pairs(metric: Metric, gold: Sequence[Any], predictions: Sequence[Any]) -> Parts:
    """Scores of mined pairs."""
    pairs = [(set(right), set(said or ())) for right, said in zip(gold, predictions, strict=True)]
    counts = [(len(right & said), len(right), len(said)) for right, said in pairs]
    return _of_counts(metric, *np.array(counts, dtype=float).T)
