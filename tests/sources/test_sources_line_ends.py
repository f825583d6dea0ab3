"""Line ends: a carriage return alone is one throughout a file or refused, whatever the format; and marks inside."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import DataError
from xstilts.sources import FORMATS
from xstilts.sources.formats import opening
from xstilts.sources.formats.opening import text_lines
from xstilts.using_models.plain_files import read_unlabelled

if TYPE_CHECKING:
    from pathlib import Path

SQUAD = {"data": [{"paragraphs": [{"context": "Rot.", "qas": [{"id": "q", "question": "?", "answers": []}]}]}]}
DOCUMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("Anna liest.\nBen isst.\n\nC\n", {}),
    "lines": ("eins\nzwei\n\n", {}),
    "blocks": ("eins\nzwei\ndrei\nvier\n", {}),
    "columns": ("Anna\tB-PER\nliest\tO\n\nBen\tB-PER\n", {}),
    "conllu": ("# sent_id = 1\n1\tAnna\t_\tPROPN\t_\t_\t_\t_\t_\t_\n\n", {"tag": "upos"}),
    "word_lines": ("Anna liest\tB-PER O\nBen\tB-PER\n", {}),
    "delimited": ("text\tlabel\nAnna\tja\nBen\tnein\n", {}),
    "jsonl": ('{"text": "Anna"}\n{"text": "Ben"}\n', {}),
    "squad_json": (json.dumps(SQUAD, indent=1), {}),
    "paragraphs": (json.dumps(SQUAD, indent=1), {}),
    "ces_xml": ('<c>\n<seg id="a">Am\nAnfang</seg>\n</c>\n', {}),
    "articles": ('<u>\n<article number="1">\n<para>Am\nAnfang</para>\n</article>\n</u>\n', {}),
    "ccgbank": ("ID=1 PARSER=GOLD\n(<T S 0 1> (<L N P P Anna N>) )\n", {}),
    "mentions": ('{"entity_id": "e", "description": "x", "sentence_spans": []}\n', {}),
}
OTHER_SEPARATORS = "\u2028\u2029\u0085\u000b\u000c\u001c\u001d\u001e"


def read(name: str, *paths: Path, **options: Any) -> list[Any]:
    reader = FORMATS.get(name)
    records = list(reader.read(list(paths), reader.resolve(options, "test")))
    return [(record.fields, record.rejected, record.where.removeprefix(str(paths[0]))) for record in records]


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_every_format_reads_the_line_ends_of_old_macs_and_of_windows(tmp_path: Path, name: str, end: str) -> None:
    text, options = DOCUMENTS[name]
    plain = read(name, write(tmp_path, "f", text.encode()), **options)
    assert plain
    assert read(name, write(tmp_path, "f", text.replace("\n", end).encode()), **options) == plain


@pytest.mark.parametrize(
    "name", [name for name in DOCUMENTS if name not in ("squad_json", "paragraphs", "articles", "ces_xml")]
)
@pytest.mark.parametrize("stray", ["\r", "\r\r\n"])
def test_a_stray_carriage_return_is_refused_with_its_line(tmp_path: Path, name: str, stray: str) -> None:
    text, options = DOCUMENTS[name]
    lines = text.removesuffix("\n").split("\n")
    path = write(tmp_path, "f", ("\n".join([*lines, lines[0]]) + stray + "\n".join(["x", *lines])).encode())
    with pytest.raises(DataError, match="ends in a carriage return alone, but lines before it end in a line feed"):
        read(name, path, **options)


def test_files_that_are_read_side_by_side(tmp_path: Path) -> None:
    words, tags = write(tmp_path, "w", b"Anna liest\rBen\r"), write(tmp_path, "t", b"A O\nA\n")
    assert [fields["tokens"] for fields, _, _ in read("word_lines", words, tags)] == [["Anna", "liest"], ["Ben"]]
    parts = read("parallel", words, tags, parts=["lines", "text"])
    assert [fields for fields, _, _ in parts] == [[["Anna liest"], {"text": "A O"}], [["Ben"], {"text": "A"}]]
    pairs = [
        write(tmp_path, name, text) for name, text in (("q", b"q1\ta\rq2\tb\r"), ("c", b"c1\tx\n"), ("p", b"q1\tc1"))
    ]
    assert len(read("mining", *pairs)) == 3


@pytest.mark.parametrize("kind", ["classification", "tagging"])
def test_what_is_to_be_predicted_has_the_same_line_ends(tmp_path: Path, kind: str) -> None:
    assert len(read_unlabelled(kind, write(tmp_path, "f", b"Anna liest\rBen isst\r"))) == 2
    with pytest.raises(DataError, match=r"f:2: ends in a carriage return alone"):
        read_unlabelled(kind, write(tmp_path, "f", b"Anna liest\nBen\risst\n"))


def test_the_end_of_a_file_is_no_stray_carriage_return(tmp_path: Path) -> None:
    assert list(text_lines(write(tmp_path, "f", b"a\r\nb\r"))) == [(1, "a"), (2, "b")]
    assert list(text_lines(write(tmp_path, "f", b"a\rb"))) == [(1, "a"), (2, "b")]
    assert list(text_lines(write(tmp_path, "f", b"a\r\r"))) == [(1, "a"), (2, "")]
    assert list(text_lines(write(tmp_path, "f", b""))) == []


@pytest.mark.parametrize("step", range(1, 6))
def test_a_chunk_may_end_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    monkeypatch.setattr(opening, "_CHUNK", step)
    for end in ("\r", "\n", "\r\n"):
        assert [line for _, line in text_lines(write(tmp_path, "f", f"a{end}{end}bc{end}def".encode()))] == [
            "a",
            "",
            "bc",
            "def",
        ]


@given(
    lines=st.lists(st.text(st.sampled_from("ab \t" + OTHER_SEPARATORS), max_size=4), min_size=1), step=st.integers(1, 9)
)
def test_nothing_else_ends_a_line_wherever_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], step: int
) -> None:
    folder = tmp_path_factory.mktemp("ends")
    for end in ("\n", "\r\n", "\r"):
        path = write(folder, "f", "".join(f"{line}{end}" for line in lines).encode())
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(opening, "_CHUNK", step)
            assert [line for _, line in text_lines(path)] == lines


def test_line_ends_inside_quotation_marks_are_text(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", b'x,y\n"a\rb\r\nc\nd",1\n"e",2\n')
    assert read("delimited", path, delimiter=",") == [
        ({"x": "a\nb\nc\nd", "y": "1"}, None, ":2"),
        ({"x": "e", "y": "2"}, None, ":6"),
    ]
    path = write(tmp_path, "mac.csv", b'x,y\r"a\nb",1\re,2\r')  # Excel on a Mac: rows end in one, cells hold the other
    assert [fields["x"] for fields, _, _ in read("delimited", path, delimiter=",")] == ["a\nb", "e"]
    path = write(tmp_path, "mixed.csv", b"x,y\na,1\rb,2\n")
    with pytest.raises(DataError, match=r"mixed\.csv:2: ends in a carriage return alone"):
        read("delimited", path, delimiter=",")


MARK = "\ufeff".encode()


def test_byte_order_marks_of_joined_files_are_no_text(tmp_path: Path) -> None:
    joined = write(tmp_path, "f", MARK + b"eins\n" + MARK + b"zwei\n")
    assert [line for _, line in text_lines(joined)] == ["eins", "zwei"]
    packed = write(tmp_path, "g", gzip.compress(MARK + b"eins\n") + gzip.compress(MARK + b"zwei\n"))
    assert [line for _, line in text_lines(packed)] == ["eins", "zwei"]
    both = read("text", write(tmp_path, "1", MARK + b"eins"), write(tmp_path, "2", MARK + b"zwei"))
    assert [fields["text"] for fields, _, _ in both] == ["eins", "zwei"]


def test_a_mark_that_is_a_word_of_its_own_stays(tmp_path: Path) -> None:
    path = write(tmp_path, "f", b"a\tO\n" + MARK + b"\tO\nb" + MARK + b"\tO\n")
    assert [fields["tokens"] for fields, _, _ in read("columns", path)] == [["a", "\ufeff", "b\ufeff"]]
