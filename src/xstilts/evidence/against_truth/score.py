"""What a stage found, beside what it should have found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from xstilts.statistics import calibration

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

T = TypeVar("T")


@dataclass(frozen=True)
class StageScore:
    """Precision and recall of one stage.

    Attributes:
        stage: Name.
        what: What is counted, for people.
        right: Found, and so.
        wrong: Found, and not so.
        missed: So, and not found.
    """

    stage: str
    what: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float | None:
        """Share of what was found that is so; None where nothing was found."""
        found = self.right + self.wrong
        return self.right / found if found else None

    @property
    def recall(self) -> float | None:
        """Share of what is so that was found; None where nothing is so."""
        told = self.right + self.missed
        return self.right / told if told else None


@dataclass(frozen=True)
class CalibrationScore:
    """How well a number between 0 and 1 tells true from false.

    Attributes:
        stage: Name.
        what: What the number is, for people.
        n: How many it was given for.
        base: Share of those that are so.
        auc: Chance that one that is so has the larger number; None where all are so or none is.
        brier: Mean squared error; None where the number claims no probability.
        brier_of_base: Of the base rate in its place.
        ece: Expected calibration error; None as above.
    """

    stage: str
    what: str
    n: int
    base: float
    auc: float | None
    brier: float | None = None
    brier_of_base: float | None = None
    ece: float | None = None


def counted(stage: str, what: str, found: Collection[T], so: Collection[T]) -> StageScore:
    """Precision and recall of a set."""
    one, other = set(found), set(so)
    return StageScore(stage, what, len(one & other), len(one - other), len(other - one))


def ranked(stage: str, what: str, scores: Sequence[float], so: Sequence[bool]) -> CalibrationScore:
    """How well a score orders; it claims no probability."""
    labels = [int(one) for one in so]
    return CalibrationScore(stage, what, len(so), float(np.mean(labels)), calibration.auc(scores, labels))


def calibrated(stage: str, what: str, chances: Sequence[float], so: Sequence[bool]) -> CalibrationScore:
    """How well a probability is one: Brier, beside that of the base rate, AUC and ECE together."""
    labels = [int(one) for one in so]
    base = float(np.mean(labels))
    return CalibrationScore(
        stage, what, len(so), base, calibration.auc(chances, labels), calibration.brier(chances, labels).score,
        base * (1 - base), calibration.ece(chances, labels),
    )  # fmt: skip
