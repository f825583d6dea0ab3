"""The section on the size of the base: figure, tables and sentence, from a ladder of three sizes."""

from __future__ import annotations

import re

import numpy as np
import pytest
import reports_fake_study as fake
from reports_fake_study import facts as study_facts
from reports_fake_study import row

from xstilts.reports.questions import BY_SIZE
from xstilts.reports.collected import pictures_of, tables_of
from xstilts.reports.entries import Page
from xstilts.reports.figures.by_size import size_pictures
from xstilts.reports.page import page as page_room
from xstilts.reports.report import Report
from xstilts.reports.tables.sizes import ladder_tables, scale_tables, size_sentence, slope_tables, text_tables
from xstilts.statistics import analyse

CODES = {"qaa": "rich", "qab": "rich", "qac": "rich", "qba": "poor", "qbb": "poor", "qbc": "poor"}
BODIES = {"small": 1000, "middle": 10_000, "large": 100_000}
RISE = {"rich": 2.0, "poor": -2.0}


def analysis(**changes):
    drawn = np.random.default_rng(5)
    rows = []
    for power, base in enumerate(BODIES):
        for seed in ("1", "2", "3", "4", "5"):
            for code, cluster in CODES.items():
                level = 40.0 + 10 * power + float(drawn.normal(0, 0.3))
                for arm, gain in (("none", 0.0), ("nli", 4.0 + RISE[cluster] * power), ("qa", 4.0)):
                    value = level + gain + float(drawn.normal(0, 0.3))
                    rows.append(row("xnli", arm, seed, code, "accuracy", value, base=base))
    told = study_facts() | {
        "arms": ["none", "nli", "qa"], "bases": list(BODIES), "seeds": ["1", "2", "3", "4", "5"], "warnings": [],
        "targets": {"xnli": {"metric": "accuracy", "languages": list(CODES), "title": "XNLI"}},
        "clusters": {"resource": CODES}, "trained": {}, "series": [], "contrasts": [], "cut": [],
        "names": {"qbc": "Belkar"},
        "ladder": {
            base: {"parameters": 4 * body, "body": body, "unseen": ["qbc"] if base == "large" else []}
            for base, body in BODIES.items()
        },
        "pretraining_text": {code: 1000 - place for place, code in enumerate(CODES)},
    }  # fmt: skip
    return analyse(rows, told | changes)


@pytest.fixture(scope="module")
def report():
    return Report(analysis())


def cells(table, *names):
    places = [table.head.index(name) for name in names]
    return [[line[place][0] if isinstance(line[place], tuple) else line[place] for place in places]
            for line in table.rows]  # fmt: skip


def test_the_sentence_says_what_each_arm_shows(report):
    said = size_sentence(report)
    assert said.startswith(
        "From 1 k to 100 k parameters, in points for ten times as many, over all zero-shot languages"
    )
    assert re.search(r"nli −0\.\d \(.*?\): ", said) and re.search(
        r"qa [+−]?0\.\d \(.*?\): size makes no difference", said
    )


def test_the_slopes_stand_by_arm_and_cluster(report):
    (table,) = slope_tables(report)
    found = {(arm, cluster): shown for arm, cluster, shown in cells(table, "arm", "cluster", "it shows")}
    assert found["nli", "rich"] == "larger bases gain more"
    assert found["nli", "poor"] == "larger bases gain less"
    assert found["qa", "rich"] == found["qa", "all"] == "size makes no difference"


def test_a_gain_is_told_in_times_the_parameters(report):
    (table,) = slope_tables(report)
    worth = {(arm, cluster): shown for arm, cluster, shown in cells(table, "arm", "cluster", "worth")}
    assert float(worth["qa", "all"].removesuffix("×")) == pytest.approx(10**0.4, rel=0.1)  # 4 points at 10 a step


def test_where_the_scales_disagree_all_three_are_shown(report):
    (table,) = scale_tables(report)
    shown = [
        scale for arm, cluster, scale in cells(table, "arm", "cluster", "counted in") if (arm, cluster) == ("qa", "all")
    ]
    assert shown in ([], ["points", "% of the error", "% of the score"])
    assert len(table.rows) % 3 == 0


def test_the_ladder_marks_languages_that_a_base_never_saw(report):
    (table,) = ladder_tables(report)
    assert cells(table, "base", "without word embeddings", "in embeddings", "languages never seen") == [
        ["small", "1 k", "75%", "–"], ["middle", "10 k", "75%", "–"], ["large", "100 k", "75%", "Belkar"],
    ]  # fmt: skip


def test_text_stands_beside_gain_and_slope(report):
    (table,) = text_tables(report)
    found = {(arm, of): float(rho.replace("−", "-")) for arm, of, rho in cells(table, "arm", "of", "Spearman's ρ")}
    assert found["nli", "slope of the gain"] > 0.5
    assert "words of the pretraining corpora" in table.caption


def test_every_arm_has_a_picture_with_a_line_for_each_cluster(report):
    pictures = dict(size_pictures(report))
    assert list(pictures) == ["sizes-nli", "sizes-qa"]
    said = re.findall(r"<text[^>]*>([^<]*)</text>", pictures["sizes-nli"] or "")
    assert {"rich (2)", "poor (3)", "all zero-shot (5)", "1 k", "10 k", "100 k"} <= set(said)
    assert "rich: small +" in (pictures["sizes-nli"] or "")


def test_the_page_shows_the_section_only_where_there_is_a_ladder():
    def shown(made):
        one = fake.report(made)
        return page_room.render(Page(one, tables_of(one), pictures_of(one)))

    page = shown(analysis())
    assert '<section id="size">' in page and BY_SIZE.how[:60] in page
    assert '<section id="size">' not in shown(analysis(ladder={}))
