"""``score`` on the official file formats, with values worked out by hand."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

SQUAD = {
    "version": "1.1",
    "data": [
        {
            "title": "invented",
            "paragraphs": [
                {
                    "context": "The brown hen sat on nine eggs.",
                    "qas": [
                        {"id": "q1", "question": "Who sat?", "answers": [{"text": "brown hen", "answer_start": 4}]},
                        {"id": "q2", "question": "On what?", "answers": [{"text": "nine eggs", "answer_start": 21}]},
                    ],
                }
            ],
        }
    ],
}


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_labels(xstilts, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.tsv", "entailment\nneutral\ncontradiction\nneutral\n")
    said = write(tmp_path / "said.tsv", "entailment\nneutral\nneutral\nneutral\n")
    answer = xstilts("score", "--task", "xnli", "--language", "de", "--gold", gold, "--predictions", said, "--json")
    assert answer.code == 0, answer.err
    result = json.loads(answer.out)
    assert (result["task"], result["language"], result["n"]) == ("xnli", "de", 4)
    assert result["metrics"]["accuracy"] == pytest.approx(75.0)


def test_a_missing_answer_scores_0(xstilts, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.json", json.dumps(SQUAD))
    said = write(tmp_path / "said.json", json.dumps({"q1": "the brown hen"}))
    arguments = ("score", "--task", "xquad", "--language", "de", "--gold", gold, "--predictions", said)
    result = json.loads(xstilts(*arguments, "--json").out)
    assert result["n"] == 2
    assert result["metrics"] == {"exact_match": pytest.approx(50.0), "f1": pytest.approx(50.0)}
    table = xstilts(*arguments)
    assert "exact_match" in table.out
    assert "50.00" in table.out


@pytest.mark.parametrize(
    ("task", "language", "gold", "said", "expected"),
    [
        ("xnil", "de", "neutral\n", "neutral\n", "'xnli'"),
        ("xnli", "dee", "neutral\n", "neutral\n", "--language"),
        ("xnli", "de", "neutral\nneutral\n", "neutral\n", "said"),
        ("xquad", "de", "{broken", "{}", "gold"),
        ("mlm", "de", "x\n", "x\n", "mlm"),
    ],
)
def test_wrong_files_are_named(xstilts, tmp_path, task, language, gold, said, expected) -> None:
    files = ("--gold", write(tmp_path / "gold", gold), "--predictions", write(tmp_path / "said", said))
    answer = xstilts("score", "--task", task, "--language", language, *files, "--json")
    assert answer.code == 2
    assert answer.out == ""
    assert expected in answer.err


def test_a_missing_file_is_named(xstilts, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold", "neutral\n")
    answer = xstilts("score", "--task", "xnli", "--language", "de", "--gold", gold, "--predictions", "nowhere.tsv")
    assert answer.code == 2
    assert "nowhere.tsv" in answer.err


def test_notes_stand_in_the_json_and_on_the_terminal(xstilts, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.tsv", "entailment\nneutral\n")
    said = write(tmp_path / "said.tsv", "entailment\nNeutral\n")
    arguments = ("score", "--task", "xnli", "--gold", gold, "--predictions", said)
    answer = xstilts(*arguments, "--json")
    (note,) = json.loads(answer.out)["notes"]
    assert note.startswith(f"{said}: 1 of 2 lines are no label of this task; the first is 'Neutral'")
    assert note in answer.err
    assert note in xstilts(*arguments).err


def test_a_data_set_given_as_gold_is_refused(xstilts, tmp_path: Path) -> None:
    gold = write(tmp_path / "gold.tsv", "A hen sat.\tA bird sat.\tentailment\n")
    said = write(tmp_path / "said.tsv", "entailment\n")
    answer = xstilts("score", "--task", "xnli", "--gold", gold, "--predictions", said, "--json")
    assert (answer.code, answer.out) == (2, "")
    assert f"{gold}:1: This is a row of a data set, with 3 columns" in answer.err
    assert "cut -f3" in answer.err
