"""Multiple choice: a context, a question and some answers, one of which is right.

Each choice is one input: the context, then the question and the choice (for COPA the question is "What was the cause?"
or "What happened as a result?", as its source gives it). ``input_ids`` is a list of token lists, one per choice.
Adds the column ``label`` (int64). Model output of an item: one logit per choice, shape ``(C,)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.base import ENCODINGS, IGNORED, Encoding, EncodingOptions
from xstilts.encoding.subwords import Builder, base_types, check, chunks, pad_inputs, softmax, tokenise
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

_NESTED = ("input_ids", "token_type_ids")


def encode(
    examples: Dataset, tokenizer: PreTrainedTokenizerFast, options: EncodingOptions, labels: tuple[str, ...]
) -> Features:
    """One token list per choice; an item counts as truncated when any of its choices was cut.

    Raises:
        DataError: If the number of choices is not the same everywhere, or a label is no choice.
    """
    check(tokenizer, options.max_length, pair=True)
    types = base_types(tokenizer, "label")
    builder = Builder({name: f"list<{kind}>" if name in _NESTED else kind for name, kind in types.items()})
    n_choices = 0
    for start, rows in chunks(examples, ("id", "context", "question", "choices", "label")):
        n_choices = n_choices or len(rows["choices"][0])
        _check(rows, n_choices)
        seconds = [
            f"{question} {choice}".strip()
            for question, choices in zip(rows["question"], rows["choices"], strict=True)
            for choice in choices
        ]
        firsts = [context for context in rows["context"] for _ in range(n_choices)]
        flat = tokenise(tokenizer, firsts, seconds, options.max_length)
        columns: dict[str, list[Any]] = {name: _grouped(lists, n_choices) for name, lists in flat.items()}
        columns["truncated"] = [any(flags) for flags in columns["truncated"]]
        columns["item"] = rows["id"]
        columns["example"] = list(range(start, start + len(rows["id"])))
        columns["length"] = [max(map(len, choices)) * n_choices for choices in columns["input_ids"]]
        columns["label"] = [IGNORED if label is None else label for label in rows["label"]]
        builder.add(columns)
    return builder.features()


def _check(rows: dict[str, list[Any]], n_choices: int) -> None:
    for example, choices, label in zip(rows["id"], rows["choices"], rows["label"], strict=True):
        if not choices or len(choices) != n_choices:
            raise DataError(
                f"Example {example!r} has {len(choices)} choices, others have {n_choices}.",
                field="choices",
                hint="All examples of a set need the same number of choices: fill up shorter lists with empty ones, "
                "or leave such questions out (empty_choice: keep or drop).",
            )
        if label is not None and not 0 <= label < n_choices:
            raise DataError(
                f"Example {example!r} has the label {label}.", field="label", value=label, allowed=range(n_choices)
            )


def _grouped(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def collate(features: Features, rows: NDArray[np.int64], pad_id: int) -> dict[str, torch.Tensor]:
    """Padded inputs, shape ``(b, C, t)``, and ``labels``, shape ``(b,)``."""
    import torch

    groups = features.groups("input_ids")
    n_choices = int(groups[1] - groups[0])
    inner = (groups[rows][:, None] + np.arange(n_choices)).reshape(-1)
    flat = pad_inputs(features, inner, pad_id)
    batch = {name: tensor.reshape(len(rows), n_choices, -1) for name, tensor in flat.items()}
    batch["labels"] = torch.from_numpy(features.column("label")[rows])
    return batch


def decode(
    examples: Dataset,
    features: Features,
    outputs: Sequence[NDArray[Any]],
    options: EncodingOptions,
    labels: tuple[str, ...],
) -> pa.Table:
    """The likeliest choice of each example and all probabilities; equal logits go to the earlier choice."""
    import pyarrow as pa

    return pa.table(
        {
            "id": pa.array(examples["id"], pa.string()),
            "gold": pa.array(examples["label"], pa.int64()),
            "prediction": pa.array([int(logits.argmax()) for logits in outputs], pa.int64()),
            "truncated": pa.array(features.column("truncated")),
            "scores": pa.array([softmax(logits) for logits in outputs], pa.list_(pa.float32())),
        }
    )


ENCODINGS.register(Kind.MULTIPLE_CHOICE, Encoding(Kind.MULTIPLE_CHOICE, encode, collate, decode))
