"""SQuAD's JSON and predictions by id; every value is worked out by hand from the official rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from xstilts.errors import DataError, InputError
from xstilts.official import score_files
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

XQUAD = TASKS.get("xquad")


@pytest.fixture
def files(tmp_path: Path):
    def write(gold: str | bytes, predictions: str | bytes) -> tuple[Path, Path]:
        for name, text in (("gold", gold), ("said", predictions)):
            (tmp_path / name).write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return tmp_path / "gold", tmp_path / "said"

    return write


def squad(*questions: tuple[str, list[str]]) -> str:
    """Only what the official script reads: ids and the texts of answers."""
    qas = [{"id": name, "answers": [{"text": text} for text in texts]} for name, texts in questions]
    return json.dumps({"data": [{"paragraphs": [{"qas": qas}]}]}, indent=1)


ONE = squad(("a", ["x"]))


def test_a_missing_answer_scores_zero_and_still_counts(files) -> None:
    gold = squad(("a", ["in Berlin", "Berlin"]), ("b", ["x"]))
    found = score_files(XQUAD, *files(gold, json.dumps({"a": "Berlin!", "other": "y"})))
    assert (found["n"], found["metrics"]) == (2, {"f1": 50, "exact_match": 50})


def test_an_answer_that_is_all_article_matches_exactly_and_has_no_word_in_common(files) -> None:
    assert score_files(XQUAD, *files(squad(("a", ["the"])), '{"a": "A."}'))["metrics"] == {"f1": 0, "exact_match": 100}


@pytest.mark.parametrize(
    ("gold", "said", "n", "exact"),
    [
        (ONE, "{}", 1, 0),
        (ONE, '{"a": "y", "a": "x"}', 1, 100),  # of two predictions for one id the last counts
        (ONE, '{"a": "x", "b": 3, "c": NaN}', 1, 100),  # what belongs to no question is not read
        (ONE, '{"data": {"a": "x"}}', 1, 100),  # the script looks under "data" in either file
        (json.dumps(json.loads(ONE)["data"]), '{"a": "x"}', 1, 100),  # gold without the key "data"
        (squad(("a", ["x"]), ("a", ["y"])), '{"a": "x"}', 2, 50),  # an id twice in gold: two questions
        (squad(("a", []), ("b", ["x"])), '{"b": "x"}', 2, 50),  # no gold answer, and none needed
        (squad(("a", ["one\u2028two"])), '{"a": "one two"}', 1, 100),
        (ONE.replace("\n", "\r\n"), '\r\n{"a": "x"}\r\n', 1, 100),
    ],
)
def test_hostile_files_get_the_official_value(files, gold: str, said: str, n: int, exact: float) -> None:
    found = score_files(XQUAD, *files(gold, said))
    assert (found["n"], found["metrics"]["exact_match"]) == (n, exact)


@pytest.mark.parametrize(
    ("gold", "said", "message"),
    [
        (ONE, '{\n"a" "x"}', r"said:2: This is not JSON"),
        (ONE, "", r"said:1: This is not JSON"),
        (ONE, '\ufeff{"a": "x"}', r"said:1: This is not JSON.*BOM"),
        (ONE, b'{"a": "\xe4"}', r"said:1: is not UTF-8"),
        (ONE, "[" * 100_000, r"said:1: The JSON cannot be read"),
        (ONE, '["x"]', r"said: Expected one JSON object"),
        (ONE, '{"a": 3}', r"said: The answer to 'a' is no text"),
        (ONE, '{"a": null}', r"said: The answer to 'a' is no text"),
        (squad(("a", [])), '{"a": "x"}', r"gold:data\[0\].paragraphs\[0\].qas\[0\]: Question 'a' has no answer"),
        ("3", '{"a": "x"}', r"gold:data: Expected a list"),
        ('{"data": [{"title": "t"}]}', '{"a": "x"}', r"gold:data\[0\]: has no key 'paragraphs'"),
        (ONE.replace('"a"', "7"), '{"7": "x"}', r"'id' is no str"),
        ('{"data": []}', "{}", r"gold: The file holds no example"),
    ],
)
def test_what_has_no_official_value_is_named_with_its_place(gold, said, message, files) -> None:
    with pytest.raises(DataError, match=message):
        score_files(XQUAD, *files(gold, said))


def test_probabilities_of_no_answer_belong_to_squad_v2(files) -> None:
    with pytest.raises(InputError, match="only SQuAD v2"):
        score_files(XQUAD, *files(ONE, '{"a": "x"}'), na_probabilities=files(ONE, "{}")[1])


# MLQA: the rule of the answer's language


@pytest.mark.parametrize(
    ("language", "gold", "said", "exact", "f1"),
    [
        ("de", "der Hund", "Hund", 100, 100),  # German articles do not count in German
        ("en", "der Hund", "Hund", 0, 200 / 3),  # but do in English: 1 of 1 said, 1 of 2 gold
        ("de+en", "der Hund", "Hund", 100, 100),  # context German, question English: the answer is German
        ("zh", "北京市", "北京", 0, 80),  # each character is a word: 2 of 2 said, 2 of 3 gold
        ("es", "«el perro»", "perro", 100, 100),  # any punctuation goes, not only ASCII's
    ],
)
def test_mlqa_follows_the_answers_language(files, language, gold, said, exact, f1) -> None:
    found = score_files(TASKS.get("mlqa"), *files(squad(("a", [gold])), json.dumps({"a": said})), language)["metrics"]
    assert (found["exact_match"], found["f1"]) == (exact, pytest.approx(f1))


def test_mlqa_needs_the_language(files) -> None:
    with pytest.raises(InputError, match="depends on the language"):
        score_files(TASKS.get("mlqa"), *files(ONE, '{"a": "x"}'))


# SQuAD v2: a is found, b has no answer and gets one, c is half right (1 of 1 said, 1 of 2 gold: F1 2/3)

SQUAD2 = squad(("a", ["hen"]), ("b", []), ("c", ["red hen"]))
REPLIES = json.dumps({"a": "hen", "b": "egg", "c": "hen"})


def test_squad_v2_scores_questions_with_and_without_an_answer(files) -> None:
    found = score_files(TASKS.get("squad_v2"), *files(SQUAD2, REPLIES))
    assert found["n"] == 3
    expected = {"exact_match": 100 / 3, "f1": 500 / 9, "exact_match.no_answer": 0, "f1.no_answer": 0}
    expected |= {"exact_match.has_answer": 50, "f1.has_answer": 250 / 3}
    assert found["metrics"] == pytest.approx(expected, abs=1e-9)


def test_squad_v2_silence_is_right_where_there_is_no_answer_and_an_id_counts_once(files) -> None:
    gold = squad(("a", ["hen"]), ("b", []), ("b", []))
    found = score_files(TASKS.get("squad_v2"), *files(gold, json.dumps({"a": "", "b": ""})))
    assert (found["n"], found["metrics"]["f1"], found["metrics"]["exact_match"]) == (2, 50, 50)


def test_squad_v2_does_not_look_under_data(files, tmp_path: Path) -> None:
    gold = squad(("a", ["hen"]), ("data", ["egg"]))
    (tmp_path / "sure").write_text(json.dumps({"data": 2, "a": 0}))  # above 1: "data" is taken as not answered
    found = score_files(TASKS.get("squad_v2"), *files(gold, '{"a": "hen", "data": "egg"}'))["metrics"]
    assert found["exact_match"] == 100
    sure = tmp_path / "sure"
    found = score_files(TASKS.get("squad_v2"), *files(gold, '{"a": "hen", "data": "egg"}'), na_probabilities=sure)
    assert found["metrics"]["exact_match"] == 50


def test_squad_v2_at_the_best_threshold(files, tmp_path: Path) -> None:
    # Silence everywhere gives 1 (question b). From the smallest probability up: a + 1, c + 2/3 (exactly: + 0), b - 1.
    (tmp_path / "sure").write_text(json.dumps({"b": 0.9, "a": 0.1, "more": 0, "c": 0.2}))
    found = score_files(TASKS.get("squad_v2"), *files(SQUAD2, REPLIES), na_probabilities=tmp_path / "sure")["metrics"]
    assert found["best_f1"] == pytest.approx(100 * (8 / 3) / 3)
    assert found["best_f1.threshold"] == 0.2
    assert found["best_exact_match"] == pytest.approx(200 / 3)
    assert found["best_exact_match.threshold"] == 0.1
    assert found["f1"] == pytest.approx(500 / 9)  # no probability is above the official threshold of 1


@pytest.mark.parametrize(
    ("sure", "message"),
    [
        ({"a": 0.1, "b": 0.9}, "sure: Question 'c' has no probability"),
        ({"a": "0.1", "b": 0.9, "c": 0}, "sure: The probability of 'a' is no number"),
        ({"a": float("nan"), "b": 0.9, "c": 0}, "sure: The probability of 'a' is no number"),
        ({"a": 10**400, "b": 0.9, "c": 0}, "sure: The probability of 'a' is too large"),
        ([0.1], "sure: Expected one JSON object"),
    ],
)
def test_broken_probabilities_are_named(files, tmp_path: Path, sure, message: str) -> None:
    (tmp_path / "sure").write_text(json.dumps(sure))
    with pytest.raises(DataError, match=message):
        score_files(TASKS.get("squad_v2"), *files(SQUAD2, REPLIES), na_probabilities=tmp_path / "sure")


def test_predictions_for_other_questions_score_zero_with_a_note(files) -> None:
    found = score_files(XQUAD, *files(ONE, '{"b": "x"}'))
    assert found["metrics"] == {"f1": 0.0, "exact_match": 0.0}
    assert "no prediction has an id" in found["notes"][0]
