"""Scores of one choice per example; gold and predictions are 0-based numbers of choices."""

from __future__ import annotations

from xstilts.metrics.base import Metric, register, uniform_chance
from xstilts.metrics.classification import accuracy

register(
    Metric(
        "accuracy", "multiple_choice", accuracy, True, 0, 100, uniform_chance,
        "Percent of examples with the right choice.",
    )
)  # fmt: skip
