"""``cut``: the lowest layers of an encoder, as a stored model without heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.runners.loading import base_of, tokenizer_of
from xstilts.store.payloads import CutPayload
from xstilts.store.roles import ENCODER

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the encoder without its upper layers, and its tokenizer."""
    from xstilts.models import stored
    from xstilts.models.adaptation import keep_lowest
    from xstilts.models.load import load_encoder

    from_node = ENCODER in node.parents
    encoder, _ = load_encoder(context.parent(ENCODER) / stored.ENCODER) if from_node else load_encoder(*base_of(node))
    keep_lowest(encoder, node.asked(CutPayload).layers)
    stored.save_model(context.work, encoder, {})
    tokenizer_of(context, node.places.tokenizer).save_pretrained(context.work / stored.ENCODER)
