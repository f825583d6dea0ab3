"""Where a running phase stands: all that a snapshot must hold beside the step number's pure functions."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xstilts.training.optimizer import load_optimizer_tensors, optimizer_tensors
from xstilts.training.snapshots import load_newest, save

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import torch
    from transformers import PreTrainedModel

    from xstilts.training.phase import PhaseSpec
    from xstilts.training.run import TaskData

FORMAT = 2
"""Raised when a snapshot is written otherwise, so that one of another version is not taken."""

_TENSORS = ("best", "sums")
"""The fields of a state that hold tensors."""


@dataclass
class State:
    """What changes from step to step, beside weights and optimizer.

    Attributes:
        step: Finished optimizer steps.
        tokens: Tokens seen, without padding.
        best_step: Finished steps when the dev score was best; 0 before it was read.
        best_score: The best dev score so far.
        history: One entry per step.
        best: The weights at ``best_step``, on the CPU; empty while there are none.
        averaged: Evaluation points that have joined the average.
        sums: The sum of the weights at those points, in float64 on the CPU; empty while there are none.
    """

    step: int = 0
    tokens: int = 0
    best_step: int = 0
    best_score: float = -math.inf
    history: list[dict[str, Any]] = field(default_factory=list)
    best: dict[str, torch.Tensor] = field(default_factory=dict)
    averaged: int = 0
    sums: dict[str, torch.Tensor] = field(default_factory=dict)

    def offer(self, score: float, parameters: Mapping[str, torch.nn.Parameter]) -> None:
        """Keep a copy of the weights if their dev score is the best so far; a tie stays with the earlier ones."""
        self.history[-1]["dev"] = score
        if score > self.best_score:
            self.best_step, self.best_score = self.step, score
            self.best = {name: parameter.detach().to("cpu", copy=True) for name, parameter in parameters.items()}

    def add(self, parameters: Mapping[str, torch.nn.Parameter]) -> None:
        """Let the weights join the average."""
        import torch

        self.history[-1]["averaged"] = True
        self.averaged += 1
        for name, parameter in parameters.items():
            now = parameter.detach().to("cpu", torch.float64, copy=True)
            self.sums[name] = self.sums[name] + now if name in self.sums else now

    def kept(self) -> dict[str, torch.Tensor] | None:
        """The weights that the phase hands on, on the CPU; None for the last ones, as they are."""
        if self.sums:
            return {name: total / self.averaged for name, total in self.sums.items()}
        return self.best or None


def identity(spec: PhaseSpec, data: Mapping[str, TaskData], encoder: PreTrainedModel) -> str:
    """What a snapshot belongs to: the phase, its training items, and the frozen weights, which it does not hold."""
    digest = hashlib.sha256(json.dumps([FORMAT, spec.to_json()], sort_keys=True).encode())
    for name, parameter in encoder.named_parameters():
        if not parameter.requires_grad:
            digest.update(name.encode())
            digest.update(parameter.detach().cpu().contiguous().numpy().data)
    for task in spec.tasks:
        digest.update(json.dumps([task, data[task].kind, list(data[task].labels)]).encode())
        digest.update(data[task].features.item_hashes.tobytes())
    return digest.hexdigest()


def resume(
    scratch: Path, belongs_to: str, parameters: Mapping[str, torch.nn.Parameter], optimizer: torch.optim.Optimizer
) -> State:
    """Load weights and optimizer from the newest whole snapshot; the state of a beginning where there is none."""
    saved = load_newest(scratch, belongs_to)
    if saved is None:
        return State()
    load_weights(parameters, saved.tensors["model"])
    load_optimizer_tensors(optimizer, parameters, saved.tensors["optimizer"])
    values = dict(saved.state)
    score = values.pop("best_score")
    values |= {name: saved.tensors.get(name, {}) for name in _TENSORS}
    return State(**values, best_score=-math.inf if score is None else score)


def save_snapshot(
    scratch: Path,
    belongs_to: str,
    state: State,
    parameters: Mapping[str, torch.nn.Parameter],
    optimizer: torch.optim.Optimizer,
) -> None:
    """Write a snapshot of everything that changes; what is frozen is in the encoder that the phase starts from.

    Raises:
        RunError: If it cannot be written.
    """
    groups: dict[str, Mapping[str, torch.Tensor]] = {
        "model": parameters,
        "optimizer": optimizer_tensors(optimizer, parameters),
    }
    groups |= {name: getattr(state, name) for name in _TENSORS if getattr(state, name)}
    values = {name: value for name, value in vars(state).items() if name not in _TENSORS}
    values["best_score"] = state.best_score if math.isfinite(state.best_score) else None
    save(scratch, state.step, belongs_to, values, groups)


def load_weights(parameters: Mapping[str, torch.nn.Parameter], tensors: Mapping[str, torch.Tensor]) -> None:
    """Copy named tensors into the parameters of the same names."""
    import torch

    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(tensors[name])
