"""Scores taken apart into items: the parts give the score back, and the score without any one item."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.metrics.no_answer import Reply
from xstilts.metrics.score_parts import parts

LABELS = ("yes", "no", "perhaps")
TAGS = ("O", "B-PER", "I-PER", "B-LOC", "DATE")
WORDS = ("the red house", "red house", "a house", "tree", "")


def score_of(found, rows) -> float:
    return float(found.score(found.sums[rows].sum(axis=0, keepdims=True))[0])


def check(metric, gold, said, answers=(), language=None) -> None:
    found = parts(metric, gold, said, answers, language)
    assert found is not None, metric.name
    every = list(range(len(gold)))
    assert score_of(found, every) == pytest.approx(metric(gold, said, answers, language), abs=1e-9)
    for left in every:
        rest = [row for row in every if row != left]
        again = metric([gold[row] for row in rest], [said[row] for row in rest], answers, language)
        assert score_of(found, rest) == pytest.approx(again, abs=1e-9), (metric.name, left)


labelled = st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from(LABELS)), min_size=2, max_size=8)


@settings(deadline=None, max_examples=40)
@given(labelled)
@pytest.mark.parametrize("name", ["accuracy", "f1", "macro_f1", "accuracy.chance_corrected"])
def test_labels(name: str, pairs: list[tuple[str, str]]) -> None:
    gold, said = map(list, zip(*pairs, strict=True))
    check(metrics.get("classification", name), gold, said, LABELS)


sentence = st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(TAGS)), min_size=1, max_size=5)


@settings(deadline=None, max_examples=40)
@given(st.lists(sentence, min_size=2, max_size=5))
@pytest.mark.parametrize("name", ["accuracy", "f1", "precision", "recall", "f1.seqeval1", "f1.no_date"])
def test_tags(name: str, sentences: list[list[tuple[str, str]]]) -> None:
    gold, said = ([[pair[side] for pair in one] for one in sentences] for side in (0, 1))
    check(metrics.get("tagging", name, "masakhaner"), gold, said)


asked = st.lists(st.tuples(st.sampled_from(WORDS[:4]), st.sampled_from((*WORDS, None))), min_size=2, max_size=6)


@settings(deadline=None, max_examples=30)
@given(asked)
@pytest.mark.parametrize("name", ["f1", "exact_match"])
def test_answers(name: str, pairs: list[tuple[str, str | None]]) -> None:
    gold, said = [[right] for right, _ in pairs], [answer for _, answer in pairs]
    check(metrics.get("span_qa", name), gold, said)


def test_scores_over_some_of_the_items_alone() -> None:
    gold = [["tree"], [], ["house"], [], ["tree"]]
    said = [Reply("tree", 0.1), Reply("", 0.9), Reply("tree", 0.2), Reply("tree", 0.3), Reply("", 0.8)]
    for name in ("f1", "f1.has_answer", "f1.no_answer"):
        check(metrics.get("span_qa", name, "squad2"), gold, said)


def test_a_score_at_the_best_threshold_is_not_taken_apart() -> None:
    gold = [["tree"], [], ["house"], []]
    said = [Reply("tree", 0.1), Reply("x", 0.2), Reply("house", 0.3), Reply("x", 0.9)]
    assert parts(metrics.get("span_qa", "best_f1", "squad2"), gold, said) is None


def test_searches_and_mined_pairs() -> None:
    gold, found = [["a"], ["b"], ["c", "d"]], [["a", "x"], ["x", "b"], ["d"]]
    for name in ("accuracy", "mrr@20", "recall@10", "map@20", "ndcg@10"):
        check(metrics.get("retrieval", name), gold, found)
    mined = [["a"], None, ["c", "x"]]
    for name in ("f1", "precision", "recall"):
        check(metrics.get("retrieval", name, "bucc"), gold, mined)
    nearest = parts(metrics.get("retrieval", "accuracy", "bucc"), [["a"], [], ["b"]], [["a"], ["b"], ["x"]])
    assert nearest is not None
    assert score_of(nearest, [0, 1, 2]) == 50


def test_masked_words_are_a_ratio_of_sums() -> None:
    tokens, losses = [3, 5, 2], [4.0, 9.0, 1.0]
    for name in ("loss", "perplexity"):
        check(metrics.get("masked_lm", name), tokens, losses)


def test_only_right_and_wrong_is_a_proportion() -> None:
    accuracy, f1 = metrics.get("classification", "accuracy"), metrics.get("span_qa", "f1")
    assert parts(accuracy, ["yes", "no"], ["yes", "yes"]).share
    assert not parts(f1, [["red house"], ["tree"]], ["house", "tree"]).share
    some = metrics.get("span_qa", "f1.has_answer", "squad2")
    assert not parts(some, [["tree"], [], ["house"]], ["tree", "", "tree"]).share  # a proportion of two of them


def test_a_metric_that_is_no_mean_is_not_taken_for_one() -> None:
    def spread(gold, predictions, answers=()):
        return float(np.std([len(one) for one in predictions])) * 10

    made = metrics.Metric("spread", "classification", spread, True, 0, 100, lambda gold, answers: None, "For a test.")
    assert parts(made, ["a", "b", "c"], ["a", "bbb", "ccccc"]) is None
