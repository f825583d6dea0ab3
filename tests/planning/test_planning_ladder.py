"""Bases of several sizes are a ladder: counted, with the languages that each has not seen; one size is none."""

from __future__ import annotations

from typing import Any

import pytest

from tiny_base import tiny_base
from xstilts.errors import StudyError
from xstilts.planning.plan import Plan, make_plan
from xstilts.studies.load import validate

STUDY = {
    "name": "sizes", "question": "q", "protocol": "lab", "targets": [{"task": "xnli", "limit": 6}],
    "languages": ["qaa", "qab", "qbc"], "arms": {"none": [], "qqp": [{"tasks": ["qqp"], "limit": 6}]},
    "training": {"steps": 1, "limit": 6},
}  # fmt: skip


def plan(bases: list[Any], **changes: Any) -> Plan:
    return make_plan(validate(STUDY | {"bases": bases} | changes, "sizes.yaml"))


def ladder(bases: list[Any], **changes: Any) -> Any:
    (analyse,) = (node for node in plan(bases, **changes).nodes.values() if node.kind == "analyse")
    return analyse.payload["facts"].get("ladder")


def test_the_bases_are_counted_and_marked_with_what_they_never_saw():
    cut = {"name": "cut", "from": "lab-small", "layers": 2}
    found = ladder(["lab-tiny", "lab-small", cut, tiny_base()])
    assert list(found) == ["lab-tiny", "lab-small", "cut", "quick"]
    assert [one["body"] for one in found.values()] == [113_088, 271_808, 146_944, 5_952]
    assert found["lab-small"]["parameters"] - found["cut"]["parameters"] == 271_808 - 146_944
    assert [one["unseen"] for one in found.values()] == [["qbc"], ["qbc"], ["qbc"], ["qab", "qbc"]]


@pytest.mark.parametrize("bases", [["lab-tiny"], ["lab-tiny", "lab-tiny.2"]])
def test_one_size_is_no_ladder_and_leaves_keys_alone(bases):
    assert ladder(bases) is None


@pytest.mark.parametrize("bases", [["lab-tiny"], ["lab-tiny", "lab-tiny.2"], ["lab-tiny", "mmbert-small"]])
def test_a_study_that_asks_for_a_ladder_of_one_is_refused(bases):
    with pytest.raises(StudyError, match="ladder.*no two sizes among lab-tiny") as caught:
        plan(bases, ladder=True)
    assert "bases=[lab-tiny,lab-small]" in str(caught.value)
    assert ("mmbert-small is not known" in str(caught.value)) == ("mmbert-small" in bases)


def test_more_layers_than_there_are_cannot_be_kept():
    with pytest.raises(StudyError, match=r"5 layers cannot be kept: lab-small has 4"):
        plan([{"name": "cut", "from": "lab-small", "layers": 5}])


def test_layers_of_a_base_in_the_making_are_its_architectures():
    with pytest.raises(StudyError, match="num_hidden_layers"):
        plan([{**tiny_base(), "layers": 1}])


def test_a_cut_base_shares_what_is_prepared_with_the_whole_one():
    made = plan(["lab-small", {"name": "cut", "from": "lab-small", "layers": 2}])
    whole = plan(["lab-small"])
    prepared = [{key for key, node in one.nodes.items() if node.kind == "prepare"} for one in (made, whole)]
    assert prepared[0] == prepared[1]
    (cut,) = (node for node in made.nodes.values() if node.kind == "cut")
    assert cut.payload["layers"] == 2
    assert sum(cut.key in node.parents.values() for node in made.nodes.values()) == 2  # none's target phase, and qqp
