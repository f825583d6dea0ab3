"""What one training run is, as plain values: everything that can change the trained weights, and nothing else.

Pure data without torch, so that planning, hashing and reports can read it. How a phase is executed (device, threads,
how often a snapshot is written) is no part of it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal, get_args

from xstilts.errors import InputError
from xstilts.training.contrast import Contrast
from xstilts.training.robust import Robust

if TYPE_CHECKING:
    from collections.abc import Mapping

Rule = Literal["proportional", "uniform", "weights", "linear"]
Precision = Literal["fp32", "bf16"]
Selection = Literal["last", "average", "pivot-dev", "oracle"]

_LATER = ("contrast", "robust", "consistency")
"""Fields that JSON leaves out where they have their default."""


@dataclass(frozen=True)
class Mix:
    """How often each task of a phase is drawn; every optimizer step holds examples of one task.

    Attributes:
        rule: ``proportional`` to the number of training items, ``uniform``, by given ``weights``, or ``linear``: along
            a straight line from ``weights`` at the first step to ``end_weights`` at the last, normalised at each step.
        cap: Items of a task beyond this number do not count (proportional only); the T5 rule of Raffel et al. 2020,
            section 3.5.2, "examples-proportional mixing".
        temperature: Shares are raised to ``1 / temperature`` and normalised; 1 changes nothing, larger is flatter.
        weights: Task name to a number, for the rules ``weights`` (positive) and ``linear`` (0 or more, not all 0).
        end_weights: The same at the last step, for the rule ``linear``.

    Raises:
        InputError: If a value is out of range or the fields contradict each other.
    """

    rule: Rule = "proportional"
    cap: int | None = None
    temperature: float = 1.0
    weights: Mapping[str, float] | None = None
    end_weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        _one_of("mix.rule", self.rule, get_args(Rule))
        if self.cap is not None:
            _require("mix.cap", self.cap, self.cap >= 1, "at least 1")
            _require("mix.cap", self.cap, self.rule == "proportional", "given only with the rule proportional")
        _require("mix.temperature", self.temperature, _finite(self.temperature) and self.temperature > 0, "positive")
        _require("mix.weights", self.weights, (self.rule in ("weights", "linear")) == bool(self.weights),
                 "given exactly when the rule is weights or linear")  # fmt: skip
        _require("mix.end_weights", self.end_weights, (self.rule == "linear") == bool(self.end_weights),
                 "given exactly when the rule is linear")  # fmt: skip
        self._check_weights("mix.weights", self.weights or {})
        self._check_weights("mix.end_weights", self.end_weights or {})
        if self.weights and self.end_weights:
            _require("mix.end_weights", sorted(self.end_weights), set(self.end_weights) == set(self.weights),
                     f"one weight for each of {', '.join(sorted(self.weights))}, as in weights")  # fmt: skip

    def _check_weights(self, name: str, weights: Mapping[str, float]) -> None:
        for task, weight in weights.items():
            if self.rule == "linear":
                _require(f"{name}.{task}", weight, _finite(weight) and weight >= 0, "0 or more")
            else:
                _require(f"{name}.{task}", weight, _finite(weight) and weight > 0, "positive")
        if weights:
            _require(name, dict(weights), any(weight > 0 for weight in weights.values()), "positive for some task")

    def to_json(self) -> dict[str, Any]:
        """All fields, defaults written out."""
        weights = {"weights": _floats(self.weights), "end_weights": _floats(self.end_weights)}
        return {"rule": self.rule, "cap": self.cap, "temperature": float(self.temperature), **weights}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Mix:
        """The inverse of :meth:`to_json`.

        Raises:
            InputError: If a key is unknown or a value is refused.
        """
        _known_keys(cls, values, "mix")
        return cls(**values)


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
        _require("tasks", self.tasks, len(self.tasks) > 0, "at least one task")
        _require("tasks", self.tasks, len(set(self.tasks)) == len(self.tasks), "each task once")
        _require("steps", self.steps, (self.steps is None) != (self.epochs is None), "given, or epochs, not both")
        if self.steps is not None:
            _require("steps", self.steps, self.steps >= 1, "at least 1")
        if self.epochs is not None:
            _require("epochs", self.epochs, _finite(self.epochs) and self.epochs > 0, "positive")
        self._check_beside()
        if self.mix.weights is not None:
            _require("mix.weights", sorted(self.mix.weights), set(self.mix.weights) == set(self.main_tasks),
                     f"one weight for each of {', '.join(self.main_tasks)}")  # fmt: skip
        self._check_optimizer()
        self._check_adaptation()
        _one_of("precision", self.precision, get_args(Precision))
        _one_of("selection", self.selection, get_args(Selection))
        _require("token_budget", self.token_budget, self.token_budget >= 1, "at least 1")
        _require("mlm_probability", self.mlm_probability, 0 < self.mlm_probability < 1, "between 0 and 1")
        if self.evaluate_every is not None:
            _require("evaluate_every", self.evaluate_every, self.evaluate_every >= 1, "at least 1")
        _require("average_last", self.average_last, self.average_last >= 1, "at least 1")
        _require("consistency", self.consistency, _finite(self.consistency) and self.consistency >= 0, "0 or more")
        if self.contrast is not None and not self.contrast.hard_negatives:
            _require(
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
        _require("beside", names, 0 < len(names) < len(self.tasks) and set(names) < set(self.tasks),
                 f"some, not all, of {', '.join(self.tasks)}")  # fmt: skip
        for task, share in self.beside.items():
            _require(f"beside.{task}", share, _finite(share) and share > 0, "a positive share of the steps")
        _require("beside", dict(self.beside), self.beside_share < 1, "shares of less than 1 in sum")

    def _check_adaptation(self) -> None:
        rank, alpha = self.lora_rank, self.lora_alpha
        if rank is not None:
            _require("lora_rank", rank, rank >= 1, "at least 1")
            _require("freeze_embeddings", self.freeze_embeddings, not self.freeze_embeddings,
                     "left out with lora_rank, which trains no embeddings anyway")  # fmt: skip
        if alpha is not None:
            _require("lora_alpha", alpha, rank is not None, "given only with lora_rank")
            _require("lora_alpha", alpha, _finite(alpha) and alpha > 0, "positive")
        _require("freeze_layers", self.freeze_layers, self.freeze_layers >= 0, "0 or more")

    def _check_optimizer(self) -> None:
        rate, decay, norm = self.learning_rate, self.weight_decay, self.max_grad_norm
        _require("batch_size", self.batch_size, self.batch_size >= 1, "at least 1")
        _require("learning_rate", rate, _finite(rate) and rate > 0, "positive")
        _require("warmup", self.warmup, 0 <= self.warmup <= 1, "a share of the steps, from 0 to 1")
        _require("weight_decay", decay, _finite(decay) and decay >= 0, "0 or more")
        _require("adam_betas", self.adam_betas, len(self.adam_betas) == 2, "two numbers")
        _require("adam_betas", self.adam_betas, all(0 <= beta < 1 for beta in self.adam_betas), "in [0, 1)")
        _require("adam_epsilon", self.adam_epsilon, _finite(self.adam_epsilon) and self.adam_epsilon > 0, "positive")
        _require("max_grad_norm", norm, norm > 0, "positive")

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
            "beside": _floats(self.beside),
            "lora_alpha": None if alpha is None else float(alpha),
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> PhaseSpec:
        """The inverse of :meth:`to_json`; fields that are left out take their defaults.

        Raises:
            InputError: If a key is unknown or a value is refused.
        """
        _known_keys(cls, values, None)
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


def _floats(values: Mapping[str, float] | None) -> dict[str, float] | None:
    return None if values is None else {name: float(value) for name, value in values.items()}


def _finite(value: float) -> bool:
    return math.isfinite(value)


def _require(name: str, value: object, holds: bool, expected: str) -> None:
    if not holds:
        raise InputError(f"{value!r} is refused; it must be {expected}.", field=name, value=value)


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise InputError(f"{value!r} is unknown.", field=name, value=value, allowed=allowed)


def _known_keys(cls: type, values: Mapping[str, Any], where: str | None) -> None:
    allowed = [item.name for item in fields(cls)]
    for key in values:
        if key not in allowed:
            name = f"{where}.{key}" if where else str(key)
            raise InputError("There is no such field.", field=name, value=key, allowed=allowed)
