"""What nodes that hold a model are asked for: a training phase, or the best model of a sweep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from xstilts.store.payloads.form import Form, Json, written_by
from xstilts.store.payloads.prepare import Mixture, PackageFile
from xstilts.training.phase import PhaseSpec


@dataclass(frozen=True)
class TrainPayload(Form):
    """One phase.

    Attributes:
        phase: The phase.
        base: What the base is known by; None where a node made the encoder.
        tokenizer: What the tokenizer is known by; None where a parent trained it.
        as_long: Whether the tokens of the parents ``as_long`` give the phase its length ``instead`` of its own or make
            it ``longer``; "" where it has no such parents.
        language_mix: Task to how its languages are mixed; a task without an entry takes all of all.
    """

    node_kind: ClassVar[str] = "train"

    phase: Annotated[PhaseSpec, written_by(PhaseSpec.from_json)]
    base: Json | None
    tokenizer: Json | None
    as_long: Literal["", "instead", "longer"] = ""
    language_mix: Mapping[str, Mixture] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PretrainPayload(TrainPayload):
    """The phase that makes a base: new weights in an ``architecture``, the fields of the model's config."""

    node_kind: ClassVar[str] = "pretrain"

    architecture: Json


@dataclass(frozen=True)
class ChoosePayload(Form):
    """The model of a sweep that is best on one half of a dev set.

    Attributes:
        head: The task whose head answers; None for the bare encoder, which searches.
        dev: Role of the dev set.
        half: Which half of it.
        searched: Without a head, how the texts are compared.
    """

    node_kind: ClassVar[str] = "choose"
    node_version: ClassVar[int] = 2

    head: str | None
    dev: str
    half: str
    searched: Mapping[str, int | str] | None = None


@dataclass(frozen=True, kw_only=True)
class ConvertPayload(PackageFile):
    """The encoder that such a file holds, as a stored model without heads."""

    node_kind: ClassVar[str] = "convert"


@dataclass(frozen=True)
class CutPayload(Form):
    """The lowest layers of an encoder with its embeddings, as a stored model without heads.

    Attributes:
        layers: How many are kept.
        base: What the base is known by; None where a node made the encoder.
        tokenizer: What the tokenizer is known by; None where a parent made it.
    """

    node_kind: ClassVar[str] = "cut"

    layers: int
    base: Json | None
    tokenizer: Json | None


PAYLOADS: tuple[type[Form], ...] = (PretrainPayload, TrainPayload, ChoosePayload, ConvertPayload, CutPayload)
