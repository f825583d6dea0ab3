"""BUCC's pairs, and ranked lists as JSON; every value is worked out by hand from the official rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from xstilts.errors import DataError
from xstilts.official import score_files
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

BUCC, MEWSLIX, LAREQA = (TASKS.get(name) for name in ("bucc2018", "mewslix", "lareqa"))


@pytest.fixture
def files(tmp_path: Path):
    def write(gold: object, predictions: object) -> tuple[Path, Path]:
        for name, text in (("gold", gold), ("said", predictions)):
            content = text if isinstance(text, str) else json.dumps(text)
            (tmp_path / name).write_bytes(content.encode("utf-8"))
        return tmp_path / "gold", tmp_path / "said"

    return write


@pytest.mark.parametrize(
    ("gold", "said", "n", "precision", "recall"),
    [
        ("d1\te1\nd2\te2\n", "d1\te1\nd3\te3\nd2\te9\n", 2, 100 / 3, 50),
        ("d1\te1\r\nd2\te2\r\n", " d1\te1 \nd2\te2\n", 2, 100, 100),
        ("d1\te1\nd1\te1\n", "d1\te1\nd1\te1\n", 1, 100, 100),  # a pair counts once
        ("d1\te1\nd1\te2\n", "d1\te2\n", 2, 100, 50),  # one sentence, two partners
        ("d1\te1\n", "d1\te1\n\n", 1, 50, 100),  # an empty line is a pair like any other
        ("d1\te1\n\n", "d1\te1\n\n", 2, 100, 100),
        ("d1\te1\n", "d1\te1\t0.9\n", 1, 0, 0),  # a third column makes another pair
        ("d1\te1\n", "e1\td1\n", 1, 0, 0),
        ("d1\te1\n", "", 1, 0, 0),  # nothing was mined
        ("d1\te1\n", "\n", 1, 0, 0),  # nothing was mined, written as one empty line
        ("d1 e1\nd2 e2\n", "d1 e1\nd3 e3\n", 2, 50, 50),  # any line of the gold file is right
        ("\ufeffd1\te1\nd2\te2\n", "d1\te1\nd2\te2\n", 2, 50, 50),
    ],
)
def test_pairs_are_sets_of_lines(files, gold: str, said: str, n: int, precision: float, recall: float) -> None:
    found = score_files(BUCC, *files(gold, said))
    f1 = 2 * precision * recall / (precision + recall) if precision else 0
    assert found["n"] == n
    assert found["metrics"] == pytest.approx({"f1": f1, "precision": precision, "recall": recall}, abs=1e-9)


def ranked(*before: str, gold: str = "Q1") -> list[str]:
    return [*before, gold]


@pytest.mark.parametrize(
    ("gold", "said", "score"),
    [
        ({"m": ["Q1"]}, {"m": ranked("Q2")}, 50),
        ({"m": ["Q1"], "n": ["Q3"]}, {"m": ["Q1"]}, 50),  # a missing prediction scores 0
        ({"m": [" Q1 "]}, {"m": ["Q1"]}, 100),  # gold ids are stripped
        ({"m": ["Q1"]}, {"m": [" Q1"]}, 0),  # predicted ones are not
        ({"m": ["Q3", "Q1"], "n": ["Q4"]}, {"m": ["Q1"], "n": ["Q4"]}, 50),  # only the first gold id counts
        ({"m": ["Q1"]}, {"m": ranked("Q2", "Q2")}, 100 / 3),  # a repeated candidate takes its rank
        ({"m": ["Q1"]}, {"m": ranked(*(f"x{n}" for n in range(19)))}, 5),  # rank 20
        ({"m": ["Q1"]}, {"m": ranked(*(f"x{n}" for n in range(20)))}, 0),  # rank 21
        ({"m": ["Q1"]}, {"m": ["Q1"], "other": 3}, 100),  # what belongs to no mention is not read
        ({"m": ["Q1"]}, {}, 0),
        ({"data": {"m": ["Q1"]}}, {"m": ["Q1"]}, 100),
    ],
)
def test_mewslix_is_the_reciprocal_rank_of_the_one_right_entity(files, gold, said, score: float) -> None:
    metrics = score_files(MEWSLIX, *files(gold, said))["metrics"]
    assert metrics["map@20"] == metrics["mrr@20"] == pytest.approx(score, abs=1e-9)


@pytest.mark.parametrize(
    ("said", "score"),
    [
        (["x", "a", "y"], (1 + 2 / 3) / 3),
        (["x", "x", "y"], (1 + 2 / 3) / 3),  # a repeated candidate is no second hit and takes its rank
        (["x", "y", "z"], 1),
        ([], 0),
    ],
)
def test_lareqa_is_average_precision_over_all_right_candidates(files, said: list[str], score: float) -> None:
    found = score_files(LAREQA, *files({"q": ["x", "y", "z"], "other": ["w"]}, {"q": said, "other": ["w"]}))
    assert found["n"] == 2
    assert found["metrics"]["map@20"] == pytest.approx(100 * (score + 1) / 2, abs=1e-9)


def test_more_than_20_right_candidates_are_divided_by_20(files) -> None:
    right = [f"c{n}" for n in range(30)]
    assert score_files(LAREQA, *files({"q": right}, {"q": right[:20]}))["metrics"]["map@20"] == pytest.approx(100)


@pytest.mark.parametrize(
    ("task", "gold", "said", "message"),
    [
        (BUCC, "", "d1\te1\n", r"gold: The file holds no example"),
        (MEWSLIX, {"m": ["Q1"]}, {"m": "Q1"}, r"said: The ids of 'm' are no list"),
        (MEWSLIX, {"m": ["Q1"]}, {"m": [1]}, r"said: The ids of 'm' are no list"),
        (MEWSLIX, {"m": []}, {"m": ["Q1"]}, r"gold: 'm' has no right answer"),
        (MEWSLIX, {"m": ["Q1"]}, ["Q1"], r"said: Expected one JSON object"),
        (MEWSLIX, '{"m": ["Q1"],\n}', {"m": ["Q1"]}, r"gold:2: This is not JSON"),
        (MEWSLIX, {}, {}, r"gold: The file holds no example"),
    ],
)
def test_what_has_no_official_value_is_named_with_its_place(task, gold, said, message, files) -> None:
    with pytest.raises(DataError, match=message):
        score_files(task, *files(gold, said))


@pytest.mark.parametrize(
    ("task", "gold", "said", "note"),
    [
        (BUCC, "d1\te1\n", "d1 e1\n", "no line is a pair of ids"),
        (MEWSLIX, {"m": ["Q1"]}, {"n": ["Q1"]}, "no prediction has an id of the gold file"),
    ],
)
def test_what_looks_like_the_wrong_file_scores_as_officially_with_a_note(task, gold, said, note, files) -> None:
    found = score_files(task, *files(gold, said))
    assert set(found["metrics"].values()) == {0.0}
    assert note in found["notes"][0]
