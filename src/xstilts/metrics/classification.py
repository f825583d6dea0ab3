"""Scores of one label per example; gold and predictions are label names."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from operator import eq
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError
from xstilts.metrics.base import Metric, register, register_percents, uniform_chance
from xstilts.metrics.percentages import percent

if TYPE_CHECKING:
    from collections.abc import Sequence


def accuracy(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Percent of predictions that equal the gold label."""
    right: int = sum(map(eq, gold, predictions))
    return percent(right, len(gold))


def chance_corrected_accuracy(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any]) -> float:
    """Accuracy from the level of guessing: (accuracy - chance) / (100 - chance) * 100; negative below chance.

    0 is what uniform guessing among ``answers`` scores, 100 is all right, so that tasks with two and with four answers
    can be set side by side.
    """
    chance = uniform_chance(gold, answers)
    if chance is None or chance == 100:
        raise InputError(
            "Correcting for chance needs two possible answers or more.", field="labels", value=len(answers)
        )
    return 100 * (accuracy(gold, predictions) - chance) / (100 - chance)


def corrected_chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
    """0 by construction; None when the answers are not known."""
    return 0.0 if len(answers) else None


def label_f1(gold: Sequence[Any], predictions: Sequence[Any], label: object) -> float:
    """F1 of finding ``label``, in percent: 2 tp / (2 tp + fp + fn); 0 where it is neither gold nor predicted."""
    return 100 * _f1_of(label, Counter(zip(gold, predictions, strict=True)))


def _f1_of(label: object, pairs: Counter[tuple[Any, Any]]) -> float:
    """F1 of one label, in [0, 1], from how often each (gold, prediction) occurs; as scikit-learn divides."""
    total = sum(count * ((right == label) + (said == label)) for (right, said), count in pairs.items())
    return 2 * pairs[label, label] / total if total else 0.0


def positive_f1(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any]) -> float:
    """F1 of the positive label, which is the last of the task's labels (QQP: ``duplicate``)."""
    if not len(answers):
        raise InputError("F1 needs the task's labels: the last one is the positive label.", field="labels")
    return label_f1(gold, predictions, answers[-1])


def macro_f1(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Mean F1 over the labels that are gold or predicted at least once."""
    pairs = Counter(zip(gold, predictions, strict=True))
    labels = sorted({label for pair in pairs for label in pair}, key=str)
    return 100 * float(np.mean([_f1_of(label, pairs) for label in labels]))


def _guessed_f1(share: float, n_answers: int) -> float:
    """F1 of a label with this gold share when every answer is guessed with 1/n: the limit for many examples."""
    return 200 * share / n_answers / (share + 1 / n_answers)


def positive_f1_chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
    """Expected F1 of the positive label under uniform guessing (limit for many examples)."""
    if not len(answers):
        return None
    return _guessed_f1(sum(1 for label in gold if label == answers[-1]) / len(gold), len(answers))


def macro_f1_chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
    """Expected mean F1 under uniform guessing (limit for many examples)."""
    if not len(answers):
        return None
    counts = Counter(gold)
    return sum(_guessed_f1(counts[label] / len(gold), len(answers)) for label in answers) / len(answers)


_PERCENTS = (
    ("accuracy", accuracy, uniform_chance, "Percent of examples with the right label."),
    ("f1", positive_f1, positive_f1_chance,
     "F1 of the positive label, the last of the task's labels (GLUE's QQP: duplicate)."),
    ("macro_f1", macro_f1, macro_f1_chance, "Unweighted mean of the F1 of all labels that are gold or predicted."),
)  # fmt: skip
register_percents("classification", _PERCENTS)
register_percents("visual_classification", _PERCENTS)
CORRECTED = register(
    Metric(
        "accuracy.chance_corrected", "classification", chance_corrected_accuracy, True, -100, 100, corrected_chance,
        "Accuracy with 0 at the level of guessing: (accuracy - chance) / (100 - chance); an addition of xstilts.",
    )
)  # fmt: skip
register(replace(CORRECTED, kind="visual_classification"))
