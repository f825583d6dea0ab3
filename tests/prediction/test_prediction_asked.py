"""What a run goes on until, as people type it."""

from __future__ import annotations

import pytest

from xstilts.errors import InputError
from xstilts.prediction.asked import seconds, until
from xstilts.prediction.racing import Question


def test_a_question_is_read_and_written() -> None:
    asked = until("best arm  within 1 point at 95%")
    assert asked.question == Question(1.0, 0.95)
    assert (asked.target, asked.budget) == ("", None)
    assert asked.sentence() == "best arm within 1 point at 95 %"


def test_with_a_target_and_a_budget() -> None:
    asked = until("best arm on xnli within 0.5 points at 90 %", "1.5h")
    assert (asked.question.margin, asked.target, asked.budget) == (0.5, "xnli", 5400)
    assert until(asked.sentence(), "90 min") == asked


@pytest.mark.parametrize("text", ["", "best arm", "best arm within 1 point", "worst arm within 1 point at 95 %"])
def test_another_form_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InputError, match="Example"):
        until(text)


@pytest.mark.parametrize("share", ["0", "100", "150"])
def test_a_confidence_is_between_nothing_and_certainty(share: str) -> None:
    with pytest.raises(InputError, match="confidence"):
        until(f"best arm within 1 point at {share} %")


@pytest.mark.parametrize(("text", "expected"), [("30s", 30), ("90 min", 5400), ("2h", 7200), ("1.5 d", 129600)])
def test_spans_of_time(text: str, expected: float) -> None:
    assert seconds(text) == expected


@pytest.mark.parametrize("text", ["", "2", "h", "0h", "-1h", "2 weeks"])
def test_no_span_of_time(text: str) -> None:
    with pytest.raises(InputError, match="span of time"):
        seconds(text)
