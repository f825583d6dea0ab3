"""What nodes that predict are asked for: the answers of a model, or of the spelling alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from xstilts.store.payloads.form import Form, Json
from xstilts.store.payloads.prepare import PortionEncoding
from xstilts.tasks.base import Kind


@dataclass(frozen=True, kw_only=True)
class AnswersPayload(Form):
    """What both have in common.

    Attributes:
        task, kind, labels: The target, as it is answered.
        pivot: The pivot, which the pairs of a search have on their other side.
        answer: Roles of the parents that are answered; empty: all prepared ones.
        tuned_on: Of mined pairs, language to the role of the parent on which the threshold is found.
        variants: Of a search, the directions or pools; the first counts.
        held_out: Languages by which vectors are chosen.
        pooled: Whether candidates of all languages are searched together.
        shared_pool: Whether all languages have the same candidates.
    """

    node_kind: ClassVar[str] = "predict"
    node_version: ClassVar[int] = 4

    task: str
    kind: Kind
    labels: tuple[str, ...]
    pivot: str
    answer: tuple[str, ...] = ()
    tuned_on: Mapping[str, str] = field(default_factory=dict)
    variants: tuple[Mapping[str, str], ...] = ({},)
    held_out: tuple[str, ...] = ()
    pooled: bool = False
    shared_pool: bool = False


@dataclass(frozen=True, kw_only=True)
class PredictPayload(AnswersPayload):
    """The answers of a model.

    Attributes:
        head: The task whose head answers; None for the bare encoder.
        base: What the base is known by; None where a node made the encoder.
        options: How the study encodes; a portion may have more of its own.
        precision: Of the matrix products.
        settings: Of a search, each kind of vectors; empty for other targets.
        cut: Of mined pairs, 0 where right pairs may score below it and nothing may be cut there.
        rule: The target's metric rule; "" for none.
        baseline: ``untrained.v1`` for new weights instead of those of the model; "" for the model.
        architecture: Of a baseline, the fields of the config of a base that the study pretrains; None: as the base has.
    """

    head: str | None
    base: Json | None
    options: PortionEncoding
    precision: str
    settings: tuple[Mapping[str, int | str], ...]
    cut: int | None = None
    rule: str = ""
    baseline: Literal["", "untrained.v1"] = ""
    architecture: Json | None = None


@dataclass(frozen=True, kw_only=True)
class NgramPayload(AnswersPayload):
    """The answers of character n-grams; ``learn`` has the roles of what they are learned from."""

    mark: ClassVar[str] = "baseline"

    baseline: Literal["char-ngrams.v1"] = "char-ngrams.v1"
    learn: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NoisyPredictPayload(PredictPayload):
    """The answers of a model under noise: to what the noisy parents say in place of the prepared ones."""

    mark: ClassVar[str] = "input"

    input: Literal["noisy"] = "noisy"


PAYLOADS: tuple[type[Form], ...] = (NgramPayload, NoisyPredictPayload, PredictPayload)
