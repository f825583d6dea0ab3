"""An encoder at some point of a chain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from xstilts.store.roles import ENCODER

if TYPE_CHECKING:
    from xstilts.planning.cost import Size
    from xstilts.planning.data_nodes import Tokenizer
    from xstilts.store.payloads import Json, Place


@dataclass(frozen=True)
class Model:
    """An encoder at some point of a chain.

    Attributes:
        node: Key of the node that made it; None for a base that exists already.
        base: Fingerprint of the existing base; None when a node made the encoder.
        place: Where the base is loaded from; None when a node made the encoder.
        tokenizer: Its tokenizer.
        size: Its number of parameters.
        layers: Number of hidden layers; None while it is unknown (an unpinned hub model's config).
        trained: Keys of the training nodes behind it, oldest first.
        sees: Whether it has been trained on images.
    """

    node: str | None
    base: Json | None
    place: Place | None
    tokenizer: Tokenizer
    size: Size
    layers: int | None
    trained: tuple[str, ...] = ()
    sees: bool = False

    def without_weights(self) -> Model:
        """The base as an architecture: how it was trained makes no difference, and no node of its own is needed."""
        return replace(self, node=None, trained=(), sees=False)

    def parents(self) -> dict[str, str]:
        """The parent role of this encoder, if a node made it."""
        return {} if self.node is None else {ENCODER: self.node}
