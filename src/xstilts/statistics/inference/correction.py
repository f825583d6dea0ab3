"""Correction of p-values for the number of questions asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence


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
    tested = _tested(p)
    if not tested:
        return [None] * len(p)
    m = len(tested)
    order = np.argsort(tested, kind="stable")
    steps = np.asarray(tested, dtype=np.float64)[order] * np.arange(m, 0, -1)
    corrected = np.empty(m)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    values = iter(corrected)
    return [None if value is None else float(next(values)) for value in p]


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
    tested = _tested(p)
    if not tested:
        return [None] * len(p)
    m = len(tested)
    order = np.argsort(tested, kind="stable")
    steps = np.asarray(tested, dtype=np.float64)[order] * m / np.arange(1, m + 1)
    corrected = np.empty(m)
    corrected[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    values = iter(corrected)
    return [None if value is None else float(next(values)) for value in p]


def _tested(p: Sequence[float | None]) -> list[float]:
    tested = [value for value in p if value is not None]
    for value in tested:
        if not 0 <= value <= 1:
            raise InputError(f"A p-value lies between 0 and 1, not at {value}.")
    return tested
