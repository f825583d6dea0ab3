"""Clean and noisy copies of the same items, asked to get the same answer.

After the idea of Cooper Stickland et al. 2023 (arXiv 2210.04782), who bring a sentence and its noisy copy together by a
contrastive loss in pretraining; here it is the answers of a task that are brought together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.encoding.base import IGNORED
from xstilts.tasks.base import Kind
from xstilts.training.losses import at_least_float32, inputs_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from transformers import PreTrainedModel

    Batch = Mapping[str, torch.Tensor]

KINDS = (Kind.CLASSIFICATION, Kind.MULTIPLE_CHOICE, Kind.TAGGING, Kind.VISUAL_CLASSIFICATION)
"""Kinds whose answers to a clean and a noisy copy can be set side by side: one for an item, or one for a word."""


def consistent(model: PreTrainedModel, clean: Batch, noisy: Batch, weight: float) -> torch.Tensor:
    """Summed loss of a batch and its noisy copy, and how far the answers to both are apart.

    ``½ Σ [L(x) + L(x̃)] + weight · ½ Σ [KL(p ‖ p̃) + KL(p̃ ‖ p)]``, in natural log, over items, or over the first subwords
    of words; words that one of the copies lost at its end have the first part alone.

    Args:
        model: The task's model.
        clean: Collated inputs and labels.
        noisy: Those of the noisy copies, in the same order.
        weight: Of the distance; 0 or more.

    Returns:
        A scalar in float32 (float64 for a model in float64).
    """
    from torch.nn.functional import cross_entropy, kl_div

    answers = []
    for batch in (clean, noisy):
        logits: Any = at_least_float32(model(**inputs_of(batch)).logits)
        answers.append((logits.reshape(-1, logits.shape[-1]), batch["labels"].reshape(-1)))
    losses = [cross_entropy(*pair, ignore_index=IGNORED, reduction="sum") for pair in answers]
    loss = (losses[0] + losses[1]) / 2
    one, other = _side_by_side(clean, noisy, answers)
    if weight == 0 or not len(one):
        return loss
    one, other = one.log_softmax(dim=-1), other.log_softmax(dim=-1)
    apart = kl_div(one, other, reduction="sum", log_target=True) + kl_div(other, one, reduction="sum", log_target=True)
    return loss + weight * apart / 2


def _side_by_side(
    clean: Batch, noisy: Batch, answers: list[tuple[torch.Tensor, torch.Tensor]]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of what both copies answer, shape ``(n, classes)`` each."""
    import torch

    if clean["labels"].dim() == 1:
        return answers[0][0], answers[1][0]
    labelled = [batch["labels"] != IGNORED for batch in (clean, noisy)]
    # which word of its item a labelled subword is; noise keeps words as many, but a copy may be cut earlier
    numbers = [chosen.cumsum(dim=1) for chosen in labelled]
    common = torch.minimum(labelled[0].sum(dim=1), labelled[1].sum(dim=1)).unsqueeze(1)
    kept = [(chosen & (number <= common)).reshape(-1) for chosen, number in zip(labelled, numbers, strict=True)]
    return answers[0][0][kept[0]], answers[1][0][kept[1]]
