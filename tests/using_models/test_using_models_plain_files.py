"""Users' own unlabelled files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from xstilts.errors import DataError, InputError
from xstilts.using_models.plain_files import read_unlabelled

if TYPE_CHECKING:
    from pathlib import Path


def squad(*questions: tuple[str, list[str]]) -> str:
    qas = [
        {"id": name, "question": "?", "answers": [{"text": text, "answer_start": 0} for text in texts]}
        for name, texts in questions
    ]
    return json.dumps({"data": [{"title": "t", "paragraphs": [{"context": "c", "qas": qas}]}]}, indent=1)


def read(kind: str, tmp_path: Path, text: str) -> list[dict]:
    (tmp_path / "mine").write_text(text, encoding="utf-8")
    return read_unlabelled(kind, tmp_path / "mine").to_list()


def test_users_files_become_examples_without_gold(tmp_path: Path) -> None:
    assert read("classification", tmp_path, "one\ttwo\nthree\n") == [
        {"id": "1", "text": "one", "text_pair": "two", "label": None},
        {"id": "2", "text": "three", "text_pair": "", "label": None},
    ]
    assert read("tagging", tmp_path, "a red bed\n") == [{"id": "1", "tokens": ["a", "red", "bed"], "tags": []}]
    line = {"context": "c", "question": "q", "choices": ["x", "y"], "more": 1}
    assert read("multiple_choice", tmp_path, json.dumps(line)) == [
        {"id": "1", "context": "c", "question": "q", "choices": ["x", "y"], "label": None}
    ]
    expected = {"context": "c", "answer_texts": [], "answer_starts": []}
    assert read("span_qa", tmp_path, squad(("a", ["x"]))) == [{"id": "a", "question": "?", **expected}]
    assert read("span_qa", tmp_path, '{"id": 7, "context": "c", "question": "q"}\n') == [
        {"id": "7", "question": "q", **expected}
    ]


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("classification", "one\n\ntwo\n", r"mine:2: The line is empty"),
        ("classification", "a\tb\tc\n", r"mine:1: The line has 3 fields"),
        ("tagging", "a\n \n", r"mine:2"),
        ("multiple_choice", '{"context": "c", "question": "q"}\n', r"mine:1.*'choices'"),
        ("multiple_choice", '{"context": "c", "question": "q", "choices": [1]}\n', r"mine:1.*must be texts"),
        ("span_qa", '{"context": "c"}\n', r"mine:1.*'question'"),
        ("span_qa", '{"id": 1, "context": "c", "question": "q"}\n' * 2, r"'1' occurs twice"),
        ("tagging", "", r"no example"),
    ],
)
def test_users_mistakes_are_named_with_their_place(kind, text, message, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        read(kind, tmp_path, text)


def test_there_is_nothing_to_label_in_retrieval(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no answers"):
        read("retrieval", tmp_path, "x")


def test_words_are_separated_by_spaces_and_tabs_alone(tmp_path: Path) -> None:
    (row,) = read("tagging", tmp_path, "5\u00a0km\u2009weit  bis\u3000zum\tSee\u200b\n")
    assert row["tokens"] == ["5\u00a0km\u2009weit", "bis\u3000zum", "See\u200b"]
    with pytest.raises(DataError, match=r"mine:1: The line is empty.*JSON lines"):
        read("tagging", tmp_path, "\u00a0 \u200b\n")


def test_words_that_hold_spaces_come_from_json_lines(tmp_path: Path) -> None:
    lines = [{"tokens": ["New York", "schläft"]}, {"sent_id": "s2", "tokens": ["nie"]}]
    assert [(row["id"], row["tokens"]) for row in read("tagging", tmp_path, "\n".join(map(json.dumps, lines)))] == [
        ("1", ["New York", "schläft"]),
        ("s2", ["nie"]),
    ]
    with pytest.raises(DataError, match=r"mine:1: has \['a', ''\] as 'tokens'"):
        read("tagging", tmp_path, '{"tokens": ["a", ""]}\n')
    for text in ('{"words": ["New York"]}\n', '{ "a" : 1 }\n', '["New York", "sleeps"]\n', '[\n  "New York"\n]\n'):
        with pytest.raises(DataError, match=r"mine:(1|\[0\])"):
            read("tagging", tmp_path, text)
    assert read("tagging", tmp_path, "[ 1 ]\n")[0]["tokens"] == ["[", "1", "]"]
    assert read("tagging", tmp_path, '{ " }\n')[0]["tokens"] == ["{", '"', "}"]


@pytest.mark.parametrize("name", ["qid", "question_id", "guid", "idx", "_id", "ID"])
def test_ids_have_many_names(tmp_path: Path, name: str) -> None:
    line = {name: 12, "context": "c", "question": "q"}
    assert [row["id"] for row in read("span_qa", tmp_path, json.dumps(line))] == ["12"]
    document = {"data": [{"paragraphs": [{"context": "c", "qas": [{name: "x7", "question": "?"}]}]}]}
    assert [row["id"] for row in read("span_qa", tmp_path, json.dumps(document))] == ["x7"]


def test_a_look_alike_key_shows_its_code_point(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"under 'context'.*U\+0441 CYRILLIC SMALL LETTER ES"):
        read(
            "span_qa",
            tmp_path,
            json.dumps({"\u0441ontext": "c", "question": "q"}, ensure_ascii=False) + '\n{"context": ""}',
        )
