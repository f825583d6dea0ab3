"""Visual classification: images, a text (or a pair of texts) about them, and one label.

Adds the columns ``images`` (list<string>, names) and ``label`` (int64). What images look like is not in the table: it
comes with :class:`~xstilts.encoding.visual.grids.SeenFeatures`. Model output of an item: logits, shape ``(L,)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from xstilts.encoding import classification
from xstilts.encoding.base import ENCODINGS, Encoding, EncodingOptions
from xstilts.encoding.features import Features
from xstilts.encoding.visual.grids import SeenFeatures
from xstilts.errors import InputError
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """Texts to token ids, label names to numbers; images stay names.

    Raises:
        DataError: If an example's label is not among ``labels``.
    """
    import pyarrow as pa

    texts = classification.encode(examples, tokenizer, options, labels)
    names = pa.array(list(examples["images"]), pa.list_(pa.string()))
    return Features(texts.table.append_column("images", names))


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs and ``labels``, and of the images, each item's one after the other.

    ``visual_embeds`` is float32, ``(b, most images * cells, width)``; ``visual_attention_mask`` and
    ``visual_token_type_ids`` (1 for the first image, 2 for the second …) are int64, ``(b, most images * cells)``.

    Raises:
        InputError: If the features come without grids.
    """
    import torch

    if not isinstance(features, SeenFeatures):
        raise InputError("The texts come without the grids of their images.", field="images")
    batch = classification.collate(features, rows, pad_id)
    pictures, grids = features.pictures, features.grids
    placed = pictures.pad(rows, -1)
    inside = placed >= 0
    shape = (len(rows), placed.shape[1] * grids.cells)
    values = grids.values[np.where(inside, placed, 0)].astype(np.float32)
    values[~inside] = 0.0
    order = np.where(inside, np.arange(1, placed.shape[1] + 1), 0)
    batch["visual_embeds"] = torch.from_numpy(values.reshape(*shape, grids.width))
    for name, numbers in (("visual_attention_mask", inside), ("visual_token_type_ids", order)):
        batch[name] = torch.from_numpy(np.repeat(numbers.astype(np.int64), grids.cells, axis=1))
    return batch


ENCODINGS.register(
    Kind.VISUAL_CLASSIFICATION, Encoding(Kind.VISUAL_CLASSIFICATION, encode, collate, classification.decode)
)
