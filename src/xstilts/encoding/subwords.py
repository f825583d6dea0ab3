"""Texts to token ids in large batches, and token ids to padded tensors: what the kinds have in common.

Every call sets truncation and padding itself, so the state in which others left the tokenizer does not matter. Texts
are first encoded uncut, which tells exactly which ones are too long; only those are encoded again with truncation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.features import Features
from xstilts.errors import DataError, InputError, ModelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.base import EncodingOptions

_CHUNK = 2000
"""Examples tokenised at a time: large enough for the tokenizer's threads, small enough for memory."""


def chunks(examples: Dataset, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, list[Any]]]]:
    """Walk through ``examples``: yields the first row's number and the columns as Python lists."""
    arrow = examples.select_columns(list(columns)).with_format("arrow")
    for start in range(0, len(examples), _CHUNK):
        yield start, arrow[start : start + _CHUNK].to_pydict()


def check(tokenizer: PreTrainedTokenizerFast, max_length: int, *, pair: bool) -> None:
    """Refuse a tokenizer or a length that no input can be built with.

    Raises:
        ModelError: If the tokenizer is not a fast one.
        InputError: If no token of the text would fit, or the model's tokenizer says it takes fewer tokens.
    """
    if not getattr(tokenizer, "is_fast", False):
        raise ModelError("The model needs a fast tokenizer (tokenizer.json).", value=type(tokenizer).__name__)
    special = tokenizer.num_special_tokens_to_add(pair=pair)
    room = special + (2 if pair else 1)
    if max_length < room or max_length > tokenizer.model_max_length:
        raise InputError(
            f"A maximum length of {max_length} tokens cannot be used with this tokenizer.",
            field="max_length",
            value=max_length,
            allowed=[f"{room} to {tokenizer.model_max_length}"],
        )


def check_room(tokenizer: PreTrainedTokenizerFast, max_length: int) -> int:
    """The number of special tokens beside a question and a context, both of which must find room.

    Raises:
        ModelError: If the tokenizer is not a fast one.
        InputError: If the maximum length leaves no room for question and context.
    """
    check(tokenizer, max_length, pair=True)
    special: int = tokenizer.num_special_tokens_to_add(pair=True)
    if max_length < 2 * special + 4:
        raise InputError(
            f"A maximum length of {max_length} tokens has no room for question and context.",
            field="max_length",
            hint=f"Use {2 * special + 4} or more.",
        )
    return special


def question_limit(options: EncodingOptions) -> int:
    """The most tokens of a question, which leave at least half of the input to the context."""
    half = options.max_length // 2
    return min(options.max_question_tokens or half, half)


def tokenise(
    tokenizer: PreTrainedTokenizerFast,
    texts: Sequence[str] | Sequence[list[str]],
    pairs: Sequence[str] | None,
    max_length: int,
    *,
    special_mask: bool = False,
) -> dict[str, list[Any]]:
    """Token ids of texts, or of pairs of texts; an empty second text makes a single one.

    Args:
        tokenizer: A fast tokenizer.
        texts: First texts; or texts that are split into words already, which then come without second texts.
        pairs: Second texts, one for each, or None.
        max_length: Inputs beyond it are cut, the longer text first, token by token.
        special_mask: Also tell which tokens are special.

    Returns:
        ``input_ids``, ``truncated``, and where they apply ``token_type_ids``, ``special_tokens_mask`` and, for split
        texts, ``word`` (the word of each token, -1 for none); one entry for each text, in order.
    """
    seconds: Sequence[str] = pairs if pairs is not None else [""] * len(texts)
    split = len(texts) > 0 and not isinstance(texts[0], str)
    columns: dict[str, list[Any]] = {}

    def run(rows: list[int], *, cut: bool) -> None:
        for paired in (False, True):
            part = [row for row in rows if bool(seconds[row]) is paired]
            if not part:
                continue
            batch = tokenizer(
                [texts[row] for row in part],
                [seconds[row] for row in part] if paired else None,
                truncation="longest_first" if cut else False,
                max_length=max_length if cut else None,
                padding=False,
                return_attention_mask=False,
                return_token_type_ids="token_type_ids" in tokenizer.model_input_names,
                return_special_tokens_mask=special_mask,
                is_split_into_words=split,
                verbose=False,
            )
            if split:
                batch["word"] = [
                    [-1 if word is None else word for word in batch.word_ids(number)] for number in range(len(part))
                ]
            for name, lists in batch.items():
                column = columns.setdefault(name, [None] * len(texts))
                for row, values in zip(part, lists, strict=True):
                    column[row] = values

    run(list(range(len(texts))), cut=False)
    too_long = [row for row, ids in enumerate(columns.get("input_ids", ())) if len(ids) > max_length]
    run(too_long, cut=True)
    truncated = [False] * len(texts)
    for row in too_long:
        truncated[row] = True
    return {"input_ids": [], **columns, "truncated": truncated}


