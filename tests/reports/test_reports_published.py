"""Published numbers in a report: on the study's targets alone, apart from its own, escaped."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
import reports_fake_study as fake

from xstilts.claims import references
from xstilts.reports import grids, published_table, write
from xstilts.reports.published_table import COLUMNS, published_section, published_tables
from xstilts.reports.table import text_of
from xstilts.reports.tables import csv_tables, text_tables
from xstilts.statistics import analyse

EVIL = "<script>alert('x')</script> & \"$x$\""


def written(out, analysis):
    plan = fake.plan()
    write(out, study=fake.STUDY, plan=plan, outcome=fake.outcome(plan), analysis=analysis, provenance=fake.provenance)
    return (out / "index.html").read_text(encoding="utf-8")


def rows_of(table):
    return [dict(zip(table.head, map(text_of, row), strict=True)) for row in table.rows]


def with_targets(*names, **changes):
    facts = fake.facts(**changes)
    return analyse([], facts | {"targets": {name: {"metric": "f1", "languages": []} for name in names}})


def test_tables_go_by_target_in_the_order_of_the_study():
    section = published_section(fake.analysis())
    assert [part["title"] for part in section["parts"]] == ["xnli", "xquad", "udpos", "tatoeba", "xcopa"]
    assert "share no column with measured scores" in section["said"]
    assert "cannot be compared with any of these at all" in section["said"]


def test_a_row_says_who_what_and_where():
    xnli = rows_of(published_section(fake.analysis())["parts"][0]["table"])
    ours = next(row for row in xnli if row["system"].startswith("X-STILTs") and row["value"] == "80.0")
    assert ours["system"] == "X-STILTs (from XLM-R Large)"
    assert ours["language"] == "mean over XTREME's languages, English included"
    assert (ours["metric"], ours["split"], ours["rules"]) == ("accuracy", "test", "phang2020")
    assert ours["source"].startswith("Chung et al. 2020, arXiv 2010.12821 (paper of ICLR 2021")
    assert ours["place"] == "Table 16 (the paper)"
    # the fake study's scores were measured under XTREME's rules
    assert xnli[0]["rules"] == "xtreme (as in this study)"
    assert [row["value"] for row in xnli if row["system"] == "XLM-R Base"] == ["74.50"]


def test_languages_and_shares_are_named():
    tatoeba = rows_of(published_section(fake.analysis())["parts"][3]["table"])
    swahili = next(row for row in tatoeba if row["language"] == "sw (Swahili)")
    assert (swahili["value"], swahili["split"]) == ("7.9 (printed as a share)", "validation")
    assert swahili["source"].endswith("(pull request of 2020-07-29)")


def test_notes_stand_once_in_the_caption():
    table = published_section(fake.analysis())["parts"][3]["table"]
    assert table.caption.count("numbers of the validation sets") == 1
    xnli = published_section(fake.analysis())["parts"][0]["table"]
    assert "mT5-Base, mT5-Large, mT5-Small, mT5-XL, mT5-XXL (Xue et al. 2020): a text-to-text model" in xnli.caption
    xquad = published_section(fake.analysis())["parts"][1]["table"]
    assert "X-STILTs (Xue et al. 2020); X-STILTs (Chung et al. 2020): published values of this system" in xquad.caption


def test_averages_need_all_of_their_tasks():
    section = published_section(with_targets("xnli", "pawsx", source="hub"))
    averages = rows_of(section["parts"][-1]["table"])
    assert section["parts"][-1]["title"] == "averages over tasks"
    assert [row["language"] for row in averages] == ["group sentence-pair: XNLI, PAWS-X"]
    assert "lab" not in section["said"]


def test_a_study_on_other_targets_has_no_such_section(tmp_path):
    analysis = with_targets("masakhaner", source="hub")
    assert published_section(analysis)["parts"] == published_tables(analysis) == []
    assert "published.csv" not in csv_tables(analysis)
    assert 'id="published"' not in written(tmp_path, analysis)


def test_the_csv_has_every_number_with_source_and_version():
    made = csv_tables(fake.analysis())["published.csv"]
    rows = list(csv.DictReader(made.splitlines()))
    assert tuple(rows[0]) == COLUMNS
    assert len({row["name"] for row in rows}) == len(rows)
    assert all(row["version"] and row["authors"] and row["read"] for row in rows)
    (one,) = [row for row in rows if row["name"] == "rembert/x-stilts/xquad/f1"]
    assert (float(one["value"]), one["unit"], one["tolerance"], one["protocol"]) == (
        78.7,
        "percent",
        "1.5",
        "phang2020",
    )


def test_text_tables_say_what_keeps_the_numbers_apart():
    analysis = fake.analysis()
    made = text_tables(analysis, grids(analysis), "last")
    assert made["published.md"].count("share no column with measured scores") == 5
    assert r"\begin{longtable}" in made["published.tex"]


def test_published_numbers_never_enter_what_was_measured():
    analysis = fake.analysis()
    made = csv_tables(analysis)
    known = {one.name.split("/")[0] for one in references.REFERENCES}
    for name in ("scores.csv", "gains.csv", "clusters.csv"):
        assert not {"X-STILTs", "VECO", *known} & set(re.split(r"[,\n]", made[name]))


def test_the_page_has_them_apart_and_escaped(tmp_path, monkeypatch):
    one = references.REFERENCES.get("rembert/x-stilts/xnli/accuracy")
    evil = replace(one, system=EVIL, note=EVIL, place=EVIL, source=replace(one.source, authors=EVIL, version=EVIL))
    monkeypatch.setattr(published_table, "for_study", lambda targets, protocols: [evil])
    page = written(tmp_path, fake.analysis())
    section = page[page.index('id="published"') : page.index('id="runs"')]
    assert "<summary>xnli: 1 published numbers</summary>" in section
    assert "&lt;script&gt;alert" in section and "<script>alert" not in page
    assert "<script" not in (tmp_path / "tables" / "published.md").read_text(encoding="utf-8")
    assert 'href="#published"' in page


@pytest.mark.parametrize(("source", "speaks"), [("lab", True), ("files", False)])
def test_only_the_lab_is_told_that_nothing_can_be_compared(source, speaks):
    said = published_section(fake.analysis(source=source))["said"]
    assert ("cannot be compared with any of these at all" in said) == speaks
