"""What a report says of noise: its first sentence, curves, tables and items; nothing of it without noise."""

from __future__ import annotations

import csv
import html
import io
import re
from dataclasses import replace

import pytest
import reports_fake_noise as noisy
import reports_fake_study as fake
from rich.console import Console

from xstilts.reports.collected import pictures_of, tables_of
from xstilts.reports.entries import Detail, Page
from xstilts.reports.figures.degradation import degradation_svg
from xstilts.reports.numbers import interval, level, points
from xstilts.reports.page import measured
from xstilts.reports.page import page as page_room
from xstilts.reports.tables.table import text_of
from xstilts.reports.tables.under_noise.corrupted import corrupted_tables
from xstilts.reports.tables.under_noise.people import people_tables
from xstilts.reports.tables.under_noise.robustness import BY_LANGUAGE, robustness_tables
from xstilts.reports.terminal import print_summary
from xstilts.reports.text.paper import paper, paper_latex, paper_markdown
from xstilts.reports.write import write
from xstilts.statistics.robustness.people import people_answers


@pytest.fixture(scope="module")
def report():
    return noisy.report()


@pytest.fixture(scope="module")
def out(report, tmp_path_factory):
    folder = tmp_path_factory.mktemp("noise")
    write(folder, report)
    return folder


def plain(markup):
    return " ".join(html.unescape(re.sub("<[^>]*>", "", markup)).split())


def of(report, arm, target):
    (row,) = [
        row
        for row in report.rows("robustness")
        if (row["arm"], row["target"], row["clustering"]) == (arm, target, "zero-shot")
    ]
    return row


def test_the_first_sentences_of_every_form_answer_the_question_of_noise(report, out) -> None:
    first, second = report.rows("under_noise")[0]["sentences"]
    page = (out / "index.html").read_text(encoding="utf-8")
    leads = re.findall(r'<p class="lead[^"]*">(.*?)</p>', page, re.S)
    assert [plain(lead) for lead in leads[:2]] == [first, second]
    console = Console(width=1000, record=True, file=io.StringIO())
    print_summary(report, console)
    assert console.export_text().splitlines()[:2] == [first, second]
    abstract = paper(report, tables_of(report)).sections[0].paragraphs[0]
    assert abstract.startswith(f"{first} {second}")


def test_each_number_of_the_sentences_is_one_of_the_table(report) -> None:
    first, second = report.rows("under_noise")[0]["sentences"]
    arm, none = of(report, "nli-noised", "mean of targets"), of(report, "none", "mean of targets")
    assert max(
        (row for row in report.rows("robustness") if row["target"] == "mean of targets" and row["arm"] != "none"),
        key=lambda row: row["difference"],
    ) is arm  # fmt: skip
    assert f"nli-noised loses {arm['difference']:.1f} points less" in first
    assert f"interval {arm['low']:.1f} to {arm['high']:.1f}; p = {arm['p_corrected']:.2g} after" in first
    assert f"keeps {arm['rpc']:.1f} % of its clean score and none {none['rpc']:.1f} %" in second
    assert len(arm["types"].split()) == 6
    assert "speech" not in arm["types"]
    assert "6 types" in second


def test_the_table_shows_its_rows(report) -> None:
    table = robustness_tables(report)[0]
    shown = {(row[0], text_of(row[1])): [text_of(cell) for cell in row] for row in table.rows}
    nli, none = of(report, "nli", "xquad"), of(report, "none", "xquad")
    cells = dict(zip(table.head, shown["nli", "xquad (f1)"], strict=True))
    assert cells["clean"] == level(nli["clean"])
    assert cells["under noise"] == f"{level(nli['mpc'])} ({level(nli['rpc'])} %)"
    assert cells["loses less than none"] == f"{points(nli['difference'])} ({interval(nli['low'], nli['high'])})"
    assert cells["worst type"] == f"homoglyph ({points(nli['worst_change'])})"
    assert nli["difference"] == pytest.approx((nli["mpc"] - nli["clean"]) - (none["mpc"] - none["clean"]))
    assert dict(zip(table.head, shown["none", "xquad (f1)"], strict=True))["loses less than none"] == "–"
    assert "speech" not in table.caption.split("Under noise")[0]


def test_other_tables_are_folded_and_say_which_types_they_lack(report) -> None:
    tables = {table.label: table for table in robustness_tables(report)[1:]}
    assert list(tables) == ["Under noise in the pivot", "By family", "By resource", "By resource class", BY_LANGUAGE]
    languages = tables[BY_LANGUAGE]
    lacks = {row[1]: row[-1] for row in languages.rows}
    assert languages.head[-1] == "without"
    assert lacks["qda"] == "speech"
    assert lacks["qab"] == ""
    assert "without" not in tables["Under noise in the pivot"].head


def test_a_study_of_one_target_has_no_mean_of_targets() -> None:
    facts = noisy.facts(targets={"xnli": noisy.facts()["targets"]["xnli"]})
    rows = [row for row in noisy.score_rows() if row["target"] == "xnli"]
    report = fake.report(noisy.analyse(rows, facts))
    assert {text_of(row[1]) for row in robustness_tables(report)[0].rows} == {"xnli (accuracy)"}


