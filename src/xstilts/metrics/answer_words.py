"""Answers as bags of words against several accepted answers: what the rules for question answering share.

A rule brings its own ``normalise`` (text to words with single spaces between). Texts are normalised once per call of a
metric, however often they occur.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.metrics.percentages import f1_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from xstilts.metrics.base import Compute

    Normalise = Callable[[str], str]
    Score = Callable[[str, str], float]


class Remembered(dict[str, str]):
    """Normalised texts by their originals, filled as they are asked for; lives as long as one call of a metric."""

    def __init__(self, normalise: Normalise) -> None:
        super().__init__()
        self._normalise = normalise

    def __missing__(self, text: str) -> str:
        """Normalise a text that is seen for the first time."""
        self[text] = normalised = self._normalise(text)
        return normalised


def exact(gold: str, prediction: str) -> float:
    """1 if two normalised answers are equal (two empty ones are), else 0."""
    return float(gold == prediction)


def word_f1(gold: str, prediction: str) -> float:
    """F1 of two normalised answers as bags of words, in [0, 1]; 0 when they share none, empty ones included."""
    right, said = gold.split(), prediction.split()
    if right == said:
        return 1.0 if right else 0.0
    return f1_of((Counter(right) & Counter(said)).total(), len(right), len(said))


def best_scores(
    gold: Sequence[Sequence[str]], predictions: Sequence[str | None], normalise: Normalise, score: Score
) -> Iterator[float]:
    """Each question's best score with one of its accepted answers, in [0, 1]; 0 for None (not answered).

    Args:
        gold: Accepted answers of each question, at least one.
        predictions: One answer or None each.
        normalise: The rule's way from text to words with single spaces between.
        score: Of a normalised accepted answer and a normalised prediction.

    Raises:
        InputError: If a question has no accepted answer.
    """
    texts = Remembered(normalise)
    for number, (accepted, said) in enumerate(zip(gold, predictions, strict=True)):
        if not len(accepted):
            raise InputError(f"Question {number} has no gold answer, which this rule does not allow.", field="gold")
        if said is None:
            yield 0.0
        else:
            answer = texts[said]
            yield max(score(texts[right], answer) for right in accepted)


def mean_of_best(
    gold: Sequence[Sequence[str]], predictions: Sequence[str | None], normalise: Normalise, score: Score
) -> float:
    """The mean of :func:`best_scores` in percent, every question counted."""
    total = 0.0
    for best in best_scores(gold, predictions, normalise, score):
        total += best  # one by one as the scripts do: sum() rounds otherwise from Python 3.12 on
    return 100 * total / len(gold)


def best_of(normalise: Normalise, score: Score) -> Compute:
    """:func:`mean_of_best` as what a metric computes."""

    def compute(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
        return mean_of_best(gold, predictions, normalise, score)

    return compute
