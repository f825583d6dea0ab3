"""Scores of one tag per word; gold and predictions are lists of tags, "" for a word without a prediction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.metrics.base import Metric, register, uniform_chance, unknown_chance
from xstilts.metrics.chunks import agreement, whole_tag, without_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _check(gold: Sequence[Any], predictions: Sequence[Any]) -> None:
    for number, (right, said) in enumerate(zip(gold, predictions, strict=True)):
        if len(right) != len(said):
            raise InputError(
                f"Sentence {number} has {len(right)} words but {len(said)} predicted tags.", field="predictions"
            )
    if not any(len(right) for right in gold):
        raise InputError("There is no word to score.", field="gold")


def accuracy(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of words with the right tag, over all sentences."""
    _check(gold, predictions)
    words = sum(len(right) for right in gold)
    pairs = zip(gold, predictions, strict=True)
    hits = sum(bool(a == b) for right, said in pairs for a, b in zip(right, said, strict=True))
    return _percent(hits, words)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def precision(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of predicted chunks that are gold (rule of seqeval up to 0.0.12)."""
    _check(gold, predictions)
    both, _, said = agreement(gold, predictions, whole_tag)
    return _percent(both, said)


def recall(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of gold chunks that are predicted (rule of seqeval up to 0.0.12)."""
    _check(gold, predictions)
    both, right, _ = agreement(gold, predictions, whole_tag)
    return _percent(both, right)


def _f1(type_of: Callable[[str], str]) -> Callable[[Sequence[Any], Sequence[Any], Sequence[Any]], float]:
    def compute(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
        _check(gold, predictions)
        both, right, said = agreement(gold, predictions, type_of)
        return _percent(2 * both, right + said)

    return compute


f1 = _f1(whole_tag)
"""Micro F1 of chunks by the rule of seqeval up to 0.0.12."""

f1_seqeval1 = _f1(without_letter)
"""Micro F1 of chunks by the rule of seqeval 1.x."""

register(
    Metric(
        "f1", "tagging", f1, True, 0, 100, unknown_chance,
        "Micro F1 of chunks, seqeval <= 0.0.12: what google-research/xtreme calls POS F1 and NER F1.",
    )
)  # fmt: skip
register(
    Metric(
        "precision", "tagging", precision, True, 0, 100, unknown_chance,
        "Percent of predicted chunks that are right, seqeval <= 0.0.12.",
    )
)  # fmt: skip
register(
    Metric(
        "recall", "tagging", recall, True, 0, 100, unknown_chance,
        "Percent of gold chunks that are found, seqeval <= 0.0.12.",
    )
)  # fmt: skip
register(
    Metric(
        "accuracy", "tagging", accuracy, True, 0, 100, uniform_chance,
        "Percent of words with the right tag; a word lost to truncation is wrong.",
    )
)  # fmt: skip
register(
    Metric(
        "f1.seqeval1", "tagging", f1_seqeval1, True, 0, 100, unknown_chance,
        "Micro F1 of chunks, seqeval >= 0.0.18: CCONJ and SCONJ become one type.",
    )
)  # fmt: skip
