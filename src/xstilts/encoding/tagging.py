"""Tagging: one tag per word, read off the word's first subword.

Adds ``word`` (list<int32>, the word at each position, -1 for special tokens) and ``labels`` (list<int64>, the tag at
first subwords, -100 elsewhere). A word that truncation removed, or that has no subword at all, keeps its place: its
prediction is "" and counts as wrong. Model output of an item: logits of its real tokens, shape ``(T, L)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.base import ENCODINGS, IGNORED, Encoding, EncodingOptions
from xstilts.encoding.subwords import Builder, base_types, check, chunks, label_numbers, pad_inputs, tokenise
from xstilts.errors import DataError
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features

LOST = ""
"""The prediction for a word that no token stands for."""


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """Words to subwords, tags to numbers; an example with no tags at all is one without labels.

    Raises:
        DataError: If a tag is not among ``labels``, or an example has more or fewer tags than words.
    """
    check(tokenizer, options.max_length, pair=False)
    builder = Builder(base_types(tokenizer, "word", "labels"))
    for start, rows in chunks(examples, ("id", "tokens", "tags")):
        columns = tokenise(tokenizer, rows["tokens"], None, options.max_length)
        columns["item"] = rows["id"]
        columns["example"] = list(range(start, start + len(rows["id"])))
        columns["length"] = [len(ids) for ids in columns["input_ids"]]
        columns["word"] = [np.array(word, dtype=np.int32) for word in columns["word"]]
        columns["labels"] = [
            _labels(example, len(tokens), tags, word, labels)
            for example, tokens, tags, word in zip(
                rows["id"], rows["tokens"], rows["tags"], columns["word"], strict=True
            )
        ]
        builder.add(columns)
    return builder.features()


def first_subwords(word: NDArray[np.int32]) -> NDArray[np.int64]:
    """Positions at which a word begins, shape ``(words that have a token,)``."""
    return np.flatnonzero((word >= 0) & (np.diff(word, prepend=-1) != 0))


def _labels(
    example: str, n_words: int, tags: list[str], word: NDArray[np.int32], labels: tuple[str, ...]
) -> NDArray[np.int64]:
    numbers = np.full(len(word), IGNORED, dtype=np.int64)
    if tags and len(tags) != n_words:
        raise DataError(f"Example {example!r} has {n_words} words but {len(tags)} tags.", field="tags")
    if tags:
        first = first_subwords(word)
        numbers[first] = np.array(label_numbers(tags, labels, [example] * n_words), dtype=np.int64)[word[first]]
    return numbers


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs and ``labels``, shape ``(b, t)``, -100 where no word begins."""
    import torch

    batch = pad_inputs(features, rows, pad_id)
    batch["labels"] = torch.from_numpy(features.ragged("labels").pad(rows, IGNORED))
    return batch


def decode(
    examples: Dataset,
    features: Features,
    outputs: Sequence[NDArray[Any]],
    options: EncodingOptions,
    labels: tuple[str, ...],
) -> pa.Table:
    """One tag per word of each example, "" for a word without a token; ``lost`` counts those."""
    import pyarrow as pa

    words = features.ragged("word")
    names = np.array(labels, dtype=object)
    predictions: list[list[str]] = []
    for row, (tokens, logits) in enumerate(zip(examples["tokens"], outputs, strict=True)):
        tags = np.full(len(tokens), LOST, dtype=object)
        first = first_subwords(words[row])
        tags[words[row][first]] = names[logits[first].argmax(axis=1)]
        predictions.append(tags.tolist())
    return pa.table(
        {
            "id": pa.array(examples["id"], pa.string()),
            "gold": pa.array(examples["tags"], pa.list_(pa.string())),
            "prediction": pa.array(predictions, pa.list_(pa.string())),
            "truncated": pa.array(features.column("truncated")),
            "lost": pa.array([tags.count(LOST) for tags in predictions], pa.int32()),
        }
    )


ENCODINGS.register(Kind.TAGGING, Encoding(Kind.TAGGING, encode, collate, decode))
