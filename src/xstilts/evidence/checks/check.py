"""The outcome of one check of one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from xstilts.literature.text import Passage  # noqa: TC001 - pydantic reads annotations at run time

CheckName = Literal["quoted", "entailed", "numbers", "scope", "corroborated", "retracted", "rerun"]
Verdict = Literal["yes", "no", "undecided", "not found", "not checked"]


@dataclass(frozen=True)
class Check:
    """The outcome of one check.

    Attributes:
        name: Which check.
        verdict: ``yes`` is good for the statement in every check. ``not found``: not in what of the paper can be read.
        reason: One sentence for people.
        evidence: Passages that the verdict rests on.
        score: What the method computed; None where it computes none.
        probability: Calibrated, 0 to 1; None without a calibration.
        method: Its name and version.
    """

    name: CheckName
    verdict: Verdict
    reason: str
    evidence: tuple[Passage, ...] = ()
    score: float | None = None
    probability: float | None = None
    method: str = ""
