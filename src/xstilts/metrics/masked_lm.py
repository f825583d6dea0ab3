"""Scores of masked language models; gold is each example's number of masked tokens, predictions its summed loss."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError
from xstilts.metrics.base import Metric, register

if TYPE_CHECKING:
    from collections.abc import Sequence


def loss(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Mean loss of a masked token, in nats."""
    tokens = sum(gold)
    if not tokens:
        raise InputError("No token was masked, so there is no loss.", field="gold")
    return float(math.fsum(predictions) / tokens)


def perplexity(gold: Sequence[Any], predictions: Sequence[Any], answers: Sequence[Any] = ()) -> float:
    """Exponential of the mean loss; infinite where that is too large a number."""
    mean = loss(gold, predictions)
    return math.exp(mean) if mean <= 709 else math.inf


def _loss_chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
    return math.log(len(answers)) if len(answers) else None


def _perplexity_chance(gold: Sequence[Any], answers: Sequence[Any]) -> float | None:
    return float(len(answers)) if len(answers) else None


register(
    Metric(
        "perplexity", "masked_lm", perplexity, False, 1, math.inf, _perplexity_chance,
        "Exponential of the mean loss of the masked tokens, subwords of the model's own vocabulary.",
    )
)  # fmt: skip
register(
    Metric(
        "loss", "masked_lm", loss, False, 0, math.inf, _loss_chance,
        "Mean negative log likelihood of the masked tokens, in nats.",
    )
)  # fmt: skip
