"""A user's file that looks like the task's own, without gold: read by the task's options, told from plain lines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from xstilts.errors import DataError
from xstilts.tasks.inline import from_model
from xstilts.using_models.like_the_task import like_the_task

if TYPE_CHECKING:
    from pathlib import Path

CSV = {"path": "x.csv", "format": "delimited", "delimiter": ",", "columns": {"text": "review", "label": "stars"}}
REVIEWS = {"kind": "classification", "labels": ["bad", "good"]}
QUIZ = {"path": "q.jsonl", "format": "jsonl", "columns": {"question": "ask", "choices": ["a", "b"], "label": "right"}}
NAMED = {"path": "n.jsonl", "format": "jsonl", "columns": {"choices": "options", "label": "key"}}
TAGS = {"kind": "tagging", "labels": ["O", "B"]}


def read(tmp_path: Path, text: str, mapping: dict[str, Any], *entries: dict[str, Any], name: str = "mine.csv") -> Any:
    files = {"en": {"train": list(entries)}} if entries else {}
    task, own = from_model("mine", mapping | ({"files": files} if files else {}))
    (tmp_path / name).write_text(text, encoding="utf-8")
    found = like_the_task(task, own, tmp_path / name)
    return None if found is None else found.to_list()


@pytest.mark.parametrize("with_label", [False, True])
def test_a_csv_without_its_label_column_is_read_by_the_tasks_own_columns(tmp_path: Path, with_label: bool):
    head, end = ("review,stars", ",great") if with_label else ("review", "")
    text = f'{head}\n"Good, really."{end}\nNo{end}\n'
    rows = read(tmp_path, text, REVIEWS, CSV | {"labels": {"1": "bad", "5": "good"}, "drop": {"stars": ["-"]}})
    assert rows == [
        {"id": "1", "text": "Good, really.", "text_pair": "", "label": None},
        {"id": "2", "text": "No", "text_pair": "", "label": None},
    ]


def test_ids_are_the_files_own_where_it_has_them(tmp_path: Path):
    assert [row["id"] for row in read(tmp_path, "id,review\nb7,x\na9,y\n", REVIEWS, CSV)] == ["b7", "a9"]
    assert [row["id"] for row in read(tmp_path, "no,review\nn1,x\n", REVIEWS, CSV | {"id": "no"})] == ["n1"]
    with pytest.raises(DataError, match=r"'b7' occurs twice.*records are then numbered"):
        read(tmp_path, "id,review\nb7,x\nb7,y\n", REVIEWS, CSV)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mine.tsv", "text\nx\ny\n"),
        ("mine.tsv", "text\ttext_pair\nx\tp\ny\tq\n"),
        ("mine.csv", "text,note\nx,p\ny,q\n"),
        ("mine.txt", '{"text": "x"}\n{"text": "y"}\n'),
        ("mine.json", '[{"text": "x"}, {"text": "y"}]'),
    ],
)
def test_columns_of_the_kind_are_known_to_every_model(tmp_path: Path, name: str, text: str):
    assert [row["text"] for row in read(tmp_path, text, REVIEWS, name=name)] == ["x", "y"]


@pytest.mark.parametrize(
    "text", ["Fine.\nBad.\n", "Fine.\tYes.\n", "a text, with a comma\n", "\n", "{braces}\n", '"q"\n']
)
def test_plain_lines_are_left_to_the_plain_reader(tmp_path: Path, text: str):
    assert read(tmp_path, text, REVIEWS, CSV, name="mine.txt") is None


@pytest.mark.parametrize(
    ("name", "text"), [("mine.csv", "content,stars\nx,good\n"), ("mine.txt", '{"content": "x"}\n'), ("m.CSV", "x,y\n")]
)
def test_a_table_with_other_columns_is_never_read_as_plain_lines(tmp_path: Path, name: str, text: str):
    with pytest.raises(DataError, match=r"without the fields of mine. Allowed: review, text\."):
        read(tmp_path, text, REVIEWS, CSV, name=name)


@pytest.mark.parametrize("text", ["review\nx\n \n", 'review\nx\n""\n'])
def test_a_record_without_text_is_refused_with_its_line(tmp_path: Path, text: str):
    with pytest.raises(DataError, match=r"mine\.csv:3: has .* as 'text'; expected text to label"):
        read(tmp_path, text, REVIEWS, CSV)


def test_a_later_record_that_is_broken_is_an_error(tmp_path: Path):
    with pytest.raises(DataError, match=r"mine\.txt:2"):
        read(tmp_path, '{"text": "x"}\n{"txt": "y"}\n', REVIEWS, name="mine.txt")


def test_choices_need_no_right_one(tmp_path: Path):
    (row,) = read(tmp_path, '{"ask": "Which?", "a": "one", "b": "two"}\n', {"kind": "multiple_choice"}, QUIZ)
    assert row == {"id": "1", "context": "", "question": "Which?", "choices": ["one", "two"], "label": None}
    text = '{"options": [{"label": "A", "text": "one"}, {"label": "B", "text": "two"}]}\n'
    (row,) = read(tmp_path, text, {"kind": "multiple_choice"}, NAMED)
    assert (row["choices"], row["label"]) == (["one", "two"], None)


def test_words_need_no_tags(tmp_path: Path):
    entry = {"path": "t.jsonl", "format": "jsonl", "columns": {"tokens": "words", "tags": "marks"}}
    (row,) = read(tmp_path, '{"words": ["New York", "is"]}\n', TAGS, entry)
    assert row == {"id": "1", "tokens": ["New York", "is"], "tags": []}
    lines = [f"{number}\t{word}" + "\t_" * 8 for number, word in enumerate(["Sun", "sets"], start=1)]
    (row,) = read(tmp_path, "\n".join(lines) + "\n", TAGS, {"path": "t.conllu", "format": "conllu"})
    assert row["tokens"] == ["Sun", "sets"]
    assert read(tmp_path, "Sun sets\nlate\n", TAGS, {"path": "t.txt", "format": "columns", "separator": " "}) is None


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        (REVIEWS, '{"text": "\\ud800"}\n'),
        (TAGS, '{"tokens": ["a", 5]}\n'),
        (TAGS, '{"tokens": []}\n'),
        (TAGS, '{"tokens": [" "]}\n'),
    ],
)
def test_what_is_no_text_is_refused_wherever_it_stands(tmp_path: Path, mapping: dict[str, Any], text: str):
    good = '{"text": "x"}\n' if mapping is REVIEWS else '{"tokens": ["x"]}\n'
    with pytest.raises(DataError, match=r"mine\.txt:2: has .*; expected text to label"):
        read(tmp_path, good + text, mapping, name="mine.txt")
    with pytest.raises(DataError, match=r"mine\.txt:1: has .*; expected text to label"):
        read(tmp_path, text + good, mapping, name="mine.txt")


def test_half_a_character_in_a_squad_file_is_refused(tmp_path: Path):
    from xstilts.using_models.plain_files import read_unlabelled

    text = (
        '{"data": [{"paragraphs": [{"context": "\\ud800 x", "qas": [{"id": "1", "question": "x", "answers": []}]}]}]}'
    )
    (tmp_path / "mine.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=r"mine\.json: holds half a character"):
        read_unlabelled("span_qa", tmp_path / "mine.json")


def test_words_are_read_from_json_lines_for_every_model(tmp_path: Path):
    (row,) = read(tmp_path, '{"tokens": ["New York", "is"], "id": 7}\n', TAGS, name="mine.txt")
    assert (row["id"], row["tokens"]) == ("7", ["New York", "is"])


def test_questions_need_no_answers(tmp_path: Path):
    entry = {"path": "f.jsonl", "format": "jsonl", "columns": {"context": "page", "question": "ask"}}
    (row,) = read(tmp_path, '{"page": "Open on Monday.", "ask": "When?"}\n', {"kind": "span_qa"}, entry)
    assert row == {
        "id": "1", "context": "Open on Monday.", "question": "When?", "answer_texts": [], "answer_starts": [],
    }  # fmt: skip


SEARCH = {"kind": "retrieval"}
HELP = {"path": "h.tsv", "format": "delimited", "columns": {"query": "asked", "passage": "page"}}


def test_a_search_needs_no_gold(tmp_path: Path):
    text = '{"id": "q", "role": "query", "text": "When?"}\n{"id": "c", "role": "candidate", "text": "On Monday."}\n'
    assert read(tmp_path, text, SEARCH, name="s.txt") == [
        {"id": "q", "role": "query", "text": "When?", "gold": []},
        {"id": "c", "role": "candidate", "text": "On Monday.", "gold": []},
    ]
    rows = read(tmp_path, "role\ttext\nquery\tWhen?\ncandidate\tOn Monday.\n", SEARCH, name="s.tsv")
    assert [(row["id"], row["role"]) for row in rows] == [("1", "query"), ("2", "candidate")]
    rows = read(tmp_path, "asked\tpage\nWhen?\tOn Monday.\nWhere?\tBy the lake.\n", SEARCH, HELP, name="s.tsv")
    assert [row["role"] for row in rows] == ["query", "candidate"] * 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("role\ttext\nquery\tWhen?\n", "has the roles 'query'; expected queries and candidates"),
        ("role\ttext\nquery\tWhen?\nanswer\tNow.\n", "'answer', 'query'"),
        ("When?\n", r"is no search as mine has them.*role \(query or candidate\), text"),
    ],
)
def test_half_a_search_is_refused(tmp_path: Path, text: str, said: str):
    with pytest.raises(DataError, match=said):
        read(tmp_path, text, SEARCH, name="s.tsv")


def test_other_kinds_have_nothing_to_label(tmp_path: Path):
    assert read(tmp_path, "text\nx\n", {"kind": "masked_lm"}) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("m.txt", '{"review": "x"}\n{ "review": "y"}\n'),
        ("m.json", '[\n  {"review": "x"},\n  {"review": "y"}\n]\n'),
        ("m.tsv", "stars\treview\ngood\tx\nbad\ty\n"),
    ],
)
def test_the_tasks_fields_are_known_in_every_format(tmp_path: Path, name: str, text: str):
    assert [row["text"] for row in read(tmp_path, text, REVIEWS, CSV, name=name)] == ["x", "y"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("review\tstars\n", "1: has a header, and no record"),
        ("Review\tstars\nx\tgood\n", "2: has no field 'review'.*Did you mean 'Review'"),
        ("review\treview\nx\ty\n", "1: names several columns 'review'"),
        ('{\n  "content": "x"\n}\n', "without the fields of mine"),
    ],
)
def test_a_header_is_never_answered(tmp_path: Path, text: str, said: str):
    with pytest.raises(DataError, match=rf"m\.txt:{said}" if said[0].isdigit() else said):
        read(tmp_path, text, REVIEWS, CSV | {"delimiter": "\t"}, name="m.txt")


def test_a_question_of_squad_needs_no_answers_where_blank_ones_are_allowed(tmp_path: Path):
    entry = {"path": "f.json", "format": "squad_json", "empty_answer": "none"}
    text = '{"data": [{"paragraphs": [{"context": "Open.", "qas": [{"qid": "q", "question": "?"}]}]}]}'
    (row,) = read(tmp_path, text, {"kind": "span_qa"}, entry, name="m.json")
    assert (row["id"], row["context"], row["question"]) == ("q", "Open.", "?")
    assert read(tmp_path, '{"data": 1}\n', {"kind": "span_qa"}, entry, name="m.json") is None


@pytest.mark.parametrize("options", [[{"choices": ["x", None]}], [{"choices": ["x", "y"]}, {"choices": ["x", None]}]])
def test_a_choice_that_is_null_is_refused(tmp_path: Path, options: list[dict[str, Any]]):
    text = "".join(json.dumps(record) + "\n" for record in options)
    with pytest.raises(DataError, match=r"None\] as 'choices'"):
        read(tmp_path, text, {"kind": "multiple_choice"}, name="m.txt")


def test_json_lines_without_the_tasks_fields_are_told_which(tmp_path: Path):
    with pytest.raises(DataError, match=r"m\.txt:1: has no field 'b' \(for our column 'choices'\)"):
        read(tmp_path, '{"ask": "Which?", "a": "one"}\n', {"kind": "multiple_choice"}, QUIZ, name="m.txt")
    entry = {"path": "f.jsonl", "format": "jsonl", "columns": {"context": "page"}}
    assert read(tmp_path, '{"data": []}\n', {"kind": "span_qa"}, entry, name="m.txt") is None


def test_conllu_is_read_by_every_tagger_and_never_as_lines_of_words(tmp_path: Path):
    words = [["Sun", "sets"], ["_"]]
    lines = [[f"{number}\t{word}" + "\t_" * 8 for number, word in enumerate(found, start=1)] for found in words]
    text = "\n\n".join(map("\n".join, lines)) + "\n"
    assert [row["tokens"] for row in read(tmp_path, text, TAGS, name="m.txt")] == words
    with pytest.raises(DataError, match=r"m\.txt:2: has the word id '3'"):
        read(tmp_path, text.replace("2\tsets", "3\tsets"), TAGS, name="m.txt")
    with pytest.raises(DataError, match=r"m\.txt:1: has \['a', ''\] as 'tokens'"):
        read(tmp_path, '{"tokens": ["a", ""]}\n', TAGS, name="m.txt")
