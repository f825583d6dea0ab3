"""What is said of noise in the payloads of other nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xstilts.sources.noisy import Answers, Where
from xstilts.store.payloads.form import Form


@dataclass(frozen=True)
class NoiseVariant(Form):
    """One noise at one severity.

    Attributes:
        type, version: The noise, and which form of it.
        severity: From 1 to 5.
        where: Which part of the examples has it.
        answers: What becomes of the answers to questions.
        dictionary: Hash of the file that it takes words from; "" for none.
    """

    type: str
    version: int
    severity: int
    where: Where = "both"
    answers: Answers = "protect"
    dictionary: str = ""


@dataclass(frozen=True)
class Augmented(Form):
    """Noise in training examples.

    Attributes:
        variant: The noise.
        languages: Field of the examples to its language.
        seed: Seed of its draws.
        share: Share of the examples that have it.
    """

    variant: NoiseVariant
    languages: Mapping[str, str]
    seed: int
    share: float = 1.0
