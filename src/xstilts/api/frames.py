"""The tables of a report as pandas has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FLOATS = frozenset(
    {"value", "gain", "low", "high", "p", "p_corrected", "none", "arm_score", "difference", "confidence"}
)
"""Columns of ``float64``."""
COUNTS = frozenset({"severity", "n", "n_seeds", "n_examples", "n_languages"})
"""Columns of ``int64``."""
CLAIM_COLUMNS = ("id", "verdict", "evidence", "confidence", "bears", "reason", "text", "paper")
"""What is told of a claim in a row; the rest of ``claims.json`` is nested."""


def table_frame(file: Path, columns: Sequence[str]) -> pd.DataFrame:
    """A CSV of a report, every number to its last bit; without a file, the same columns and no row.

    Args:
        file: The CSV.
        columns: The columns that it has at least.

    Raises:
        DataError: If it cannot be read, or lacks a column.
    """
    if not file.is_file():
        return _typed(pd.DataFrame(columns=list(columns), dtype=str))
    try:
        # all as text first: a language is called nan, and pandas' own reading of numbers may be off in the last bit
        frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
        if missing := [name for name in columns if name not in frame.columns]:
            raise DataError(f"lacks the column {missing[0]!r}.", field=str(file), allowed=list(frame.columns))
        return _typed(frame)
    except (OSError, ValueError) as error:
        raise DataError(f"cannot be read as the table of a report: {error}.", field=str(file)) from error


def claims_frame(entries: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The claims, a row each."""
    rows = [{name: "" if entry[name] is None else str(entry[name]) for name in CLAIM_COLUMNS} for entry in entries]
    frame = _typed(pd.DataFrame(rows, columns=list(CLAIM_COLUMNS), dtype=str))
    return frame.assign(bears=frame["bears"] == "True")


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    made: dict[str, pd.Series[Any]] = {}
    for name in frame.columns:
        if name in FLOATS:
            made[name] = pd.Series([float(text or "nan") for text in frame[name]], dtype="float64")
        elif name in COUNTS:
            made[name] = pd.Series([int(text) for text in frame[name]], dtype="int64")
    return frame.assign(**made)
