"""The rule of CMRC 2018 (Cui et al. 2019, doi 10.18653/v1/D19-1600): Chinese answers as runs of segments.

Lower case, outer white space off, and signs are dropped. Every character from U+4E00 to U+9FA5 is a segment; what
stands between is split as NLTK's ``word_tokenize`` splits English. The overlap of two answers is their longest common
run of consecutive segments; precision and recall are its share of the answer said and of the accepted one. F1 is the
best over the accepted answers; exact match asks for equality once the same signs are dropped. A question without a
prediction scores 0, and so does F1 where both sides come to nothing (exact match is 1 then).

The official script is ymcui/cmrc2018:baseline/cmrc2018_evaluate.py (version 6 at c0eb1b6), whose behaviour is described
here and reproduced from this description. Its list of signs has ``……`` as one entry of two characters, which is
compared with single characters: an ellipsis is never dropped. One thing differs: ``word_tokenize`` first divides
English into sentences with a trained model (Punkt), and a full stop before the next sentence becomes a segment of its
own. Here a stretch between two Chinese characters is one sentence, so a full stop inside it stays with its word.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.metrics.answer_words import best_of, exact
from xstilts.metrics.base import register_percents, unknown_chance
from xstilts.metrics.percentages import f1_of

if TYPE_CHECKING:
    from collections.abc import Sequence

RULE = "cmrc2018"

SIGNS = "-:_*^/\\~`+=，。：？！“”；’《》·、「」（）－～『』"
"""Dropped, wherever they stand."""

_DROPPED = str.maketrans("", "", SIGNS)
_CHINESE = re.compile("([\u4e00-\u9fa5])")

_JOINED = (("can", "not"), ("d", "'ye"), ("gim", "me"), ("gon", "na"), ("got", "ta"), ("lem", "me"), ("more", "'n"))

# The steps of NLTK's word tokenizer for one sentence of lower-case text without these signs; each sets off with blanks
# what it finds, in this order.
_STEPS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), padded)
    for pattern, padded in (
        ("([«“‘„])", r" \1 "),
        ('^"', "``"),
        ("(``)", r" \1 "),
        (r"""([ (\[{<])("|'{2})""", r"\1 `` "),
        (r"(?<!\w)(')(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)", r"\1 "),
        (r"""([^.])(\.)([\])}>"'»”’ ]*)\s*$""", r"\1 \2 \3 "),
        (r"(,)(\D)", r" \1 \2"),
        ("(,)$", r" \1 "),
        (r"(\.{2,})", r" \1 "),
        ("([;@#$%&])", r" \1 "),
        ("([\u2012-\u2015])", r" \1 "),
        (r"""([^.])(\.)([\])}>"']*)\s*$""", r"\1 \2\3 "),
        ("([?!])", r" \1 "),
        ("([^'])' ", r"\1 ' "),
        (r"([\][(){}<>])", r" \1 "),
        (r"\A|\Z", " "),
        ("([»”’])", r" \1 "),
        ("""''|\"""", " '' "),
        (r"\s+", " "),
        ("([^' ])('s|'m|'d|') ", r"\1 \2 "),
        ("([^' ])('ll|'re|'ve|n't) ", r"\1 \2 "),
        *((rf"\b({one})({other})\b", r" \1 \2 ") for one, other in _JOINED),
        (r"\b(wan)(na)(?=\s)", r" \1 \2 "),
        (r" ('t)(is|was)\b", r" \1 \2 "),
    )
)


def words(text: str) -> list[str]:
    """Lower-case text without Chinese characters as NLTK's word tokenizer divides it, taken as one sentence."""
    for pattern, padded in _STEPS:
        text = pattern.sub(padded, text)
    return text.split()


def dropped(text: str) -> str:
    """Lower case, stripped, without the signs: what exact match compares."""
    return text.lower().strip().translate(_DROPPED)


def segmented(text: str) -> str:
    """The segments of an answer with single spaces between."""
    return " ".join(
        segment
        for part in _CHINESE.split(dropped(text))
        for segment in ([part] if _CHINESE.fullmatch(part) else words(part))
    )


def longest_run(one: Sequence[str], other: Sequence[str]) -> int:
    """Length of the longest run of consecutive items that is in both."""
    longest, before = 0, [0] * (len(other) + 1)
    for item in one:
        ending = [0] * (len(other) + 1)
        for place, against in enumerate(other, start=1):
            if item == against:
                ending[place] = before[place - 1] + 1
        longest, before = max(longest, *ending), ending
    return longest


def run_f1(gold: str, prediction: str) -> float:
    """F1 of two segmented answers by their longest common run, in [0, 1]."""
    right, said = gold.split(), prediction.split()
    return f1_of(longest_run(right, said), len(right), len(said))


register_percents("span_qa", (
    ("f1", best_of(segmented, run_f1), unknown_chance,
     "Mean best F1 by the longest common run of Chinese characters and words, CMRC 2018 rule."),
    ("exact_match", best_of(dropped, exact), unknown_chance,
     "Percent of answers that equal an accepted one once signs are dropped, CMRC 2018 rule."),
), RULE)  # fmt: skip
