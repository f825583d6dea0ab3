"""What the report says of images: tables by control, and gains with images beside those with captions."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from xstilts.reports.figures.visual import gains_of, visual_pictures
from xstilts.reports.tables.table import text_of
from xstilts.reports.tables.visual import visual_tables


def row(arm: str, language: str, shown: float, controlled: float, control: str = "caption") -> dict[str, Any]:
    change = None if arm == "none" else 1.5
    return {
        "base": "b", "arm": arm, "target": "t", "control": control, "language": language, "shown": shown,
        "controlled": controlled, "difference": shown - controlled, "low": 0.5, "high": 2.5, "change": change,
        "change_low": change, "change_high": change, "p": 0.5, "p_corrected": 0.5, "n_seeds": 2,
    }  # fmt: skip


ROWS = [
    row("none", "zero-shot", 50, 60), row("none", "pivot", 60, 70), row("none", "de", 50, 60),
    row("nli", "zero-shot", 52, 68), row("nli", "pivot", 61, 90), row("nli", "de", 52, 68),
]  # fmt: skip


def report(rows: list[dict[str, Any]]) -> Any:
    return SimpleNamespace(rows=lambda name: rows if name == "visual" else [], labelled=lambda said: said)


def test_gains_are_taken_from_none_in_each_language() -> None:
    assert gains_of(ROWS) == {"nli": [("pivot", 20, 1), ("de", 8, 2)]}
    assert gains_of([one for one in ROWS if one["arm"] == "nli"]) == {}


def test_the_picture_says_in_words_what_it_shows() -> None:
    ((name, picture),) = list(visual_pictures(report(ROWS)))
    assert name == "visual-b-t"
    assert "nli gains +8.0 with captions and +2.0 with images" in str(picture)


@pytest.mark.parametrize("rows", [[], [row("none", "de", 1, 2, "blank-image")]])
def test_without_captions_there_is_no_picture(rows: list[dict[str, Any]]) -> None:
    assert list(visual_pictures(report(rows))) == []


def test_each_control_has_a_table_with_the_languages_folded_below_it() -> None:
    tables = visual_tables(report([*ROWS, row("none", "pivot", 60, 30, "blank-image")]))
    assert [bool(table.folded) for table in tables] == [False, True, False]
    first = tables[0]
    assert "said in their place" in first.caption
    cells = [[text_of(cell) for cell in line] for line in first.rows]
    assert cells[2][:4] == ["nli", "zero-shot", "52.0", "68.0"]
    assert cells[2][5].startswith("+1.5")
    assert cells[0][5] == "–"
    assert [line[1] for line in tables[1].rows] == ["de", "de"]
    assert "visual gain" in tables[2].caption
