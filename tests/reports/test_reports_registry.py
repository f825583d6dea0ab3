"""The one list of sections: what it promises of itself, and that page, files, paper and docs follow it."""

from __future__ import annotations

import re

import pytest
import reports_fake_mix
import reports_fake_search
import reports_fake_study as fake

from xstilts.reports import collected, registry, write
from xstilts.reports import files as files_room
from xstilts.reports.collected import in_paper, pictures_of, tables_of
from xstilts.reports.entries import Page, Pictures, Place, Section, Tables
from xstilts.reports.page import page as page_room
from xstilts.reports.registry import SECTIONS
from xstilts.reports.report import Report
from xstilts.reports.tables.table import Column, Table, made, number, words


def entries(kind):
    return [entry for section in SECTIONS for entry in getattr(section, kind)]


def test_names_of_sections_and_of_files_of_one_form_are_told_apart():
    for names in ([section.name for section in SECTIONS], *([entry.name for entry in entries(kind)] for kind in
                  ("tables", "pictures"))):  # fmt: skip
        assert len(names) == len(set(names))


def test_every_entry_says_what_it_holds():
    assert all(section.title and section.link for section in SECTIONS)
    assert all(entry.says for kind in ("tables", "pictures") for entry in entries(kind))


def test_every_template_is_used_and_there():
    there = {path.name.removesuffix(".html.j2") for path in (page_room.TEMPLATES / "sections").iterdir()}
    assert {section.template for section in SECTIONS} == there


@pytest.mark.parametrize("study", [fake, reports_fake_mix, reports_fake_search])
def test_an_entrys_tables_and_pictures_have_its_name(study):
    report = fake.report(study.analysis())
    for name, tables in tables_of(report).items():
        assert {table.name for table in tables} <= {name}
    for entry in entries("pictures"):
        pattern = re.sub("[A-Z]+", ".+", entry.name)
        assert all(re.fullmatch(pattern, name) for name, _ in entry.draw(report))


def test_the_page_has_the_sections_in_order_and_links_each():
    report = fake.report()
    page = page_room.render(Page(report, tables_of(report), pictures_of(report)))
    shown = re.findall('<section id="(.*?)">', page)
    assert shown == [section.name for section in SECTIONS if section.name in shown]
    assert re.findall('<a href="#(.*?)">', page[page.index("<nav") : page.index("</nav>")]) == shown


def test_the_paper_takes_tables_by_their_place_and_none_that_is_folded():
    def table(name, folded=""):
        return Table(name, "", (), (), folded=folded)

    tables = {entry.name: [table(entry.name), table(entry.name, "more")] for entry in entries("tables")}
    assert [one.name for one in in_paper(tables, Place.DATA, Place.LEFT_OUT)] == ["ladder", "data", "arms", "cut"]
    results = [one.name for one in in_paper(tables, *(place for place in Place if place > Place.LEFT_OUT))]
    assert results == [
        "learned", "mix", "slopes", "scales", "robustness", "visual", "contrasts", "chosen", "vectors", "gains",
        "gain_items", "search", "aggregates", "multiverse", "collapsed", "without_collapsed",
    ]  # fmt: skip


def test_a_new_section_is_one_entry(tmp_path, monkeypatch):
    def tables(report):
        return [
            made(
                "lengths",
                "How long names are.",
                (Column("arm", str), number("letters", lambda name: str(len(name)))),
                ["none"],
            )
        ]

    def rows(report):
        return [{"arm": arm, "letters": len(arm)} for arm in report.facts.arms]

    new = Section(
        "lengths", "How long?", "Lengths",
        tables=(Tables("lengths", "letters of arms", tables, Place.FINDINGS, ("arm", "letters"), rows),),
        pictures=(Pictures("lengths", "letters", lambda report: [("lengths", "<svg><title>l</title></svg>")]),),
        note=lambda report: "Names & letters.",
    )  # fmt: skip
    for room in (registry, collected, files_room, page_room):
        monkeypatch.setattr(room, "SECTIONS", (new, *SECTIONS))
    report = fake.report(fake.analyse([], fake.two_targets()), history={})
    page = write(tmp_path, report).read_text(encoding="utf-8")
    assert '<a href="#lengths">Lengths</a>' in page
    assert "<h2>How long?</h2>" in page and "Names &amp; letters." in page
    assert (tmp_path / "tables/lengths.csv").read_text().splitlines()[:3] == ["arm,letters", "none,4", "nli,3"]
    assert "| none | 4 |" in (tmp_path / "tables/lengths.md").read_text()
    assert (tmp_path / "tables/lengths.tex").is_file() and (tmp_path / "figures/lengths.svg").is_file()
    results = (tmp_path / "paper.md").read_text().split("## Results")[1]
    assert results.index("How long names are.") < results.index("Zero-shot gain over none")
    assert '<a href="tables/lengths.md">' in page


def test_columns_that_are_not_shown_move_no_other():
    columns = (Column("a", "a"), Column("b", "b", shown=False), number("c", lambda row: "3"), words("d", "d"))
    table = made("t", "caption", columns, [{"a": 1, "d": "text"}], "label")
    assert table == Table(
        "t", "caption", ["a", "c", "d"], [["1", "3", "text"]], frozenset({1}), frozenset({2}), "label"
    )


def test_a_report_of_an_analysis_alone_has_nothing_planned_or_done():
    report = Report(fake.analyse([], fake.facts()))
    assert (report.states, report.manifest["nodes"], report.selection) == ({}, [], "last")
    assert report.rows("no such table") == []
