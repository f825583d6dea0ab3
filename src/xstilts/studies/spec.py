"""What a study file may say: every root key with its type, its default and its meaning.

The models only describe and check shapes; names (tasks, languages, bases, protocols) are checked against the
registries by the planner, and defaults of training are resolved in ``studies/hyperparameters.py``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from xstilts.languages.clusters import Clustering

Positive = Annotated[int, Field(gt=0)]
Fraction = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$", max_length=80)]
Precision = Literal["fp32", "bf16"]
Selection = Literal["last", "pivot-dev", "oracle"]


class Strict(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Hyperparameters(Strict):
    """What may be said about one training phase; None means: ask the next outer place.

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
        stride: Tokens by which neighbouring windows of span QA overlap.
        mlm_probability: Share of tokens masked in masked-LM training.
        evaluate_every: Optimizer steps between looks at the dev set, if ``selection`` looks; None: once an epoch.
        limit: Use at most this many training examples of each task and language.
    """

    epochs: Annotated[float, Field(gt=0)] | None = None
    steps: Positive | None = None
    batch_size: Positive | None = None
    learning_rate: Annotated[float, Field(gt=0)] | None = None
    warmup: Fraction | None = None
    weight_decay: Annotated[float, Field(ge=0)] | None = None
    max_grad_norm: Annotated[float, Field(gt=0)] | None = None
    token_budget: Positive | None = None
    gradient_checkpointing: bool | None = None
    max_length: Annotated[int, Field(ge=8)] | None = None
    stride: Positive | None = None
    mlm_probability: Annotated[float, Field(gt=0, lt=1)] | None = None
    evaluate_every: Positive | None = None
    limit: Positive | None = None

    @model_validator(mode="after")
    def _one_length(self) -> Hyperparameters:
        if self.epochs is not None and self.steps is not None:
            raise ValueError("says both epochs and steps; keep one of them")
        return self


class MixSpec(Strict):
    """How a multi-task phase divides its steps among tasks."""

    rule: Literal["proportional", "uniform", "weights"] = "proportional"
    cap: Positive | None = None
    temperature: Annotated[float, Field(gt=0)] = 1.0
    weights: dict[str, Annotated[float, Field(gt=0)]] | None = None

    @model_validator(mode="after")
    def _weights_match_rule(self) -> MixSpec:
        if (self.rule == "weights") != (self.weights is not None):
            raise ValueError("weights belong to rule: weights, and only to it")
        return self


class PhaseItem(Hyperparameters):
    """One intermediate phase: its tasks, how they mix, and what differs from the study's training defaults."""

    tasks: Annotated[list[Name], Field(min_length=1)]
    languages: list[str] | None = None
    mix: MixSpec = MixSpec()


class TargetPhase(Strict):
    """How an arm changes the training on the target task."""

    epochs_factor: Annotated[float, Field(gt=0)] = 1.0


