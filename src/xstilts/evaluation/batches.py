"""Which items share a forward pass: a pure function of their lengths, so that results are the same to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

TOKEN_BUDGET = 8192
"""Padded tokens of a forward pass. A constant: another value may change results in the last bit."""

VECTOR_BUDGET = 512
"""Padded tokens of a forward pass that gives vectors, on a processor: what a layer makes of them stays in its caches.

With two passes of 12 layers of 384 or 768 dimensions side by side, 256 to 512 were fastest of 128 … 2048. A constant,
as above.
"""

_VOCABULARY_BUDGET = 2**27
"""Logits over the vocabulary that one forward pass may hold (512 MiB in float32)."""


def batches(lengths: NDArray[Any], token_budget: int = TOKEN_BUDGET) -> Iterator[NDArray[np.int64]]:
    """Rows of like length together, longest first, so that memory is asked for at once.

    Args:
        lengths: Tokens of each item, shape ``(n,)``.
        token_budget: Padded tokens of a batch; a longer item is a batch of its own.

    Yields:
        Row numbers; every row once.
    """
    order = np.argsort(-lengths.astype(np.int64), kind="stable")
    start = 0
    while start < len(order):
        size = max(1, token_budget // max(1, int(lengths[order[start]])))
        yield order[start : start + size]
        start += size


def vocabulary_budget(vocab_size: int) -> int:
    """Padded tokens of a forward pass that gives logits over the whole vocabulary at each of them."""
    return max(1, min(TOKEN_BUDGET, _VOCABULARY_BUDGET // vocab_size))


def vector_budget(device_type: str) -> int:
    """Padded tokens of a forward pass that gives vectors, on a device of the type ``cpu``, ``cuda`` …."""
    return VECTOR_BUDGET if device_type == "cpu" else TOKEN_BUDGET
