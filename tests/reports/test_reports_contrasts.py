from __future__ import annotations

import csv
import io

import pytest
import reports_fake_mix as fake
import reports_fake_study as plain_study
from rich.console import Console

from xstilts.reports import grids, print_summary
from xstilts.reports.collected import pictures_of, tables_of
from xstilts.reports.entries import Page
from xstilts.reports.files import csv_files, text_files
from xstilts.reports.page.page import render
from xstilts.reports.report import Report
from xstilts.reports.tables.arms import arms_tables, cut_tables
from xstilts.reports.tables.contrasts import chosen_tables, contrast_tables, mix_sentences, mix_tables
from xstilts.reports.tables.results import cell_text, no_number
from xstilts.reports.tables.table import text_of
from xstilts.reports.text.limits import limits
from xstilts.reports.text.methods import arm_in_words
from xstilts.reports.text.paper import paper, paper_markdown
from xstilts.statistics import Facts
from xstilts.statistics.tables.best_mix import MIX_COLUMNS
from xstilts.statistics.tables.chosen_arms import CHOSEN_COLUMNS
from xstilts.statistics.tables.contrasts import CONTRAST_COLUMNS
from xstilts.statistics.tables.dose_response import DOSE_COLUMNS


@pytest.fixture(scope="module")
def analysis():
    return fake.analysis()


@pytest.fixture(scope="module")
def report(analysis):
    return Report(analysis, {"name": "fake-mix", "question": "", "source": "lab"}, plain_study.plan())


@pytest.fixture(scope="module")
def page(report):
    return render(Page(report, tables_of(report), pictures_of(report)))


def column(table, name):
    return [text_of(row[list(table.head).index(name)]) for row in table.rows]


def test_the_mix_table_has_a_row_per_cluster_with_both_scores_and_their_difference(analysis, report):
    (table,) = mix_tables(report)
    assert column(table, "cluster") == ["all zero-shot", "Arvic", "Kesic", "Tolic", "Umbic", "Cyrl", "Latn"]
    assert column(table, "languages") == ["9", "3", "3", "2", "1", "4", "5"]
    assert set(column(table, "which")) == {"mix100"}  # best in the pivot on the dev half
    row = next(r for r in analysis["answer"]["mix"] if r["cluster"] == "Umbic")
    shown = column(table, "best mix − pivot only")[4]
    assert shown.startswith(f"{row['difference']:+.1f} (")
    assert "highest mean score over targets and seeds on one half of the pivot's dev set" in table.caption
    assert table.caption.startswith("Lab numbers")


def test_the_mix_table_says_when_the_choice_was_made_on_other_seeds():
    (table,) = mix_tables(Report(fake.analysis(selection_split="")))
    assert "best in the pivot on the other half" in table.caption
    assert "one half of the pivot's dev set" not in table.caption.replace("no half of the pivot's dev set", "")


def test_the_mix_in_words_names_the_clusters_that_stay_after_correction(report):
    (said,) = mix_sentences(report)
    assert "the best mix of the series share is mix100. Compared with the pivot alone it scores" in said
    assert "By family, after Holm correction: Kesic" in said
    assert "Arvic" not in said
    assert "Compared with none, the pivot alone gains" in said


def test_contrasts_show_cluster_sides_and_what_was_left_out(report):
    (table,) = contrast_tables(report)
    assert column(table, "cluster") == [
        "all", "Arvic (family)", "Kesic (family)", "Tolic (family)", "Umbic (family)", "all",
    ]  # fmt: skip
    assert column(table, "minus")[-1] == "no_umbic"
    assert column(table, "left out of both sides")[-1] == "udpos: cut for no_umbic"
    assert column(table, "targets")[-1] == "xnli xquad"
    assert column(table, "effects")[0] == "random"  # nine languages


def test_chosen_arms_stand_beside_none_and_the_mean(analysis, report):
    (table,) = chosen_tables(report)
    assert column(table, "target") == ["xnli (accuracy)", "xquad (f1)", "udpos (f1)", "mean of targets"]
    assert column(table, "arms") == ["8", "8", "7", "–"]
    assert "labels used" not in table.head
    oracle = [{**row, "labels": "oracle"} for row in analysis["answer"]["chosen"]]
    (marked,) = chosen_tables(Report({**analysis, "answer": {**analysis["answer"], "chosen": oracle}}))
    assert set(column(marked, "labels used")) == {"oracle"}
    assert "not zero-shot" in marked.caption


def test_a_study_that_asks_none_of_this_has_none_of_these_tables():
    plain = plain_study.report(plain_study.analysis(trained={}))
    assert [make(plain) for make in (mix_tables, contrast_tables, chosen_tables, arms_tables, cut_tables)] == [[]] * 5
    assert set(csv_files(plain)) >= {"scores.csv", "gains.csv", "clusters.csv"}
    assert not set(csv_files(plain)) & {"mix.csv", "contrasts.csv", "chosen.csv", "doses.csv", "arms.csv"}


