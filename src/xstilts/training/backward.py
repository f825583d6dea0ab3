"""From the micro-batches of an optimizer step to its gradients: one function for each sort of loss.

Most losses are sums over items, so each micro-batch is a forward and a backward pass of its own. A dual encoder's loss
looks at all texts of the step at once. Where they do not fit the token budget together, gradients are cached (Gao et
al. 2021, arXiv 2101.06983, section 3.2): all texts are encoded without a graph, the loss gives the gradient at their
vectors, and every micro-batch is encoded once more, now with a graph, to carry its vectors' gradients on. Dropout is
seeded by step and micro-batch, so both passes see the same masks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from xstilts.encoding.pooling import POOLINGS
from xstilts.models.seeding import seeded
from xstilts.tasks.base import Kind
from xstilts.training.consistency import consistent
from xstilts.training.contrast import Contrast
from xstilts.training.losses import at_least_float32, contrastive, loss_function
from xstilts.training.perturbed import perturbed

if TYPE_CHECKING:
    import torch
    from accelerate import Accelerator
    from transformers import PreTrainedModel

    from xstilts.encoding.base import TokenizerFacts
    from xstilts.training.inputs import MicroBatch
    from xstilts.training.phase import PhaseSpec
    from xstilts.training.processes import LossPart, Processes

    Tensors = dict[str, torch.Tensor]
    Copies = tuple[Tensors, Tensors]

Backward = Callable[[int, Sequence["MicroBatch"]], "list[LossPart]"]
"""``(step, micro-batches) -> parts`` of the step's mean loss, each with the rows of the items it comes from.

Adds the gradients of the mean loss to the parameters. The losses are detached scalars on the device.
"""

_BESIDE = ("places", "right")
"""What a dual encoder's micro-batches hold beside inputs."""


def backward_of(
    spec: PhaseSpec,
    kind: Kind,
    model: PreTrainedModel,
    facts: TokenizerFacts,
    accelerator: Accelerator,
    processes: Processes,
) -> Backward:
    """The backward pass of a task.

    Args:
        spec: The phase.
        kind: The task's kind.
        model: The task's model; for retrieval the encoder.
        facts: The tokenizer's special tokens.
        accelerator: Gives the device.
        processes: Says which micro-batches are done here.
    """
    if kind == Kind.RETRIEVAL:
        return _over_the_step(spec, model, facts, accelerator, processes)
    return _by_micro_batch(spec, kind, model, accelerator, processes)


def _by_micro_batch(
    spec: PhaseSpec, kind: Kind, model: PreTrainedModel, accelerator: Accelerator, processes: Processes
) -> Backward:
    import torch

    device, loss_of = accelerator.device, _loss_of(spec, kind, model)
    kept = torch.promote_types(model.dtype, torch.float32)

    def run(step: int, batches: Sequence[MicroBatch]) -> list[LossPart]:
        count = max(1, sum(batch.counted for batch in batches))
        parts = []
        for number, batch in enumerate(batches):
            if not processes.owns(number, len(batches)):
                parts.append((batch.rows, torch.zeros((), dtype=kept, device=device)))
                continue
            inputs = _on(device, batch.tensors), _on(device, batch.noisy)
            with seeded(spec.seed, "dropout", step, number, device=device):
                with _autocast(spec, device):
                    loss = loss_of(inputs, step, number) / count
                accelerator.backward(loss)
            parts.append((batch.rows, loss.detach()))
        return parts

    return run


def _loss_of(spec: PhaseSpec, kind: Kind, model: PreTrainedModel) -> Callable[[Copies, int, int], torch.Tensor]:
    """The summed loss of a micro-batch, by its step and number: of its items as they are, moved, or with copies."""
    plain = loss_function(model, kind)
    if spec.robust is not None:
        moved = perturbed(plain, model, spec.robust, spec.seed)
        return lambda copies, step, number: moved(copies[0], step, number)
    if spec.consistency:
        # what is trained beside the phase's own tasks has no copies
        return lambda copies, step, number: (
            consistent(model, *copies, spec.consistency) if copies[1] else plain(copies[0])
        )
    return lambda copies, step, number: plain(copies[0])


