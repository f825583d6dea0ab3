"""How many predictions noise turns into others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from xstilts.errors import InputError
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import pyarrow as pa

FLIP_RATE = "flip_rate"
"""Percent of the items whose prediction is not that on clean input, right or wrong."""


class Flips(NamedTuple):
    """Percent of items with another prediction, and how many items there are."""

    rate: float
    n: int


def flips(kind: str, clean: pa.Table, noisy: pa.Table) -> Flips | None:
    """How many predictions differ between two tables of the same items in the same order.

    An item is an example; of tagged sentences a word, of a search the first candidate of a query. None where nothing
    is predicted (masked words), or there is no item.

    Raises:
        InputError: If the tables have other items.
    """
    if kind == Kind.MASKED_LM:
        return None
    if clean.column("id") != noisy.column("id"):
        raise InputError("Predictions under noise are of other items than those on clean input.", field="id")
    before, after = (_said(kind, table.column("prediction").to_pylist()) for table in (clean, noisy))
    if not before:
        return None
    return Flips(100 * sum(old != new for old, new in zip(before, after, strict=True)) / len(before), len(before))


def _said(kind: str, predictions: list[Any]) -> list[Any]:
    if kind == Kind.TAGGING:
        return [tag for tags in predictions for tag in tags]
    if kind == Kind.RETRIEVAL:
        return [found[0] if found else None for found in predictions]
    return predictions
