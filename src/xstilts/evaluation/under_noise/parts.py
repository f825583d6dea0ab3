"""The examples of a language under noise: each different one once, and which takes whose place in which variant."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from xstilts.evaluation.request import EncodedSplit

    Places = NDArray[np.int64]


class Variant(NamedTuple):
    """One noise at one severity in one language.

    Attributes:
        noise: The noise, as tables name it.
        severity: From 1 to 5.
        clean: Rows of the clean examples that it changes.
        unique: The rows of the noisy examples that take their place, as many.
    """

    noise: str
    severity: int
    clean: Sequence[int]
    unique: Sequence[int]

    @property
    def name(self) -> tuple[str, int]:
        """What it is called, in every language."""
        return self.noise, self.severity

    def places(self, n: int) -> Places:
        """For each of ``n`` clean rows the row that it has under the noise, where noisy rows follow the clean ones."""
        found = np.arange(n, dtype=np.int64)
        found[np.asarray(self.clean, dtype=np.int64)] = n + np.asarray(self.unique, dtype=np.int64)
        return found


class NoisySplit(NamedTuple):
    """The examples of a language, clean and under noise.

    Attributes:
        clean: The clean ones.
        unique: Each different example that some variant has in the place of a clean one; as ``clean`` without variants.
        variants: The variants.
        answered: The answers to the clean ones; None for searches.
    """

    clean: EncodedSplit
    unique: EncodedSplit
    variants: Sequence[Variant]
    answered: pa.Table | None = None
