"""Texts to vectors, from any layers and by any pooling.

One pass through the encoder serves all settings. Each layer is pooled as soon as it has been run, so no hidden states
are kept; all poolings are linear in the states, so the mean of several layers is the mean of their pooled vectors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.encoding import ENCODINGS
from xstilts.encoding.base import EncodingOptions, TokenizerFacts
from xstilts.encoding.pooling import POOLINGS
from xstilts.encoding.subwords import Builder, base_types, check, tokenise
from xstilts.errors import RunError
from xstilts.evaluation.batches import batches, vector_budget
from xstilts.evaluation.embed_setting import EmbedSetting, embed_setting
from xstilts.evaluation.layers import layer_runner
from xstilts.evaluation.request import Resources
from xstilts.evaluation.running import running
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import torch
    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from xstilts.encoding import Features
    from xstilts.evaluation.layers import Run
    from xstilts.evaluation.running import Progress

__all__ = ["POOLINGS", "EmbedSetting", "embed_setting", "embed_settings", "encode_texts"]

LAST_LAYER = EmbedSetting()
"""Mean pooling of the last layer."""

_TEXTS_AT_ONCE = 2000
"""Texts tokenised at a time."""


def encode_texts(
    encoder: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[str],
    setting: EmbedSetting = EmbedSetting(),
    max_length: int = EncodingOptions.max_length,
    resources: Resources = Resources(),
) -> NDArray[np.float32]:
    """One vector per text, straight from the texts.

    Args:
        encoder: A bare encoder (``AutoModel``); its mode is restored afterwards.
        tokenizer: Its fast tokenizer.
        texts: In any order; those that are equal, or equal once cut, are encoded once.
        setting: Layers and pooling.
        max_length: Longest input in tokens, specials included; longer texts are cut.
        resources: Device, and progress in texts.

    Returns:
        Shape ``(n, hidden)``, float32, in the order of the texts, not normalised.

    Raises:
        InputError: If the encoder has no such layer, or there is no such length.
        ModelError: If the tokenizer is not a fast one, or has no padding token.
        RunError: If a vector is not finite.
    """
    check(tokenizer, max_length, pair=False)
    builder = Builder(base_types(tokenizer))
    for start in range(0, len(texts), _TEXTS_AT_ONCE):
        columns = tokenise(tokenizer, list(texts[start : start + _TEXTS_AT_ONCE]), None, max_length)
        columns["example"] = list(range(start, start + len(columns["input_ids"])))
        columns["item"] = [str(row) for row in columns["example"]]
        columns["length"] = [len(ids) for ids in columns["input_ids"]]
        builder.add(columns)
    facts = TokenizerFacts.of(tokenizer)
    return embed_settings(encoder, builder.features(), [setting], facts, resources.device, resources.progress)[0]


def embed_settings(
    encoder: PreTrainedModel,
    features: Features,
    settings: Sequence[EmbedSetting],
    facts: TokenizerFacts,
    device: str | None = None,
    progress: Progress | None = None,
) -> list[NDArray[np.float32]]:
    """Vectors under several settings from one pass over the texts.

    The pass ends at the deepest layer asked for, and texts of the same tokens go through it once. Memory is that of
    the result, ``4 * len(settings) * n * hidden`` bytes, and little more; a sweep that is too large is cut into several
    passes by :func:`xstilts.evaluation.embed_setting.groups`.

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
        InputError: If the encoder has not got the layers.
        RunError: If a vector is not finite.
    """
    depth = int(encoder.config.num_hidden_layers)
    spans = [setting.span(depth) for setting in settings]
    hidden = int(encoder.config.hidden_size)
    vectors = [np.empty((len(features), hidden), dtype=np.float32) for _ in settings]
    originals, copies = _distinct(features)
    lengths, done = features.lengths[originals], 0
    times = np.bincount(copies, minlength=len(originals))
    wanted = sorted({layer for span in spans for layer in span})
    with running(encoder, device) as target:
        cuts = list(batches(lengths, vector_budget(target.type)))
        if not (settings and cuts):
            return vectors
        sample = _batch(features, originals[[int(lengths.argmin())]], facts, target)
        run = layer_runner(encoder, wanted, sample)
        for numbers in cuts:
            found = _pooled(run, _batch(features, originals[numbers], facts, target), settings, spans, facts)
            for into, pooled in zip(vectors, found, strict=True):
                into[originals[numbers]] = pooled.cpu().numpy()
            done += int(times[numbers].sum())
            if progress:
                progress(done, len(features))
    for into in vectors:
        if len(originals) < len(features):
            into[:] = into[originals[copies]]
        if not np.isfinite(into).all():
            raise RunError("The encoder gives vectors that are not finite.", hint="Its weights may have diverged.")
    return vectors


def _distinct(features: Features) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of the first text of each sequence of tokens, and for every row which of these it equals."""
    names = [name for name in ("input_ids", "token_type_ids") if name in features]
    ragged = [features.ragged(name) for name in names]
    firsts: dict[tuple[bytes, ...], int] = {}
    rows: list[int] = []
    copies = np.empty(len(features), dtype=np.int64)
    for row in range(len(features)):
        number = firsts.setdefault(tuple(lists[row].tobytes() for lists in ragged), len(rows))
        if number == len(rows):
            rows.append(row)
        copies[row] = number
    return np.array(rows, dtype=np.int64), copies


def _batch(
    features: Features, rows: NDArray[np.int64], facts: TokenizerFacts, device: torch.device
) -> dict[str, torch.Tensor]:
    batch = ENCODINGS.get(Kind.RETRIEVAL).collate(features, rows, facts.pad_id)
    return {name: tensor.to(device) for name, tensor in batch.items()}


def _pooled(
    run: Run,
    batch: Mapping[str, torch.Tensor],
    settings: Sequence[EmbedSetting],
    spans: Sequence[range],
    facts: TokenizerFacts,
) -> Iterator[torch.Tensor]:
    """Vectors of a batch under each setting, float32, shape ``(b, hidden)``; every layer is pooled once."""
    import torch

    needed = {(layer, setting.pooling) for setting, span in zip(settings, spans, strict=True) for layer in span}
    found: dict[tuple[int, str], torch.Tensor] = {}

    def take(layer: int, states: torch.Tensor) -> None:
        wide = states.float()
        for pooling in POOLINGS:
            if (layer, pooling) in needed:
                found[layer, pooling] = POOLINGS[pooling](wide, batch, facts)

    run(batch, take)
    for setting, span in zip(settings, spans, strict=True):
        parts = [found[layer, setting.pooling] for layer in span]
        yield parts[0] if len(parts) == 1 else torch.stack(parts).mean(dim=0)
