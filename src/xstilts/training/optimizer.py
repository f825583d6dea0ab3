"""AdamW over one encoder and several heads, and its state as named tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.models.heads import head_tensors

if TYPE_CHECKING:
    from collections.abc import Mapping

    import torch
    from transformers import PreTrainedModel

    from xstilts.training.phase import PhaseSpec

_STATE = ("step", "exp_avg", "exp_avg_sq")


def named_parameters(encoder: PreTrainedModel, models: Mapping[str, PreTrainedModel]) -> dict[str, torch.nn.Parameter]:
    """All parameters that a phase trains, each once: ``encoder.…`` and ``head.<task>.…``; frozen ones are left out."""
    named = {f"encoder.{name}": parameter for name, parameter in encoder.named_parameters()}
    for task, model in models.items():
        own = dict(model.named_parameters(remove_duplicate=False))
        named |= {f"head.{task}.{name}": own[name] for name in head_tensors(model) if name in own}
    return {name: parameter for name, parameter in named.items() if parameter.requires_grad}


def adamw(spec: PhaseSpec, parameters: Mapping[str, torch.nn.Parameter]) -> torch.optim.AdamW:
    """The optimizer of a phase: weight decay on matrices only, not on biases and layer norms; fused."""
    import torch

    trained = list(parameters.values())
    groups = [
        {"params": [item for item in trained if item.ndim >= 2], "weight_decay": spec.weight_decay},
        {"params": [item for item in trained if item.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=spec.learning_rate, betas=spec.adam_betas, eps=spec.adam_epsilon, fused=True)


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Set the learning rate of all groups."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def optimizer_tensors(
    optimizer: torch.optim.Optimizer, parameters: Mapping[str, torch.nn.Parameter]
) -> dict[str, torch.Tensor]:
    """The state of every parameter that has been updated: ``<parameter>.step``, ``.exp_avg``, ``.exp_avg_sq``."""
    known = {name: optimizer.state[parameter] for name, parameter in parameters.items() if parameter in optimizer.state}
    return {f"{name}.{key}": state[key] for name, state in known.items() for key in _STATE if state}


def load_optimizer_tensors(
    optimizer: torch.optim.Optimizer,
    parameters: Mapping[str, torch.nn.Parameter],
    tensors: Mapping[str, torch.Tensor],
) -> None:
    """The inverse of :func:`optimizer_tensors`, for a new optimizer over the same parameters."""
    for name, parameter in parameters.items():
        if f"{name}.step" in tensors:
            state = {key: tensors[f"{name}.{key}"].to(parameter.device, copy=True) for key in _STATE}
            optimizer.state[parameter] = state
