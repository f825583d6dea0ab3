"""Numbers as people read them; tables for machines keep full precision instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from xstilts.amounts import duration
from xstilts.statistics.answer import counted, points

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["counted", "duration", "interval", "level", "listed", "p_value", "plain", "points", "quantity", "signed"]


def interval(low: float | None, high: float | None) -> str:
    """An interval of gains: ``−0.4 to +2.1``; empty without one."""
    return "" if low is None or high is None else f"{points(low)} to {points(high)}"


def level(value: float | None, digits: int = 1) -> str:
    """A score on the metric's scale, or an en dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def signed(value: float | None) -> str:
    """A number in two decimals with its sign, or an en dash where there is none."""
    return "–" if value is None else f"{value:+.2f}".replace("-", "−")


def p_value(p: float | None) -> str:
    """A p-value: ``.031``, ``<.001``, or ``–`` where nothing was testable."""
    if p is None:
        return "–"
    if p < 0.001:
        return "<.001"
    return "1" if p > 0.9995 else f"{p:.3f}"[1:]


def listed(names: Sequence[str], most: int, more: str = "more") -> str:
    """The first names, and how many there are beside: ``a, b and 3 more``."""
    left = len(names) - most
    return ", ".join(names[:most]) + (f" and {left} {more}" if left > 0 else "")


def quantity(number: float) -> str:
    """A large number in three digits: ``940``, ``1.20 k``, ``3.40 M``, ``5.60 G``."""
    for unit, size in (("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(number) >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number:.3g}"


def plain(value: object) -> str:
    """One field of a CSV file: floats by ``repr`` (nothing is lost), None empty, text that starts no formula.

    Spreadsheets run a cell as a formula that begins with one of ``FORMULA``; before such text stands an apostrophe,
    which they take as "this is text". Numbers, and text that is a number, stay as they are.
    """
    if not isinstance(value, str):
        return "" if value is None else repr(value) if isinstance(value, float) else str(value)
    return f"'{value}" if value.startswith(FORMULA) and not _NUMBER.fullmatch(value) else value


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with in common spreadsheets, wide forms and white space before it among them."""
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
