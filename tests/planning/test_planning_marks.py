"""What a plan marks of a base, and the numbers that it tells of a mixture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from xstilts.api import load_study, plan_study
from xstilts.errors import StudyError
from xstilts.planning.trained import trained

STUDY: dict[str, Any] = {
    "name": "try", "question": "Does it?", "source": "lab", "bases": ["me5-small", "lab-tiny"],
    "arms": {"none": [], "nli": [{"tasks": ["mnli"]}], "paws": [{"tasks": ["paws"]}]},
    "targets": ["xnli", "udpos"], "seeds": [1],
}  # fmt: skip


def plan_of(tmp_path: Path, **changes: Any) -> Any:
    path = tmp_path / "study.yaml"
    path.write_text(json.dumps(STUDY | changes), encoding="utf-8")
    return plan_study(load_study(str(path)))


def test_what_a_base_was_trained_on_is_marked_for_that_base_alone(tmp_path: Path) -> None:
    found = {
        tuple(caution.cell[name] for name in ("base", "arm", "target"))
        for caution in plan_of(tmp_path).cautions
        if caution.code == "hidden-stage"
    }
    assert found == {("me5-small", "nli", "*"), ("me5-small", "*", "xnli")}


def test_items_of_a_share_are_rounded_to_the_nearest(tmp_path: Path) -> None:
    """Half of 7 items in three other languages: 7 × 1/6 = 1.17 each, and 3.5 in the pivot, which rounds to 4."""
    mixed = {"share": 0.5, "languages": {"rule": "first", "count": 3}}
    arms = {"none": [], "mix": [{"tasks": ["mnli"], "language_mix": mixed, "limit": 7}]}
    plan = plan_of(tmp_path, bases=["lab-tiny"], arms=arms)
    texts = trained(plan.resolved)["mix"].stages[0].texts
    assert [(round(text.share or 0, 3), text.items) for text in texts] == [(0.5, 4), *[(0.167, 1)] * 3]


def test_what_cannot_be_stepped_into_is_named_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "study.yaml"
    path.write_text(json.dumps(STUDY), encoding="utf-8")
    with pytest.raises(StudyError, match="arms.nli.x"):
        load_study(str(path), ["arms.nli.x.y=1"])
