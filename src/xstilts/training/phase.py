"""What one training run is, as plain values: everything that can change the trained weights, and nothing else.

Pure data without torch, so that planning, hashing and reports can read it. How a phase is executed (device, threads,
how often a snapshot is written) is no part of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from xstilts.training.contrast import Contrast
from xstilts.training.mix import Mix, floats
from xstilts.training.refusals import finite, known_keys, one_of, require
from xstilts.training.robust import Robust

if TYPE_CHECKING:
    from collections.abc import Mapping

Precision = Literal["fp32", "bf16"]
Selection = Literal["last", "average", "pivot-dev", "oracle"]

_LATER = ("contrast", "robust", "consistency")
"""Fields that JSON leaves out where they have their default."""


@dataclass(frozen=True)
class PhaseSpec:
    """One training run.

    Attributes:
        tasks: Names of the tasks trained together, in any order; each has its own head.
        mix: How often each task is drawn that is not trained ``beside`` the others.
        beside: Tasks trained beside the others, each with its share of the phase's optimizer steps (masked LM at a
            ratio, the target task, an earlier task replayed). They take nothing away: the phase grows so that the
            others get as many steps, in expectation, as without them.
        steps: Number of optimizer steps for the tasks that ``mix`` draws; give this or ``epochs``.
        epochs: Passes over the training items (of all tasks that ``mix`` draws, capped as it says); give this or
            ``steps``.
        batch_size: Items per optimizer step; an item is one encoded row (for span QA one window).
        learning_rate: Peak rate, reached after the warm-up, then linear to 0.
        warmup: Share of the steps with a linearly rising rate, in [0, 1].
        weight_decay: Decoupled decay; never on biases and layer norms.
        adam_betas: Both in [0, 1).
        adam_epsilon: Added to the denominator of Adam.
        max_grad_norm: Gradients are clipped to this norm once per optimizer step; infinity switches it off.
        precision: ``fp32``, or ``bf16`` (weights stay fp32, matrix products in bfloat16).
        token_budget: Padded tokens in one micro-batch; shapes memory and speed, and the result only by
            rounding and by which dropout masks are drawn.
        gradient_checkpointing: Recompute activations in the backward pass to save memory.
        mlm_probability: Share of tokens that masked LM tasks mask, in (0, 1).
        selection: Which weights are kept: the ``last``, the ``average`` of the last evaluation points (no dev set is
            read; Schmidt et al. 2023, arXiv 2305.16834), or the best on ``pivot-dev``, or on target-language dev sets
            (``oracle``: no zero-shot number, and marked as such everywhere).
        evaluate_every: Steps between two evaluation points; None means once per epoch. The end is always one.
        average_last: Evaluation points that ``average`` takes the mean of, all of them where there are fewer.
        lora_rank: Train low-rank updates of the encoder's layers instead of its weights (LoRA; Hu et al. 2022, arXiv
            2106.09685), of this rank; they are merged into the weights at the end. None trains the weights.
        lora_alpha: The updates are scaled by ``lora_alpha / lora_rank``; None means twice the rank.
        freeze_embeddings: Leave the encoder's embeddings as they are (masked LM shares them with its output layer).
        freeze_layers: Leave so many of the encoder's layers as they are, counted from the bottom.
        contrast: How tasks of the kind retrieval are trained as dual encoders; None in a phase without them.
        robust: How word vectors are moved while training; None: they are not.
        consistency: Weight of the distance between the answers to clean and to noisy copies; 0: there are no copies.
        seed: The phase seed; all draws of the phase follow from it.

    Raises:
        InputError: If a value is out of range or the fields contradict each other; ``field`` names the one.
    """

    tasks: tuple[str, ...]
    steps: int | None = None
    epochs: float | None = None
    batch_size: int = 32
    learning_rate: float = 2e-5
    mix: Mix = field(default_factory=Mix)
    warmup: float = 0.1
    weight_decay: float = 0.01
    adam_betas: tuple[float, float] = (0.9, 0.999)
    adam_epsilon: float = 1e-8
    max_grad_norm: float = 1.0
    precision: Precision = "fp32"
    token_budget: int = 4096
    gradient_checkpointing: bool = False
    mlm_probability: float = 0.15
    selection: Selection = "last"
    evaluate_every: int | None = None
    average_last: int = 3
    beside: Mapping[str, float] | None = None
    lora_rank: int | None = None
    lora_alpha: float | None = None
    freeze_embeddings: bool = False
    freeze_layers: int = 0
    contrast: Contrast | None = None
    robust: Robust | None = None
    consistency: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        require("tasks", self.tasks, len(self.tasks) > 0, "at least one task")
        require("tasks", self.tasks, len(set(self.tasks)) == len(self.tasks), "each task once")
        require("steps", self.steps, (self.steps is None) != (self.epochs is None), "given, or epochs, not both")
        if self.steps is not None:
            require("steps", self.steps, self.steps >= 1, "at least 1")
        if self.epochs is not None:
            require("epochs", self.epochs, finite(self.epochs) and self.epochs > 0, "positive")
        self._check_beside()
        if self.mix.weights is not None:
            require("mix.weights", sorted(self.mix.weights), set(self.mix.weights) == set(self.main_tasks),
                     f"one weight for each of {', '.join(self.main_tasks)}")  # fmt: skip
        self._check_optimizer()
        self._check_adaptation()
        one_of("precision", self.precision, get_args(Precision))
        one_of("selection", self.selection, get_args(Selection))
        require("token_budget", self.token_budget, self.token_budget >= 1, "at least 1")
        require("mlm_probability", self.mlm_probability, 0 < self.mlm_probability < 1, "between 0 and 1")
        if self.evaluate_every is not None:
            require("evaluate_every", self.evaluate_every, self.evaluate_every >= 1, "at least 1")
        require("average_last", self.average_last, self.average_last >= 1, "at least 1")
        require("consistency", self.consistency, finite(self.consistency) and self.consistency >= 0, "0 or more")
        if self.contrast is not None and not self.contrast.hard_negatives:
            require(
                "batch_size",
                self.batch_size,
                self.batch_size >= 2,
                "at least 2 for a dual encoder without hard negatives, whose negatives are the step's others",
            )

    @property
    def main_tasks(self) -> tuple[str, ...]:
        """The tasks that ``mix`` draws, in the order of ``tasks``: all but those ``beside`` them."""
        return tuple(task for task in self.tasks if task not in (self.beside or {}))

    @property
    def beside_share(self) -> float:
        """Share of the optimizer steps that goes to the tasks ``beside`` the others, in [0, 1)."""
        return math.fsum((self.beside or {}).values())

    def _check_beside(self) -> None:
        if self.beside is None:
            return
        names = sorted(self.beside)
        require("beside", names, 0 < len(names) < len(self.tasks) and set(names) < set(self.tasks),
                 f"some, not all, of {', '.join(self.tasks)}")  # fmt: skip
        for task, share in self.beside.items():
            require(f"beside.{task}", share, finite(share) and share > 0, "a positive share of the steps")
        require("beside", dict(self.beside), self.beside_share < 1, "shares of less than 1 in sum")

    def _check_adaptation(self) -> None:
        rank, alpha = self.lora_rank, self.lora_alpha
        if rank is not None:
            require("lora_rank", rank, rank >= 1, "at least 1")
            require("freeze_embeddings", self.freeze_embeddings, not self.freeze_embeddings,
                     "left out with lora_rank, which trains no embeddings anyway")  # fmt: skip
        if alpha is not None:
            require("lora_alpha", alpha, rank is not None, "given only with lora_rank")
            require("lora_alpha", alpha, finite(alpha) and alpha > 0, "positive")
        require("freeze_layers", self.freeze_layers, self.freeze_layers >= 0, "0 or more")

    def _check_optimizer(self) -> None:
        rate, decay, norm = self.learning_rate, self.weight_decay, self.max_grad_norm
        require("batch_size", self.batch_size, self.batch_size >= 1, "at least 1")
        require("learning_rate", rate, finite(rate) and rate > 0, "positive")
        require("warmup", self.warmup, 0 <= self.warmup <= 1, "a share of the steps, from 0 to 1")
        require("weight_decay", decay, finite(decay) and decay >= 0, "0 or more")
        require("adam_betas", self.adam_betas, len(self.adam_betas) == 2, "two numbers")
        require("adam_betas", self.adam_betas, all(0 <= beta < 1 for beta in self.adam_betas), "in [0, 1)")
        require("adam_epsilon", self.adam_epsilon, finite(self.adam_epsilon) and self.adam_epsilon > 0, "positive")
        require("max_grad_norm", norm, norm > 0, "positive")

    def to_json(self) -> dict[str, Any]:
        """All fields, defaults written out, in JSON types; equal phases give equal JSON.

        Without a contrast, robust training or consistency there is no such key, so that phases keep the JSON that they
        had before.
        """
        values = {item.name: getattr(self, item.name) for item in fields(self) if item.name not in _LATER}
        for name in ("contrast", "robust"):
            if getattr(self, name) is not None:
                values[name] = getattr(self, name).to_json()
        if self.consistency:
            values["consistency"] = float(self.consistency)
        for name in ("learning_rate", "warmup", "weight_decay", "adam_epsilon", "mlm_probability"):
            values[name] = float(values[name])
        epochs = None if self.epochs is None else float(self.epochs)
        alpha = 2 * self.lora_rank if self.lora_alpha is None and self.lora_rank is not None else self.lora_alpha
        norm = None if math.isinf(self.max_grad_norm) else float(self.max_grad_norm)  # JSON has no infinity
        return values | {
            "tasks": list(self.tasks),
            "epochs": epochs,
            "adam_betas": [float(beta) for beta in self.adam_betas],
            "max_grad_norm": norm,
            "mix": self.mix.to_json(),
            "beside": floats(self.beside),
            "lora_alpha": None if alpha is None else float(alpha),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> PhaseSpec:
        """The inverse of :meth:`to_json`; fields that are left out take their defaults.

        Raises:
            InputError: If a key is unknown or a value is refused.
        """
        known_keys(cls, values, None)
        given = dict(values)
        if "tasks" in given:
            given["tasks"] = tuple(given["tasks"])
        if "adam_betas" in given:
            given["adam_betas"] = tuple(given["adam_betas"])
        if "max_grad_norm" in given and given["max_grad_norm"] is None:
            given["max_grad_norm"] = math.inf
        if "mix" in given:
            given["mix"] = Mix.from_json(given["mix"])
        if given.get("contrast") is not None:
            given["contrast"] = Contrast.from_json(given["contrast"])
        if given.get("robust") is not None:
            given["robust"] = Robust.from_json(given["robust"])
        return cls(**given)
