"""docs/results/demo.md and docs/lab.md tell of the demo as it is, and its last sentence is that of their tables."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xstilts.planning.plan import plan_study
from xstilts.studies.load import load_study

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "results" / "demo.md").read_text(encoding="utf-8")
DEMO = load_study("demo")
MUST = {name: arm for name, arm in DEMO.arms.items() if arm.must is not None}


def gains() -> dict[str, dict[str, str]]:
    """Arm to target to cell of the page's gain matrix."""
    table = PAGE[PAGE.index("## Gains\n") : PAGE.index("## Gains by seeds")]
    head, _, *lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("|")]
    return {line[0]: dict(zip((name.split(" (")[0] for name in head), line, strict=True)) for line in lines}


def last_sentence(text: str) -> str:
    (found,) = re.findall(r"^> (In the lab the controls .*)$", text, re.MULTILINE)
    return str(found)


def test_the_page_has_the_arms_and_targets_of_the_study():
    told = gains()
    assert list(told) == [name for name in DEMO.arms if name != "none"]
    for cells in told.values():
        assert list(cells)[1:-1] == [target.task for target in DEMO.targets]


def test_there_is_one_control_of_each_sort_on_a_target_of_their_own():
    assert [arm.must for arm in MUST.values()] == ["help", "not-help"]
    (target,) = [target for target in DEMO.targets if target.arms is not None]
    assert target.arms == list(MUST)
    assert MUST["more_of_the_same"].targets == [target.task]


@pytest.mark.parametrize("name", MUST)
def test_the_last_sentence_has_the_numbers_of_the_table_and_says_what_follows(name: str):
    said, target = last_sentence(PAGE), next(target.task for target in DEMO.targets if target.arms is not None)
    gain, low, high = re.fullmatch(r"(\S+?)\*? \((\S+) to (\S+?)‡\)", gains()[name][target]).groups()
    assert f"({gain} points on {target}, 95% interval {low} to {high})" in said
    helps = float(low.replace("−", "-")) > 0
    wanted = MUST[name].must == "help"
    assert f"{name}, which must {'help, ' if wanted else 'not, '}{'does' if helps else 'is not seen to'} (" in said
    assert helps == wanted or "do not behave" in said


def test_the_lab_page_quotes_the_same_sentence():
    assert last_sentence((DOCS / "lab.md").read_text(encoding="utf-8")) == last_sentence(PAGE)


def test_the_page_counts_what_is_planned():
    totals = plan_study(DEMO).to_json()["totals"]
    said = (
        f"{totals['nodes']} nodes, of which {totals['train_nodes']} training phases instead of "
        f"{totals['train_nodes_without_sharing']} and {totals['train_steps']:,} optimizer steps instead of "
        f"{totals['train_steps_without_sharing']:,} without sharing"
    )
    assert said in PAGE
