"""What a study may say about one training phase, about tuning, and about which weights and arms are chosen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from xstilts.sources.records.retyped import OtherDigits
from xstilts.training.contrast import Pooling, Similarity
from xstilts.training.robust import RobustMethod

Positive = Annotated[int, Field(gt=0, lt=2**31)]
Fraction = Annotated[float, Field(ge=0, le=1)]
OpenFraction = Annotated[float, Field(gt=0, lt=1)]
Rate = Annotated[float, Field(gt=0, lt=1e9)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=80)]
TargetName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*(~[a-z\-]+)?$", max_length=100)]
"""A task, or ``TASK~VIEW``: its items in a view in which targets with images are tested."""
Precision = Literal["fp32", "bf16"]
Checkpoint = Literal["last", "pivot-dev", "oracle", "average"]

if TYPE_CHECKING:
    from pydantic import ValidationInfo

FORM = "form:"
"""Begins the names of the forms that a value may have, which are no part of a path in messages."""


def form_of(value: object) -> str:
    """Which form a choice of languages has: a list of codes, or a mapping."""
    return FORM + ("list" if isinstance(value, list | tuple) else "mapping")


class Strict(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    short: ClassVar[tuple[type, str] | None] = None
    """The type that a value may have in place of the mapping, and the one key that it then stands for."""

    @model_validator(mode="before")
    @classmethod
    def _short_form_is_one_key(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        return {cls.short[1]: value} if cls.short is not None and isinstance(value, cls.short[0]) else value

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_written_plainly(cls, value: Any, info: ValidationInfo) -> Any:  # noqa: ANN401
        """Refuse ``yes`` for 1, ``010`` for 8 and ``1:30`` for 90 where a number is meant."""
        forms = _types_in(cls.model_fields[str(info.field_name)].annotation)
        if forms & {int, float} and bool not in forms:
            for item in value if isinstance(value, list) else [value]:
                written = getattr(item, "written", "") if isinstance(item, OtherDigits) else ""
                if isinstance(item, bool) or _OTHER_BASE.match(written):
                    raise ValueError(f"YAML reads what is written here as {item}; write a number as its digits")
        return value


_OTHER_BASE = re.compile(r"[+-]?0[0-9]|.*:")


def _types_in(annotation: Any) -> set[Any]:  # noqa: ANN401 - any annotation
    return {annotation}.union(*map(_types_in, get_args(annotation)))


class RobustTraining(Strict):
    """Word vectors are moved while training, after Huang et al. 2021 (arXiv 2104.08645). A plain word is the method.

    Attributes:
        method: ``adversarial``: word vectors are moved to where the loss is worst; ``smoothing``: anywhere near.
        radius: How far they move at most, as a share of their length.
        steps: Of ``adversarial``: steps of the search for the worst; each costs as much as a step of training.
    """

    short = (str, "method")
    method: RobustMethod
    radius: Rate = 0.1
    steps: Positive = 1

    @model_validator(mode="after")
    def _searches_only_for_the_worst(self) -> RobustTraining:
        if self.method == "smoothing" and self.steps > 1:
            raise ValueError("steps belong to method: adversarial; smoothing searches for nothing")
        return self


class Hyperparameters(Strict):
    """What may be said about one training phase. What is left out is asked of the next outer place.

    From the inside: the phase, ``training.tasks``, ``training``, the protocol, the default.

    Attributes:
        epochs: Passes over the data (each task of a mixture counts with its capped size); excludes ``steps``.
        steps: Optimizer steps; excludes ``epochs``.
        batch_size: Examples per optimizer step.
        learning_rate: Peak rate of AdamW.
        warmup: Share of the steps in which the rate rises linearly; it then falls linearly to zero.
        weight_decay: Decoupled decay, not on biases and layer norms.
        max_grad_norm: Clipping norm, once per optimizer step.
        token_budget: Padded tokens per micro-batch.
        gradient_checkpointing: Recompute activations in the backward pass to save memory.
        max_length: Tokens per model input, special tokens included.
        stride: Tokens by which neighbouring windows of span QA overlap; for the QA tasks of a benchmark that is read as
            ``run_squad`` does, the step from one window to the next.
        mlm_probability: Share of tokens masked in masked-LM training.
        evaluate_every: Optimizer steps between looks at the dev set, if ``selection`` looks; None: once an epoch.
        limit: Use at most this many training examples of each task and language.
        lora_rank: Train low-rank updates of this rank instead of the encoder's weights; merged after the phase.
        lora_alpha: Scale of the updates; None: twice the rank.
        freeze_embeddings: Leave the embeddings as they are.
        freeze_layers: Leave this many layers, counted from the bottom, as they are.
        pooling: Of dual encoders: how token vectors become one vector.
        similarity: Of dual encoders: cosine or dot product.
        temperature: Of dual encoders: what similarities are divided by.
        hard_negatives: Of dual encoders: further passages for each question, those nearest to it in spelling.
        robust: Move word vectors while training; a rival of training on noise.
    """

    epochs: Rate | None = None
    steps: Positive | None = None
    batch_size: Positive | None = None
    learning_rate: Rate | None = None
    warmup: Fraction | None = None
    weight_decay: Annotated[float, Field(ge=0)] | None = None
    max_grad_norm: Rate | None = None
    token_budget: Positive | None = None
    gradient_checkpointing: bool | None = None
    max_length: Annotated[int, Field(ge=8)] | None = None
    stride: Positive | None = None
    mlm_probability: OpenFraction | None = None
    evaluate_every: Positive | None = None
    limit: Positive | None = None
    lora_rank: Positive | None = None
    lora_alpha: Rate | None = None
    freeze_embeddings: bool | None = None
    freeze_layers: Annotated[int, Field(ge=0)] | None = None
    pooling: Pooling | None = None
    similarity: Similarity | None = None
    temperature: Rate | None = None
    hard_negatives: Annotated[int, Field(ge=0)] | None = None
    robust: RobustTraining | None = None

    @model_validator(mode="after")
    def _one_length(self) -> Hyperparameters:
        if self.epochs is not None and self.steps is not None:
            raise ValueError("says both epochs and steps; keep one of them")
        return self


class Tuning(Strict):
    """A sweep of the target phase, the same for ``none`` and for every arm: each chain tries every combination.

    The combination whose model is best on one half of the pivot's dev set is kept; ties go to the earlier one.

    Attributes:
        learning_rate: Peak rates to try.
        epochs: Lengths to try.
    """

    learning_rate: list[Rate] = []
    epochs: list[Rate] = []

    @model_validator(mode="after")
    def _has_choices(self) -> Tuning:
        for name, values in (("learning_rate", self.learning_rate), ("epochs", self.epochs)):
            if len(set(values)) != len(values):
                raise ValueError(f"{name} names the same value twice")
        if max(len(self.learning_rate), len(self.epochs)) < 2:
            raise ValueError("needs at least two values of learning_rate or of epochs")
        return self


class Training(Hyperparameters):
    """Training of all phases.

    Attributes:
        tasks: What differs for phases on one task, by the task's name.
        tune: A sweep of the target phase; needs ``selection: {arms: pivot-dev}``.
    """

    tasks: dict[Name, Hyperparameters] = {}
    tune: Tuning | None = None


class Selection(Strict):
    """Which weights of a phase are kept, and whether arms are chosen. A plain word stands for ``{checkpoint: WORD}``.

    Attributes:
        checkpoint: ``last``; ``pivot-dev``: the best on the pivot's dev set; ``average`` of the last few looks, which
            reads no dev set; ``oracle``: the best on the target languages' dev sets, labelled as such everywhere.
        average_last: How many looks are averaged.
        arms: ``pivot-dev``: every chain is also scored on one half of the pivot's dev set, by which each target's best
            arm is chosen; test items that are in that half are left out of every score.
    """

    short = (str, "checkpoint")
    checkpoint: Checkpoint = "last"
    average_last: Positive = 3
    arms: Literal["none", "pivot-dev"] = "none"

    @model_validator(mode="after")
    def _averages_only_an_average(self) -> Selection:
        if "average_last" in self.model_fields_set and self.checkpoint != "average":
            raise ValueError("average_last belongs to checkpoint: average")
        return self
