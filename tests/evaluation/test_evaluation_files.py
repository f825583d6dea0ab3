"""The official file formats, and users' own unlabelled files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from xstilts.errors import DataError, InputError
from xstilts.evaluation import read_unlabelled, score_files
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

XNLI, QQP, XCOPA, UDPOS, XQUAD, TATOEBA = (
    TASKS.get(name) for name in ("xnli", "qqp", "xcopa", "udpos", "xquad", "tatoeba")
)


@pytest.fixture
def files(tmp_path: Path):
    def write(gold: str, predictions: str) -> tuple[Path, Path]:
        (tmp_path / "gold").write_text(gold, encoding="utf-8")
        (tmp_path / "said").write_text(predictions, encoding="utf-8")
        return tmp_path / "gold", tmp_path / "said"

    return write


def test_labels_are_compared_line_by_line(files) -> None:
    gold = "entailment\nneutral \ncontradiction\nneutral\n\n"
    found = score_files(XNLI, *files(gold, "entailment\nneutral\nneutral\nwhat\n"))
    assert found["n"] == 4
    assert found["metrics"]["accuracy"] == 50


def test_f1_takes_numbered_labels_too(files) -> None:
    found = score_files(QQP, *files("1\n1\n0\n0\n", "1\n0\n1\n0\n"))
    assert found["metrics"] == {"accuracy": 50, "f1": 50}


def test_xcopa_gold_may_be_json_lines(files) -> None:
    gold = "".join(json.dumps({"idx": n, "label": n % 2}) + "\n" for n in range(4))
    assert score_files(XCOPA, *files(gold, "0\n1\n1\n1\n"))["metrics"]["accuracy"] == 75


def test_tags_stand_one_a_line(files) -> None:
    gold = "DET\nNOUN\n\nein\tDET\n.\tPUNCT\n"
    found = score_files(UDPOS, *files(gold, "DET\nVERB\n\nDET\nPUNCT\n\n"))
    assert (found["n"], found["metrics"]["accuracy"], found["metrics"]["f1"]) == (2, 75, 75)


def squad(*questions: tuple[str, list[str]]) -> str:
    qas = [
        {"id": name, "question": "?", "answers": [{"text": text, "answer_start": 0} for text in texts]}
        for name, texts in questions
    ]
    return json.dumps({"data": [{"title": "t", "paragraphs": [{"context": "c", "qas": qas}]}]}, indent=1)


def test_a_missing_answer_scores_zero_and_still_counts(files) -> None:
    gold = squad(("a", ["in Berlin", "Berlin"]), ("b", ["x"]))
    found = score_files(XQUAD, *files(gold, json.dumps({"a": "Berlin!", "other": "y"})))
    assert found == {"n": 2, "metrics": {"f1": 50, "exact_match": 50}}


def test_tatoeba_compares_numbers_and_gives_accuracy_only(files) -> None:
    assert score_files(TATOEBA, *files("3\n5\n", "3\n4\n")) == {"n": 2, "metrics": {"accuracy": 50}}


@pytest.mark.parametrize(
    ("task", "gold", "said", "message"),
    [
        (XNLI, "neutral\nneutral\n", "neutral\n", r"said: The file has 1 lines, the gold file has 2"),
        (XNLI, "neutral\nlabel\n", "neutral\nneutral\n", r"gold:2: 'label' is no label.*entailment"),
        (XNLI, "neutral\n", "1\n", r"said:1: No line is a label; the first is '1'"),
        (XNLI, "", "", r"gold: The file holds no example"),
        (XCOPA, '{"label": 0}\n{"label"\n', "0\n0\n", r"gold:2: The line is not JSON"),
        (XCOPA, '{"gold": 0}\n', "0\n", r"gold:1: .*no key 'label'"),
        (UDPOS, "DET\n\nNOUN\nVERB\n", "DET\n\nNOUN\n", r"said:3: Sentence 2 begins here and has 1 tags.* has 2"),
        (UDPOS, "DET\n\nNOUN\n", "DET\n", r"said: The file has 1 sentences, the gold file has 2"),
        (XQUAD, squad(("a", ["x"])), '{\n"a" "x"}', r"said:2: The file is not JSON"),
        (XQUAD, squad(("a", ["x"])), '["x"]', r"said: Expected one JSON object"),
        (XQUAD, squad(("a", ["x"])), '{"a": 3}', r"said: The answer to 'a' is no text"),
        (XQUAD, squad(("a", ["x"])), '{"b": "x"}', r"No prediction is for a question.*'a'"),
        (XQUAD, squad(("a", [])), '{"a": "x"}', r"gold: Question 'a' has no answer"),
        (TATOEBA, "1\n2\n", "1\ntwo\n", r"said:2: Expected one number per line"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(task, gold, said, message, files) -> None:
    with pytest.raises(DataError, match=message):
        score_files(task, *files(gold, said))


def test_wrong_encodings_and_missing_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "gold").write_bytes(b"neutral\nneutr\xe4l\n")
    with pytest.raises(DataError, match=r"gold:2.*UTF-8"):
        score_files(XNLI, tmp_path / "gold", tmp_path / "gold")
    with pytest.raises(DataError, match=r"absent"):
        score_files(XNLI, tmp_path / "absent", tmp_path / "gold")


def test_masked_lm_has_no_official_format(files) -> None:
    with pytest.raises(InputError, match="no official format"):
        score_files(TASKS.get("mlm"), *files("a", "a"))


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
