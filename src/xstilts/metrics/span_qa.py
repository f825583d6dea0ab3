"""Exact match and F1 of answers, by the rule of SQuAD v1.1 (Rajpurkar et al. 2016, arXiv 1606.05250).

Gold is a list of accepted answers per question, a prediction is one answer or None (not answered: scores 0). The rule
is the English one for every language, as XQuAD and TyDiQA use it: Chinese and Thai are not segmented, so their F1 is
close to exact match. Where both strings normalise to nothing, exact match is 1 and F1 is 0, as in the official script.
"""

from __future__ import annotations

import re
import string

from xstilts.metrics.answer_words import best_of, exact, word_f1
from xstilts.metrics.base import register_percents, unknown_chance

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalise(text: str) -> str:
    """Lower case, without ASCII punctuation and English articles, single spaces."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split())


register_percents("span_qa", (
    ("f1", best_of(normalise, word_f1), unknown_chance,
     "Mean best word F1 with an accepted answer, SQuAD v1.1 rule in every language."),
    ("exact_match", best_of(normalise, exact), unknown_chance,
     "Percent of answers that equal an accepted one, SQuAD v1.1 rule in every language."),
))  # fmt: skip
