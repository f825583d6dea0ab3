"""How many pieces a tokenizer cuts texts into, special tokens left aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedTokenizerFast

_AT_ONCE = 2000


def piece_counts(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[int]:
    """The number of pieces of each text, uncut."""
    counts: list[int] = []
    for start in range(0, len(texts), _AT_ONCE):
        batch = tokenizer(
            list(texts[start : start + _AT_ONCE]),
            add_special_tokens=False,
            truncation=False,
            padding=False,
            return_attention_mask=False,
            return_token_type_ids=False,
            verbose=False,
        )
        counts += [len(ids) for ids in batch["input_ids"]]
    return counts
