"""Every arm of docs/how-to/arms.md is one that a study can have."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from xstilts.planning.plan import plan_study
from xstilts.studies.load import load_study, validate

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "arms.md"
BLOCKS: list[str] = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
WHOLE = [block for block in BLOCKS if block.startswith("# a whole study")]
ARMS = [block for block in BLOCKS if not block.startswith(("# a study's key", "# a whole study"))]
STUDY_KEYS = [block for block in BLOCKS if block.startswith("# a study's key")]
ROOT: dict[str, Any] = {
    "name": "page",
    "question": "Is what the page says so?",
    "protocol": "lab",
    "bases": ["lab-tiny"],
    "targets": ["xnli", "udpos"],
    "languages": ["qaa", "qab", "qba"],
    "training": {"limit": 20},
}


@pytest.mark.parametrize("block", ARMS, ids=lambda block: block.split(":")[0])
def test_the_arms_of_a_block_are_planned(block: str):
    arms = yaml.safe_load(block)
    plan = plan_study(validate(ROOT | {"arms": {"none": []} | arms}, "page"))
    assert {cell.arm for cell in plan.cells if cell.seed} == {"none", *arms}


@pytest.mark.parametrize("block", STUDY_KEYS, ids=["choosing", "contrasts"])
def test_the_keys_of_a_block_are_planned(block: str):
    keys = yaml.safe_load(block.replace("5e-4", "0.0005").replace("1e-3", "0.001"))
    arms = {"none": [], "single": [{"tasks": ["snli"]}], "half": [{"tasks": ["snli"], "language_mix": {"share": 0.5}}]}
    plan = plan_study(validate(ROOT | {"arms": arms} | keys, "page"))
    assert (sum(node.kind == "choose" for node in plan.nodes.values()) > 0) == ("training" in keys)


def test_the_whole_study_is_planned(tmp_path: Path):
    path = tmp_path / "my-mix.yaml"
    path.write_text(WHOLE[0], encoding="utf-8")
    plan = plan_study(load_study(str(path)))
    assert {cell.arm for cell in plan.cells if cell.seed} == {"none", "pivot", "half"}


def test_the_page_has_the_blocks_that_are_tested():
    assert len(WHOLE) == 1
    assert len(ARMS) == 9
    assert len(STUDY_KEYS) == 2
