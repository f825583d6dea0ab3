"""What an encoding is: one kind's way from examples to model inputs and from model outputs back to answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xstilts.errors import ModelError
from xstilts.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pyarrow as pa
    import torch
    from datasets import Dataset
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features
    from xstilts.tasks.base import Kind

IGNORED = -100
"""The label that no loss counts (PyTorch's ``ignore_index``)."""


@dataclass(frozen=True)
class EncodingOptions:
    """What decides how examples become tokens.

    Attributes:
        max_length: Longest input in tokens, specials included.
        stride: Tokens that neighbouring windows share or, by the rule ``run_squad``, the step between them (span_qa).
        max_answer_tokens: Longest answer that is looked for, in tokens (span_qa).
        windows: The rule of windows and answers (span_qa; ``xstilts.protocols.Windows`` says what each is).
        max_question_tokens: Longer questions are cut; 0: at half of ``max_length`` (span_qa).
        n_best: How many starts and ends are tried, by the rule ``run_squad`` (span_qa).
        token_answers: Answers are the text of their tokens, by the rule ``run_squad`` (span_qa).
    """

    max_length: int = 128
    stride: int = 128
    max_answer_tokens: int = 30
    windows: str = "overlap"
    max_question_tokens: int = 0
    n_best: int = 20
    token_answers: bool = False


@dataclass(frozen=True)
class TokenizerFacts:
    """What batches need to know of a tokenizer.

    Attributes:
        pad_id: Fills a batch on the right.
        vocab_size: Number of ids, added tokens included.
        mask_id: The mask of masked language modelling; None where the tokenizer has none.
        special_ids: Ids of the special tokens without the unknown one (left out by ``mean-content`` pooling).
    """

    pad_id: int
    vocab_size: int
    mask_id: int | None
    special_ids: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast) -> TokenizerFacts:
        """The facts of ``tokenizer``.

        Raises:
            ModelError: If it has no padding token.
        """
        if tokenizer.pad_token_id is None:
            raise ModelError("The tokenizer has no padding token.", hint="Set pad_token in tokenizer_config.json.")
        special = tuple(sorted({int(item) for item in tokenizer.all_special_ids} - {tokenizer.unk_token_id}))
        return cls(int(tokenizer.pad_token_id), len(tokenizer), tokenizer.mask_token_id, special)


@dataclass(frozen=True)
class Encoding:
    """One kind's functions, kept side by side in one file.

    Attributes:
        kind: The kind.
        encode: ``(examples, tokenizer, options, labels) -> Features``. A null label makes an item without one.
        collate: ``(features, rows, pad_id) -> batch``: int64 tensors, padded to the longest of ``rows``: ``input_ids``,
            ``attention_mask``, ``token_type_ids`` where the features have them, and the kind's labels.
        decode: ``(examples, features, outputs, options, labels) -> predictions``: one row per example. ``outputs`` has
            one array per row of the features, in row order; the kind's file gives its shape. None for retrieval, which
            is answered by a search (:mod:`xstilts.evaluation.retrieval`).
    """

    kind: Kind
    encode: Callable[[Dataset, PreTrainedTokenizerFast, EncodingOptions, tuple[str, ...]], Features]
    collate: Callable[[Features, NDArray[np.int64], int], dict[str, torch.Tensor]]
    decode: Callable[[Dataset, Features, Sequence[NDArray[Any]], EncodingOptions, tuple[str, ...]], pa.Table] | None


ENCODINGS: Registry[Encoding] = Registry("encoding")
"""The encoding of each kind, filled by importing ``xstilts.encoding``."""
