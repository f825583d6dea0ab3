from __future__ import annotations

import io

import pytest
import reports_fake_study as fake
from rich.console import Console

from xstilts.reports import gain_matrix_svg, grids, print_summary
from xstilts.reports.figures.curves import _thinned
from xstilts.reports.figures.gain_matrix import alt_text
from xstilts.reports.grid import MEANINGS
from xstilts.reports.numbers import interval, p_value, points, quantity, signed
from xstilts.reports.report import Report
from xstilts.reports.tables.results import cell_text
from xstilts.statistics import analyse


@pytest.fixture(scope="module")
def grid():
    (only,) = grids(fake.analysis())
    return only


def test_every_cell_of_arm_and_target_is_there(grid):
    assert len(grid.cells) == (len(fake.ARMS) - 1) * len(fake.TARGETS)
    assert grid.cells["longer", "xcopa"].gain is None
    assert cell_text(grid.cells["longer", "xcopa"]) == "did not run"
    assert "longer" not in grid.means


def test_missing_seeds_show(grid):
    assert grid.cells["qqp", "udpos"].partial
    assert cell_text(grid.cells["qqp", "udpos"]).endswith("; 2 of 3 seeds)")


def test_degenerate_and_leaking_cells_are_unfair(grid):
    assert grid.cells["nli", "xnli"].unfair == (fake.WARNINGS[0]["message"],)
    assert "†" in cell_text(grid.cells["multi", "xquad"])
    assert grid.cells["nli", "xcopa"].unfair == ()
    assert grid.cells["nli", "xcopa"].notes[0].startswith("hidden-stage: ")


def test_what_base_or_protocol_was_trained_on_before_is_marked(grid):
    """In the table, in the picture and in its words; a cell that it does not touch has no such mark."""
    assert grid.cells["nli", "xcopa"].marks == "¶"
    assert "¶" in cell_text(grid.cells["nli", "xcopa"])
    assert grid.cells["nli", "udpos"].marks == ""
    drawn = gain_matrix_svg(grid)
    assert f"{points(grid.cells['nli', 'xcopa'].gain)}¶" in drawn.replace("<!-- ", "")
    assert f"xcopa {points(grid.cells['nli', 'xcopa'].gain)} hidden stage" in alt_text(grid)


def test_the_sign_of_better_follows_the_metric():
    facts = fake.facts()
    facts["targets"]["xnli"]["higher_is_better"] = False
    (grid,) = grids(analyse(fake.score_rows(), facts))
    cell = grid.cells["nli", "xnli"]
    assert cell.better == -cell.gain


def test_an_empty_study_can_be_drawn():
    (grid,) = grids(analyse([], fake.facts()))
    assert gain_matrix_svg(grid).count("did not run") >= len(grid.cells)


def test_the_terminal_shows_matrix_and_answer():
    text = io.StringIO()
    print_summary(fake.report(), Console(file=text, width=160, color_system=None))
    shown = text.getvalue()
    (answer,) = fake.analysis()["answer"]["bases"]
    assert answer["sentences"][1] in " ".join(shown.split())
    assert "did not run" in shown
    assert "Lab numbers" in shown


def test_the_terminal_explains_the_marks_that_it_shows():
    text = io.StringIO()
    print_summary(fake.report(), Console(file=text, width=400, color_system=None))
    shown, explained = text.getvalue().partition("told from zero after Holm correction")[::2]
    matrix = shown.rpartition("* ")[0]
    for mark, meaning in MEANINGS.items():
        assert (meaning in explained or mark == "*") is (mark in matrix)


def test_a_study_of_none_alone_has_nothing_to_compare():
    text = io.StringIO()
    rows = [row for row in fake.score_rows() if row["arm"] == "none"]
    report = Report(analyse(rows, fake.facts(arms=["none"])))
    print_summary(report, Console(file=text, width=160, color_system=None))
    assert "has none alone: there is nothing to compare." in text.getvalue()
    assert "no answer yet" not in text.getvalue()


def test_markup_in_names_is_not_read_by_the_terminal():
    text = io.StringIO()
    facts = fake.facts(arms=["none", "[red]nli[/red]"])
    rows = [row | {"arm": {"nli": "[red]nli[/red]"}.get(row["arm"], row["arm"])} for row in fake.score_rows()]
    print_summary(fake.report(analyse(rows, facts)), Console(file=text, width=200, color_system=None))
    assert "[red]nli[/red]" in text.getvalue()


def test_numbers_as_people_read_them():
    assert [points(value) for value in (1.24, -0.44, -0.04, 0.0)] == ["+1.2", "−0.4", "0.0", "0.0"]
    assert (interval(-0.4, 2.1), interval(None, None)) == ("−0.4 to +2.1", "")
    assert [p_value(p) for p in (None, 0.00001, 0.0312, 1.0)] == ["–", "<.001", ".031", "1"]
    assert [signed(value) for value in (1.236, -0.4, None)] == ["+1.24", "−0.40", "–"]
    assert [quantity(n) for n in (940, 1200, 3.4e6)] == ["940", "1.2 k", "3.4 M"]


def test_long_learning_curves_are_thinned_and_short_ones_are_not():
    long = [{"step": step, "loss": step / 2} for step in range(1, 1001)]
    steps, losses = _thinned(long)
    assert len(steps) == 143  # runs of seven
    assert (steps[0], losses[0], steps[-1]) == (4.0, 2.0, 997.5)
    assert _thinned(long[:3]) == ([1.0, 2.0, 3.0], [0.5, 1.0, 1.5])
