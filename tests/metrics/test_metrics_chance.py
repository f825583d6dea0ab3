"""Accuracy corrected for chance, worked out by hand."""

from __future__ import annotations

import pytest

from xstilts import metrics
from xstilts.errors import InputError

NAME = "accuracy.chance_corrected"


@pytest.mark.parametrize(
    ("kind", "gold", "said", "answers", "expected"),
    [
        # 3 of 4 right, chance 50: (75 - 50) / 50
        ("classification", list("aabb"), list("aaba"), ("a", "b"), 50),
        # 1 of 2 right, chance 33.3: (50 - 33.3) / 66.7
        ("classification", list("ab"), list("ac"), ("a", "b", "c"), 25),
        # none right of four choices, chance 25: -25 / 75
        ("multiple_choice", [0, 1], [1, 0], range(4), -100 / 3),
        ("multiple_choice", [0, 1], [0, 1], range(4), 100),
    ],
)
def test_guessing_is_0_and_all_right_is_100(kind, gold, said, answers, expected) -> None:
    assert metrics.get(kind, NAME)(gold, said, answers) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("answers", [(), ("a",)])
def test_it_needs_two_possible_answers(answers) -> None:
    with pytest.raises(InputError, match="two possible answers"):
        metrics.get("classification", NAME)(["a"], ["a"], answers)
