"""Warnings about shared content beside what was measured: in the page, as CSV, and escaped."""

from __future__ import annotations

import csv

from reports_fake_study import COUNTS, facts, report, score_rows

from xstilts.reports.files import csv_files
from xstilts.reports.tables.overlap import overlap_tables, overlap_warnings
from xstilts.reports.write import write
from xstilts.statistics import analyse
from xstilts.statistics.tables.measured_overlap import OVERLAP_COLUMNS


def shared(task, target, language, same_text=0.0, ngram=0.0, arms="", same_id=0.0):
    return {
        "train_task": task, "train_language": "qaa", "target": target, "language": language, "n_train": 900, "n": 1300,
        "same_id": same_id, "same_text": same_text, "shared_ngram": ngram, "arms": arms,
    }  # fmt: skip


ROWS = [
    shared("qqp", "udpos", "qab", arms="qqp multi"),
    shared("qqp", "udpos", "qaa", arms="qqp multi"),
    shared("mnli", "xnli", "qaa", 0.5, 20.0),
    shared("mnli", "xnli", "qab", 0.75, 4.0),
    shared("<b>own</b>", "xcopa", "qab", 2.5, 3.0, arms="qqp"),
    shared("squad", "udpos", "qab", 0, 9.0, arms="squad", same_id=50.0),
]


def made(rows=ROWS):
    return report(analyse(score_rows(), facts(), COUNTS, rows))


def plain():
    return report(analyse(score_rows(), facts(warnings=[]), COUNTS))


def test_the_largest_shares_of_each_pair_come_first():
    (warnings,), (table,) = overlap_warnings(made()), overlap_tables(made())
    assert table.rows == [
        ["squad", "udpos", ("qab", "trained in qaa"), "1,300", "50.0", "–", "9.0", "squad"],
        ["<b>own</b>", "xcopa", ("qab", "trained in qaa"), "1,300", "–", "2.5", "3.0", "qqp"],
        ["mnli", "xnli", ("qab", "trained in qaa"), "1,300", "–", "0.8", "4.0", "none too"],
        ["1 that share nothing", "–", "–", "–", "–", "–", "–", "–"],
    ]
    assert [row[:2] for row in warnings.rows] == [
        ["degenerate (known)", "arm nli, target xnli"],
        ["leak (known)", "arm multi, target xquad"],
        ["overlap (measured)", "arm qqp, target xcopa"],
        ["leak (measured)", "arm squad, target udpos"],
    ]
    assert all(len(row) == len(table.head) for row in table.rows)
    assert not any(row[2].startswith("measured") for row in warnings.rows)


def test_pairs_that_share_nothing_are_counted():
    (table,) = overlap_tables(made(ROWS[:2]))
    assert [row[0] for row in table.rows] == ["1 that share nothing"]


def test_without_measurements_the_known_warnings_stand_alone():
    (warnings,) = overlap_warnings(made([]))
    assert len(warnings.rows) == 2
    assert overlap_tables(made([])) == overlap_tables(plain()) == overlap_warnings(plain()) == []


def test_the_csv_holds_every_row_in_full_precision():
    rows = list(csv.DictReader(csv_files(made())["overlap.csv"].splitlines()))
    assert tuple(rows[0]) == OVERLAP_COLUMNS
    assert len(rows) == len(ROWS)
    assert {(row["train_task"], row["language"], row["same_text"]) for row in rows} >= {("mnli", "qab", "0.75")}
    assert "overlap.csv" not in csv_files(made([]))


def test_the_page_marks_cells_and_escapes_names(tmp_path):
    write(tmp_path, made())
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert '<a href="#overlap">Overlap</a>' in page
    section = page[page.index('<section id="overlap">') : page.index('<section id="limits">')]
    assert "overlap (measured)" in section and "leak (measured)" in section and "degenerate (known)" in section
    assert "&lt;b&gt;own&lt;/b&gt;" in section and "<b>own</b>" not in page
    assert (tmp_path / "tables/overlap.csv").is_file()
    assert "measured: 2.5 % of the items in qab" in page[: page.index('<section id="overlap">')]
    write(tmp_path, plain())
    assert "#overlap" not in (tmp_path / "index.html").read_text(encoding="utf-8")
