"""What a study may say about noise: how test input is corrupted, and how training data are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from xstilts.noise import RATES
from xstilts.sources.noisy import Answers, Where
from xstilts.studies.training_spec import Strict

SEVERITIES = tuple(range(1, len(RATES)))
CLEAN = "clean"
"""What stands for no noise in a list of noises."""
_NAME = r"^[A-Za-z0-9][A-Za-z0-9_\-]*(:[0-9]+)?$"

Type = Annotated[str, Field(pattern=_NAME, max_length=80)]
"""The name of a noise; one severity of it may follow: ``typo:3``."""


class Corruption(Strict):
    """What test and training noise have in common."""

    type: Type
    where: Where = "both"
    dictionary: Path | None = None
    answers: Answers = "protect"

    @model_validator(mode="before")
    @classmethod
    def _one_severity_in_the_name(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        """``typo:3`` as ``{type: typo, severity: 3}``."""
        said = {"type": value} if isinstance(value, str) else value
        name = said.get("type") if isinstance(said, dict) else None
        if isinstance(name, str) and ":" in name and "severity" not in said:
            kind, _, number = name.partition(":")
            return {**said, "type": kind, "severity": int(number) if number.isdecimal() else number}
        return said


class NoiseItem(Corruption):
    """One type of noise in test input. A plain name stands for all severities of it, ``typo:3`` for one.

    Attributes:
        type: The noise: `xstilts list noises` shows them all.
        severity: From 1 to 5: 1, 2, 4, 8 or 16 % of the letters are edited; one number or a list.
        where: Which part is corrupted: ``both`` parts of an example; its ``context`` (a premise, a passage) or its
            ``query`` (a hypothesis, a question, choices); of a search the ``query`` or the ``pool`` of candidates.
        dictionary: A file of words for the types that take one.
        answers: Of questions: answers in a corrupted passage stay as they are (``protect``), or are corrupted too and
            what then stands there is the answer (``follow``).
    """

    short = (str, "type")
    severity: list[int] = Field([*SEVERITIES], min_length=1)

    @field_validator("severity", mode="before")
    @classmethod
    def _one_is_a_list(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        return value if isinstance(value, list) else [value]

    @field_validator("severity")
    @classmethod
    def _severities_exist(cls, value: list[int]) -> list[int]:
        for number in value:
            _check_severity(number)
        return value


class Augment(Corruption):
    """Noise in training data: in a share of the examples, or in a copy of each.

    Attributes:
        type: The noise: `xstilts list noises` shows them all.
        severity: From 1 to 5.
        share: Share of the examples that are corrupted.
        consistency: Above 0, every example also has a noisy copy, and the answers to both are brought together with
            this weight, after Cooper Stickland et al. 2023 (arXiv 2210.04782). Excludes ``share``.
        where: Which part of an example, as in the study's ``noise``.
        dictionary: A file of words for the types that take one.
        answers: Of questions, as in the study's ``noise``.
    """

    severity: int
    share: Annotated[float, Field(gt=0, le=1)] = 1.0
    consistency: Annotated[float, Field(ge=0, lt=1e9)] = 0.0

    @field_validator("severity")
    @classmethod
    def _severity_exists(cls, value: int) -> int:
        _check_severity(value)
        return value

    @model_validator(mode="after")
    def _copies_all(self) -> Augment:
        if self.consistency and self.share < 1:
            raise ValueError("share is of examples without a copy; with consistency every example has one")
        return self


def _check_severity(number: int) -> None:
    if number not in SEVERITIES:
        zero = "0 is clean text, which is always evaluated; " if number == 0 else ""
        raise ValueError(f"there is no severity {number} to corrupt by; {zero}{SEVERITIES[0]} to {SEVERITIES[-1]} are")


def without_clean(value: object) -> object:
    """A list of noises without the entry that stands for none."""
    return [item for item in value if item != CLEAN] if isinstance(value, list) else value
