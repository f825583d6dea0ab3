"""The loss of a batch whose word vectors are moved: at random, or to where the loss is worst (``training.robust``)."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xstilts.models.seeding import seeded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import torch
    from transformers import PreTrainedModel

    from xstilts.training.losses import LossSum
    from xstilts.training.robust import Robust

    Batch = Mapping[str, torch.Tensor]

_TINY = 1e-12


def perturbed(loss_of: LossSum, model: PreTrainedModel, robust: Robust, seed: int) -> Callable[[Batch, int, int], Any]:
    """The function ``(batch, step, micro-batch) -> summed loss`` with word vectors moved, to the worst or at random.

    Args:
        loss_of: The loss of a batch, from :func:`xstilts.training.losses.loss_function`.
        model: The model that it runs.
        robust: How far and how vectors are moved.
        seed: The phase seed; random moves follow from it, the step and the number of the micro-batch.
    """
    import torch

    words: Any = model.get_input_embeddings()

    def loss(batch: Batch, step: int, number: int) -> torch.Tensor:
        reach = robust.radius * _lengths(words, batch)
        with seeded(seed, "robust", step, number, device=reach.device):
            moved = _anywhere(reach, words.embedding_dim, still=robust.method == "adversarial")
        for _ in range(robust.steps if robust.method == "adversarial" else 0):
            with _added(words, moved.requires_grad_()):
                (gradient,) = torch.autograd.grad(loss_of(batch), moved)
            moved = _worse(moved.detach(), gradient, reach, robust.steps)
        with _added(words, moved):
            return loss_of(batch)

    return loss


def _lengths(words: Any, batch: Batch) -> torch.Tensor:  # noqa: ANN401 - an embedding
    """The length of each token's word vector, 0 for padding; shape of the ids and one dimension of size 1 more."""
    import torch

    with torch.no_grad():
        lengths: torch.Tensor = words(batch["input_ids"]).float().norm(dim=-1) * batch["attention_mask"]
    return lengths.unsqueeze(-1)


def _anywhere(reach: torch.Tensor, width: int, *, still: bool) -> torch.Tensor:
    """A point in the ball around each token, all equally likely, or its middle; shape ``(…, width)``."""
    import torch

    if still:
        return torch.zeros((*reach.shape[:-1], width), device=reach.device)
    direction = torch.nn.functional.normalize(torch.randn((*reach.shape[:-1], width), device=reach.device), dim=-1)
    # the volume within a radius grows with its power of the dimension
    return direction * reach * torch.rand_like(reach) ** (1 / width)


def _worse(moved: torch.Tensor, gradient: torch.Tensor, reach: torch.Tensor, steps: int) -> torch.Tensor:
    """One step of the ascent, back in the ball."""
    gone = moved + reach / steps * gradient / gradient.norm(dim=-1, keepdim=True).clamp_min(_TINY)
    lengths = gone.norm(dim=-1, keepdim=True).clamp_min(_TINY)
    back: torch.Tensor = gone * (reach / lengths).clamp_max(1.0)
    return back


@contextmanager
def _added(words: Any, moved: torch.Tensor) -> Iterator[None]:  # noqa: ANN401 - an embedding
    """Within the block word vectors come out moved.

    A hook of the embedding serves every architecture and head; ``inputs_embeds`` is not taken by all, and positions
    are numbered otherwise with it.
    """

    def add(module: object, given: object, out: torch.Tensor) -> torch.Tensor:
        del module, given
        return out + moved.to(out.dtype).view(out.shape)

    hook = words.register_forward_hook(add)
    try:
        yield
    finally:
        hook.remove()
