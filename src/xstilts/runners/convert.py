"""``convert``: an encoder that lies in another package, as a stored model without heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.disk import write_sorted_json
from xstilts.models.converted import folder, recorded
from xstilts.models.converted.installed import known
from xstilts.models.stored import ENCODER, HEADS
from xstilts.runners.loading import tokenizer_of
from xstilts.store.payloads import ConvertPayload

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the encoder, which gives the vectors that were recorded, with the tokenizer that a parent made."""
    asked = node.asked(ConvertPayload)
    found = known(asked.base, asked.weights, asked.version)
    encoder = context.work / ENCODER
    folder.write_encoder(found.read(), encoder)
    tokenizer_of(context, None).save_pretrained(encoder)
    write_sorted_json(context.work / HEADS, {})
    recorded.check_vectors(encoder, found.records)
