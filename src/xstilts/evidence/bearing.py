"""Whether a finding bears on a question: part by part, with what it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from xstilts.evidence.checked import Asked
    from xstilts.evidence.finding import Finding

Degree = Literal["whole", "part", "none"]
MANY = "many"
_PARTS = (("metrics", "the metric"), ("data", "the data"), ("languages", "the languages"), ("models", "the model"))


@dataclass(frozen=True)
class Bearing:
    """How far a finding bears on a question.

    Attributes:
        degree: ``whole``: it speaks of all that is asked. ``part``: of all factors, but not of another part. ``none``:
            a factor is missing, or nothing is asserted that could be weighed.
        lacks: What is asked and not spoken of.
        reason: One sentence.
    """

    degree: Degree
    lacks: tuple[str, ...]
    reason: str


def bearing(asked: Asked, finding: Finding) -> Bearing:
    """Hold a finding against a question.

    Example: the question asks of ``mix`` by F1. A finding on intermediate training in English alone lacks the factor
    mix, so it does not bear; one on mixes by accuracy bears in part.
    """
    missing = tuple(factor for factor in asked.scope.factors if factor not in finding.scope.factors)
    others = tuple(
        f"{name} {' or '.join(wanted)}"
        for part, name in _PARTS
        if (wanted := getattr(asked.scope, part)) and not _meets(wanted, getattr(finding.scope, part))
    )
    if not asked.scope.factors:
        return Bearing("none", (), "The question names no factor that is known, so nothing can be held against it.")
    if missing:
        return Bearing("none", (*missing, *others), f"It does not speak of {' and '.join(missing)}.")
    if finding.kind not in ("number", "direction"):
        return Bearing("none", ("a result",), "It tells what was done, and asserts no result.")
    if others:
        return Bearing(
            "part", others, f"It speaks of {', '.join(asked.scope.factors)}, but not of {', '.join(others)}."
        )
    return Bearing("whole", (), "It speaks of all that is asked.")


def _meets(wanted: tuple[str, ...], said: tuple[str, ...]) -> bool:
    return bool(set(wanted) & set(said)) or (MANY in wanted and len(said) > 1) or (MANY in said and bool(wanted))
