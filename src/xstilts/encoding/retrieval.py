"""Retrieval: each text becomes one vector; queries rank candidates by cosine.

Adds no columns. Model output of an item: the vector of its text, shape ``(H,)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.base import ENCODINGS, Encoding, EncodingOptions
from xstilts.encoding.subwords import Builder, base_types, check, chunks, pad_inputs, tokenise
from xstilts.errors import DataError
from xstilts.search import search
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features
    from xstilts.search.exact import Hits

TOP = 20
"""Candidates kept per query."""


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


def nearest(queries: NDArray[Any], candidates: NDArray[Any], top: int) -> Hits:
    """The ``top`` candidates of each query by cosine: :func:`xstilts.search.search.top`.

    Args:
        queries: Shape ``(q, h)``.
        candidates: Shape ``(c, h)``.
        top: How many to return; fewer where there are fewer candidates.

    Returns:
        Row numbers of candidates and their cosines, best first, both ``(q, min(top, c))``.
    """
    return search.top(queries, candidates, top)


def decode(
    examples: Dataset,
    features: Features,
    outputs: Sequence[NDArray[Any]],
    options: EncodingOptions,
    labels: tuple[str, ...],
) -> pa.Table:
    """The 20 nearest candidates of each query, ties by candidate id; one row per query.

    Raises:
        DataError: If there are no queries or no candidates.
    """
    import pyarrow as pa

    ids, roles, gold = list(examples["id"]), np.array(examples["role"]), list(examples["gold"])
    queries = np.flatnonzero(roles == "query")
    candidates = np.array(sorted(np.flatnonzero(roles == "candidate"), key=ids.__getitem__), dtype=np.int64)
    if not len(queries) or not len(candidates):
        raise DataError(
            f"Retrieval needs queries and candidates, here are {len(queries)} and {len(candidates)}.", field="role"
        )
    vectors = np.stack(outputs)
    numbers, cosines = nearest(vectors[queries], vectors[candidates], TOP)
    return pa.table(
        {
            "id": pa.array([ids[row] for row in queries], pa.string()),
            "gold": pa.array([gold[row] for row in queries], pa.list_(pa.string())),
            "prediction": pa.array(
                [[ids[candidates[number]] for number in row] for row in numbers], pa.list_(pa.string())
            ),
            "truncated": pa.array(features.column("truncated")[queries]),
            "scores": pa.array(list(cosines.astype(np.float32)), pa.list_(pa.float32())),
        }
    )


ENCODINGS.register(Kind.RETRIEVAL, Encoding(Kind.RETRIEVAL, encode, collate, decode))
