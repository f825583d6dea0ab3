"""``run --until``, ``plan --budget`` and ``predict-gains``: what is said to people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

ASKED = "best arm within 1 point at 95 %"


def test_a_budget_without_a_question_is_refused(xstilts, small_study: Path) -> None:
    said = xstilts("run", str(small_study), "--budget", "2h")
    assert said.code == 2
    assert "--until 'best arm within 1 point at 95 %' --budget 2h" in said.err


def test_a_study_that_scores_no_dev_set_is_refused_before_anything_runs(xstilts, small_study: Path) -> None:
    said = xstilts("run", str(small_study), "--until", ASKED)
    assert said.code == 2
    assert "--set selection.arms=pivot-dev" in said.err


def test_another_question_is_refused(xstilts, small_study: Path) -> None:
    said = xstilts("run", str(small_study), "--until", "the best")
    assert said.code == 2
    assert "best arm [on TARGET] within N point(s) at N %" in said.err


def test_what_a_budget_buys_is_planned(xstilts, small_study: Path) -> None:
    said = xstilts("plan", str(small_study), "--budget", "1d")
    assert said.code == 0, said.err
    assert "A budget of 24 h 00 min pays for 2 whole seeds, 8 chains, of the study's" in said.out
    budget = json.loads(xstilts("plan", str(small_study), "--budget", "1d", "--json").out)["budget"]
    assert (budget["seeds"], budget["cells"]) == (2, 8)


def test_no_gain_is_predicted_from_nothing(xstilts, small_study: Path) -> None:
    said = xstilts("predict-gains", str(small_study))
    assert said.code == 2
    assert "No gain of this study was measured yet" in said.err


def test_predictors_are_listed(xstilts) -> None:
    rows = json.loads(xstilts("list", "predictors", "--json").out)
    assert {"logme", "leep"} <= {row["name"] for row in rows}
    assert all(row["source"] and row["needs"] and row["cost"] for row in rows)
