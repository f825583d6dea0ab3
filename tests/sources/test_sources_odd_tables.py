"""Tables and columns: what spreadsheets, stray quotation marks and missing options do to them is read or refused."""

from __future__ import annotations

import csv
import threading
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.sources import FORMATS, Source, fingerprint, load
from xstilts.tasks.base import Kind, Task

if TYPE_CHECKING:
    from pathlib import Path

LABELS = ("bad", "good")
TASK = Task("own", Kind.CLASSIFICATION, "", (), {}, (), labels=LABELS)
SEARCH = Task("own", Kind.RETRIEVAL, "", (), {}, ())
CHOICES = Task("own", Kind.MULTIPLE_CHOICE, "", (), {}, ())


def read(name: str, path: Path, **options: Any) -> list[Any]:
    reader = FORMATS.get(name)
    return list(reader.read([path], reader.resolve(options, "test")))


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def texts(folder: Path, content: str, task: Task = TASK, **entry: Any) -> list[str]:
    write(folder, "t.tsv", content)
    given = {"path": "t.tsv", "format": "delimited", **entry}
    loaded = load(task, "de", "test", Source("files", folder, {"own": {"de": {"test": given}}}))
    return list(loaded.dataset["context" if task.kind is Kind.MULTIPLE_CHOICE else "text"])


# --- headers ----------------------------------------------------------------------------------------------------------

BY_POSITION = {"columns": {"text": 0, "label": 1}}


def test_a_record_taken_for_the_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"t\.tsv:1: is taken for the header.*Set header: false") as caught:
        texts(tmp_path, "warm\tgood\nkalt\tbad\n", **BY_POSITION)
    assert "'warm'" in str(caught.value)
    assert texts(tmp_path, "warm\tgood\nkalt\tbad\n", header=False, **BY_POSITION) == ["warm", "kalt"]
    assert texts(tmp_path, "warm\tgood\nkalt\tbad\n", header=True, **BY_POSITION) == ["kalt"]
    assert texts(tmp_path, "review\tstars\nkalt\tbad\n", **BY_POSITION) == ["kalt"]
    assert texts(tmp_path, "kalt\tgood\ntext\tbad\n", header=False, **BY_POSITION) == ["kalt", "text"]


def test_every_file_of_a_split_is_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "a.tsv", "review\tstars\nkalt\tbad\n")
    write(tmp_path, "b.tsv", "warm\tgood\nkalt\tbad\n")
    entry = {"path": "*.tsv", "format": "delimited", **BY_POSITION}
    with pytest.raises(DataError, match=r"b\.tsv:1: is taken for the header"):
        load(TASK, "de", "test", Source("files", tmp_path, {"own": {"de": {"test": entry}}}))


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ("Es regnet seit Tagen.\tx", True),
        ("Wo?\tx", True),
        ("天气很好。\tx", True),
        ("12\tx", True),
        ("a b c d e f g\tx", True),
        ("question\tanswer", False),
        ("Frage 1\tbeste Antwort", False),
    ],
)
def test_text_and_numbers_are_no_names_of_columns(tmp_path: Path, header: str, data: bool) -> None:
    content, columns = f"{header}\nwas\tdas\n", {"query": 0, "candidate": 1}
    if data:
        with pytest.raises(DataError, match="is taken for the header"):
            texts(tmp_path, content, SEARCH, columns=columns)
    else:
        assert texts(tmp_path, content, SEARCH, columns=columns) == ["was", "das"]


def test_the_labels_of_the_file_and_the_values_of_filters_count(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is taken for the header"):
        texts(tmp_path, "a\tpos\nb\tneg\n", labels={"pos": "good", "neg": "bad"}, **BY_POSITION)
    with pytest.raises(DataError, match="is taken for the header"):
        texts(tmp_path, "a\tx\tde\nb\tbad\tde\n", where={2: "{language}"}, **BY_POSITION)
    with pytest.raises(DataError, match="is taken for the header"):
        texts(tmp_path, "c\tx\ty\t1\nd\tx\ty\t0\n", CHOICES, columns={"context": 0, "choices": [1, 2], "label": 3})


def test_a_header_that_comes_again_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "t.tsv", "text\tlabel\na\tgood\ntext\tlabel\nb\tbad\n")
    with pytest.raises(DataError, match=r"t\.tsv:3: is the header again.*Were files joined"):
        read("delimited", path)
    kept = read("delimited", path, broken_rows="drop")
    assert [record.rejected for record in kept] == [None, "the header again", None]


