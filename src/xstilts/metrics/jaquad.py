"""The rule of JaQuAD's baseline (So et al. 2022, arXiv 2202.01764): answers as spans that overlap, not as words.

The published F1 (77.35 on dev) and exact match (61.01) compare positions: the overlap of the span said with the right
one, as a share of each; a match is the same start and end (SkelterLabsInc/JaQuAD:JaQuAD.ipynb). There positions count
the baseline's own tokens, window by window; here they count characters of the text, so that every model is measured
alike: the values are of the same kind, not equal to the last digit. Nothing is lower-cased or dropped.

Predictions are texts and do not say where they stand. So the overlap is the longest that two spans with these texts can
have: one lies in the other, or the end of one is the beginning of the other.
"""

from __future__ import annotations

from xstilts.metrics.answer_words import best_of, exact
from xstilts.metrics.base import register_percents, unknown_chance
from xstilts.metrics.percentages import f1_of

RULE = "jaquad"


def overlap(one: str, other: str) -> int:
    """The most characters that two spans of one text can share, from what they read."""
    if one in other or other in one:
        return min(len(one), len(other))
    shared = range(min(len(one), len(other)) - 1, 0, -1)
    return next((n for n in shared if one.endswith(other[:n]) or other.endswith(one[:n])), 0)


def span_f1(gold: str, prediction: str) -> float:
    """F1 of two spans by their overlap in characters, in [0, 1]; 0 where one is empty."""
    return f1_of(overlap(gold, prediction), len(gold), len(prediction))


register_percents("span_qa", (
    ("f1", best_of(str, span_f1), unknown_chance,
     "Mean best F1 of spans by overlap in characters, as JaQuAD's baseline counts in its tokens."),
    ("exact_match", best_of(str, exact), unknown_chance,
     "Percent of answers that are an accepted one to the character, JaQuAD baseline's rule."),
), RULE)  # fmt: skip
