"""Formats of one label, tag, number or pair a line; every value is worked out by hand from the official rule."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import DataError, InputError
from xstilts.official import score_files
from xstilts.official.reading import lines_of, raw_lines
from xstilts.tasks import TASKS

if TYPE_CHECKING:
    from pathlib import Path

XNLI, QQP, XCOPA, UDPOS, TATOEBA = (TASKS.get(name) for name in ("xnli", "qqp", "xcopa", "udpos", "tatoeba"))


@pytest.fixture
def files(tmp_path: Path):
    def write(gold: str | bytes, predictions: str | bytes) -> tuple[Path, Path]:
        for name, text in (("gold", gold), ("said", predictions)):
            (tmp_path / name).write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
        return tmp_path / "gold", tmp_path / "said"

    return write


@given(st.text(alphabet="ab \t\r\n\u2028\u0085\ufeff\x1c\u00a0", max_size=30))
def test_lines_are_those_of_pythons_text_mode(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("lines") / "file"
    path.write_bytes(text.encode("utf-8"))
    with path.open(encoding="utf-8") as stream:
        assert lines_of(path).texts == [line.strip() for line in stream]
    with path.open(encoding="utf-8") as stream:
        assert raw_lines(path) == [line.removesuffix("\n") for line in stream]


# labels: two of four lines agree; the two label sets in macro F1 are counted in the comment of each case


def test_labels_are_compared_line_by_line(files) -> None:
    found = score_files(
        XNLI, *files("entailment\nneutral \ncontradiction\nneutral\n", "entailment\nneutral\nneutral\nwhat\n")
    )
    assert found["n"] == 4
    # F1: entailment 1, neutral 1/2 (1 of 2 said, 1 of 2 gold), contradiction 0, the unknown label 0
    expected = {"accuracy": 50, "macro_f1": 100 * 1.5 / 4, "accuracy.chance_corrected": 25}
    assert found["metrics"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("gold", "said", "accuracy"),
    [
        ("neutral\r\nentailment\r\n", "neutral\nneutral\n", 50),  # Windows line ends
        ("neutral\rentailment\r", "neutral\nneutral\n", 50),  # a lone carriage return ends a line
        ("neutral\nentailment", "neutral\nentailment\n", 100),  # no end of the last line
        ("\tneutral \nentailment\n", "neutral\n entailment\n", 100),  # white space around labels
        ("neutral\n\n", "neutral\n\n", 100),  # an empty line is an example, here a right one
        ("neutral\n\nentailment\n", "neutral\nneutral\nentailment\n", 200 / 3),
        ("\ufeffneutral\nentailment\n", "neutral\nentailment\n", 50),  # a byte-order mark is part of the first label
        ("\ufeffneutral\nentailment\n", "\ufeffneutral\nentailment\n", 100),
        ("neutral\u2028neutral\nentailment\n", "neutral\nentailment\n", 50),  # U+2028 ends no line
        ("neutral\u2028\nentailment\n", "neutral\nentailment\n", 100),  # but is white space at its end
        ("Neutral\nentailment\n", "neutral\nentailment\n", 50),  # case counts
        ("label\nneutral\n", "neutral\nneutral\n", 50),  # gold is not checked either
    ],
)
def test_hostile_label_files_get_the_official_value(files, gold: str, said: str, accuracy: float) -> None:
    assert score_files(XNLI, *files(gold, said))["metrics"]["accuracy"] == pytest.approx(accuracy, abs=1e-9)


def test_numbered_labels_have_a_positive_one_too(files) -> None:
    found = score_files(QQP, *files("1\n1\n0\n0\n", "1\n0\n1\n0\n"))["metrics"]
    assert found == {"accuracy": 50, "f1": 50, "macro_f1": 50, "accuracy.chance_corrected": 0}


def test_chance_correction_puts_guessing_at_0_and_all_wrong_below(files) -> None:
    right = score_files(XNLI, *files("neutral\n" * 3, "neutral\nneutral\nentailment\n"))["metrics"]
    assert right["accuracy.chance_corrected"] == pytest.approx((200 / 3 - 100 / 3) / (200 / 3) * 100)
    wrong = score_files(XNLI, *files("neutral\n", "entailment\n"))["metrics"]
    assert wrong["accuracy.chance_corrected"] == pytest.approx(-50)


# XCOPA: gold is JSON lines; the official script reads predictions the same way, one number a line will do here


def xcopa(*labels: object) -> str:
    rows = [{"idx": n, "choice1": "x", "choice2": "y", "label": label} for n, label in enumerate(labels)]
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_xcopa_gold_is_json_lines(files) -> None:
    found = score_files(XCOPA, *files(xcopa(0, 1, 0, 1), "0\n1\n1\n1\n"))
    assert found == {"n": 4, "metrics": {"accuracy": 75, "accuracy.chance_corrected": 50}, "notes": []}


@pytest.mark.parametrize(
    ("gold", "said", "accuracy"),
    [
        (xcopa(0, 1), xcopa(0, 0), 50),
        (xcopa(0, 1), xcopa(False, 1.0), 100),  # values are compared as JSON gives them
        (xcopa(0, 1), xcopa("0", 1), 50),
        (xcopa(0, "1"), "0\n1\n", 100),
        ("0\n1\n", xcopa(0, 0), 50),
        ("0\n1\n", "0\n0\n", 50),
    ],
)
def test_xcopa_labels_may_stand_in_either_form(files, gold: str, said: str, accuracy: float) -> None:
    assert score_files(XCOPA, *files(gold, said))["metrics"]["accuracy"] == accuracy


def test_without_the_choices_nothing_is_corrected_for_chance(files) -> None:
    assert set(score_files(XCOPA, *files("0\n1\n", "0\n1\n"))["metrics"]) == {"accuracy"}


# tags: DET NOUN | DET PUNCT against DET VERB | DET PUNCT: 3 of 4 tags, 3 of 4 chunks on both sides


def test_tags_stand_one_a_line(files) -> None:
    found = score_files(UDPOS, *files("DET\nNOUN\n\nDET\nPUNCT\n", "DET\nVERB\n\nDET\nPUNCT\n\n"))
    expected = {"f1": 75, "precision": 75, "recall": 75, "accuracy": 75, "f1.seqeval1": 75}
    assert (found["n"], found["metrics"]) == (2, expected)


def test_equal_neighbours_are_one_chunk_and_the_versions_of_seqeval_disagree(files) -> None:
    # gold chunks: NOUN(0-1), CCONJ(2); said: NOUN(0), VERB(1), SCONJ(2). No chunk is shared by the old rule;
    # the new rule cuts the first letter, so CCONJ and SCONJ are both "CONJ": 1 of 2 and 1 of 3.
    found = score_files(UDPOS, *files("NOUN\nNOUN\nCCONJ\n", "NOUN\nVERB\nSCONJ\n"))["metrics"]
    assert found["f1"] == 0
    assert found["f1.seqeval1"] == pytest.approx(40)
    assert found["accuracy"] == pytest.approx(100 / 3)


@pytest.mark.parametrize(
    ("gold", "said", "n", "f1"),
    [
        ("DET\r\nNOUN\r\n\r\n", "DET\nNOUN\n", 1, 100),
        ("DET \n\tNOUN\n \n", "DET\nNOUN\n", 1, 100),  # a line of white space is an empty one
        ("\nDET\n", "\nDET\n", 2, 100),  # a sentence without words comes first
        ("DET\n\n\nNOUN\n", "DET\n\n\nVERB\n", 3, 50),
        ("DET\nNOUN\n", "DET\nFOO\n", 1, 50),  # an unknown tag is just wrong
        ("DET\u2028NOUN\nVERB\n", "DET\nVERB\n", 1, 50),
        ("\ufeffDET\nVERB\n", "DET\nVERB\n", 1, 50),
    ],
)
def test_hostile_tag_files_get_the_official_value(files, gold: str, said: str, n: int, f1: float) -> None:
    found = score_files(UDPOS, *files(gold, said))
    assert (found["n"], found["metrics"]["f1"]) == (n, f1)


# Tatoeba: lines are compared as text


@pytest.mark.parametrize(
    ("gold", "said", "accuracy"),
    [
        ("3\n5\n", "3\n4\n", 50),
        ("3\r\n5\r\n", " 3\n5\t\n", 100),
        ("3\n5\n", "03\n5\n", 50),
        ("3\n5\n", "3\nfive\n", 50),
        ("3\n\n", "3\n\n", 100),
        ("3.0\n7\n", "3.0\n8\n", 50),  # no number of a line, and yet right
    ],
)
def test_tatoeba_compares_lines(files, gold: str, said: str, accuracy: float) -> None:
    found = score_files(TATOEBA, *files(gold, said))
    assert (found["n"], found["metrics"]) == (2, {"accuracy": accuracy})


@pytest.mark.parametrize(
    ("task", "gold", "said", "message"),
    [
        (XNLI, "neutral\nneutral\n", "neutral\n", r"said: The file has 1 lines, the gold file has 2"),
        (XNLI, "neutral\n", "neutral\n\n", r"said: The file has 2 lines, the gold file has 1"),
        (XNLI, "", "", r"gold: The file holds no example"),
        (XNLI, b"neutral\nneutr\xe4l\n", "neutral\nneutral\n", r"gold:2: is not UTF-8"),
        (XCOPA, '{"label": 0}\n{"label"\n', "0\n0\n", r"gold:2: This is not JSON"),
        (XCOPA, '{"label": 0}\n\n', "0\n0\n", r"gold:2: This is not JSON"),
        (XCOPA, '\ufeff{"label": 0}\n', xcopa(0), r"gold:1: This is not JSON.*BOM"),
        (XCOPA, '{"gold": 0}\n', "0\n", r"gold:1: .*no key 'label'"),
        (XCOPA, '{"label": 0}\n[0]\n', "0\n0\n", r"gold:2: The line is no JSON object"),
        (XCOPA, '{"label": [0]}\n', "0\n", r"gold:1: The label is no single value"),
        (UDPOS, "DET\n\nNOUN\nVERB\n", "DET\n\nNOUN\n", r"said:3: Sentence 2 begins here and has 1 tags.* 2"),
        (UDPOS, "DET\n\nNOUN\n", "DET\n", r"said: The file has 1 sentences, the gold file has 2"),
        (TATOEBA, "1\n2\n", "1\n", r"said: The file has 1 lines"),
    ],
)  # fmt: skip
def test_what_has_no_official_value_is_named_with_its_place(task, gold, said, message, files) -> None:
    with pytest.raises(DataError, match=message):
        score_files(task, *files(gold, said))


def test_missing_files_are_named(tmp_path: Path) -> None:
    (tmp_path / "gold").write_text("neutral\n")
    with pytest.raises(DataError, match="absent"):
        score_files(XNLI, tmp_path / "absent", tmp_path / "gold")


def test_masked_lm_has_no_official_format(files) -> None:
    with pytest.raises(InputError, match="no official format"):
        score_files(TASKS.get("mlm"), *files("a", "a"))


@pytest.mark.parametrize(
    ("task", "gold", "said", "note"),
    [
        (XNLI, "neutral\n", "1\n", "no line is a label of this task; the first is '1'"),
        (UDPOS, "DET\n", "eins\n", "no line is a tag"),
        (TATOEBA, "1\n2\n", "one\ntwo\n", "no line is a candidate's number"),
    ],
)
def test_what_looks_like_the_wrong_file_scores_as_officially_with_a_note(task, gold, said, note, files) -> None:
    found = score_files(task, *files(gold, said))
    assert found["metrics"]["accuracy"] == 0
    assert note in found["notes"][0]