# --- rows of another length -------------------------------------------------------------------------------------------


def test_a_broken_first_row_does_not_set_the_length(tmp_path: Path) -> None:
    path = write(tmp_path, "t.tsv", "a\nb\tgood\nc\tbad\n")
    found = read("delimited", path, header=False, broken_rows="drop")
    assert [(record.fields, record.rejected) for record in found] == [
        (["a"], "broken row"),
        (["b", "good"], None),
        (["c", "bad"], None),
    ]


def test_more_broken_rows_than_whole_ones_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "t.tsv", "text\tlabel\na\tgood\tx\nb\tbad\tx\nc\tbad\n")
    with pytest.raises(DataError, match="has 2 rows that are not of 2 columns, and 1 that are"):
        read("delimited", path, broken_rows="drop")


# --- quotation marks --------------------------------------------------------------------------------------------------

EXCEL = 'text\tlabel\n"Er sagte ""ja"""\tgood\nnein\tbad\n'


def test_fields_that_a_spreadsheet_has_quoted_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"t\.tsv:2: has '\"Er sagte.*Set quoting: csv"):
        texts(tmp_path, EXCEL)
    assert texts(tmp_path, EXCEL, quoting="csv") == ['Er sagte "ja"', "nein"]
    assert texts(tmp_path, EXCEL, quoting="none") == ['"Er sagte ""ja"""', "nein"]


@pytest.mark.parametrize(
    ("rows", "enclosed"),
    [
        (['"a, b"\tgood', '"c, d"\tbad', "e\tbad"], True),  # each field with a comma is quoted
        (['"a, b"\tgood', '"c, d"\tbad', "e, f\tbad"], False),
        (['"a, b"\tgood', "e\tbad"], False),
        (['"Hamlet"\tgood', '"Faust"\tbad'], False),  # titles: nothing in them needs marks
        (['"a ""b"""\tgood', 'c "d"\tbad'], False),  # the second is not written so
    ],
)
def test_marks_that_may_be_text_are_text(tmp_path: Path, rows: list[str], enclosed: bool) -> None:
    content = "\n".join(["text\tlabel", *rows, ""])
    if enclosed:
        with pytest.raises(DataError, match="quotation marks enclose fields here"):
            texts(tmp_path, content)
    else:
        assert texts(tmp_path, content) == [row.split("\t")[0] for row in rows]


def test_every_field_in_marks(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="quotation marks enclose fields here"):
        texts(tmp_path, '"was"\t"das"\n"wo"\t"dort"\n', SEARCH, header=False, columns={"query": 0, "candidate": 1})


def test_a_first_line_that_names_the_delimiter_is_passed_over(tmp_path: Path) -> None:
    for first in ("sep=;", '"sep=;"'):
        path = write(tmp_path, "t.csv", f"{first}\ntext;label\na;good\n")
        for quoting in ("csv", "none"):
            (record,) = read("delimited", path, delimiter=";", quoting=quoting)
            assert (record.fields, record.where) == ({"text": "a", "label": "good"}, f"{path}:3")
        with pytest.raises(DataError, match=r"t\.csv:1: says that ';' stands between columns, but delimiter is ','"):
            read("delimited", path, delimiter=",")


def test_a_long_document_in_a_field_is_read_and_the_limit_is_put_back(tmp_path: Path) -> None:
    usual = csv.field_size_limit()
    path = write(tmp_path, "t.csv", 'text,label\n"' + "lang " * 40_000 + '",good\n')
    rows = FORMATS.get("delimited").read([path], FORMATS.get("delimited").resolve({"delimiter": ","}, ""))
    first = next(rows)
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(len(read("delimited", path, delimiter=","))))
    thread.start()
    thread.join()
    assert found == [1]
    assert csv.field_size_limit() > usual  # the first reader is still at it
    assert len(first.fields["text"]) == 200_000
    assert list(rows) == []
    assert csv.field_size_limit() == usual


SWALLOWED = 'text,label\nwarm,good\n"kalt,bad\nlau,good\nein 12",bad\nheiß,good\n'


def test_rows_that_a_stray_quotation_mark_has_swallowed_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "t.csv", SWALLOWED)
    with pytest.raises(DataError, match=r"t\.csv:3: begins a field of 3 lines .* looks like a row.*quoting: none"):
        read("delimited", path, delimiter=",")
    assert len(read("delimited", path, delimiter=",", quoting="none")) == 5
    many = "".join(f"zeile {n},wert {n}\n" for n in range(10))
    with pytest.raises(DataError, match="begins a field of 11 lines"):
        read("delimited", write(tmp_path, "t.csv", f'a,b\n"{many}x",y\n'), delimiter=",")


