"""The rule of SQuAD v2.0 (Rajpurkar et al. 2018, arXiv 1806.03822): a question may have no answer.

Gold is a list of accepted answers, empty for a question without one. A prediction is one answer, None (missing: scores
0), or a :class:`Reply`, which adds how sure the model is that there is no answer. As in the official script
(rajpurkar/SQuAD-explorer:evaluate-v2.0.py):

- texts are normalised as in SQuAD v1.1; accepted answers that normalise to nothing are dropped, and where none is left
  the right answer is one that normalises to nothing;
- where gold or prediction normalises to nothing, F1 is 1 if both do, else 0 (unlike v1.1);
- a prediction whose ``no_answer`` is above the threshold is scored as "there is none", right if the question has no
  accepted answer at all;
- the best-threshold variants look at every threshold, ties one by one in the given order, and so are optimistic: the
  threshold is chosen on the data it is scored on.

The official script stops at a missing prediction; here it scores 0 and is counted.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import InputError
from xstilts.metrics.answer_words import Remembered, exact
from xstilts.metrics.base import Metric, register, unknown_chance
from xstilts.metrics.percentages import f1_of
from xstilts.metrics.span_qa import normalise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Pair = Callable[[str, str], float]

RULE = "squad2"
OFFICIAL_THRESHOLD = 1.0
"""``--na-prob-thresh`` of the official script, which no probability exceeds."""


class Reply(NamedTuple):
    """An answer together with how sure the model is that there is none.

    Attributes:
        text: The answer to give if there is one; None where nothing was predicted.
        no_answer: A probability, or any other score that grows with the belief that there is no answer.
        threshold: Above it the reply is "there is no answer".
    """

    text: str | None
    no_answer: float
    threshold: float = OFFICIAL_THRESHOLD

    @property
    def declined(self) -> bool:
        """Whether the reply is that there is no answer."""
        return self.text is not None and self.no_answer > self.threshold


class BestThreshold(NamedTuple):
    """The best score over all thresholds (percent), and the threshold that gives it (0 where none is better)."""

    score: float
    threshold: float


def pair_f1(gold: str, prediction: str) -> float:
    """F1 of two normalised answers as bags of words, in [0, 1]; 1 where both are empty, 0 where one is."""
    right, said = gold.split(), prediction.split()
    if not right or not said:
        return float(right == said)
    return f1_of((Counter(right) & Counter(said)).total(), len(right), len(said))


def raw_scores(gold: Sequence[Sequence[str]], predictions: Sequence[Any], pair: Pair) -> list[float]:
    """The score of each predicted text in [0, 1], whatever ``no_answer`` says; 0 where it is missing.

    Args:
        gold: Accepted answers of each question.
        predictions: Texts, replies or None.
        pair: Score of two normalised answers, :func:`pair_f1` or :func:`xstilts.metrics.answer_words.exact`.
    """
    texts = Remembered(normalise)
    scores = []
    for accepted, prediction in zip(gold, predictions, strict=True):
        text = prediction.text if isinstance(prediction, Reply) else prediction
        kept = [texts[answer] for answer in accepted if texts[answer]] or [""]
        scores.append(0.0 if text is None else max(pair(answer, texts[text]) for answer in kept))
    return scores


def scores(gold: Sequence[Sequence[str]], predictions: Sequence[Any], pair: Pair) -> list[float]:
    """The score of each prediction in [0, 1], with the threshold of its reply."""
    return [
        float(not len(accepted)) if isinstance(prediction, Reply) and prediction.declined else score
        for accepted, prediction, score in zip(gold, predictions, raw_scores(gold, predictions, pair), strict=True)
    ]


def best_threshold(gold: Sequence[Sequence[str]], predictions: Sequence[Any], pair: Pair) -> BestThreshold:
    """The best mean score that one threshold on ``no_answer`` could give.

    Begins with no question answered, which is right for all that have no answer, and answers them one by one, the
    surest first and equally sure ones in the given order (officially that of the file of probabilities).

    Args:
        gold: Accepted answers of each question.
        predictions: Replies; their own thresholds are not read.
        pair: As in :func:`raw_scores`.

    Raises:
        InputError: If a prediction does not say how sure it is that there is no answer.
    """
    for number, prediction in enumerate(predictions):
        if not isinstance(prediction, Reply):
            message = f"Prediction {number} does not say how likely there is no answer, so no threshold can be chosen."
            raise InputError(message, field="predictions")
    raw = raw_scores(gold, predictions, pair)
    unanswered = [row for row, accepted in enumerate(gold) if not len(accepted) and predictions[row].text is not None]
    best = current = float(len(unanswered))
    threshold = 0.0
    for row in sorted(range(len(gold)), key=lambda row: predictions[row].no_answer):
        if len(gold[row]):
            current += raw[row]
        elif predictions[row].text:  # the text as given: one that normalises to nothing still counts as an answer
            current -= 1
        if current > best:
            best, threshold = current, predictions[row].no_answer
    return BestThreshold(100 * best / len(gold), threshold)


def _mean(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = (), *, pair: Pair) -> float:
    return 100 * sum(scores(gold, predictions, pair)) / len(gold)


def _best(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = (), *, pair: Pair) -> float:
    return best_threshold(gold, predictions, pair).score


def _part(
    gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = (), *, pair: Pair, answerable: int
) -> float:
    rows = [row for row, accepted in enumerate(gold) if min(len(accepted), 1) == answerable]
    if not rows:
        what = "an answer" if answerable else "no answer"
        raise InputError(f"There is no question that has {what}, so there is nothing to score.", field="gold")
    return _mean([gold[row] for row in rows], [predictions[row] for row in rows], pair=pair)


for _name, _pair, _what in (
    ("f1", pair_f1, "Mean best word F1 with an accepted answer, SQuAD v2.0 rule"),
    ("exact_match", exact, "Percent of answers that equal an accepted one, SQuAD v2.0 rule"),
):
    for _full, _compute, _which in (
        (_name, partial(_mean, pair=_pair), "; without an answer only an empty one is right."),
        (f"{_name}.has_answer", partial(_part, pair=_pair, answerable=1), ", over the questions that have an answer."),
        (f"{_name}.no_answer", partial(_part, pair=_pair, answerable=0), ", over the questions that have none."),
        (f"best_{_name}", partial(_best, pair=_pair), ", at the threshold that is best on these very questions."),
    ):
        register(
            Metric(_full, "span_qa", _compute, True, 0, 100, unknown_chance, f"{_what}{_which}", RULE)
        )  # fmt: skip
