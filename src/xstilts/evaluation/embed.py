"""Texts to vectors, from any layer and by any pooling, and the retrieval tables made from them.

One pass through the encoder serves all settings, because every layer's states are there anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from xstilts.encoding import ENCODINGS
from xstilts.encoding.base import EncodingOptions
from xstilts.errors import InputError, RunError
from xstilts.evaluation.batches import batches
from xstilts.evaluation.running import running
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedModel

    from xstilts.encoding import Features, TokenizerFacts
    from xstilts.evaluation.running import Progress

Pooling = Literal["mean", "first", "mean-content"]


@dataclass(frozen=True)
class EmbedSetting:
    """How a text becomes one vector.

    Attributes:
        layer: 0 is the embedding layer, 1 … N the layers in turn, negative numbers count from the last (-1). "Index 13
            of 24" in XTREME's script is layer 14.
        pooling: ``mean`` over all tokens, special ones included (XTREME); ``mean-content`` without them; ``first``
            token.
    """

    layer: int = -1
    pooling: Pooling = "mean"


def retrieve(
    encoder: PreTrainedModel,
    examples: Dataset,
    features: Features,
    facts: TokenizerFacts,
    settings: Sequence[Mapping[str, Any]],
    device: str | None = None,
    progress: Progress | None = None,
) -> list[pa.Table]:
    """Retrieval predictions, one table for each of ``settings`` (``{"layer": 14, "pooling": "mean"}``).

    Raises:
        InputError: If a setting names an unknown key, layer or pooling.
        DataError: If there are no queries or no candidates.
    """
    vectors = embed_settings(encoder, features, [embed_setting(given) for given in settings], facts, device, progress)
    decode = ENCODINGS.get(Kind.RETRIEVAL).decode
    return [decode(examples, features, list(found), EncodingOptions(), ()) for found in vectors]


def embed_setting(given: Mapping[str, Any]) -> EmbedSetting:
    """A setting as studies write it (``{"layer": 14, "pooling": "mean"}``); what is left out keeps its default.

    Raises:
        InputError: If it has another key.
    """
    unknown = sorted(set(given) - {"layer", "pooling"})
    if unknown:
        raise InputError("This is no part of a retrieval setting.", field=unknown[0], allowed=["layer", "pooling"])
    return EmbedSetting(**given)


def embed(
    encoder: PreTrainedModel,
    features: Features,
    layer: int,
    pooling: Pooling,
    facts: TokenizerFacts,
    device: str | None = None,
) -> NDArray[np.float32]:
    """One vector per text, shape ``(n, hidden)``, not normalised."""
    return embed_settings(encoder, features, [EmbedSetting(layer, pooling)], facts, device)[0]


def embed_settings(
    encoder: PreTrainedModel,
    features: Features,
    settings: Sequence[EmbedSetting],
    facts: TokenizerFacts,
    device: str | None = None,
    progress: Progress | None = None,
) -> list[NDArray[np.float32]]:
    """Vectors under several settings from one pass over the texts.

    Args:
        encoder: A bare encoder (``AutoModel``); its mode is restored afterwards.
        features: Encoded texts.
        settings: Layers and poolings.
        facts: The tokenizer's padding and special tokens.
        device: Where to run; None: where the encoder is.
        progress: Called with the texts done and their number.

    Returns:
        For each setting an array of shape ``(n, hidden)``, float32, in row order.

    Raises:
        InputError: If the encoder has no such layer, or there is no such pooling.
        RunError: If a vector is not finite.
    """
    depth = int(encoder.config.num_hidden_layers)
    for setting in settings:
        _check(setting, depth)
    hidden = int(encoder.config.hidden_size)
    vectors = [np.empty((len(features), hidden), dtype=np.float32) for _ in settings]
    done = 0
    with running(encoder, device) as target:
        for rows in batches(features.lengths):
            batch = ENCODINGS.get(Kind.RETRIEVAL).collate(features, rows, facts.pad_id)
            batch = {name: tensor.to(target) for name, tensor in batch.items()}
            states = encoder(**batch, output_hidden_states=True).hidden_states
            for setting, found in zip(settings, vectors, strict=True):
                pooled = POOLINGS[setting.pooling](states[setting.layer].float(), batch, facts)
                found[rows] = pooled.cpu().numpy()
            done += len(rows)
            if progress:
                progress(done, len(features))
    if not all(np.isfinite(found).all() for found in vectors):
        raise RunError("The encoder gives vectors that are not finite.", hint="Its weights may have diverged.")
    return vectors


def _check(setting: EmbedSetting, depth: int) -> None:
    if not -depth - 1 <= setting.layer <= depth:
        raise InputError(
            f"The encoder has {depth} layers.", field="layer", value=setting.layer, allowed=[f"0 to {depth}"],
            hint=f"Negative numbers count from the last: -1 is layer {depth}.",
        )  # fmt: skip
    if setting.pooling not in POOLINGS:
        raise InputError(
            f"There is no pooling called {setting.pooling!r}.", field="pooling", value=setting.pooling, allowed=POOLINGS
        )


def _mean(states: torch.Tensor, batch: Mapping[str, torch.Tensor], facts: TokenizerFacts) -> torch.Tensor:
    return _masked_mean(states, batch["attention_mask"])


def _mean_content(states: torch.Tensor, batch: Mapping[str, torch.Tensor], facts: TokenizerFacts) -> torch.Tensor:
    """Mean without special tokens; a text that has no others keeps them."""
    import torch

    special = torch.isin(batch["input_ids"], torch.tensor(facts.special_ids, device=states.device))
    inside = batch["attention_mask"] * ~special
    return _masked_mean(states, torch.where(inside.any(dim=1, keepdim=True), inside, batch["attention_mask"]))


def _masked_mean(states: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    weights = inside.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


def _first(states: torch.Tensor, batch: Mapping[str, torch.Tensor], facts: TokenizerFacts) -> torch.Tensor:
    return states[:, 0]


POOLINGS: Mapping[str, Callable[[Any, Any, Any], Any]] = {
    "mean": _mean, "first": _first, "mean-content": _mean_content,
}  # fmt: skip
"""Pooling name to ``(states (b, t, h), batch, facts) -> (b, h)``."""