ARROW_TYPES: Mapping[str, str] = {
    "item": "string", "example": "int32", "length": "int32", "truncated": "bool",
    "input_ids": "list<int32>", "token_type_ids": "list<int8>", "special": "list<bool>",
    "label": "int64", "labels": "list<int64>", "word": "list<int32>", "start": "int64", "end": "int64",
    "offset_start": "list<int32>", "offset_end": "list<int32>", "may_start": "list<bool>", "piece": "list<binary>",
}  # fmt: skip
"""Arrow type of each feature column (multiple choice nests its token lists once more)."""


def arrow_type(name: str) -> pa.DataType:
    """The Arrow type that ``list<int32>`` and the like stand for."""
    import pyarrow as pa

    inner = name.removeprefix("list<").removesuffix(">") if name.startswith("list<") else None
    return pa.type_for_alias(name) if inner is None else pa.list_(arrow_type(inner))


class Builder:
    """Collects chunks of columns and joins them to features.

    Args:
        types: Column name to type name; the columns of the result and their order.
    """

    def __init__(self, types: Mapping[str, str]) -> None:
        import pyarrow as pa

        self._schema = pa.schema([(name, arrow_type(kind)) for name, kind in types.items()])
        self._batches: list[pa.RecordBatch] = []

    def add(self, columns: Mapping[str, Any]) -> None:
        """Append one chunk; columns that the result does not have are left aside."""
        import pyarrow as pa

        arrays = [pa.array(columns[field.name], field.type) for field in self._schema]
        self._batches.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))

    def features(self) -> Features:
        """Everything added so far."""
        import pyarrow as pa

        return Features(pa.Table.from_batches(self._batches, schema=self._schema).combine_chunks())


def base_types(tokenizer: PreTrainedTokenizerFast, *more: str) -> dict[str, str]:
    """The columns that all kinds share, then ``more``."""
    names = ["item", "example", "length", "truncated", "input_ids"]
    if "token_type_ids" in tokenizer.model_input_names:
        names.append("token_type_ids")
    return {name: ARROW_TYPES[name] for name in [*names, *more]}


def label_numbers(names: Sequence[str | None], labels: tuple[str, ...], ids: Sequence[str]) -> list[int]:
    """Label names to their positions in ``labels``; None (no label) to the ignored label.

    Raises:
        DataError: If a name is not among the labels; names the example.
    """
    from xstilts.encoding.base import IGNORED

    known: dict[str | None, int] = {None: IGNORED, **{name: number for number, name in enumerate(labels)}}
    try:
        return [known[name] for name in names]
    except KeyError as error:
        row = next(row for row, name in enumerate(names) if name not in known)
        raise DataError(
            f"Example {ids[row]!r} has the label {names[row]!r}.", field="label", value=names[row], allowed=labels
        ) from error


def pad_inputs(
    features: Features, rows: NDArray[np.int64], pad_id: int, tokens: str = "input_ids", types: str = "token_type_ids"
) -> dict[str, torch.Tensor]:
    """``input_ids``, ``attention_mask`` and, where there are, ``token_type_ids`` of ``rows``, int64, ``(b, longest)``.

    ``tokens`` and ``types`` name the columns that they come from.
    """
    import torch

    ids = features.ragged(tokens)
    padded = ids.pad(rows, pad_id)
    inside = np.arange(padded.shape[1]) < ids.lengths(rows)[:, None]
    batch = {"input_ids": torch.from_numpy(padded), "attention_mask": torch.from_numpy(inside.astype(np.int64))}
    if types in features:
        batch["token_type_ids"] = torch.from_numpy(features.ragged(types).pad(rows, 0))
    return batch


def softmax(logits: NDArray[Any]) -> NDArray[np.float32]:
    """Probabilities over the last axis, float32."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    probabilities: NDArray[np.float64] = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return probabilities.astype(np.float32)
