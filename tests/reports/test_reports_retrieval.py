"""The section on searches: there only where something was searched, and saying what the tables say."""

from __future__ import annotations

import csv
import re

import pytest
import reports_fake_search as search
import reports_fake_study as fake

from xstilts.reports import write
from xstilts.reports.collected import tables_of
from xstilts.reports.figures.layers import drawn_arms, drawn_metric, drawn_pooling, sweep_name, sweep_said, sweep_svg
from xstilts.reports.figures.svg import standalone
from xstilts.reports.numbers import level, points
from xstilts.reports.registry import SECTIONS
from xstilts.reports.report import Report
from xstilts.reports.tables.searches import arm_tables, diagnostic_tables, metric_tables, variant_in_words
from xstilts.reports.tables.vectors import option_tables, vectors_in_words, vectors_tables
from xstilts.reports.text.limits import limits
from xstilts.reports.text.paper import paper, paper_markdown
from xstilts.statistics.tables.chosen_vectors import VECTOR_COLUMNS
from xstilts.statistics.tables.layer_sweep import SWEEP_COLUMNS
from xstilts.statistics.tables.search_scores import SEARCH_COLUMNS


@pytest.fixture(scope="module")
def analysis():
    return search.analysis()


@pytest.fixture(scope="module")
def report(analysis):
    return fake.report(analysis, history={})


@pytest.fixture(scope="module")
def out(report, tmp_path_factory):
    return write(tmp_path_factory.mktemp("search"), report).parent


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def found(analysis, **asked):
    rows = [row for row in analysis["answer"]["search"] if all(row[name] == value for name, value in asked.items())]
    assert len(rows) == 1
    return rows[0]


def test_there_is_a_panel_per_script_and_a_line_per_arm(report):
    svg = sweep_svg(report, "lab-small", "lareqa")
    said = texts(svg)
    for panel in ("all zero-shot (5)", "Knot (3)", "Latin (1)", "Runic (1)", "held out: they chose (2)"):
        assert said.count(panel) == 1
    for arm in search.ARMS:
        assert said.count(arm) == 1
    assert "recall@10" in said  # lareqa's headline is map@20
    for number in (1, 2, 3, 4):
        assert f"var(--line-{number})" in svg
        assert f"--line-{number}:" in standalone(svg)
    assert not re.search(r"#0101[ab]\d", svg)


def test_the_figure_says_its_numbers_to_those_who_do_not_see_it(analysis, report):
    row = next(
        row
        for row in analysis["answer"]["sweep"]
        if (row["target"], row["metric"], row["arm"], row["cluster"], row["part"], row["pooling"], row["layer"])
        == ("lareqa", "recall@10", "multi", "all", "layer", "mean", 0)
    )
    assert f"multi: layer 0 {level(row['value'])}, layer 1" in sweep_svg(report, "lab-small", "lareqa")


def test_the_metric_is_recall_where_there_is_one_and_the_pooling_what_most_chose(analysis, report):
    assert drawn_metric(report, "lab-small", "lareqa") == "recall@10"
    assert drawn_metric(report, "lab-small", "tatoeba") == "hit@10"
    assert drawn_pooling(report, "lab-small", "lareqa") == "mean"
    other = [{**row, "setting": "layer=1;pooling=first"} for row in analysis["answer"]["vectors"]]
    assert (
        drawn_pooling(Report({**analysis, "answer": {**analysis["answer"], "vectors": other}}), "lab-small", "lareqa")
        == "first"
    )


def test_of_many_arms_those_of_the_first_contrast_are_drawn(analysis, report):
    rows, row = [], analysis["answer"]["sweep"][0]
    names = ["none", *(f"arm{number}" for number in range(9))]
    rows = [{**row, "arm": arm} for arm in names]
    sides = {"plus": [{"arm": "arm8"}], "minus": [{"arm": "none"}]}
    facts = {**analysis["facts"], "arms": names, "contrasts": [{"name": "c", "by": "", **sides}]}
    many = Report({**analysis, "facts": facts, "answer": {"sweep": rows}})
    want = ["none", "arm0", "arm1", "arm2", "arm3", "arm4", "arm8"]
    assert drawn_arms(many, "lab-small", "lareqa") == want
    assert "; 3 more in tables/sweep.csv" in sweep_said(many, "lab-small", "lareqa")
    assert "more in" not in sweep_said(report, "lab-small", "lareqa")


def test_a_figure_is_named_by_its_target_and_by_its_base_where_there_are_several(analysis, report):
    assert sweep_name(report, "lab-small", "lareqa") == "sweep_lareqa"
    rows = [*analysis["answer"]["sweep"], {**analysis["answer"]["sweep"][0], "base": "b"}]
    assert sweep_name(Report({**analysis, "answer": {"sweep": rows}}), "b", "lareqa") == "sweep_lareqa_b"
    assert sweep_svg(Report({**analysis, "answer": {"sweep": []}}), "lab-small", "lareqa") is None


def test_arms_stand_beside_one_another_on_every_search(analysis, report):
    (table,) = arm_tables(report)
    assert list(table.head) == [
        "arm", "lareqa, multilingual pool", "lareqa, mono pool", "tatoeba", "tatoeba, other direction",
    ]  # fmt: skip
    rows = {row[0]: row[1:] for row in table.rows}
    assert list(rows) == [*search.ARMS, ("char-ngrams", "baseline")]
    one = found(analysis, target="lareqa", variant="pool=mono", metric="map@20", arm="multi")
    assert rows["multi"][1] == (
        level(one["mean"]),
        f"{points(one['gain'])}, {points(one['low'])} to {points(one['high'])}",
    )
    assert rows["none"][0][1].startswith("±")
    assert rows["char-ngrams", "baseline"][0] == ("21.5", "")
    assert rows["char-ngrams", "baseline"][2] == "–"  # it did not search tatoeba
    assert "lareqa by map@20, tatoeba by accuracy" in table.caption


