"""What docs/results/planning.md tells is in its tables, and its tables are whole."""

from __future__ import annotations

from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/results/planning.md").read_text(encoding="utf-8")
TOLD = " ".join(PAGE.split("## Which source")[0].split())


def rows(first: str, section: str) -> dict[str, dict[str, str]]:
    text = PAGE[PAGE.index(section) :]
    lines = text[text.index(f"| {first} |") :].split("\n\n")[0].splitlines()
    head, _, *cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {line[0]: dict(zip(head, line, strict=True)) for line in cells}


XPOS = rows("planner", "## Which source language")
TASKWEB = rows("planner", "## Which intermediate task")
MODEL = rows("table", "## What is not measured")
STUDIES = rows("studies", "## How often a stop is wrong")
OURS, PLAIN = XPOS["halving that looks at moves (ours)"], XPOS["halving, eta 3"]
HELPED = TASKWEB["ours, first 12 by finished grids of other models"]
ALONE = TASKWEB["halving that looks at moves (ours)"]


@pytest.mark.parametrize(
    ("told", "cell"),
    [
        ("mean regret of 0.47 % at 8.1 %", (OURS["regret@1 (%)"], OURS["share of the grid"])),
        ("Plain halving needs 11.4 % for 0.83 %", (PLAIN["share of the grid"], PLAIN["regret@1 (%)"])),
        ("83.7 % of choices are within one point", (HELPED["within 1 point"],)),
        ("at 23.4 % of the four-seed grid", (HELPED["share of the grid"],)),
        ("all four seeds do, which is 84.8 %", (TASKWEB["all seeds (ceiling)"]["within 1 point"],)),
        ("takes 41.4 % for 84.0 %", (ALONE["share of the grid"], ALONE["within 1 point"])),
        ("−4 and −3 %", (MODEL["UDPOS_XLMR"]["skill"], MODEL["WikiANN_XLMR"]["skill"])),
        ("errs by 0.33 points", (MODEL["XNLI_XLMR"]["of the column's mean"],)),
    ],
)
def test_what_is_told_is_in_the_table(told: str, cell: tuple[str, ...]) -> None:
    assert told in TOLD
    numbers = told.replace("−", "-").replace(" %", "").split()
    for one in cell:
        assert one.split(" (")[0].rstrip("%") in numbers


def test_every_number_is_possible() -> None:
    for row in (*XPOS.values(), *TASKWEB.values()):
        assert 0 <= float(row["share of the grid"].rstrip("%")) <= 100
        regrets = [float(row[name].split(" (")[0]) for name in row if name.startswith("regret")]
        assert regrets == sorted(regrets, reverse=True), "the best of more arms is no worse"
    ceiling = float(TASKWEB["all seeds (ceiling)"]["within 1 point"].split("%")[0])
    assert all(float(row["within 1 point"].split("%")[0]) <= ceiling for row in TASKWEB.values())


def test_stops_are_wrong_in_fewer_studies_than_was_asked() -> None:
    assert len(STUDIES) == 6
    assert all(float(row["wrong"].rstrip("%")) <= 5 for row in STUDIES.values())
    total = sum(int(row["how many"].replace(",", "")) for row in STUDIES.values())
    assert f"{total:,} studies in all" in PAGE
