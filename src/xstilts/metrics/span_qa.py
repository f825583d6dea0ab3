"""Exact match and F1 of answers, by the rule of SQuAD v1.1 (Rajpurkar et al. 2016, arXiv 1606.05250).

Gold is a list of accepted answers per question, a prediction is one answer or None (not answered: scores 0). The rule
is the English one for every language, as XQuAD and TyDiQA use it: Chinese and Thai are not segmented, so their F1 is
close to exact match. Where both strings normalise to nothing, exact match is 1 and F1 is 0, as in the official script.
"""

from __future__ import annotations

import re
import string
from typing import TYPE_CHECKING, Any

from xstilts.metrics.answer_words import exact, mean_of_best, word_f1
from xstilts.metrics.base import Metric, register, unknown_chance

if TYPE_CHECKING:
    from collections.abc import Sequence

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalise(text: str) -> str:
    """Lower case, without ASCII punctuation and English articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


def exact_match(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of questions whose answer equals one of the accepted ones after normalisation."""
    return mean_of_best(gold, predictions, normalise, exact)


def f1(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Mean over questions of the best F1 with an accepted answer, in percent."""
    return mean_of_best(gold, predictions, normalise, word_f1)


register(
    Metric(
        "f1", "span_qa", f1, True, 0, 100, unknown_chance,
        "Mean best word F1 with an accepted answer, SQuAD v1.1 rule in every language.",
    )
)  # fmt: skip
register(
    Metric(
        "exact_match", "span_qa", exact_match, True, 0, 100, unknown_chance,
        "Percent of answers that equal an accepted one, SQuAD v1.1 rule in every language.",
    )
)  # fmt: skip
