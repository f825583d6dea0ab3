"""CMRC 2018 and JaQuAD by their own rules: every value worked out by hand, segments as NLTK's tokenizer gives them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.metrics.cmrc2018 import SIGNS, dropped, longest_run, segmented, words
from xstilts.metrics.jaquad import overlap
from xstilts.tasks import TASKS

CMRC_F1, CMRC_EM = (metrics.get("span_qa", name, "cmrc2018") for name in ("f1", "exact_match"))
JAQUAD_F1, JAQUAD_EM = (metrics.get("span_qa", name, "jaquad") for name in ("f1", "exact_match"))


def test_the_tasks_are_scored_by_their_own_rules() -> None:
    assert [(TASKS.get(name).rule, TASKS.get(name).metrics) for name in ("cmrc2018", "jaquad")] == [
        ("cmrc2018", ("f1", "exact_match")),
        ("jaquad", ("f1", "exact_match")),
    ]


# --- CMRC 2018 --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gold", "said", "f1", "exact"),
    [
        ("蓝山湖水库", "蓝山湖", 75, 0),  # 3 of 3 and 3 of 5
        ("蓝山湖水库", "《蓝山湖水库》。", 100, 100),
        ("蓝山湖水库", "水库的蓝山湖", 100 * 6 / 11, 0),  # a run of three, though all five are there: 3/6 and 3/5
        ("蓝-山", "蓝山", 100, 100),
        ("蓝……山", "蓝山", 40, 0),  # the ellipsis stays, a segment between the two: a run of 1 of 2 and 1 of 3
        ("Blue Lake 公园", "blue lake公园", 100, 0),  # F1 sees words, exact match the blank
        ("1984年", "1984", 200 / 3, 0),
        ("3,000米", "3000米", 50, 0),  # a comma between digits is inside the number, and is no sign that goes
        ("。", "？", 0, 100),
    ],
)
def test_cmrc2018_by_hand(gold: str, said: str, f1: float, exact: float) -> None:
    assert CMRC_F1([[gold]], [said]) == pytest.approx(f1)
    assert CMRC_EM([[gold]], [said]) == exact


def test_cmrc2018_takes_the_best_answer_and_counts_what_was_not_answered() -> None:
    gold = [["红石桥", "石桥"], ["东岸"]]
    assert (CMRC_F1(gold, ["石桥", None]), CMRC_EM(gold, ["石桥", None])) == (50, 50)


def test_signs_go_from_anywhere_and_an_ellipsis_does_not() -> None:
    # the official list has 33 entries; one is the ellipsis of two characters, which equals no single one
    assert len(SIGNS) == len(set(SIGNS)) == 32
    assert dropped(f" Aa{SIGNS}…北, ") == "aa…北,"


# what nltk.tokenize.NLTKWordTokenizer 3.10.4 gives for the same text
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("room 12b, door 3,500.", ["room", "12b", ",", "door", "3,500", "."]),
        ("mt. elba (north)", ["mt.", "elba", "(", "north", ")"]),
        ('"tea" & 50%', ["``", "tea", "''", "&", "50", "%"]),
        ("he's gonna won't 'tis", ["he", "'s", "gon", "na", "wo", "n't", "'", "tis"]),
        ("so what?! ok...", ["so", "what", "?", "!", "ok", "..."]),
        ("cannot", ["can", "not"]),
        ("a—b", ["a", "—", "b"]),
        ("dogs' tails", ["dogs", "'", "tails"]),
        ("  ", []),
    ],
)
def test_words_between_chinese_characters(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_characters_outside_the_block_are_not_segments_of_their_own() -> None:
    assert segmented("你好㐀㐁かな") == "你 好 㐀㐁かな"


@given(st.text("北京a .,", max_size=8), st.text("北京a .,", max_size=8))
def test_the_longest_run_is_that_of_all_runs(one: str, other: str) -> None:
    runs = [one[i:j] for i in range(len(one)) for j in range(i + 1, len(one) + 1)]
    assert longest_run(one, other) == max((len(run) for run in runs if run in other), default=0)


# --- JaQuAD -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gold", "said", "f1", "exact"),
    [
        ("北の灯台", "北の灯台", 100, 100),
        ("北の灯台", "灯台", 200 / 3, 0),  # 2 of 2 and 2 of 4
        ("北の灯台", "灯台守の家", 400 / 9, 0),  # the end of one begins the other: 2 of 5 and 2 of 4
        ("北の灯台", "港の灯台", 0, 0),  # two spans that end alike stand in two places
        ("北の灯台", "の灯", 200 / 3, 0),
        ("北の灯台", "灯の北", 25 * 8 / 7, 0),  # 北 ends one and begins the other: 1 of 3 and 1 of 4
        ("北の灯台", "「北の灯台」", 80, 0),  # nothing is dropped: 4 of 6 and 4 of 4
        ("北の灯台", "南", 0, 0),
        ("北の灯台", "", 0, 0),
    ],
)
def test_jaquad_by_hand(gold: str, said: str, f1: float, exact: float) -> None:
    assert JAQUAD_F1([[gold]], [said]) == pytest.approx(f1)
    assert JAQUAD_EM([[gold]], [said]) == exact


@given(st.integers(0, 19), st.integers(1, 12), st.integers(0, 19), st.integers(1, 12))
def test_the_overlap_is_that_of_the_positions(start: int, length: int, other: int, other_length: int) -> None:
    text = "abcdefghijklmnopqrstuvwxyz012345"  # no character twice, so that texts tell positions
    shared = len({*range(start, start + length)} & {*range(other, other + other_length)})
    assert overlap(text[start : start + length], text[other : other + other_length]) == shared