def test_arms_join_languages_of_one_origin_and_share_their_target_phase(report):
    (table,) = arms_tables(report)
    rows = [[text_of(cell) for cell in row] for row in table.rows]
    assert ["mix50", "intermediate 1", "mnli", "qab, qac, qad, qba, qbb, qca, qcb, qcc, qda", "translated by people",
            "504", "50 %", "–", "as it is"] in rows  # fmt: skip
    assert [
        "no_umbic",
        "intermediate 1",
        "mnli",
        "qba",
        "machine-translated",
        "500",
        "50 %",
        "–",
        "shuffled labels",
    ] in rows
    assert [row[5] for row in rows if row[0] == "mix25"] == ["–", "–"]  # not known is no 0
    assert [row[:3] for row in rows[-2:]] == [["every arm", "target", "mnli"], ["every arm", "target", "squad"]]


def test_what_an_arm_trains_on_says_steps_and_what_else_an_arm_changes():
    control = {"control": "same-compute", "of": "mix5"}
    longer = {"stages": [plain_study.stage("target", same_compute_as="mix5")], "control": control}
    text = plain_study.text("mnli", items=10, steps=1200)
    lora = {"stages": [plain_study.stage("intermediate 1", text)], "changes": {"training": {"lora_rank": 8}}}
    facts = fake.facts(trained={"mix50": longer, "mix5": lora})
    (table,) = arms_tables(Report(fake.analyse(fake.score_rows(), facts)))
    rows = [[text_of(cell) for cell in row] for row in table.rows]
    assert next(row for row in rows if row[0] == "mix5")[7] == "1,200"
    (other,) = (row for row in rows if row[0] == "mix50")
    assert other[-1] == "same-compute control of mix5: in the target phase same_compute_as = mix5"
    assert arm_in_words(Facts.parse(facts), "mix5") == "mnli in qaa, then with lora_rank = 8 throughout"


def test_cut_cells_are_called_cut_and_missed_by_nothing(report):
    (grid,) = report.grids
    assert cell_text(grid.cells["no_umbic", "udpos"]) == "cut"
    assert "§" in cell_text(grid.means["no_umbic"])
    assert not grid.means["mix5"].partial  # five seeds on purpose
    assert not grid.cells["mix5", "xnli"].partial
    assert no_number(report) == []
    said = limits(report)
    assert any(text.startswith("Targets or seeds were left out on purpose for no_umbic, mix5") for text in said)
    rows = [[text_of(cell) for cell in row] for row in cut_tables(report)[0].rows]
    assert rows == [
        ["no_umbic", "udpos", "variants run on two targets"],
        ["mix5", "several targets or seeds", "five seeds are enough between two doses"],
    ]


def test_an_arm_of_which_every_cell_was_cut_has_no_gap_in_its_mean():
    cut = [{"arm": "no_umbic", "target": name, "why": "time"} for name in fake.TARGETS]
    rows = [row for row in fake.score_rows() if row["arm"] != "no_umbic"]
    (grid,) = grids(fake.analyse(rows, fake.facts(cut=cut)))
    assert cell_text(grid.means["no_umbic"]) == "cut"
    (gone,) = grids(fake.analyse(rows, fake.facts(cut=[])))
    assert "no_umbic" not in gone.means
    assert cell_text(gone.cells["no_umbic", "xnli"]) == "did not run"


def test_files_hold_every_table_in_full(analysis, report):
    files = csv_files(report)
    columns = {"contrasts": CONTRAST_COLUMNS, "mix": MIX_COLUMNS, "doses": DOSE_COLUMNS, "chosen": CHOSEN_COLUMNS}
    for name, wanted in columns.items():
        rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"])))
        assert tuple(rows[0]) == wanted
        assert len(rows) == len(analysis["answer"][name])
    assert files["mix.csv"].count("\n") == 8
    trained = list(csv.DictReader(io.StringIO(files["arms.csv"])))
    assert {row["origin"] for row in trained} == {"native", "human_translated", "machine_translated"}
    texts = text_files(tables_of(report))
    assert {f"{name}.{end}" for name in ("mix", "contrasts", "chosen", "arms", "cut") for end in ("md", "tex")} <= set(
        texts
    )
    assert r"+2.6*\textsection{}" in texts["gains.tex"]


def test_the_page_leads_with_the_mix_and_shows_the_rest(page):
    order = [page.index(f'id="{name}"') for name in ("doses", "contrasts", "gains", "chosen", "checks", "cut")]
    assert order == sorted(order)
    assert "The pivot alone against the best mix" in page
    assert "What each arm trains on" in page
    assert '<td title="variants run on two targets">cut' in page


def test_the_terminal_tells_what_the_mix_adds(report):
    text = io.StringIO()
    print_summary(report, Console(file=text, width=160, color_system=None))
    assert mix_sentences(report)[0] in " ".join(text.getvalue().split())


def test_the_paper_tells_the_mix_first(report):
    text = paper_markdown(paper(report, tables_of(report)))
    results = text[text.index("## Results") :]
    assert results.index("the best mix of the series share") < results.index("gains most over none")
    assert "Left out on purpose" in text
