"""Retrieval: each text becomes one vector. Adds no columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.encoding.base import ENCODINGS, Encoding, EncodingOptions
from xstilts.encoding.subwords import Builder, base_types, check, chunks, pad_inputs, tokenise
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import numpy as np
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """Texts to token ids; ``labels`` is not used."""
    check(tokenizer, options.max_length, pair=False)
    builder = Builder(base_types(tokenizer))
    for start, rows in chunks(examples, ("id", "text")):
        columns = tokenise(tokenizer, rows["text"], None, options.max_length)
        columns["item"] = rows["id"]
        columns["example"] = list(range(start, start + len(rows["id"])))
        columns["length"] = [len(ids) for ids in columns["input_ids"]]
        builder.add(columns)
    return builder.features()


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs."""
    return pad_inputs(features, rows, pad_id)


ENCODINGS.register(Kind.RETRIEVAL, Encoding(Kind.RETRIEVAL, encode, collate, None))
