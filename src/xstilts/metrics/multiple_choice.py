"""Scores of one choice per example; gold and predictions are 0-based numbers of choices."""

from __future__ import annotations

from dataclasses import replace

from xstilts.metrics.base import register, register_percents, uniform_chance
from xstilts.metrics.classification import CORRECTED, accuracy

register_percents(
    "multiple_choice", [("accuracy", accuracy, uniform_chance, "Percent of examples with the right choice.")]
)
register(replace(CORRECTED, kind="multiple_choice"))
