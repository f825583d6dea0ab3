"""README and the first words of results pages tell the numbers of their tables, and the tables are of the study."""

from __future__ import annotations

from pathlib import Path

import pytest

from xstilts.studies.load import load_study

ROOT = Path(__file__).parents[2]
README = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())


def page(name: str) -> str:
    return (ROOT / "docs/results" / f"{name}.md").read_text(encoding="utf-8")


def rows(text: str, first: str) -> list[dict[str, str]]:
    """The table whose head begins with these words."""
    lines = text[text.index(f"| {first} |") :].split("\n\n")[0].splitlines()
    head, _, *cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip((name.split(" (")[0] for name in head), line, strict=True)) for line in cells]


GAINS = {row["arm"]: row for row in rows(page("real"), "arm | udpos (f1) | xnli (accuracy)")}
MEANS = {row["arm"]: row for row in rows(page("noise"), "arm | target | clean")}
REAL_NOISE = {row["arm"]: row for row in rows(page("real-noise"), "arm | target | clean")}
TOLD = [
    # where it is told, with which sign and interval, and the cell that has it
    (README, "6.2", "+3.9 to +8.6", GAINS["nli"]["xnli"]),
    (README, "4.6", "", GAINS["nli"]["tatoeba"]),
    (README, "−0.5", "", GAINS["shuffled"]["xnli"]),
    (README, "−0.8", "−3.8 to +2.1", GAINS["nli"]["mean of fair targets"]),
    (README, "+7.3", "+4.5 to +10.1", GAINS["longer"]["udpos"]),
    (README, "2.9", "+2.1 to +3.7", MEANS["noise_trained"]["loses less than none"]),
    (README, "−1.0", "", MEANS["multi"]["loses less than none"]),
    (README, "+0.4", "", MEANS["squad"]["loses less than none"]),
    (page("noise"), "2.9", "+2.1 to +3.7", MEANS["noise_trained"]["loses less than none"]),
    (README, "0.4", "−1.5 to +0.6", REAL_NOISE["nli"]["loses less than none"]),
    (page("real-noise"), "0.4", "−1.5 to +0.6", REAL_NOISE["nli"]["loses less than none"]),
    (page("real-noise"), "2.2", "−4.3 to −0.1", REAL_NOISE["squad"]["loses less than none"]),
    (page("real-noise"), "+0.6", "−0.6 to +1.8", REAL_NOISE["noise_trained"]["loses less than none"]),
    (page("real"), "+6.2", "+3.9 to +8.6", GAINS["nli"]["xnli"]),
]


@pytest.mark.parametrize(("text", "gain", "interval", "cell"), TOLD)
def test_what_is_told_is_in_the_table(text: str, gain: str, interval: str, cell: str) -> None:
    told = text.split("| arm |")[0]
    assert gain in told and interval in told
    assert gain.lstrip("+−") == cell.split("¶")[0].split("*")[0].split(" ")[0].lstrip("+−")
    assert interval in cell.replace("‡", "")


@pytest.mark.parametrize("name", ["real", "noise", "real-noise"])
def test_the_tables_have_the_arms_of_the_study(name: str) -> None:
    named = {"real": GAINS, "noise": MEANS, "real-noise": REAL_NOISE}[name]
    assert set(named) - {"none"} == set(load_study(name).arms) - {"none"}


def test_the_matrix_has_the_targets_of_the_study() -> None:
    assert list(GAINS["nli"])[1:-1] == [target.task for target in load_study("real").targets]


@pytest.mark.parametrize(
    ("made", "people", "ours"),
    [("typo@query:2", "+0.1", "2.1"), ("speech@query:4", "1.9", "4.8"), ("speech@query:5", "1.9", "14.4")],
)
def test_what_is_told_of_people_is_the_mean_of_the_arms(made: str, people: str, ours: str) -> None:
    text = page("real-noise")
    told = text[text.index("- **Made noise") : text.index("- **Three seeds")]
    own = [row for row in rows(text, "arm | by people | made") if row["made"].startswith(made)]
    for column, number in (("people's", people), ("made noise's", ours)):
        values = [float(row[column].split(" ")[0].replace("−", "-")) for row in own]
        assert number in told and abs(sum(values) / len(own)) == pytest.approx(abs(float(number)), abs=0.1)
