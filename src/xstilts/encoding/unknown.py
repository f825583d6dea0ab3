"""Text that a tokenizer does not know: of a script without pieces of its own all that is left is ``<unk>``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerFast

    from xstilts.encoding.features import Features

NEARLY_ALL = 0.9
"""The share of unknown pieces from which on a text says nothing. In a script that the tokenizer knows it is a few in a
hundred; in one that it does not know it is all but names and loans in another script."""


def unknown_examples(features: Features, tokenizer: PreTrainedTokenizerFast) -> int:
    """How many examples are nearly all unknown pieces.

    Marks between words, digits and punctuation do not count: most tokenizers know those of every script.

    Args:
        features: The items of the examples, of any kind; of pairs of texts for retrieval the question is looked at.
        tokenizer: What encoded them.
    """
    if tokenizer.unk_token_id is None:
        return 0
    ids, rows = _rows(features)
    kinds, places = np.unique(ids, return_inverse=True)
    special = {*tokenizer.all_special_ids, tokenizer.unk_token_id}
    named = zip(kinds.tolist(), tokenizer.convert_ids_to_tokens(kinds.tolist()), strict=True)
    letters = [number not in special and any(map(str.isalpha, piece)) for number, piece in named]
    known = _by_example(features, rows, np.array(letters, bool)[places])
    unknown = _by_example(features, rows, ids == tokenizer.unk_token_id)
    return int(np.sum((unknown > 0) & (unknown >= NEARLY_ALL * (known + unknown))))


def _rows(features: Features) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """The tokens of all rows end to end, and where each row begins, shape ``(n + 1,)``."""
    lists = features.ragged("input_ids")
    starts = lists.offsets[features.groups("input_ids")] if features.nested("input_ids") else lists.offsets
    return lists.values[: starts[-1]], starts


def _by_example(features: Features, rows: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many tokens of each example are chosen."""
    before = np.concatenate([[0], np.cumsum(chosen)])
    return np.bincount(features.column("example"), before[rows[1:]] - before[rows[:-1]]).astype(np.int64)
