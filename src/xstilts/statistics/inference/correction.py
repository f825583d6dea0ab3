"""Correction of p-values for the number of questions asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Sorted = NDArray[np.float64]

ALPHA = 0.05
"""Level at which a corrected p-value counts as significant."""


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction: keeps the family-wise error at its level under any dependence.

    Question: which of these null hypotheses can be rejected together? Cells that were not testable (None) stay None and
    do not count as questions asked.

    Args:
        p: Uncorrected p-values in [0, 1], or None where a cell could not be tested.

    Returns:
        Corrected p-values in the same order.

    Raises:
        InputError: If a p-value lies outside [0, 1].

    References:
        Holm (1979), A simple sequentially rejective multiple test procedure. Written out here because
        ``statsmodels.stats.multitest.multipletests``, with which the tests compare it, collects garbage at every call
        and takes seconds over the families of one study.
    """
    return _corrected(p, lambda ordered, m: np.maximum.accumulate(ordered * np.arange(m, 0, -1)))


def correct(rows: Sequence[dict[str, Any]]) -> None:
    """Set ``p_corrected`` of rows that are one family of questions: Holm's correction of their ``p``."""
    for row, corrected in zip(rows, holm([row["p"] for row in rows]), strict=True):
        row["p_corrected"] = corrected


def benjamini_hochberg(p: Sequence[float | None]) -> list[float | None]:
    """Benjamini and Hochberg's step-up correction: the expected share of false discoveries stays at its level.

    Question: which of these cells are worth a second look? For exploring; a claim needs ``holm``. Valid under
    independence or positive dependence. Cells that were not testable (None) stay None and do not count.

    Args:
        p: Uncorrected p-values in [0, 1], or None where a cell could not be tested.

    Returns:
        Corrected p-values in the same order.

    Raises:
        InputError: If a p-value lies outside [0, 1].

    References:
        Benjamini and Hochberg (1995), Controlling the false discovery rate.
    """
    return _corrected(p, lambda ordered, m: np.minimum.accumulate((ordered * m / np.arange(1, m + 1))[::-1])[::-1])


def _corrected(p: Sequence[float | None], steps: Callable[[Sorted, int], Sorted]) -> list[float | None]:
    """Each p-value after ``steps``, which sees the tested ones in ascending order and how many they are."""
    tested = [value for value in p if value is not None]
    for value in tested:
        if not 0 <= value <= 1:
            raise InputError(f"A p-value lies between 0 and 1, not at {value}.")
    order = np.argsort(tested, kind="stable")
    corrected = np.empty(len(tested))
    corrected[order] = np.minimum(steps(np.asarray(tested, dtype=np.float64)[order], len(tested)), 1.0)
    values = iter(corrected)
    return [None if value is None else float(next(values)) for value in p]
