"""What a budget buys, and what to drop first."""

from __future__ import annotations

from typing import Any

import pytest

from xstilts.planning.plan import Plan, make_plan
from xstilts.prediction.budget import bought
from xstilts.statistics.inference.power import detectable_effect
from xstilts.studies.load import validate

STUDY: dict[str, Any] = {
    "name": "toy",
    "question": "What does it cost?",
    "protocol": "lab",
    "bases": ["lab-tiny"],
    "arms": {"none": [], "short": [{"tasks": ["snli"], "steps": 10}], "long": [{"tasks": ["snli"], "steps": 9000}]},
    "targets": [{"task": "udpos", "limit": 6}],
    "languages": ["qaa", "qab"],
    "seeds": [1, 2, 3, 4],
    "training": {"steps": 3},
}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan(validate(STUDY, "toy"))


def test_all_of_it_and_none_of_it(plan: Plan) -> None:
    whole = bought(plan, 1e9)
    assert (whole.seeds, whole.cells) == (4, 12)
    # two questions, Holm's first step
    assert whole.detectable == pytest.approx(detectable_effect(4, 0.05 / 2))
    nothing = bought(plan, 1e-3)
    assert (nothing.seeds, nothing.cells, nothing.detectable) == (0, 0, None)


def test_half_of_it_is_about_half_of_the_seeds(plan: Plan) -> None:
    whole = bought(plan, 1e9).whole
    half = bought(plan, whole * 0.6)
    assert half.seeds == 2
    assert half.cells == 6
    assert "pays for 2 whole seeds, 6 chains" in half.sentences()[0]


def test_what_costs_most_for_its_chains_goes_first(plan: Plan) -> None:
    told = bought(plan, 60.0)
    assert (told.drop[0].what, told.drop[0].name) == ("arm", "long")
    assert told.drop[0].seconds < told.whole
    assert {one.name for one in told.drop if one.what == "arm"} == {"short", "long"}, "without none nothing is a gain"
    assert not [one for one in told.drop if one.what == "target"], "there is one alone"
    assert told.sentences()[1].startswith("To save most, drop the arm long first: ")


def test_who_can_pay_for_all_need_drop_nothing(plan: Plan) -> None:
    assert len(bought(plan, 1e9).sentences()) == 1
