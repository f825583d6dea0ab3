"""A benchmark's averages in the report: computed by the analysis, shown with what is missing."""

from __future__ import annotations

import csv
import io

import reports_fake_study as fake

from xstilts.reports.tables.averages import averages
from xstilts.reports.write import write
from xstilts.statistics import analyse, load
from xstilts.statistics.analysis_files import save

RULES = {
    "languages": {"xnli": list(fake.LANGUAGES), "udpos": list(fake.LANGUAGES), "panx": ["qaa", "qab"]},
    "headline": {"xnli": ["accuracy"], "udpos": ["f1"], "panx": ["f1"]},
    "groups": {"classification": ["xnli"], "tagging": ["udpos", "panx"]},
}


def analysis():
    return analyse(fake.score_rows(), fake.facts(benchmarks={"xtreme": RULES}))


def written(folder, made):
    write(folder, fake.report(made))
    return {
        path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.suffix not in ("", ".png")
    }


def test_the_tables_hold_both_forms_and_what_is_missing(tmp_path) -> None:
    files = written(tmp_path, analysis())
    rows = list(csv.DictReader(io.StringIO(files["aggregates.csv"])))
    assert {row["form"] for row in rows} == {"official", "zero-shot"}
    found = {(row["arm"], row["form"], row["level"], row["name"]): row for row in rows}
    group = found["none", "official", "group", "classification"]
    assert float(group["value"]) == float(found["none", "official", "task", "xnli"]["value"])
    assert (group["n_seeds"], group["missing"]) == ("3", "")
    overall = found["none", "official", "overall", ""]
    assert (overall["value"], overall["missing"]) == ("", "panx")
    partial = found["qqp", "official", "task", "udpos"]
    assert (partial["n_seeds"], partial["wanted_seeds"]) == ("2", "3")  # seed 3 has no score at all


def test_the_page_shows_them_and_names_what_is_missing(tmp_path) -> None:
    files = written(tmp_path, analysis())
    assert 'id="benchmarks"' in files["index.html"]
    assert 'title="missing: panx"' in files["index.html"]
    assert "| lab-small | none | official |" in files["aggregates.md"]


def test_a_study_without_benchmark_has_no_such_files(tmp_path) -> None:
    files = written(tmp_path, fake.analysis())
    assert "aggregates.csv" not in files
    assert 'id="benchmarks"' not in files["index.html"]


def test_what_was_saved_is_read_back(tmp_path) -> None:
    made = analysis()
    save(tmp_path, made)
    assert load(tmp_path)["aggregates"] == made["aggregates"]
    assert averages(fake.report(load(tmp_path))) == averages(fake.report(made))
