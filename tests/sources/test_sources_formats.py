"""Readers, on files written here: what they give, and what they say about a broken line."""

from __future__ import annotations

import gzip
import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.sources import FORMATS
from xstilts.sources.formats.counting import count
from xstilts.sources.formats.opening import sha256, text_lines

if TYPE_CHECKING:
    from pathlib import Path

    from xstilts.sources.formats import Record

CONLLU = (
    "# sent_id = s1\n# text = vámonos al mar\n"
    "1-2\tvámonos\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "1\tvamos\tir\tVERB\t_\t_\t0\troot\t_\t_\n"
    "2\tnos\tnosotros\tPRON\t_\t_\t1\tobj\t_\t_\n"
    "2.1\tfueron\tser\tAUX\t_\t_\t_\t_\t_\t_\n"
    "3-4\tal\t_\t_\t_\t_\t_\t_\t_\t_\n"
    "3\ta\ta\tADP\t_\t_\t5\tcase\t_\t_\n"
    "4\tel\tel\tDET\t_\t_\t5\tdet\t_\t_\n"
    "5\tmar\tmar\tNOUN\t_\t_\t1\tobl\t_\t_\n\n"
)
SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "T",
            "paragraphs": [
                {
                    "context": "Äpfel sind rot.",
                    "qas": [
                        {"id": "q1", "question": "Was?", "answers": [{"text": "Äpfel", "answer_start": 0}]},
                        {"id": 2, "question": "Wo?", "answers": [], "is_impossible": True},
                    ],
                }
            ],
        }
    ],
}


def read(name: str, *paths: Path, **options: Any) -> list[Record]:
    reader = FORMATS.get(name)
    return list(reader.read(list(paths), reader.resolve(options, "test")))


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_gzip_and_byte_order_mark_are_transparent(tmp_path: Path, pack: Any) -> None:
    path = write(tmp_path, "a.txt", pack("\ufeffeins\r\nzwei\u2028drei\n".encode()))
    assert list(text_lines(path)) == [(1, "eins"), (2, "zwei\u2028drei")]  # only \\n ends a line


def test_text_counts_blank_short_and_long_lines(tmp_path: Path) -> None:
    records = read("text", write(tmp_path, "a.txt", " ab \n\nabcdef\na"), min_characters=2, max_characters=5)
    assert [(record.fields, record.rejected) for record in records] == [
        ({"text": "ab"}, None),
        ({"text": ""}, "blank"),
        ({"text": "abcdef"}, "longer than 5 characters"),
        ({"text": "a"}, "shorter than 2 characters"),
    ]


def test_text_reads_files_in_turn(tmp_path: Path) -> None:
    records = read("text", write(tmp_path, "a.txt", "a\n"), write(tmp_path, "b.txt", "b\n"))
    assert [record.fields for record in records] == [{"text": "a"}, {"text": "b"}]


def test_lines_are_columns(tmp_path: Path) -> None:
    records = read("lines", write(tmp_path, "s1", "a\n\n"), write(tmp_path, "s2", "b\nc\n"))
    assert [record.fields for record in records] == [["a", "b"], ["", "c"]]
    assert records[1].where == f"{tmp_path}/s1:2"


def test_lines_of_unequal_number_name_both_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"s1:2: has a record number 2, but .*s2 ends after 1"):
        read("lines", write(tmp_path, "s1", "a\nb\n"), write(tmp_path, "s2", "c\n"))


def test_parallel_zips_formats(tmp_path: Path) -> None:
    paths = write(tmp_path, "a.jsonl", '{"x": 1}\n{"x": 2}\n'), write(tmp_path, "a.lst", "1\n2\n")
    records = read("parallel", *paths, parts=["jsonl", "lines"])
    assert [record.fields for record in records] == [[{"x": 1}, ["1"]], [{"x": 2}, ["2"]]]
    with pytest.raises(DataError, match="one format for each path: 1 parts, 2 paths"):
        read("parallel", *paths, parts=["jsonl"])


