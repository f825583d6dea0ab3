"""Pure functions on predictions, each with direction, range and chance level; on the scale the benchmark prints."""

from xstilts.metrics import (
    classification,
    cmrc2018,
    jaquad,
    masked_lm,
    mlqa,
    multiple_choice,
    no_answer,
    retrieval,
    span_qa,
    tagging,
)
from xstilts.metrics.base import METRICS, Metric, for_kind, get, register

__all__ = [
    "METRICS",
    "Metric",
    "classification",
    "cmrc2018",
    "for_kind",
    "get",
    "jaquad",
    "masked_lm",
    "mlqa",
    "multiple_choice",
    "no_answer",
    "register",
    "retrieval",
    "span_qa",
    "tagging",
]
