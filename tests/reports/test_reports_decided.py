"""A run with --until: what was not needed, and that what is predicted is marked and stays out of everything else."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
import reports_fake_mix as fake
import reports_fake_study as plain_study

from xstilts.execution.outcome import Outcome
from xstilts.reports.collected import pictures_of, tables_of
from xstilts.reports.entries import Page
from xstilts.reports.files import csv_files
from xstilts.reports.page.page import render
from xstilts.reports.report import Report
from xstilts.reports.tables.decided import decided_tables, predicted_tables
from xstilts.reports.tables.table import text_of

DECISIONS: dict[str, Any] = {
    "leader": "p50",
    "sentences": ["Asked: best arm within 1 point at 95 %.", "7 were never needed."],
    "arms": [
        {"arm": "p50", "score": 71.25, "may_be_above_leader_by": 0.0, "can_win": False, "seeds": 4},
        {"arm": "p0", "score": 60.0, "may_be_above_leader_by": -2.1, "can_win": False, "seeds": 3},
        {"arm": "p25", "score": None, "may_be_above_leader_by": None, "can_win": True, "seeds": 0},
    ],
    "never_needed": [{"arm": "p0", "seed": "4"}],
    "predicted": [
        {"base": "b", "arm": "p25", "target": "xnli", "language": "sw", "measured": None, "seeds": 0,
         "predicted": 1.26, "low": None, "high": None, "rests_on": "other arms"},
        {"base": "b", "arm": "p25", "target": "xnli", "language": "de", "measured": None, "seeds": 0,
         "predicted": -0.5, "low": -2.0, "high": 1.0, "rests_on": "other <arms>"},
    ],
}  # fmt: skip


def report_of(decisions: dict[str, Any]) -> Report:
    study = {"name": "fake-mix", "question": "", "source": "lab"}
    return Report(fake.analysis(), study, plain_study.plan(), Outcome(decisions=decisions))


@pytest.fixture(scope="module")
def report() -> Report:
    return report_of(DECISIONS)


def test_each_arm_has_its_standing(report: Report) -> None:
    (table,) = decided_tables(report)
    assert [list(map(text_of, row)) for row in table.rows] == [
        ["p50 (leader)", "71.2", "–", "no", "4", "0"],
        ["p0", "60.0", "−2.1", "no", "3", "1"],
        ["p25", "–", "?", "yes", "0", "0"],
    ]
    assert "7 were never needed." in table.caption


def test_every_predicted_number_says_that_it_is_one(report: Report) -> None:
    (table,) = predicted_tables(report)
    assert all("(predicted)" in text_of(row[4]) for row in table.rows)
    assert [text_of(row[5]) for row in table.rows] == ["?", "−2.0 to +1.0"]
    assert "Predicted, not measured" in table.caption


def test_predicted_cells_are_in_no_other_table(report: Report) -> None:
    with_them, without = (dict(csv_files(one)) for one in (report, report_of({})))
    own = {"decided.csv", "predicted.csv"}
    assert with_them.keys() - without.keys() == own
    assert {name: text for name, text in with_them.items() if name not in own} == without
    rows = list(csv.DictReader(io.StringIO(with_them["predicted.csv"])))
    assert [row["language"] for row in rows] == ["sw", "de"]
    assert rows[0]["predicted"] == "1.26"


def test_the_page_shows_the_section_and_escapes_it(report: Report) -> None:
    page, without = (render(Page(one, tables_of(one), pictures_of(one))) for one in (report, report_of({})))
    assert "What was run, and what was not needed" in page
    assert "other &lt;arms&gt;" in page
    assert "What was run, and what was not needed" not in without
