"""How alike two tasks are, by vectors that stand for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cosine(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Cosine of two vectors, each shape ``(d,)``, in [-1, 1]; 0 where one has no length."""
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(one @ other) / lengths if lengths > 0 else 0.0
