"""Scores of one choice per example; gold and predictions are 0-based numbers of choices."""

from __future__ import annotations

from xstilts.metrics.base import Metric, register, uniform_chance
from xstilts.metrics.classification import accuracy, chance_corrected_accuracy, corrected_chance

register(
    Metric(
        "accuracy", "multiple_choice", accuracy, True, 0, 100, uniform_chance,
        "Percent of examples with the right choice.",
    )
)  # fmt: skip
register(
    Metric(
        "accuracy.chance_corrected", "multiple_choice", chance_corrected_accuracy, True, -100, 100, corrected_chance,
        "Accuracy with 0 at the level of guessing: (accuracy - chance) / (100 - chance); an addition of xstilts.",
    )
)  # fmt: skip
