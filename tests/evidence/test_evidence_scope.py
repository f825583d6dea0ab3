"""When a finding bears on a question: all factors, the treatment in the sentence or in the title."""

from __future__ import annotations

import pytest

from xstilts.evidence import extract, question
from xstilts.evidence.checks.scope import in_scope

ASKED = question.read("Does intermediate training on a mix of languages improve accuracy on XNLI?")


def verdict(said: str, title: str = "") -> str:
    return in_scope(extract.statement(said, "w", "v"), ASKED, title).verdict


@pytest.mark.parametrize(
    ("said", "title", "bears"),
    [
        ("Intermediate training on several languages improves XNLI accuracy.", "", "yes"),
        ("Intermediate training on several languages improves XNLI.", "", "undecided"),
        ("Training on several languages improves XNLI accuracy.", "", "no"),
        ("Training on several languages improves XNLI accuracy.", "Intermediate training", "undecided"),
        ("Intermediate training improves XNLI accuracy.", "Several languages", "no"),
        ("Intermediate training on several languages improves results.", "", "no"),
        ("We use intermediate training on several languages with XNLI accuracy.", "", "no"),
        ("While many have improved XNLI accuracy by intermediate training on several languages, few do.", "", "no"),
        ("However, previous work improves XNLI accuracy by intermediate training on several languages.", "", "no"),
        ("Better XNLI accuracy by intermediate training on several languages has not been explored.", "", "no"),
        ("Unlike previous work, intermediate training on several languages improves XNLI accuracy.", "", "yes"),
    ],
)
def test_a_finding_bears_with_all_factors_and_all_but_one_other_axis(said: str, title: str, bears: str) -> None:
    assert verdict(said, title) == bears


def test_the_reason_says_what_came_from_the_title() -> None:
    found = in_scope(
        extract.statement("Training on several languages improves XNLI.", "w", "v"), ASKED, "Intermediate training"
    )
    assert "title of the paper has intermediate" in found.reason
