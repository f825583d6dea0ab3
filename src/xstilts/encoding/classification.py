"""Classification: a text, or a pair of texts, and one label.

Adds the column ``label`` (int64, position in the task's labels). Model output of an item: logits, shape ``(L,)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.base import ENCODINGS, Encoding, EncodingOptions
from xstilts.encoding.subwords import Builder, base_types, check, chunks, label_numbers, pad_inputs, softmax, tokenise
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """Texts to token ids, label names to numbers.

    Raises:
        DataError: If an example's label is not among ``labels``.
    """
    check(tokenizer, options.max_length, pair=True)
    builder = Builder(base_types(tokenizer, "label"))
    for start, rows in chunks(examples, ("id", "text", "text_pair", "label")):
        columns = tokenise(tokenizer, rows["text"], rows["text_pair"], options.max_length)
        columns["item"] = rows["id"]
        columns["example"] = list(range(start, start + len(rows["id"])))
        columns["length"] = [len(ids) for ids in columns["input_ids"]]
        columns["label"] = label_numbers(rows["label"], labels, rows["id"])
        builder.add(columns)
    return builder.features()


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs and ``labels``, shape ``(b,)``."""
    import torch

    batch = pad_inputs(features, rows, pad_id)
    batch["labels"] = torch.from_numpy(features.column("label")[rows])
    return batch


def decode(
    examples: Dataset,
    features: Features,
    outputs: Sequence[NDArray[Any]],
    options: EncodingOptions,
    labels: tuple[str, ...],
) -> pa.Table:
    """The likeliest label of each example and all probabilities; equal logits go to the earlier label."""
    import pyarrow as pa

    probabilities = softmax(np.stack(outputs)) if len(outputs) else np.zeros((0, len(labels)), dtype=np.float32)
    best = np.stack(outputs).argmax(axis=1) if len(outputs) else np.zeros(0, dtype=np.int64)
    return pa.table(
        {
            "id": pa.array(examples["id"], pa.string()),
            "gold": pa.array(examples["label"], pa.string()),
            "prediction": pa.array([labels[number] for number in best], pa.string()),
            "truncated": pa.array(features.column("truncated")),
            "scores": pa.array(list(probabilities), pa.list_(pa.float32())),
        }
    )


ENCODINGS.register(Kind.CLASSIFICATION, Encoding(Kind.CLASSIFICATION, encode, collate, decode))
