"""Masked language modelling: a text, or a text and its translation masked together (translation LM).

Adds the column ``special`` (list<bool>: tokens that are never masked). :func:`mask` turns a collated batch into inputs
and labels. Model output of an item: summed loss (natural log) and number of masked tokens, shape ``(2,)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.base import ENCODINGS, IGNORED, Encoding, EncodingOptions, TokenizerFacts
from xstilts.encoding.subwords import Builder, base_types, check, chunks, pad_inputs, tokenise
from xstilts.errors import InputError, ModelError
from xstilts.randomness import uniforms
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features

PROBABILITY = 0.15
"""Share of tokens to predict (Devlin et al. 2019, arXiv 1810.04805, section 3.1)."""

_MASKED, _RANDOM = 0.8, 0.9
"""Of the chosen tokens 80 % become the mask, 10 % a random token, 10 % stay (same section)."""


@dataclass(frozen=True)
class Masking:
    """Which tokens are masked.

    Attributes:
        seed: The phase seed.
        epoch: Which pass over the data; each pass has its own masks.
        probability: Share of tokens to predict, in (0, 1].

    Raises:
        InputError: If the probability is out of range.
    """

    seed: int = 0
    epoch: int = 0
    probability: float = PROBABILITY

    def __post_init__(self) -> None:
        if not 0 < self.probability <= 1:
            raise InputError("A masking probability lies in (0, 1].", field="mlm_probability", value=self.probability)


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """Texts to token ids; a text beyond the maximum length is cut and counted. ``labels`` is not used."""
    check(tokenizer, options.max_length, pair=True)
    builder = Builder(base_types(tokenizer, "special"))
    for start, rows in chunks(examples, ("id", "text", "text_pair")):
        columns = tokenise(tokenizer, rows["text"], rows["text_pair"], options.max_length, special_mask=True)
        columns["item"] = rows["id"]
        columns["example"] = list(range(start, start + len(rows["id"])))
        columns["length"] = [len(ids) for ids in columns["input_ids"]]
        columns["special"] = [[flag != 0 for flag in flags] for flags in columns.pop("special_tokens_mask", ())]
        builder.add(columns)
    return builder.features()


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs, not masked yet: pass them through :func:`mask`."""
    return pad_inputs(features, rows, pad_id)


def mask(
    batch: dict[str, torch.Tensor],
    features: Features,
    rows: NDArray[np.int64],
    facts: TokenizerFacts,
    masking: Masking = Masking(),
) -> dict[str, torch.Tensor]:
    """Choose tokens to predict and hide them; a pure function of (seed, item, epoch, position).

    One uniform draw per position decides everything: below the probability the token is chosen, and where below says
    what becomes of it and by which random token it is replaced. Neither padding nor the rest of the batch matters.

    Args:
        batch: From :func:`collate`, for the same ``rows``; left as it is.
        features: Where the batch comes from.
        rows: The batch's rows, shape ``(b,)``.
        facts: The tokenizer's mask token and size.
        masking: How many tokens are chosen, and by which draws.

    Returns:
        The batch with changed ``input_ids`` and with ``labels`` ``(b, t)``: the true id where chosen, else -100.

    Raises:
        ModelError: If the tokenizer has no mask token.
    """
    import torch

    if facts.mask_id is None:
        raise ModelError("Masked language modelling needs a tokenizer with a mask token.")
    ids = batch["input_ids"].numpy()
    draws = (
        uniforms(masking.seed, "mask", features.item_hashes[rows], masking.epoch, ids.shape[1]) / masking.probability
    )
    chosen = (draws < 1) & (features.ragged("special").pad(rows, 1) == 0)
    masked = chosen & (draws < _MASKED)
    replaced = chosen & (draws >= _MASKED) & (draws < _RANDOM)
    inputs = ids.copy()
    inputs[masked] = facts.mask_id
    position = (draws[replaced] - _MASKED) / (_RANDOM - _MASKED)
    inputs[replaced] = np.minimum((position * facts.vocab_size).astype(np.int64), facts.vocab_size - 1)
    labels = np.where(chosen, ids, IGNORED)
    return {**batch, "input_ids": torch.from_numpy(inputs), "labels": torch.from_numpy(labels)}


def decode(
    examples: Dataset,
    features: Features,
    outputs: Sequence[NDArray[Any]],
    options: EncodingOptions,
    labels: tuple[str, ...],
) -> pa.Table:
    """Summed loss and number of predicted tokens of each example; gold and prediction stay empty."""
    import pyarrow as pa

    sums = np.stack(outputs) if len(outputs) else np.zeros((0, 2))
    empty = pa.array([""] * len(outputs), pa.string())
    return pa.table(
        {
            "id": pa.array(examples["id"], pa.string()),
            "gold": empty,
            "prediction": empty,
            "truncated": pa.array(features.column("truncated")),
            "loss_sum": pa.array(sums[:, 0].astype(np.float64)),
            "n_tokens": pa.array(sums[:, 1].astype(np.int64)),
        }
    )


ENCODINGS.register(Kind.MASKED_LM, Encoding(Kind.MASKED_LM, encode, collate, decode))
