"""Scores of Python values are those of the official files, and of the command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import xstilts as xs
from xstilts.errors import DataError, InputError, UnknownNameError
from xstilts.official import score_files
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

NLI = ["entailment", "neutral", "contradiction", "neutral"]
SQUAD = {
    "data": [
        {
            "paragraphs": [
                {
                    "qas": [
                        {"id": "q1", "answers": [{"text": "brown hen"}, {"text": "a hen"}]},
                        {"id": "q2", "answers": [{"text": "nine eggs"}]},
                    ]
                }
            ]
        }
    ]
}
CASES = {
    "xnli": (NLI, [*NLI[:2], "neutral", "neutral"], "\n".join(NLI), "entailment\nneutral\nneutral\nneutral\n"),
    "xcopa": ([0, 1, 1], [0, 0, 1], "0\n1\n1\n", "0\n0\n1\n"),
    "panx": (
        [["B-PER", "I-PER", "O"], ["O"]],
        [["B-PER", "O", "O"], ["O"]],
        "B-PER\nI-PER\nO\n\nO\n",
        "B-PER\nO\nO\n\nO\n",
    ),
    "xquad": (
        {"q1": ["brown hen", "a hen"], "q2": ["nine eggs"]},
        {"q1": "the brown hen", "q2": "eggs"},
        json.dumps(SQUAD),
        json.dumps({"q1": "the brown hen", "q2": "eggs"}),
    ),
    "tatoeba": ([2, 0, 1], [2, 0, 0], "2\n0\n1\n", "2\n0\n0\n"),
    "bucc2018": (
        [("de-1", "en-7"), ("de-2", "en-8")],
        [("de-1", "en-7"), ("de-3", "en-9")],
        "de-1\ten-7\nde-2\ten-8\n",
        "de-1\ten-7\nde-3\ten-9\n",
    ),
    "mewslix": (
        {"m1": ["Q1"], "m2": ["Q2"]},
        {"m1": ["Q3", "Q1"], "m2": ["Q2"]},
        json.dumps({"m1": ["Q1"], "m2": ["Q2"]}),
        json.dumps({"m1": ["Q3", "Q1"], "m2": ["Q2"]}),
    ),
}


@pytest.mark.parametrize("task", CASES)
def test_values_and_files_give_the_numbers_of_the_command(task: str, tmp_path: Path) -> None:
    gold, said, gold_text, said_text = CASES[task]
    files = tmp_path / "gold.txt", tmp_path / "said.txt"
    for file, text in zip(files, (gold_text, said_text), strict=True):
        file.write_text(text, encoding="utf-8")
    wanted = score_files(TASKS.get(task), *files)["metrics"]
    assert wanted
    assert xs.score(task, gold, said) == wanted
    assert xs.score(task, *files) == wanted
    assert xs.score(task, str(files[0]), said) == wanted


def test_values_worked_out_by_hand() -> None:
    assert xs.score("xnli", NLI, [*NLI[:2], "neutral", "neutral"])["accuracy"] == 75.0
    found = xs.score("xquad", [["brown hen"], ["nine eggs"]], ["the brown hen", "eggs"], language="de")
    # the article goes; of "nine eggs", "eggs" has precision 1 and recall 1/2
    assert found == pytest.approx({"f1": (100 + 200 / 3) / 2, "exact_match": 50.0})


def test_a_single_accepted_answer_may_be_bare() -> None:
    assert xs.score("xquad", ["Ada"], ["Ada"])["exact_match"] == 100.0


def test_a_missing_answer_scores_0_and_is_told() -> None:
    with pytest.warns(UserWarning, match="^predictions: 1 of 2 ids of the gold file have no prediction"):
        found = xs.score("xquad", ["Ada", "Bo"], ["Ada", None])
    assert found["exact_match"] == 50.0


@pytest.mark.parametrize(
    ("task", "gold", "said", "language", "error", "told"),
    [
        ("xnlii", [], [], None, UnknownNameError, "^task: There is no task called 'xnlii'"),
        ("xnli", NLI, NLI, "qzz", InputError, "^language: "),
        ("xnli", NLI, NLI[:3], None, DataError, "^predictions: The file has 3 lines, the gold file has 4"),
        ("xnli", [], [], None, DataError, "^gold: The file holds no example"),
        ("xnli", 3, NLI, None, InputError, "^gold: must be a list, one value per example"),
        ("xnli", {"a": "neutral"}, NLI, None, InputError, "^gold: must be a list"),
        ("xnli", ["neutral\nneutral"], ["neutral"], None, InputError, r"^gold\[0\]: holds a line break"),
        ("panx", [["O", ""]], [["O", "O"]], None, InputError, r"^gold\[0\]: holds an empty tag"),
        ("panx", [["O"]], [["O", "O"]], None, DataError, "^predictions:1: Sentence 1"),
        ("panx", ["O"], [["O"]], None, InputError, r"^gold\[0\]: must be a list"),
        ("xquad", [["Ada"]], [3], None, DataError, "^predictions: The answer to '0' is no text"),
        ("xquad", [[3]], ["Ada"], None, DataError, "^gold:"),
        ("mlqa", [["Ada"]], ["Ada"], None, InputError, "language"),
        ("mlm", ["a"], ["a"], None, InputError, "no official format"),
    ],
)
def test_mistakes_are_told_by_their_place(
    task: str, gold: Any, said: Any, language: str | None, error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told):
        xs.score(task, gold, said, language=language)
