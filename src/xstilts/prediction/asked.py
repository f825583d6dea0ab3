"""``best arm within 1 point at 95 %``: what a run goes on until, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from xstilts.errors import InputError
from xstilts.prediction.racing import Question

FORM = "best arm [on TARGET] within N point(s) at N %"
_PATTERN = re.compile(
    r"best arm(?: on (?P<target>\S+))? within (?P<margin>\d*\.?\d+) points? at (?P<confidence>\d*\.?\d+) ?%"
)
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
_SPAN = re.compile(r"(\d*\.?\d+) ?(s|min|h|d)")


@dataclass(frozen=True)
class Until:
    """What a run goes on until.

    Attributes:
        question: Margin and confidence.
        target: The target that is asked about; "": the mean over targets.
        budget: Seconds of work, as the plan guesses them for one core; None: as many as it takes.
    """

    question: Question
    target: str = ""
    budget: float | None = None

    def sentence(self) -> str:
        """The question in words, as it may be typed again."""
        on = f" on {self.target}" if self.target else ""
        unit = "point" if self.question.margin == 1 else "points"
        return f"best arm{on} within {self.question.margin:g} {unit} at {100 * self.question.confidence:g} %"


def until(text: str, budget: str | None = None) -> Until:
    """Read what a run goes on until.

    Args:
        text: For example ``best arm on xnli within 0.5 points at 90 %``.
        budget: For example ``2h`` or ``90 min``; None: none.

    Raises:
        InputError: If it is not in this form.
    """
    found = _PATTERN.fullmatch(" ".join(text.split()))
    if found is None:
        hint = "Example: --until 'best arm within 1 point at 95 %'."
        said = "This is no question that a run can answer."
        raise InputError(said, field="--until", value=text, allowed=[FORM], hint=hint)
    question = Question(float(found["margin"]), float(found["confidence"]) / 100)
    question.check()
    return Until(question, found["target"] or "", None if budget is None else seconds(budget))


def seconds(text: str, field: str = "--budget") -> float:
    """Seconds of a span of time like ``90 min``, ``2h`` or ``1.5 d``.

    Raises:
        InputError: If it is none, or no time at all.
    """
    found = _SPAN.fullmatch(text.strip())
    span = float(found[1]) * _SECONDS[found[2]] if found else 0.0
    if span <= 0:
        said, allowed = "A budget is a span of time.", ["a number and one of s, min, h, d"]
        raise InputError(said, field=field, value=text, allowed=allowed, hint="Example: 2h.")
    return span
