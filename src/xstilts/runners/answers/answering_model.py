"""The model that a node predicts with, and what it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.runners.loading import base_of, head_labels, tokenizer_of
from xstilts.store.payloads import PredictPayload
from xstilts.store.roles import MODEL, UpdateRole
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from transformers import PreTrainedModel

    from xstilts.evaluation import Request
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def request_of(asked: PredictPayload, model: PreTrainedModel) -> Request:
    """What a payload asks of a model."""
    from xstilts import evaluation

    search = evaluation.SearchOptions(asked.settings, asked.variants, asked.shared_pool, asked.held_out)
    labels = head_labels(model, asked.kind, asked.labels)
    return evaluation.Request(asked.kind, labels, asked.rule, search)


def exchanging(node: Node, context: Context, model: PreTrainedModel) -> Callable[[str], None] | None:
    """What puts a language's own update in place; None for a model without updates."""
    roles = UpdateRole.among(node.parents)
    if not roles:
        return None
    from xstilts.models.exchange import Updates

    folders = {role.language: context.parent(str(role)) / "encoder" for role in roles}
    return Updates(model.base_model, folders[node.asked(PredictPayload).pivot], folders).put


def trained_model(node: Node, context: Context) -> PreTrainedModel:
    """The trained model with its head, or the bare encoder for retrieval."""
    from xstilts.models.load import load_encoder
    from xstilts.models.stored import load_stored

    asked = node.asked(PredictPayload)
    if MODEL not in node.parents:
        return load_encoder(*base_of(node))[0]
    folder = context.parent(MODEL)
    if asked.kind is Kind.RETRIEVAL or asked.head is None:
        return load_encoder(folder / "encoder")[0]
    return load_stored(folder).model(asked.head)


def untrained_model(node: Node, context: Context) -> PreTrainedModel:
    """New weights in the architecture of the base."""
    from xstilts.models.load import new_encoder, untrained_encoder

    architecture = node.asked(PredictPayload).architecture
    if architecture is not None:
        from xstilts.encoding import TokenizerFacts

        facts = TokenizerFacts.of(tokenizer_of(context, node.places.tokenizer))
        return new_encoder(architecture, facts, UNTRAINED_SEED)
    return untrained_encoder(*base_of(node), UNTRAINED_SEED)


UNTRAINED_SEED = 0
"""The weights of the untrained baseline are drawn from it."""
