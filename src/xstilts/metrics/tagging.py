"""Scores of one tag per word; gold and predictions are lists of tags, "" for a word without a prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.metrics.base import register_percents, uniform_chance, unknown_chance
from xstilts.metrics.chunks import undated, whole_tag, without_letter
from xstilts.metrics.percentages import f1_of, percent
from xstilts.metrics.tag_lists import TagLists

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from xstilts.metrics.base import Compute


def _checked(gold: Sequence[Any], predictions: Sequence[Any]) -> tuple[TagLists, TagLists]:
    right, said = TagLists.of(gold), TagLists.of(predictions)
    words, tags = right.lengths, said.lengths
    if (words != tags).any():
        first = int((words != tags).argmax())
        said_of = f"Sentence {first} has {words[first]} words but {tags[first]} predicted tags."
        raise InputError(said_of, field="predictions")
    if not len(right.codes):
        raise InputError("There is no word to score.", field="gold")
    return right, said


def accuracy(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of words with the right tag, over all sentences."""
    right, said = _checked(gold, predictions)
    return _percent(int(right.hits(said).sum()), len(right.codes))


def _percent(part: int, whole: int) -> float:
    return percent(part, whole) if whole else 0.0


def _scored(type_of: Callable[[str], str], score: Callable[[int, int, int], float]) -> Compute:
    """A score of chunks by one of the two rules for types, from their numbers in both, in gold and in predictions."""

    def compute(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
        right, said = _checked(gold, predictions)
        return score(*map(int, right.agreement(said, type_of).sum(axis=0)))

    return compute


def _precision(both: int, right: int, said: int) -> float:
    return _percent(both, said)


def _recall(both: int, right: int, said: int) -> float:
    return _percent(both, right)


def _f1(both: int, right: int, said: int) -> float:
    return f1_of(both, right, said) * 100


f1 = _scored(whole_tag, _f1)
"""Micro F1 of chunks by the rule of seqeval up to 0.0.12."""


def f1_no_date(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Micro F1 of the chunks that are not of the type DATE; dates are outside, in gold and in the predictions."""
    return f1(*(TagLists.of(side).mapped(undated) for side in (gold, predictions)))


register_percents("tagging", (
    ("f1", f1, unknown_chance,
     "Micro F1 of chunks, seqeval <= 0.0.12: what google-research/xtreme calls POS F1 and NER F1."),
    ("precision", _scored(whole_tag, _precision), unknown_chance,
     "Percent of predicted chunks that are right, seqeval <= 0.0.12."),
    ("recall", _scored(whole_tag, _recall), unknown_chance,
     "Percent of gold chunks that are found, seqeval <= 0.0.12."),
    ("accuracy", accuracy, uniform_chance,
     "Percent of words with the right tag; a word lost to truncation is wrong."),
    ("f1.seqeval1", _scored(without_letter, _f1), unknown_chance,
     "Micro F1 of chunks, seqeval >= 0.0.18: CCONJ and SCONJ become one type."),
    ("precision.seqeval1", _scored(without_letter, _precision), unknown_chance,
     "Percent of predicted chunks that are right, seqeval >= 0.0.18."),
    ("recall.seqeval1", _scored(without_letter, _recall), unknown_chance,
     "Percent of gold chunks that are found, seqeval >= 0.0.18."),
))  # fmt: skip
register_percents("tagging", [
    ("f1.no_date", f1_no_date, unknown_chance,
     "Micro F1 of chunks without DATE, for taggers trained on data that has no dates (PAN-X)."),
], "masakhaner")  # fmt: skip
