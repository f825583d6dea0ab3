"""Training only the rows of the word embeddings that a phase reads: the same steps with a fraction of the memory.

A row whose token no item holds has no gradient, so its moments stay zero and AdamW does nothing to it but its weight
decay, which is one factor for the whole phase (Loshchilov and Hutter 2019, arXiv 1711.05101, algorithm 2). So the rows
that are read are trained as an embedding of their own, and the others are multiplied by that factor at the end.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    import torch
    from numpy.typing import NDArray
    from transformers import PreTrainedModel

WORTH = 10_000_000
"""Numbers in the rows that are not read from which on it is worth it; below, the embeddings are trained as they are."""


@contextmanager
def used_rows(encoder: PreTrainedModel, ids: NDArray[np.int64], decay: float) -> Iterator[None]:
    """Within the block the encoder has only these rows of its word embeddings; after it all of them again.

    Nothing happens where the embeddings are not trained, are no plain table, or the other rows are few.

    Args:
        encoder: The shared encoder; no head of it may share the embeddings.
        ids: Every token id that it will read, shape ``(k,)``, sorted, each once.
        decay: What the rows that are not read are multiplied by in the end.
    """
    import torch

    words: Any = encoder.get_input_embeddings()
    rows, width = words.weight.shape
    if not words.weight.requires_grad or type(words) is not torch.nn.Embedding or (rows - len(ids)) * width < WORTH:
        yield
        return
    kept = torch.from_numpy(ids)
    few = _embedding(words, kept)
    encoder.set_input_embeddings(few)
    try:
        yield
    finally:
        with torch.no_grad():
            words.weight.mul_(decay)
            words.weight[kept] = few.weight.to(words.weight)
        encoder.set_input_embeddings(words)


def _embedding(words: torch.nn.Embedding, kept: torch.Tensor) -> torch.nn.Embedding:
    """These rows as an embedding that is asked by the ids of the whole table."""
    import torch

    place = torch.full((words.num_embeddings,), -1)
    place[kept] = torch.arange(len(kept))
    padding = None if words.padding_idx is None else int(place[words.padding_idx])
    few = torch.nn.Embedding(len(kept), words.embedding_dim, None if padding == -1 else padding)
    few.weight = torch.nn.Parameter(words.weight.detach()[kept].clone())

    few.register_buffer("place", place, persistent=False)  # on the embedding's device, and no part of what is saved
    few.register_forward_pre_hook(_by_place)
    return few


def _by_place(few: torch.nn.Module, asked: tuple[Any, ...]) -> tuple[Any, ...]:
    """Ids of the whole table to rows of this one; an id that it lacks is out of its range, which is an error."""
    place: Any = few.place
    return (place[asked[0]], *asked[1:])