def test_csv_with_quotes_and_line_ends_inside_keeps_line_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", 'x,y\n"1,\n""a""",2\n3,4\n')
    records = read("delimited", path, delimiter=",")
    assert [record.fields for record in records] == [{"x": '1,\n"a"', "y": "2"}, {"x": "3", "y": "4"}]
    assert [record.where for record in records] == [f"{path}:2", f"{path}:4"]


def test_tabs_take_quotation_marks_as_text(tmp_path: Path) -> None:
    records = read("delimited", write(tmp_path, "a.tsv", 'a "b\tc\n'), header=False)
    assert [record.fields for record in records] == [['a "b', "c"]]


@pytest.mark.parametrize(
    ("content", "options", "where", "expected"),
    [
        ("a\tb\nc\n", {"header": False}, ":2", "has 1 columns; expected 2"),
        ("a\tb\n\nc\td\n", {"header": False}, ":2", "blank line; expected one record per line"),
        ('a,b\n"c,d\n', {"delimiter": ","}, ":2", "not a well-formed table row"),
        (b"a\tb\nc\xe9\td\n", {"header": False}, ":2", "byte 0xe9.*expected UTF-8"),
    ],
)
def test_broken_row_names_line_and_expectation(
    tmp_path: Path, content: str | bytes, options: dict[str, Any], where: str, expected: str
) -> None:
    path = write(tmp_path, "a.tsv", content)
    with pytest.raises(DataError, match=expected) as caught:
        read("delimited", path, **options)
    assert caught.value.field == f"{path}{where}"


def test_broken_rows_can_be_left_out_and_counted(tmp_path: Path) -> None:
    records = read("delimited", write(tmp_path, "a.tsv", "a\tb\nc\n"), header=False, broken_rows="drop")
    assert [record.rejected for record in records] == [None, "broken row"]


def test_jsonl_and_json_list_give_the_same_fields(tmp_path: Path) -> None:
    lines = read("jsonl", write(tmp_path, "a.jsonl", '{"x": {"y": 1}}\n\n{"x": 2}\n'))
    listed = read("jsonl", write(tmp_path, "a.json", '\n[{"x": {"y": 1}}, {"x": 2}]'))
    assert [record.fields for record in lines] == [record.fields for record in listed] == [{"x": {"y": 1}}, {"x": 2}]
    assert lines[1].where.endswith("a.jsonl:3")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('{"x": 1}\n{"x": \n', ":2: is not JSON"),
        ('{"x": 1}\n3\n', ":2: is a whole number; expected one JSON object per line"),
        ('[{"x": 1}, null]', r":\[1\]: is null"),
        ('[{"x": 1}\n, oops]', ":2: is not JSON"),
    ],
)
def test_broken_json_names_the_line(tmp_path: Path, content: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read("jsonl", write(tmp_path, "a.jsonl", content))


def test_squad_v2(tmp_path: Path) -> None:
    records = read("squad_json", write(tmp_path, "a.json", json.dumps(SQUAD)))
    assert [record.fields["id"] for record in records] == ["q1", "2"]  # type: ignore[call-overload]
    assert records[0].fields == {
        "id": "q1", "title": "T", "context": "Äpfel sind rot.", "question": "Was?",
        "answer_texts": ["Äpfel"], "answer_starts": [0], "is_impossible": False,
    }  # fmt: skip
    assert records[1].where.endswith("a.json:data[0].paragraphs[0].qas[1]")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('"answer_start": 0', '"answer_start": "0"', r"qas\[0\]: has text as 'answer_start'; expected a whole number"),
        ('"context"', '"kontext"', r"paragraphs\[0\]: has no key 'context'; expected the SQuAD layout"),
        ('"data"', '"daten"', "document: has no key 'data'"),
        ('"version"', "version", ":1: is not JSON"),
    ],
)
def test_broken_squad_names_the_place(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read("squad_json", write(tmp_path, "a.json", json.dumps(SQUAD).replace(old, new)))


def test_conllu_keeps_words_and_skips_ranges_and_empty_nodes(tmp_path: Path) -> None:
    (record,) = read("conllu", write(tmp_path, "a.conllu", CONLLU))
    assert record.fields == {
        "sent_id": "s1",
        "text": "vámonos al mar",
        "tokens": ["vamos", "nos", "a", "el", "mar"],
        "tags": ["VERB", "PRON", "ADP", "DET", "NOUN"],
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("mar\tmar\t", "mar mar\t", ":10: has 9 columns; expected the 10"),
        ("5\tmar", "x\tmar", ":10: has the word id 'x'"),
    ],
)
def test_broken_conllu_names_the_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read("conllu", write(tmp_path, "a.conllu", CONLLU.replace(old, new)))


@pytest.mark.parametrize(
    ("words", "why"), [("_ _ _", "words withheld"), ("_ Ada _", "words withheld"), ("Ada _ came", None), ("Ada", None)]
)
def test_a_sentence_with_at_most_one_word_of_its_own_is_withheld(tmp_path: Path, words: str, why: str | None) -> None:
    lines = [f"{number}\t{word}" + "\t_" * 8 for number, word in enumerate(words.split(), start=1)]
    (record,) = read("conllu", write(tmp_path, "a.conllu", "\n".join(lines) + "\n"))
    assert record.rejected == why


def test_columns_take_first_and_last(tmp_path: Path) -> None:
    records = read("columns", write(tmp_path, "a.txt", "a X B-PER\nb Y O\n\n\nc Z O"), separator=" ")
    assert [record.fields for record in records] == [
        {"tokens": ["a", "b"], "tags": ["B-PER", "O"]},
        {"tokens": ["c"], "tags": ["O"]},
    ]
    assert records[1].where.endswith(":5")


@pytest.mark.parametrize(
    ("content", "expected"),
    [("a\tO\nb\n", ":2: has no '\\\\t' between"), ("a\tO\nb\tX\tO\n", ":2: has 3 columns; expected 2")],
)
def test_broken_columns_name_the_line(tmp_path: Path, content: str, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read("columns", write(tmp_path, "a.tsv", content))


def test_ces_xml_gives_verses(tmp_path: Path) -> None:
    text = '<?xml version="1.0"?>\n<c><p>no</p><seg id="b.1">\n  In  the\n beginning </seg>\n<seg id="b.2"/></c>'
    records = read("ces_xml", write(tmp_path, "a.xml", text))
    assert [(record.fields, record.rejected) for record in records] == [
        ({"verse": "b.1", "text": "In the beginning"}, None),
        ({"verse": "b.2", "text": ""}, "blank"),
    ]
    assert records[0].where.endswith(":2")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<c>\n<seg>a</c>", ":2: is not well-formed XML"),
        (b"<c>\n\n<seg>\xff</seg></c>", r":3: is not UTF-8 \(byte 0xff\)"),
        ('<!DOCTYPE c [\n<!ENTITY a "aaaa">]><c><seg>&a;</seg></c>', ":2: declares the entity 'a'"),
        ('<!DOCTYPE c [<!ENTITY a SYSTEM "file:///etc/hostname">]><c><seg>&a;</seg></c>', "declares the entity 'a'"),
    ],
)
def test_broken_or_hostile_xml_is_refused(tmp_path: Path, content: str | bytes, expected: str) -> None:
    with pytest.raises(DataError, match=expected):
        read("ces_xml", write(tmp_path, "a.xml", content))


def test_cut_off_gzip_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, "a.gz", gzip.compress(b"line\n" * 100)[:-12])
    with pytest.raises(DataError, match="broken or cut-off gzip"):
        read("text", path)


def test_wrong_encoding_in_a_document_names_the_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a\.json:2: is not UTF-8"):
        read("squad_json", write(tmp_path, "a.json", b'{"data":\n"\xe4"}'))


def test_options_are_checked_with_the_nearest() -> None:
    delimited = FORMATS.get("delimited")
    with pytest.raises(DataError, match="Did you mean 'delimiter'"):
        delimited.resolve({"delimeter": ","}, "here")
    with pytest.raises(DataError, match="must be of type bool, not 'no'"):
        delimited.resolve({"header": "no"}, "here")
    with pytest.raises(DataError, match="Allowed: auto, csv, none"):
        delimited.resolve({"quoting": "all"}, "here")
    assert delimited.resolve({}, "here")["delimiter"] == "\t"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "{}", "{}{}", "{} {}{}"])
@pytest.mark.parametrize("size", [1, 2, 3, 1 << 20])
def test_sentences_and_lines_count_alike_whatever_the_line_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, last: str, size: int
) -> None:
    """Two sentences of two and one lines, blank lines (one of them with a space) between; chunks cut line ends."""
    monkeypatch.setattr("xstilts.sources.formats.opening._CHUNK", size)
    path = tmp_path / "a.txt"
    path.write_bytes(end.join(["wolf\tO", "Mars\tB", " ", "", "nie\tO"]).encode() + last.replace("{}", end).encode())
    assert count(path, b"\n\n") == 2
    assert count(path, b"\n") == 5 + max(0, last.count("{}") - 1)


@pytest.mark.parametrize(("text", "sentences", "lines"), [("", 0, 0), ("a", 1, 1), ("a\n", 1, 1), ("\n\na\n\n", 1, 4)])
def test_a_file_of_one_sentence_is_not_counted_as_none(tmp_path: Path, text: str, sentences: int, lines: int) -> None:
    (tmp_path / "a.txt").write_bytes(gzip.compress(text.encode()))
    assert (count(tmp_path / "a.txt", b"\n\n"), count(tmp_path / "a.txt", b"\n")) == (sentences, lines)


def test_markers_count_records_across_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.conllu", CONLLU * 3)
    monkeypatch.setattr("xstilts.sources.formats.opening._CHUNK", 7)
    assert count(path, b"\n\n") == 3
    assert count(path, b"\n") == 33


def test_hash_follows_the_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, "a", "abc")
    assert sha256(path).startswith("ba7816bf")
    write(tmp_path, "a", "abcd")
    assert sha256(path).startswith("88d4266f")
    with pytest.raises(DataError, match="cannot be read"):
        sha256(tmp_path / "none")


def test_every_format_says_what_it_is() -> None:
    for reader in FORMATS:
        assert reader.doc
        assert FORMATS.get(reader.name) is reader
        assert all(option.doc for option in reader.options.values())


def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for look in (sha256, lambda path: list(text_lines(path))):
        with pytest.raises(DataError, match="pipe: is a pipe or a device; expected a file"):
            look(tmp_path / "pipe")


def test_comments_alone_are_no_sentence_and_columns_tell_of_the_option(tmp_path: Path) -> None:
    path = write(tmp_path, "a", "# global = x\n\n1\tAda" + "\t_" * 8 + "\n")
    assert [record.fields["tokens"] for record in read("conllu", path)] == [["Ada"]]
    path = write(tmp_path, "b", "# sent_id = 1\nAda O\n")
    with pytest.raises(DataError, match=r"b:2: has 2 columns; expected 4.*set comment"):
        read("columns", path, separator=" ")


def test_json_lines_as_squad_are_sent_to_their_format(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"a:2: is not JSON.*format jsonl"):
        read("squad_json", write(tmp_path, "a", "{}\n{}\n"))