def test_a_poem_in_a_field_is_one_record(tmp_path: Path) -> None:
    content = 'text,label\n"Rosen, rot\nVeilchen, blau\nNelken, weiß",good\nx,bad\n,bad\n"a,\nb,\nc",\n'
    found = read("delimited", write(tmp_path, "t.csv", content), delimiter=",")
    assert [record.fields["label"] for record in found] == ["good", "bad", "bad", ""]


# --- columns ----------------------------------------------------------------------------------------------------------


def test_comments_of_columns_are_fields_and_the_number_sign_stays_a_token(tmp_path: Path) -> None:
    content = (
        "# licence: none\n\n# id 7a\tdomain=de\nAda _ _ B-PER\n# _ _ O\n\n"
        "# sent_id = s 2\n# text = # eins\n# _ _ O\neins _ _ O\n\n# _ _ O\n"
    )
    for separator in (" _ _ ", " "):
        first, second, third = read("columns", write(tmp_path, "t.conll", content), separator=separator, comment="#")
        assert first.fields == {"sent_id": "7a", "domain": "de", "tokens": ["Ada", "#"], "tags": ["B-PER", "O"]}
        assert (first.where, list(first.lines)) == (f"{tmp_path}/t.conll:4", [4, 5])
        assert second.fields["sent_id"] == "s 2"
        assert second.fields["text"] == "# eins"
        assert (second.fields["tokens"], third.fields["tokens"]) == (["#", "eins"], ["#"])


@pytest.mark.parametrize(
    ("content", "separator"),
    [
        ("# id 7a\tdomain=de\nAda\tB-PER\n", "\t"),  # as many columns as the lines of tokens
        ("# sent_id = 7a\n# domain = de\nAda x y B-PER\n", " "),
    ],
)
def test_comments_that_have_as_many_columns_as_tokens(tmp_path: Path, content: str, separator: str) -> None:
    (record,) = read("columns", write(tmp_path, "t.conll", content), separator=separator, comment="#")
    assert record.fields == {"sent_id": "7a", "domain": "de", "tokens": ["Ada"], "tags": ["B-PER"]}


def test_columns_with_an_index_and_comments(tmp_path: Path) -> None:
    content = "# newdoc id = d\n# sent_id = 1\n1\t#\tO\t-\tx\n2\tAda\tB-PER\t-\tx\n"
    (record,) = read("columns", write(tmp_path, "t.iob2", content), token=1, tag=2, comment="#")
    assert record.fields == {"newdoc id": "d", "sent_id": "1", "tokens": ["#", "Ada"], "tags": ["O", "B-PER"]}


def test_comments_that_nobody_announced_are_refused_with_the_option(tmp_path: Path) -> None:
    path = write(tmp_path, "t.conll", "# sent_id = 1\nAda\tB-PER\n")
    with pytest.raises(DataError, match=r't\.conll:1: has no .* set comment: "#"'):
        read("columns", path)
    assert read("columns", write(tmp_path, "t.conll", "#\tO\n"))[0].fields["tokens"] == ["#"]


def test_document_marks_are_left_out_and_counted(tmp_path: Path) -> None:
    content = "-DOCSTART- -X- O\n\nAda NE B-PER\n\n-DOCSTART-\ngeht VB O\n"
    found = read("columns", write(tmp_path, "t.conll", content), separator=" ")
    assert [(record.fields.get("tokens"), record.rejected) for record in found] == [
        (None, "-DOCSTART- line"),
        (["Ada"], None),
        (None, "-DOCSTART- line"),
        (["geht"], None),
    ]


def test_an_option_that_came_later_enters_the_key_only_where_it_is_given(tmp_path: Path) -> None:
    write(tmp_path, "t.conll", "Ada\tO\n")

    def reader(**options: Any) -> Any:
        entry = {"path": "t.conll", "format": "columns", **options}
        task = Task("own", Kind.TAGGING, "", (), {}, (), labels=("O", "B"))
        return fingerprint(task, "de", "test", Source("files", tmp_path, {"own": {"de": {"test": entry}}}))["parts"][0][
            "reader"
        ]

    assert reader() == reader(comment="") == {"separator": "\t", "token": 0, "tag": -1, "cut": ""}
    assert reader(comment="#")["comment"] == "#"