def test_other_metrics_have_a_table_and_diagnostics_another(report):
    tables = {table.folded.rpartition(": ")[2]: table for table in metric_tables(report)}
    assert list(tables["lareqa"].head) == ["arm", "searched", "map@20", "hit@10", "recall@10", "capped_recall@10"]
    assert list(tables["tatoeba"].head) == ["arm", "searched", "accuracy", "hit@10"]
    assert [row[1] for row in tables["tatoeba"].rows] == ["headline"] * 5 + ["other direction"] * 5
    (diagnostics,) = diagnostic_tables(report)
    assert diagnostics.folded == "Diagnostics of the vectors: lareqa"
    assert list(diagnostics.head) == ["arm", "searched", "language_bias@10"]
    assert variant_in_words("index=hnsw;pool=cross") == "hnsw index, cross pool"
    assert variant_in_words("image=yes") == "image yes"


def test_the_languages_that_chose_are_named(analysis, report):
    (table,) = vectors_tables(report)
    assert "On lareqa (map@20): Arvesh (qab), Tolo (qba). On tatoeba (accuracy): Arvesh (qab>qaa)" in table.caption
    choice = analysis["answer"]["vectors"][0]
    assert table.rows[0][:3] == ["lareqa: none", vectors_in_words(choice["setting"]), level(choice["score"])]
    assert vectors_in_words("layer=2;layers=3;pooling=first;similarity=csls;space=centred") == (
        "layer 2, first pooling, mean of 3 layers, centred, csls"
    )


def test_training_free_options_stand_at_the_layer_that_held_out_languages_chose(analysis, report):
    table, _ = option_tables(report)
    assert table.folded == "What needs no training: lareqa"
    assert [row[0] for row in table.rows] == [
        "mean pooling", "first pooling", "mean pooling, centred", "mean pooling, csls",
    ]  # fmt: skip
    assert list(table.head) == ["vectors", *search.ARMS]
    assert "at the layer that is best in the held-out languages" in table.caption
    want = next(
        row
        for row in analysis["answer"]["sweep"]
        if (row["target"], row["metric"], row["part"], row["cluster"], row["arm"], row["similarity"])
        == ("lareqa", "map@20", "option", "all", "none", "csls")
    )
    assert table.rows[3][1] == (level(want["value"]), f"layer {want['layer']}")


def test_the_page_has_the_section_its_figures_and_numbers(analysis, out):
    page = (out / "index.html").read_text(encoding="utf-8")
    section = page.split('<section id="retrieval">')[1].split("</section>")[0]
    assert '<a href="#retrieval">Retrieval</a>' in page
    assert section.count("<svg ") == 2
    one = found(analysis, target="tatoeba", variant="", metric="accuracy", arm="multi")
    assert f'<td class="n">{level(one["mean"])}<small>{points(one["gain"])}, ' in section
    assert "qab&gt;qaa" in section
    assert (out / "figures" / "sweep_lareqa.svg").is_file()
    assert (out / "figures" / "sweep_tatoeba.svg").is_file()


def test_the_tables_are_files(analysis, out):
    for name, columns in (("vectors", VECTOR_COLUMNS), ("sweep", SWEEP_COLUMNS), ("search", SEARCH_COLUMNS)):
        with (out / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        assert rows[0] == list(columns)
        assert len(rows) == 1 + len(analysis["answer"][name])
    for name in ("vectors", "sweep", "search", "search_diagnostics"):
        assert (out / "tables" / f"{name}.md").is_file()
        assert (out / "tables" / f"{name}.tex").is_file()


def test_the_paper_says_who_chose(report):
    text = paper_markdown(paper(report, tables_of(report)))
    assert "chosen for each arm, none too" in text
    assert "| lareqa: none | layer " in text
    assert text.count("| arm | lareqa, multilingual pool |") == 1
    said = limits(report)
    assert any("few languages (2 on lareqa, 2 on tatoeba)" in one for one in said)


def test_a_study_without_searches_has_no_section(tmp_path):
    made = fake.report(fake.analyse(fake.score_rows(), fake.two_targets()), history={})
    (section,) = (section for section in SECTIONS if section.name == "retrieval")
    assert [tables_of(made)[entry.name] for entry in section.tables] == [[]] * 4
    page = write(tmp_path, made).read_text(encoding="utf-8")
    assert 'id="retrieval"' not in page
    assert "#retrieval" not in page
    assert not {"vectors.csv", "sweep.csv", "search.csv"} & {path.name for path in (tmp_path / "tables").iterdir()}
    assert "held-out" not in paper_markdown(paper(made, tables_of(made)))


def test_names_of_a_study_stay_text(analysis):
    evil = "<b>x</b>"
    rows = [row | {"arm": evil if row["arm"] == "nli" else row["arm"]} for row in analysis["answer"]["sweep"]]
    facts = {**analysis["facts"], "arms": ["none", evil, "multi"]}
    svg = sweep_svg(
        Report({**analysis, "facts": facts, "answer": {**analysis["answer"], "sweep": rows}}), "lab-small", "lareqa"
    )
    assert "<b>" not in svg
    assert svg.count("&lt;b&gt;x&lt;/b&gt;") == 3  # its name, and in both descriptions
