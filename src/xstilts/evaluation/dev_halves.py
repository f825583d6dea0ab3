"""The two halves of a dev set: one to choose by, the other to report on. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.randomness import hash_ids, uniforms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CHOOSING_HALF = "a"
"""The half by which arms and sweeps are chosen."""


def in_half(ids: Sequence[str], half: str) -> NDArray[np.bool_]:
    """Whether each item belongs to a half; a function of its id alone, so that parallel items lie in the same half.

    Args:
        ids: Ids of the items.
        half: :data:`CHOOSING_HALF`, or ``b``, the other.

    Returns:
        Shape ``(n,)``; of the two halves exactly one is true for an id.
    """
    first = uniforms(0, "half", hash_ids(ids), 0)[:, 0] < 0.5
    return np.asarray(first if half == CHOOSING_HALF else ~first)
