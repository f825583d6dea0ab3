"""Training on what is near each token instead of on the token alone, as plain values. No torch here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from xstilts.errors import InputError
from xstilts.training.refusals import known_keys, one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

RobustMethod = Literal["adversarial", "smoothing"]


@dataclass(frozen=True)
class Robust:
    """Robust training in embedding space, after Huang et al. 2021 (arXiv 2104.08645).

    The word vectors ``x`` of an item are moved by ``δ``, each token by at most the radius, before the encoder reads
    them. ``adversarial`` takes the worst ``δ``, ``min_θ Σ max_{‖δ_t‖ ≤ r} L(f_θ(x + δ), y)``, found by projected
    ascent: ``δ ← Π_r(δ + (r / steps) · g / ‖g‖)`` with ``g = ∇_δ L`` and ``Π_r`` the nearest point with tokens moved by
    at most ``r``. ``smoothing`` takes one at random in every step, ``min_θ Σ E_δ L(f_θ(x + δ), y)``, uniform in the
    ball.

    Attributes:
        method: ``adversarial`` or ``smoothing``.
        radius: How far a token moves at most, as a share of the length of its word vector; positive.
        steps: Steps of the ascent; each is a forward and a backward pass more. Of ``smoothing`` 1.

    Raises:
        InputError: If a value is out of range.
    """

    method: RobustMethod
    radius: float = 0.1
    steps: int = 1

    def __post_init__(self) -> None:
        one_of("robust.method", self.method, get_args(RobustMethod))
        if not (math.isfinite(self.radius) and self.radius > 0):
            raise InputError("must be positive.", field="robust.radius", value=self.radius)
        if self.steps < 1 or (self.steps > 1 and self.method == "smoothing"):
            said = "must be 1: nothing is searched." if self.steps > 1 else "must be at least 1."
            raise InputError(said, field="robust.steps", value=self.steps)

    @property
    def passes(self) -> int:
        """How often an item goes through the model, there and back, in one step of training."""
        return 1 + self.steps if self.method == "adversarial" else 1

    def to_json(self) -> dict[str, Any]:
        """All fields, defaults written out."""
        return {**vars(self), "radius": float(self.radius)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Robust:
        """The inverse of :meth:`to_json`.

        Raises:
            InputError: If a key is unknown or a value is refused.
        """
        known_keys(cls, values, "robust")
        return cls(**values)
