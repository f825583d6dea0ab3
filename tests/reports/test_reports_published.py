"""Published numbers in a report: on the study's targets alone, apart from its own, escaped."""

from __future__ import annotations

import csv
import re
from dataclasses import replace

import pytest
import reports_fake_study as fake

from xstilts.claims import references
from xstilts.reports import write
from xstilts.reports.collected import tables_of
from xstilts.reports.files import csv_files, text_files
from xstilts.reports.tables import published
from xstilts.reports.tables.published import COLUMNS, apart, published_tables
from xstilts.reports.tables.table import text_of
from xstilts.statistics import analyse

EVIL = "<script>alert('x')</script> & \"$x$\""


def written(out, report):
    return write(out, report).read_text(encoding="utf-8")


def rows_of(table):
    return [dict(zip(table.head, map(text_of, row), strict=True)) for row in table.rows]


def with_targets(*names, **changes):
    facts = fake.facts(**changes)
    return fake.report(analyse([], facts | {"targets": {name: {"metric": "f1", "languages": []} for name in names}}))


def test_tables_go_by_target_in_the_order_of_the_study():
    found = [table.label.removeprefix("Published numbers, ") for table in published_tables(fake.report())]
    assert found == ["xnli", "xquad", "udpos", "tatoeba", "xcopa"]
    assert "share no column with measured scores" in apart(fake.report())
    assert "cannot be compared with any of these at all" in apart(fake.report())


def test_a_row_says_who_what_and_where():
    xnli = rows_of(published_tables(fake.report())[0])
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
    tatoeba = rows_of(published_tables(fake.report())[3])
    swahili = next(row for row in tatoeba if row["language"] == "sw (Swahili)")
    assert (swahili["value"], swahili["split"]) == ("7.9 (printed as a share)", "validation")
    assert swahili["source"].endswith("(pull request of 2020-07-29)")


def test_notes_stand_once_in_the_caption():
    table = published_tables(fake.report())[3]
    assert table.caption.count("numbers of the validation sets") == 1
    xnli = published_tables(fake.report())[0]
    assert "mT5-Base, mT5-Large, mT5-Small, mT5-XL, mT5-XXL (Xue et al. 2020): a text-to-text model" in xnli.caption
    xquad = published_tables(fake.report())[1]
    assert "X-STILTs (Xue et al. 2020); X-STILTs (Chung et al. 2020): published values of this system" in xquad.caption


def test_averages_need_all_of_their_tasks():
    made = with_targets("xnli", "pawsx", source="hub")
    *_, last = published_tables(made)
    averages = rows_of(last)
    assert last.folded == "averages over tasks: 1 published numbers"
    assert [row["language"] for row in averages] == ["group sentence-pair: XNLI, PAWS-X"]
    assert "lab" not in apart(made)


def test_a_study_on_other_targets_has_no_such_section(tmp_path):
    made = with_targets("masakhaner", source="hub")
    assert published_tables(made) == []
    assert "published.csv" not in csv_files(made)
    assert 'id="published"' not in written(tmp_path, made)


def test_the_csv_has_every_number_with_source_and_version():
    made = csv_files(fake.report())["published.csv"]
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
    made = text_files(tables_of(fake.report()))
    assert made["published.md"].count("share no column with measured scores") == 5
    assert r"\begin{longtable}" in made["published.tex"]


def test_published_numbers_never_enter_what_was_measured():
    made = csv_files(fake.report())
    known = {one.name.split("/")[0] for one in references.REFERENCES}
    for name in ("scores.csv", "gains.csv", "clusters.csv"):
        assert not {"X-STILTs", "VECO", *known} & set(re.split(r"[,\n]", made[name]))


def test_the_page_has_them_apart_and_escaped(tmp_path, monkeypatch):
    one = references.REFERENCES.get("rembert/x-stilts/xnli/accuracy")
    evil = replace(one, system=EVIL, note=EVIL, place=EVIL, source=replace(one.source, authors=EVIL, version=EVIL))
    monkeypatch.setattr(published, "for_study", lambda targets, protocols: [evil])
    page = written(tmp_path, fake.report())
    section = page[page.index('id="published"') : page.index('id="runs"')]
    assert "<summary>xnli: 1 published numbers</summary>" in section
    assert "&lt;script&gt;alert" in section and "<script>alert" not in page
    assert "<script" not in (tmp_path / "tables" / "published.md").read_text(encoding="utf-8")
    assert 'href="#published"' in page


@pytest.mark.parametrize(("source", "speaks"), [("lab", True), ("files", False)])
def test_only_the_lab_is_told_that_nothing_can_be_compared(source, speaks):
    said = apart(fake.report(fake.analysis(source=source)))
    assert ("cannot be compared with any of these at all" in said) == speaks
