"""The folder of a report: no file of an earlier one stays, and no file of anybody else goes."""

from __future__ import annotations

import json

import pytest
import reports_fake_study as fake

from xstilts.reports.files import csv_files
from xstilts.reports.folder import WRITTEN, put
from xstilts.reports.numbers import plain
from xstilts.reports.places import without_places

OLD = {"index.html": "a", "tables/gains.csv": "b", "tables/overlap_warnings.md": "c", "figures/nli.svg": "d"}
NEW = {"index.html": "e", "tables/gains.csv": "b"}


def files(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {WRITTEN}


def test_what_an_earlier_report_wrote_and_this_one_does_not_goes(tmp_path) -> None:
    put(tmp_path, OLD)
    assert files(tmp_path) == set(OLD)
    put(tmp_path, NEW)
    assert files(tmp_path) == set(NEW)
    assert (tmp_path / "index.html").read_text() == "e"


def test_bytes_are_written_as_they_are_and_go_like_text(tmp_path) -> None:
    put(tmp_path, {"figures/card.png": b"\x89PNG\r\n", "index.html": "a\n"})
    assert (tmp_path / "figures/card.png").read_bytes() == b"\x89PNG\r\n"
    put(tmp_path, {"index.html": "a\n"})
    assert files(tmp_path) == {"index.html"}
    assert (tmp_path / "index.html").read_bytes() == b"a\n"


def test_files_of_others_and_edited_ones_stay(tmp_path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/notes.md").write_text("mine")
    put(tmp_path, OLD)
    (tmp_path / "figures/nli.svg").write_text("drawn again by hand")
    (tmp_path / "tables/overlap_warnings.md").unlink()
    put(tmp_path, NEW)
    assert files(tmp_path) == {*NEW, "tables/notes.md", "figures/nli.svg"}


def test_a_report_that_was_stopped_leaves_nothing_that_the_next_does_not_know(tmp_path, monkeypatch) -> None:
    from xstilts.reports import folder

    put(tmp_path, {"index.html": "a"})
    real = folder._put

    def stopped(path, text):
        if path.name == "nli.svg":
            path.parent.mkdir()
            path.with_name(".nli.svg.part").write_text("h")
            raise KeyboardInterrupt
        real(path, text)

    monkeypatch.setattr(folder, "_put", stopped)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, OLD)
    monkeypatch.undo()
    assert "tables/overlap_warnings.md" in files(tmp_path)
    put(tmp_path, NEW)
    assert files(tmp_path) == set(NEW)
    assert not list((tmp_path / "figures").iterdir())


@pytest.mark.parametrize("name", ["../other.txt", "/etc/x", "tables/../../other.txt", "logs/a.txt", "..", ""])
def test_a_list_that_names_other_places_removes_nothing_there(tmp_path, name: str) -> None:
    out, other = tmp_path / "out", tmp_path / "other.txt"
    put(out, NEW)
    other.write_text("b")
    known = json.loads((out / WRITTEN).read_text())
    (out / WRITTEN).write_text(json.dumps({name: known["tables/gains.csv"]}))
    put(out, NEW)
    assert other.read_text() == "b"


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"index.html": 1}', "[" * 100_000])
def test_a_damaged_list_is_no_list(tmp_path, text: str) -> None:
    put(tmp_path, OLD)
    (tmp_path / WRITTEN).write_text(text)
    put(tmp_path, NEW)
    assert files(tmp_path) == set(OLD)


@pytest.mark.parametrize("text", ["=1+2", "+a", "-x", "@now", "\tq", "\r=1", "\n=1", "＝1", "--1", "+1 to +2", "-"])
def test_no_text_of_a_table_starts_a_formula(text: str) -> None:
    assert plain(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-1.5, "-1.5"),
        (-3, "-3"),
        ("-3", "-3"),
        ("+1.5e-3", "+1.5e-3"),
        ("a=b", "a=b"),
        (None, ""),
        ("−1", "−1"),
        ("", ""),
    ],
)
def test_numbers_stay_numbers(value: object, expected: str) -> None:
    assert plain(value) == expected


def test_names_that_look_like_formulas_are_text_in_every_table() -> None:
    made = fake.analysis()
    for rows in (made["scores"], made["gains"], made["clusters"]):
        for row in rows:
            row["arm"] = "=cmd|' /C calc'!A0"
    for name, text in csv_files(fake.report(made)).items():
        assert ",=" not in text, name
        assert ',"=' not in text, name


def test_a_study_is_shown_without_the_places_of_a_machine() -> None:
    study = {
        "name": "s", "question": "/what/is/this", "data": "/home/me/data",
        "bases": [{"name": "mine", "from": "/home/me/models/final"}, {"name": "x", "from": "models/near"}],
        "tasks": {"own": {"files": {"en": {"test": "/home/me/a.tsv"}}, "labels": ["/"]}},
    }  # fmt: skip
    assert without_places(study) == {
        "name": "s", "question": "/what/is/this", "data": "…/data",
        "bases": [{"name": "mine", "from": "…/final"}, {"name": "x", "from": "models/near"}],
        "tasks": {"own": {"files": {"en": {"test": "…/a.tsv"}}, "labels": ["/"]}},
    }  # fmt: skip