class Arm(Strict):
    """Everything in which a chain differs from ``none``. A plain list stands for ``{phases: [...]}``."""

    phases: list[PhaseItem] = []
    target_phase: TargetPhase = TargetPhase()

    @model_validator(mode="before")
    @classmethod
    def _list_is_phases(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        return {"phases": value} if isinstance(value, list) else value


class Target(Strict):
    """A task that is evaluated in every language. A plain name stands for ``{task: NAME}``.

    Attributes:
        task: Its name.
        protocol: The protocol it follows; None: the study's.
        split: The split that is scored; None: ``test``, or ``dev`` where the task has no test split.
        limit: Score at most this many items per language (the same items in parallel languages).
        layers: Hidden layers for retrieval, counted from 0 = embeddings, negative from the end; None: the protocol's.
        pooling: Pooling for retrieval; None: the protocol's.
    """

    task: Name
    protocol: Name | None = None
    split: str | None = None
    limit: Positive | None = None
    layers: list[int] | None = None
    pooling: list[Literal["mean", "mean-content", "first"]] | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_is_task(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        return {"task": value} if isinstance(value, str) else value


class Vocabulary(Strict):
    """A SentencePiece-style vocabulary trained on the pretraining text.

    Attributes:
        size: Pieces, special tokens included.
        lines: At most this many lines of each language are read.
    """

    size: Annotated[int, Field(ge=100)]
    lines: Positive = 20_000


class BaseRecipe(Strict):
    """A base that the study pretrains itself. A plain name or directory stands for ``{name: NAME}``.

    Attributes:
        name: Name in the tables.
        architecture: Fields of the model's config; ``model_type`` says which.
        vocabulary: Trained here; or ``tokenizer`` names a base or directory whose tokenizer is used.
        pretrain: Its pretraining phase.
        seed: Seed of the pretraining phase and of the initial weights.
    """

    name: str
    architecture: dict[str, Any] | None = None
    vocabulary: Vocabulary | None = None
    tokenizer: str | None = None
    pretrain: PhaseItem | None = None
    seed: int = 1

    @model_validator(mode="before")
    @classmethod
    def _name_is_base(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        return {"name": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _recipe_is_whole(self) -> BaseRecipe:
        if self.pretrain is None and (self.architecture or self.vocabulary or self.tokenizer):
            raise ValueError("architecture, vocabulary and tokenizer belong to a base with a pretrain phase")
        if self.pretrain is not None:
            if self.architecture is None or "model_type" not in self.architecture:
                raise ValueError("a base with a pretrain phase needs architecture: {model_type: ...}")
            if (self.vocabulary is None) == (self.tokenizer is None):
                raise ValueError("a base with a pretrain phase needs either vocabulary or tokenizer")
            if self.pretrain.languages is None:
                raise ValueError("a pretrain phase needs its languages")
        return self


class NestedSeeds(Strict):
    """Seeds of intermediate and of target phases, crossed; a chain's seed is shown as ``i.t``."""

    intermediate: Annotated[list[int], Field(min_length=1)]
    target: Annotated[list[int], Field(min_length=1)]


class Training(Hyperparameters):
    """Training of all phases; ``tasks`` holds what differs for phases on one task."""

    tasks: dict[Name, Hyperparameters] = {}


class Study(Strict):
    """A study: a grid base × arm × target × seed, evaluated in every language."""

    name: Name
    question: str
    size: Name = "lab"
    source: Literal["hub", "files", "lab"] = "lab"
    data: Path | None = None
    data_map: Path | dict[str, Any] | None = None
    protocol: Name = "xtreme"
    bases: Annotated[list[BaseRecipe], Field(min_length=1)]
    arms: dict[Name, Arm] = {"none": Arm()}
    targets: list[Target] = []
    languages: Literal["all"] | list[str] = "all"
    noise: list[str] = ["clean"]
    seeds: list[int] | NestedSeeds = [1]
    precision: Precision = "fp32"
    training: Training = Training()
    selection: Selection = "last"
    contrasts: list[Any] = []
    clusters: list[Clustering] = []
    claims: list[str] = []
    tasks: dict[Name, dict[str, Any]] = {}
    sizes: dict[Name, dict[str, Any]] = {}

    @field_validator("seeds")
    @classmethod
    def _seeds_differ(cls, value: list[int] | NestedSeeds) -> list[int] | NestedSeeds:
        for seeds in [value] if isinstance(value, list) else [value.intermediate, value.target]:
            if not seeds or len(set(seeds)) != len(seeds):
                raise ValueError("needs at least one seed, and each seed once")
        return value

    @field_validator("arms")
    @classmethod
    def _none_is_empty(cls, value: dict[str, Arm]) -> dict[str, Arm]:
        if value.get("none") != Arm():
            raise ValueError("needs the arm `none: []`: every gain is measured against it")
        return value

    @model_validator(mode="after")
    def _targets_differ(self) -> Study:
        cells = [(target.task, target.protocol or self.protocol) for target in self.targets]
        bases = [recipe.name for recipe in self.bases]
        if len(set(bases)) != len(bases) or len(set(cells)) != len(cells):
            raise ValueError(f"names the same base or target twice: bases {bases}, targets {cells}")
        return self
