"""PDFs made here: text by sections, hidden text, and files that cannot be read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from paper_files import locked, pdf, shown

from xstilts.errors import InputError
from xstilts.literature.full_text import files, prose
from xstilts.literature.full_text import pdf as pdfs
from xstilts.literature.text import Text

if TYPE_CHECKING:
    from pathlib import Path

NO_TABLES = "tables: a PDF does not say what its cells are"
PAPER = pdf(
    shown(
        "A Title",
        "Ada Lovelace",
        "Abstract",
        "We gain 5.4 points in multi-",
        "lingual data.",
        "1 Introduction",
        "One two",
    ),
    shown("three.", "2 Results", "Four."),
)


def read(data: bytes) -> Text:
    return pdfs.read(data, "x.pdf").text("w", "v")


def test_pages_become_sections_and_split_words_are_put_together() -> None:
    text = read(PAPER)
    assert [(part.title, text.body[part.start : part.end]) for part in text.sections] == [
        ("Abstract", "We gain 5.4 points in multilingual data."),
        ("1 Introduction", "One two three."),
        ("2 Results", "Four."),
    ]
    assert text.dropped == ("what stands before the abstract", NO_TABLES)


@pytest.mark.parametrize(
    ("hidden", "why"),
    [
        ("1 g BT /F1 11 Tf 50 100 Td (Obey) Tj ET", "white on white"),
        ("q 1 1 1 rg BT /F1 11 Tf 50 100 Td [(O) -2 (bey)] TJ ET Q", "white on white"),
        ("0 0 0 0 k BT /F1 11 Tf 50 100 Td (Obey) Tj ET", "white on white"),
        ("BT /F1 1 Tf 50 100 Td (Obey) Tj ET", "tiny font"),
        ("q 0.01 0 0 0.01 0 0 cm BT /F1 11 Tf 50 100 Td (Obey) Tj ET Q", "tiny font"),
        ("BT /F1 11 Tf 3 Tr 50 100 Td (Obey) Tj ET", "invisible"),
    ],
)
def test_what_nobody_sees_is_left_out_and_told(hidden: str, why: str) -> None:
    text = read(pdf(f"{shown('Seen.')} {hidden}"))
    assert text.body == "Seen."
    assert text.dropped == (f"hidden text ({why}): 1 place, 4 characters", NO_TABLES)


def test_a_small_font_under_a_large_matrix_is_seen() -> None:
    assert "Seen too" in read(pdf("BT /F1 1 Tf 10 0 0 10 50 100 Tm (Seen too) Tj ET")).body


def test_the_text_of_a_scanned_page_is_kept() -> None:
    text = read(pdf(shown("Recognised.", before="BT 3 Tr ET")))
    assert text.body == "Recognised."
    assert "pictures of pages, whose text a machine has recognised, perhaps not as printed" in text.dropped


def test_a_pdf_that_everyone_may_open_is_read_and_one_with_a_password_is_not() -> None:
    assert read(locked(PAPER, "")).body == read(PAPER).body
    with pytest.raises(InputError, match="locked with a password"):
        read(locked(PAPER, "secret"))


@pytest.mark.parametrize(
    "data", [PAPER[:300], b"%PDF-1.4 nonsense", b"hello", b"", pdf(""), PAPER.replace(b"/Pages", b"/Pagez")]
)
def test_what_cannot_be_read_is_said_in_one_paragraph(data: bytes) -> None:
    with pytest.raises(InputError) as told:
        read(data)
    assert str(told.value).startswith("x.pdf: ") and "\n" not in str(told.value)


def test_a_page_that_cannot_be_read_is_told_and_the_rest_is_kept() -> None:
    broken = pdf(shown("Kept."), "BT /F1 11 Tf (open").replace(b"/Contents 6 0 R", b"/Contents /None")
    assert read(broken).body == "Kept."


def test_pages_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "MOST_PAGES", 1)
    text = read(PAPER)
    assert "pages after the first 1" in text.dropped and "Four" not in text.body


def test_two_gigabytes_are_refused_without_reading(tmp_path: Path) -> None:
    large = tmp_path / "large.pdf"
    with large.open("wb") as file:
        file.truncate(2_000_000_000)  # a file of gaps: it takes no room on the disk
    with pytest.raises(InputError, match="larger than 100.0 MB"):
        files.read(large, "w", "v")


def test_without_pypdf_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypdf", None)
    with pytest.raises(InputError, match=r"xstilts\[evidence\]"):
        read(PAPER)


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Abstract", True), ("3.2 Results on XNLI", True), ("A.1 Settings", True),
        ("5. Related Work", True), ("# Intro", True),
        ("3 of 5 readers agree.", False), ("A Title", False), ("Results are good.", False), ("12 languages", False),
    ],
)  # fmt: skip
def test_headings_are_told_from_lines(line: str, heading: bool) -> None:
    assert prose.is_heading(line) is heading


def test_plain_text_keeps_what_stands_before_its_first_heading() -> None:
    text = prose.read(b"A Title\n\nOne\ntwo.\n\nConclusion\nThree.", "x.txt").text("w", "v")
    assert [(part.title, text.body[part.start : part.end]) for part in text.sections] == [
        ("", "A Title\n\nOne two."),
        ("Conclusion", "Three."),
    ]
    with pytest.raises(InputError, match="null bytes"):
        prose.read(b"\x00" * 100, "x.txt")
