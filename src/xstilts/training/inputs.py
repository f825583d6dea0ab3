"""The items of one optimizer step as padded micro-batches, ready for the model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.encoding import ENCODINGS
from xstilts.encoding.masked_lm import mask
from xstilts.tasks.base import Kind
from xstilts.training.batching import micro_batches
from xstilts.training.losses import counted

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from xstilts.encoding.base import TokenizerFacts
    from xstilts.encoding.features import Features
    from xstilts.training.mixture import StepItems
    from xstilts.training.phase import PhaseSpec


@dataclass(frozen=True)
class MicroBatch:
    """One forward and backward pass.

    Attributes:
        rows: Rows of the task's features, shape ``(b,)``.
        tensors: Collated inputs and labels, on the CPU.
        counted: How much of it the mean loss is taken over.
    """

    rows: NDArray[np.int64]
    tensors: dict[str, torch.Tensor]
    counted: int


def prepare(
    spec: PhaseSpec, kind: Kind, features: Features, items: StepItems, facts: TokenizerFacts
) -> list[MicroBatch]:
    """Cut a step's items into micro-batches under the token budget, collate them, and mask them for masked LM.

    Args:
        spec: Gives budget, masking probability and seed.
        kind: The task's kind.
        features: The task's training items.
        items: What the step trains on.
        facts: The tokenizer's padding and mask tokens.
    """
    lengths = features.lengths[items.rows]
    batches = []
    for part in _parts(kind, items.epochs):
        for cut in micro_batches(lengths[part], spec.token_budget):
            rows = items.rows[part][cut]
            tensors = ENCODINGS.get(kind).collate(features, rows, facts.pad_id)
            if kind == Kind.MASKED_LM:
                epoch = int(items.epochs[part][0])
                tensors = mask(tensors, features, rows, spec.seed, epoch, facts, spec.mlm_probability)
            batches.append(MicroBatch(rows, tensors, counted(kind, tensors)))
    return batches


def _parts(kind: Kind, epochs: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Positions that may share a micro-batch: masks are drawn for one epoch at a time, all else is free."""
    if kind != Kind.MASKED_LM:
        return [np.arange(len(epochs))]
    return [np.flatnonzero(epochs == epoch) for epoch in np.unique(epochs)]
