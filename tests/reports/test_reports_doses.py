from __future__ import annotations

import re
from itertools import pairwise

import pytest
import reports_fake_mix as fake
from hypothesis import given
from hypothesis import strategies as st

from xstilts.reports.figures.dose_response import apart, dose_name, dose_svg
from xstilts.reports.figures.svg import standalone
from xstilts.reports.report import Report
from xstilts.statistics.tables.dose_response import ALL


@pytest.fixture(scope="module")
def analysis():
    return fake.analysis()


def texts(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


def test_every_line_is_named_at_its_end_with_its_number_of_languages(analysis):
    said = texts(dose_svg(Report(analysis), "lab-small", "share"))
    for name in ("Arvic (3)", "Tolic (2)", "Kesic (3)", "Umbic (1)", f"{ALL} (9)"):
        assert said.count(name) == 1
    assert "share of non-pivot items (square-root scale)" in said  # 0, 1 and 5 % would lie on one another


def test_there_is_a_small_panel_per_target_only_where_there_are_several(analysis):
    said = texts(dose_svg(Report(analysis), "lab-small", "share"))
    assert [name for name in said if name in fake.TARGETS] == list(fake.TARGETS)
    one = {"xnli": analysis["facts"]["targets"]["xnli"]}
    facts = {**analysis["facts"], "targets": one}
    alone = {
        **analysis,
        "facts": facts,
        "answer": {"doses": [r for r in analysis["answer"]["doses"] if r["target"] in ("xnli", "mean")]},
    }
    assert "xnli" not in texts(dose_svg(Report(alone), "lab-small", "share"))


def test_lines_differ_in_more_than_colour_and_follow_the_page(analysis):
    svg = dose_svg(Report(analysis), "lab-small", "share")
    markers = set(re.findall(r'href="#([^"]+)"', svg))
    assert len(markers) >= 4  # one shape per cluster
    assert not re.search(r"#0101[ab]\d", svg)  # every stand-in colour became a variable of the page
    for number in (1, 2, 3, 4):
        assert f"var(--line-{number})" in svg
        assert f"--line-{number}:" in standalone(svg)


def test_the_picture_says_its_numbers_to_those_who_do_not_see_it(analysis):
    rows = [r for r in analysis["answer"]["doses"] if (r["cluster"], r["target"]) == ("Umbic", "mean")]
    shown = f"Umbic: 0 % {rows[0]['gain']:+.1f}, 1 % {rows[1]['gain']:+.1f}"
    assert shown in dose_svg(Report(analysis), "lab-small", "share")


def test_nothing_is_drawn_where_no_gain_is_known(analysis):
    assert dose_svg(Report(analysis), "lab-small", "another") is None
    assert dose_svg(Report(fake.analyse([], fake.facts())), "lab-small", "share") is None
    assert dose_name("b", "s") == "dose-b-s"


def test_doses_far_enough_apart_stand_on_a_linear_scale(analysis):
    rows = [row for row in analysis["answer"]["doses"] if row["p"] in (0, 0.5, 1)]
    assert "share of non-pivot items (linear scale)" in texts(
        dose_svg(Report({**analysis, "answer": {"doses": rows}}), "lab-small", "share")
    )


@given(st.lists(st.floats(-10, 10), min_size=1, max_size=9).map(sorted))
def test_names_never_lie_on_one_another(wanted):
    places = apart(wanted, 1.0, -10.0, 10.0)
    assert all(second - first >= 1.0 - 1e-9 for first, second in pairwise(places))
    assert max(places) <= 10.0