def _over_the_step(
    spec: PhaseSpec, encoder: PreTrainedModel, facts: TokenizerFacts, accelerator: Accelerator, processes: Processes
) -> Backward:
    import numpy as np
    import torch

    device, contrast = accelerator.device, spec.contrast or Contrast()

    def vectors(step: int, number: int, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        texts = {name: tensor for name, tensor in inputs.items() if name not in _BESIDE}
        with seeded(spec.seed, "dropout", step, number, device=device), _autocast(spec, device):
            states = encoder(**texts).last_hidden_state
        pooled: torch.Tensor = POOLINGS[contrast.pooling](at_least_float32(states), texts, facts)
        return pooled

    def together(step: int, batches: Sequence[MicroBatch]) -> list[LossPart]:
        """Each process encodes its texts; all take the loss over all vectors, so that no negative is missing."""
        inputs, n = [_on(device, batch.tensors) for batch in batches], len(batches)
        mine = [number for number in range(n) if processes.owns(number, n)]
        cached = _padded(batches) > spec.token_budget
        with torch.set_grad_enabled(not cached):
            own = {number: vectors(step, number, inputs[number]) for number in mine}
        shapes = [(len(given["places"]), encoder.config.hidden_size) for given in inputs]
        leaves = processes.share(own, shapes, at_least_float32(next(encoder.parameters())))
        loss = _loss([leaf.requires_grad_() for leaf in leaves], inputs, contrast)
        accelerator.backward(loss)
        if not cached and own:
            torch.autograd.backward(list(own.values()), [leaves[number].grad for number in own])
        for number in mine if cached else ():
            vectors(step, number, inputs[number]).backward(leaves[number].grad)
        rows = np.concatenate([batch.rows for batch in batches])
        return [(rows, loss.detach() if processes.rank == 0 else torch.zeros_like(loss))]

    def run(step: int, batches: Sequence[MicroBatch]) -> list[LossPart]:
        if processes.count > 1:
            return together(step, batches)
        inputs = [_on(device, batch.tensors) for batch in batches]
        cached = _padded(batches) > spec.token_budget
        with torch.set_grad_enabled(not cached):
            found = [vectors(step, number, given) for number, given in enumerate(inputs)]
        leaves = [part.requires_grad_() for part in found] if cached else found
        loss = _loss(leaves, inputs, contrast)
        accelerator.backward(loss)
        for number, (leaf, given) in enumerate(zip(leaves, inputs, strict=True) if cached else ()):
            again = vectors(step, number, given)
            again.backward(leaf.grad)
        return [(np.concatenate([batch.rows for batch in batches]), loss.detach())]

    return run


def _loss(
    vectors: Sequence[torch.Tensor], inputs: Sequence[dict[str, torch.Tensor]], contrast: Contrast
) -> torch.Tensor:
    """The mean loss over the questions of a step, its texts put in the order of their places."""
    import torch

    order = torch.cat([given["places"] for given in inputs]).argsort()
    texts = torch.cat(list(vectors))[order]
    right = torch.cat([given["right"] for given in inputs if "right" in given])
    n = len(right)
    return contrastive(texts[:n], texts[n:], right[order[:n]], contrast) / n


def _padded(batches: Sequence[MicroBatch]) -> int:
    """Tokens that the micro-batches hold, padding included."""
    return sum(batch.tensors["input_ids"].numel() for batch in batches)


def _on(device: torch.device, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: tensor.to(device, non_blocking=True) for name, tensor in tensors.items()}


def _autocast(spec: PhaseSpec, device: torch.device) -> torch.autocast:
    """Matrix products in bfloat16 where the phase says so; accelerate's own setting is one for the whole process."""
    import torch

    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=spec.precision == "bf16")