def test_curves_have_a_panel_a_type_and_say_their_numbers(report) -> None:
    svg = degradation_svg(report, "lab-small", "xnli")
    said = re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    assert [f"{noise} ({6 if noise == 'speech' else 7})" for noise in sorted(noisy.LOST)] == [
        text for text in said if text.endswith(")")
    ]
    assert set(noisy.ARMS) <= set(said)
    rows = [
        row
        for row in report.rows("degradation")
        if (row["target"], row["arm"], row["noise"]) == ("xnli", "none", "typo")
    ]
    assert f"typo: none {' '.join(level(row['score']) for row in rows)}, nli" in html.unescape(svg)
    assert [text for text in said if text == f"{100 * rows[-1]['edit_rate']:.1f}"]


def test_without_realised_rates_severities_stand_below_the_curves() -> None:
    rows = [{**row, "edit_rate": None} for row in noisy.score_rows()]
    svg = degradation_svg(fake.report(noisy.analyse(rows, noisy.facts())), "lab-small", "xnli")
    assert "severity" in re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_noise_of_people_stands_beside_made_noise(report, tmp_path) -> None:
    told = {
        "base": "lab-small", "arm": "none", "target": "typed", "clean_target": "xnli", "metric": "accuracy",
        "noise": "typo", "severity": 3, "edit_rate": 0.041, "clean": 70.0, "people_change": -3.0, "people_low": -4.0,
        "people_high": -2.0, "made_change": -2.5, "made_low": -2.75, "made_high": -2.25, "difference": -0.5,
        "low": -1.5, "high": 0.5, "n_seeds": 3, "n_languages": 1,
    }  # fmt: skip
    answer = {**report.analysis["answer"], "people_said": people_answers([told])}
    shown = replace(report, analysis={**report.analysis, "people": [told], "answer": answer})
    (table,) = people_tables(shown)
    assert answer["people_said"][0]["sentence"] in table.caption
    assert table.rows == [[
        "none", "typed", ("typo:3", "4.1 % of letters"), "70.0", ("−3.0", "−4.0 to −2.0"), ("−2.5", "−2.8 to −2.2"),
        ("−0.5", "−1.5 to +0.5"), "3",
    ]]  # fmt: skip
    assert people_tables(report) == []
    write(tmp_path, shown)
    assert "Noise of people" in (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "typed" in (tmp_path / "tables/people.csv").read_text(encoding="utf-8")


def test_items_show_the_change_and_what_became_of_the_answers(report) -> None:
    (table,) = corrupted_tables(report)
    assert table.head == ["noise", "text", "right", "none", "nli-noised"]
    first, second = table.rows
    assert first == [("typo:5", "xnli, qab"), ("mita sun toru", "mtia sun toru"), "no", "no → yes", "no"]
    clean, changed = second[1]
    assert clean.startswith("…") and clean.endswith("sora") and changed.endswith("SORA")
    assert second[3:] == ["sun → no answer", "sun → sun toru"]
    assert corrupted_tables(replace(report, corrupted=())) == []


def test_files_hold_what_the_page_shows(out, report) -> None:
    with (out / "tables/robustness.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(report.rows("robustness"))
    nli = next(row for row in rows if (row["arm"], row["target"], row["clustering"]) == ("nli", "xnli", "zero-shot"))
    assert float(nli["difference"]) == of(report, "nli", "xnli")["difference"]
    there = {path.name for path in (out / "tables").iterdir()}
    assert {"noise.csv", "degradation.csv", "robustness.md", "robustness.tex", "corrupted.md"} <= there
    assert (out / "figures/degradation-lab-small-xnli.svg").is_file()


def test_the_paper_has_method_table_and_sources(report) -> None:
    made = paper(report, tables_of(report))
    text, latex = paper_markdown(made), paper_latex(made)
    assert "difference in differences" in text and "arXiv 2110.06513" in text
    assert "loses less than none" in text and "loses less than none" in latex


def test_a_study_without_noise_says_nothing_of_it(tmp_path) -> None:
    write(tmp_path, fake.report())
    there = {path.name for folder in ("tables", "figures") for path in (tmp_path / folder).iterdir()}
    assert not [name for name in there if re.match("noise|robust|degrad|corrupted", name)]
    for name in ("index.html", "paper.md", "answer.json"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert not re.search("robustness|under_noise|under noise|severit", text)


def test_a_page_without_room_leaves_out_languages_then_clusters(report) -> None:
    page = Page(report, tables_of(report), pictures_of(report))

    def folded(detail):
        return [table.label for table in measured.under_noise(replace(page, detail=detail)).folded]

    assert BY_LANGUAGE in folded(Detail.NO_CURVES)
    assert folded(Detail.NO_LANGUAGES) == [name for name in folded(Detail.WHOLE) if name != BY_LANGUAGE]
    assert folded(Detail.NO_CLUSTERS) == []
    assert "Under noise in the pivot" in page_room.render(page)
