"""How a dual encoder is trained, as plain values: what its vectors are and what they are told apart from. No torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from xstilts.errors import InputError
from xstilts.training.refusals import known_keys, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Pooling = Literal["mean", "mean-content", "first", "weighted-mean"]
Similarity = Literal["cosine", "dot"]


@dataclass(frozen=True)
class Contrast:
    """The softmax over the passages of an optimizer step.

    Attributes:
        pooling: How the token vectors of the last layer become one vector (``encoding.pooling``).
        similarity: ``cosine`` of two vectors, or their ``dot`` product.
        temperature: Similarities are divided by it; positive. 0.05 is SimCSE's (Gao et al. 2021, arXiv 2104.08821,
            section 3).
        hard_negatives: Further passages of each question, those nearest to it in spelling; 0 or more.

    Raises:
        InputError: If a value is out of range.
    """

    pooling: Pooling = "mean"
    similarity: Similarity = "cosine"
    temperature: float = 0.05
    hard_negatives: int = 0

    def __post_init__(self) -> None:
        for name, allowed in (("pooling", get_args(Pooling)), ("similarity", get_args(Similarity))):
            one_of(name, getattr(self, name), allowed)
        if not (math.isfinite(self.temperature) and self.temperature > 0):
            raise InputError("must be positive.", field="temperature", value=self.temperature)
        if self.hard_negatives < 0:
            raise InputError("must be 0 or more.", field="hard_negatives", value=self.hard_negatives)

    def to_json(self) -> dict[str, Any]:
        """All fields, defaults written out."""
        return {**vars(self), "temperature": float(self.temperature)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Contrast:
        """The inverse of :meth:`to_json`.

        Raises:
            InputError: If a key is unknown or a value is refused.
        """
        known_keys(cls, values, "contrast")
        return cls(**values)


def searched_as(pooling: str, similarity: str) -> dict[str, int | str]:
    """How a dual encoder's texts are compared, as a setting of retrieval: the last layer, as it is trained."""
    return {"layer": -1, "pooling": pooling, **({} if similarity == "cosine" else {"similarity": similarity})}
