"""The items of one optimizer step as padded micro-batches, ready for the model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from xstilts.encoding import ENCODINGS
from xstilts.encoding.masked_lm import Masking, mask
from xstilts.encoding.pairs import collate_passages, passage_lengths, step_passages
from xstilts.encoding.subwords import pad_inputs
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
        rows: Rows of the task's features, shape ``(b,)``; none for the passages of dual encoders.
        tensors: Collated inputs and labels, on the CPU. For dual encoders ``places`` (b,) among the step's texts,
            questions first, and with questions ``right`` (b,): which of the step's passages answers each.
        counted: How much of it the mean loss is taken over.
        tokens: Its tokens, without padding.
        noisy: Noisy copies of the same items, collated; empty without.
    """

    rows: NDArray[np.int64]
    tensors: dict[str, torch.Tensor]
    counted: int
    tokens: int
    noisy: dict[str, torch.Tensor] = field(default_factory=dict)


def prepare(
    spec: PhaseSpec,
    kind: Kind,
    features: Features,
    items: StepItems,
    facts: TokenizerFacts,
    noisy: Features | None = None,
) -> list[MicroBatch]:
    """Cut a step's items into micro-batches under the token budget, collate them, and mask them for masked LM.

    Args:
        spec: Gives budget, masking probability and seed.
        kind: The task's kind; of ``retrieval`` the items are pairs (``encoding.pairs``), whose questions and passages
            have micro-batches of their own, in which each passage is once.
        features: The task's training items.
        items: What the step trains on.
        facts: The tokenizer's padding and mask tokens.
        noisy: The same items, row by row, as noise left them; None without.
    """
    if kind == Kind.RETRIEVAL:
        return _questions_and_passages(spec, features, items.rows, facts)
    lengths = features.lengths[items.rows]
    batches = []
    for part in _parts(kind, items.epochs):
        for cut in micro_batches(lengths[part], spec.token_budget):
            rows = items.rows[part][cut]
            tensors = ENCODINGS.get(kind).collate(features, rows, facts.pad_id)
            if kind == Kind.MASKED_LM:
                epoch = int(items.epochs[part][0])
                tensors = mask(tensors, features, rows, facts, Masking(spec.seed, epoch, spec.mlm_probability))
            tokens, copies = int(features.lengths[rows].sum()), {}
            if noisy is not None:
                copies = ENCODINGS.get(kind).collate(noisy, rows, facts.pad_id)
                tokens += int(noisy.lengths[rows].sum())
            batches.append(MicroBatch(rows, tensors, counted(kind, tensors), tokens, copies))
    return batches


def _parts(kind: Kind, epochs: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Positions that may share a micro-batch: masks are drawn for one epoch at a time, all else is free."""
    if kind != Kind.MASKED_LM:
        return [np.arange(len(epochs))]
    return [np.flatnonzero(epochs == epoch) for epoch in np.unique(epochs)]


def _questions_and_passages(
    spec: PhaseSpec, features: Features, rows: NDArray[np.int64], facts: TokenizerFacts
) -> list[MicroBatch]:
    passages, right = step_passages(features, rows)
    lengths = features.ragged("input_ids").lengths(rows), passage_lengths(features, passages)
    batches = []
    for cut in micro_batches(lengths[0], spec.token_budget):
        tensors = pad_inputs(features, rows[cut], facts.pad_id) | _numbers(places=cut, right=right[cut])
        batches.append(MicroBatch(rows[cut], tensors, len(cut), int(lengths[0][cut].sum())))
    for cut in micro_batches(lengths[1], spec.token_budget):
        tensors = collate_passages(features, passages[cut], facts.pad_id) | _numbers(places=len(rows) + cut)
        batches.append(MicroBatch(rows[:0], tensors, 0, int(lengths[1][cut].sum())))
    return batches


def _numbers(**columns: NDArray[np.int64]) -> dict[str, torch.Tensor]:
    import torch

    return {name: torch.from_numpy(values) for name, values in columns.items()}
