"""Items of a dual encoder: a question with the passage that answers it, from prepared retrieval examples.

Columns beside those of every kind (the question's): ``passages`` (list<list<int32>>: token ids of the right passage,
then of the hard negatives), ``passage_types`` (the same of ``token_type_ids``, where the tokenizer has them), and
``numbers`` (list<int64>, one for each passage: equal exactly for equal token ids, in whatever data set or language).
``length`` is the tokens of question and passages together, ``truncated`` tells whether one of them was cut.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.features import Features
from xstilts.encoding.subwords import pad_inputs
from xstilts.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray


def right_rows(examples: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Queries that name an answer, and the candidate that is the first one each names.

    Args:
        examples: Examples in the columns of the kind retrieval.

    Returns:
        Rows of queries, in their order, and for each the row of its candidate; both shape ``(q,)``.
    """
    roles, gold = list(examples["role"]), list(examples["gold"])
    places = {name: row for row, name in enumerate(examples["id"]) if roles[row] == "candidate"}
    queries = [row for row, role in enumerate(roles) if role == "query" and gold[row]]
    return np.array(queries, dtype=np.int64), np.array([places[gold[row][0]] for row in queries], dtype=np.int64)


def pairs(
    features: Features,
    queries: NDArray[np.int64],
    right: NDArray[np.int64],
    negatives: NDArray[np.int64] | None = None,
) -> Features:
    """One item for each question.

    Args:
        features: Encoded retrieval examples, one row each.
        queries: Rows of the questions, shape ``(q,)``.
        right: For each the row of its passage, shape ``(q,)``.
        negatives: For each the rows of its hard negatives, shape ``(q, n)``; None for none.

    Returns:
        ``q`` items, named like the questions.
    """
    import pyarrow as pa

    passages = right[:, None] if negatives is None else np.concatenate([right[:, None], negatives], axis=1)
    width = passages.shape[1]
    tokens = features.ragged("input_ids")
    used, places = np.unique(passages, return_inverse=True)
    number = np.array([_number(tokens[row]) for row in used], dtype=np.int64)[places.reshape(passages.shape)]
    lengths = features.lengths.astype(np.int64)
    cut = features.column("truncated")
    table = features.table.take(pa.array(queries)).combine_chunks()
    columns = {
        "length": pa.array(lengths[queries] + lengths[passages].sum(axis=1), pa.int32()),
        "truncated": pa.array(cut[queries] | cut[passages].any(axis=1)),
        "passages": _nested(features.table, "input_ids", passages),
    }
    if "token_type_ids" in features:
        columns["passage_types"] = _nested(features.table, "token_type_ids", passages)
    columns["numbers"] = pa.ListArray.from_arrays(_starts(len(queries), width), pa.array(number.ravel()))
    return Features(_with_columns(table, columns))


def _number(tokens: NDArray[Any]) -> int:
    digest = hashlib.blake2b(np.ascontiguousarray(tokens, dtype="<i4").tobytes(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True)


def _starts(n: int, width: int) -> pa.Array:
    import pyarrow as pa

    return pa.array(np.arange(n + 1) * width, pa.int32())


def _nested(table: pa.Table, name: str, rows: NDArray[np.int64]) -> pa.Array:
    """The lists of ``rows``, shape ``(q, width)``, as one list of lists for each question."""
    import pyarrow as pa

    inner = pa.concat_arrays(table.column(name).take(pa.array(rows.ravel())).chunks)
    return pa.ListArray.from_arrays(_starts(*rows.shape), inner)


def _with_columns(table: pa.Table, columns: Mapping[str, pa.Array]) -> pa.Table:
    for name, values in columns.items():
        place = table.column_names.index(name) if name in table.column_names else -1
        table = table.append_column(name, values) if place < 0 else table.set_column(place, name, values)
    return table


def check_contrast(features: Features, task: str) -> None:
    """Refuse items with nothing to tell apart.

    Raises:
        DataError: If all questions have the same passage, and none has a hard negative.
    """
    if len(np.unique(features.ragged("numbers").values)) < 2:
        raise DataError(
            f"The {len(features)} questions of {task} have one passage in all: there is nothing to tell apart.",
            field=task,
            hint="A dual encoder needs questions about two passages at least; raise limit, or give more data.",
        )


def step_passages(features: Features, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different passages of some items, each once: right ones and hard negatives of all of them.

    Args:
        features: Items from :func:`pairs`.
        rows: Which, shape ``(b,)``; the same item may come twice.

    Returns:
        Places of the passages among all passages of ``features`` (for :func:`collate_passages`), shape ``(p,)``, in the
        order of the items, and for each item which of them is the right one, shape ``(b,)``.
    """
    numbers, groups = features.ragged("numbers"), features.groups("passages")
    places = np.concatenate([np.arange(groups[row], groups[row + 1]) for row in rows])
    own = np.concatenate([numbers[row] for row in rows])
    found, first, which = np.unique(own, return_index=True, return_inverse=True)
    order = np.argsort(first)  # np.unique sorts by number; a step goes by its items
    rank = np.empty(len(found), dtype=np.int64)
    rank[order] = np.arange(len(found))
    sizes = numbers.lengths(rows)
    starts = np.cumsum(sizes) - sizes
    return places[first[order]], rank[which.ravel()[starts]]


def passage_lengths(features: Features, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Tokens of passages, shape ``(p,)``; places as :func:`step_passages` gives them."""
    return features.ragged("passages").lengths(places)


def collate_passages(features: Features, places: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded passages: ``input_ids``, ``attention_mask`` and, where there are, ``token_type_ids``, int64 ``(p, t)``."""
    return pad_inputs(features, places, pad_id, "passages", "passage_types")
