"""The loss of each kind as a sum over what it counts, so that a step cut into micro-batches has one mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xstilts.encoding.base import IGNORED
from xstilts.errors import InputError
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import torch
    from transformers import PreTrainedModel

    from xstilts.training.contrast import Contrast

    Batch = Mapping[str, torch.Tensor]
    LossSum = Callable[[Batch], torch.Tensor]

_LABELS = ("labels", "start_positions", "end_positions")


def counted(kind: Kind, batch: Batch) -> int:
    """What the mean loss is taken over: labelled tokens (tagging, masked LM), else items."""
    if kind in (Kind.TAGGING, Kind.MASKED_LM):
        return int((batch["labels"] != IGNORED).sum())
    return len(batch["input_ids"])


def loss_function(model: PreTrainedModel, kind: Kind) -> LossSum:
    """The function from a collated batch to its summed loss, a scalar in float32 (float64 for a model in float64).

    Cross-entropy in natural log. Span QA averages start and end, over the positions that are no padding; masked LM
    projects to the vocabulary at masked positions only.

    Args:
        model: The task's model, from :func:`xstilts.models.heads.attach_head`.
        kind: The task's kind.

    Raises:
        InputError: If the kind has no loss.
    """
    if kind == Kind.MASKED_LM:
        return _masked_lm(model)
    functions = {
        Kind.CLASSIFICATION: _labels,
        Kind.VISUAL_CLASSIFICATION: _labels,
        Kind.MULTIPLE_CHOICE: _labels,
        Kind.TAGGING: _labels,
        Kind.SPAN_QA: _span,
    }
    if kind not in functions:
        raise InputError(f"Tasks of the kind {kind} cannot be trained.", value=kind, allowed=functions)
    function = functions[kind]
    return lambda batch: function(model(**inputs_of(batch)), batch)


def contrastive(
    questions: torch.Tensor, passages: torch.Tensor, right: torch.Tensor, contrast: Contrast
) -> torch.Tensor:
    """Summed cross-entropy (natural log) of each question's softmax over the passages of a step.

    The in-batch negatives of Karpukhin et al. 2020 (arXiv 2004.04906, section 3.2): each passage is there once, so that
    one which answers several questions is a negative of none of them.

    Args:
        questions: Vectors, float, shape ``(q, h)``.
        passages: Vectors, float, shape ``(p, h)``.
        right: Which passage answers each question, int64, shape ``(q,)``.
        contrast: Gives similarity and temperature.

    Returns:
        A scalar in float32, or in float64 where the vectors are.
    """
    from torch.nn.functional import cross_entropy, normalize

    sides = [at_least_float32(questions), at_least_float32(passages)]
    if contrast.similarity == "cosine":
        sides = [normalize(side, dim=1) for side in sides]
    return cross_entropy(sides[0] @ sides[1].T / contrast.temperature, right, reduction="sum")


def at_least_float32(tensor: torch.Tensor) -> torch.Tensor:
    """Half precision as float32, in which sums are taken; float32 and float64 as they are."""
    import torch

    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))


def inputs_of(batch: Batch) -> dict[str, torch.Tensor]:
    """What of a collated batch the model reads."""
    return {name: tensor for name, tensor in batch.items() if name not in _LABELS}


def _labels(outputs: Any, batch: Batch) -> torch.Tensor:  # noqa: ANN401 - one output class per head
    from torch.nn.functional import cross_entropy

    logits = at_least_float32(outputs.logits)
    return cross_entropy(
        logits.view(-1, logits.shape[-1]), batch["labels"].view(-1), ignore_index=IGNORED, reduction="sum"
    )


def _span(outputs: Any, batch: Batch) -> torch.Tensor:  # noqa: ANN401 - one output class per head
    from torch.nn.functional import cross_entropy

    padding = batch["attention_mask"] == 0  # else the loss of an item would depend on its micro-batch
    start = at_least_float32(outputs.start_logits).masked_fill(padding, float("-inf"))
    end = at_least_float32(outputs.end_logits).masked_fill(padding, float("-inf"))
    losses = [cross_entropy(start, batch["start_positions"], reduction="sum"),
              cross_entropy(end, batch["end_positions"], reduction="sum")]  # fmt: skip
    return (losses[0] + losses[1]) / 2


def _masked_lm(model: PreTrainedModel) -> LossSum:
    from torch.nn.functional import cross_entropy

    head = _projection(model)

    def loss(batch: Batch) -> torch.Tensor:
        chosen = batch["labels"] != IGNORED
        if head is None:
            logits = model(**inputs_of(batch)).logits[chosen]
        else:
            logits = head(model.base_model(**inputs_of(batch)).last_hidden_state[chosen])
        return cross_entropy(at_least_float32(logits), batch["labels"][chosen], reduction="sum")

    return loss


def _projection(model: PreTrainedModel) -> torch.nn.Module | None:
    """The module from hidden states to the vocabulary; None if the architecture's head is no single module.

    Whether it is gets tried on an input of two tokens, because a class's children do not say how it uses them.
    """
    import torch

    backbone = model.base_model
    others = [child for child in model.children() if child is not backbone and any(True for _ in child.parameters())]
    if len(others) != 1:
        return None
    training = model.training
    model.eval()
    try:
        with torch.no_grad():
            probe = {"input_ids": torch.tensor([[0, 1]], device=model.device),
                     "attention_mask": torch.ones(1, 2, dtype=torch.int64, device=model.device)}  # fmt: skip
            projected = others[0](backbone(**probe).last_hidden_state)
            same = isinstance(projected, torch.Tensor) and torch.equal(projected, model(**probe).logits)
    finally:
        model.train(training)
    return others[0] if same else None
