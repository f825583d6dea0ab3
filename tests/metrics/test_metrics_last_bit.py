"""The last bit: each metric equals the official program's own expression, for every count that can occur."""

from __future__ import annotations

import re
import string
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.metrics.percentages import f1_of, percent

COUNTS = [(part, whole) for whole in range(1, 201) for part in range(whole + 1)]


def test_percent_is_evaluate_py_s_accuracy_for_every_count() -> None:
    for correct, n in COUNTS:
        accuracy = float(correct) / n  # google-research/xtreme:evaluate.py, accuracy
        assert percent(correct, n) == accuracy * 100


def test_2000_examples_print_every_decimal_as_officially() -> None:
    printed = [f"{float(correct) / 2000 * 100:.1f}" for correct in range(2001)]
    assert [f"{percent(correct, 2000):.1f}" for correct in range(2001)] == printed
    assert sum(f"{100 * correct / 2000:.1f}" != said for correct, said in enumerate(printed)) == 225


@pytest.mark.parametrize("kind", ["classification", "multiple_choice"])
def test_accuracy_of_labels(kind: str) -> None:
    accuracy = metrics.get(kind, "accuracy")
    for n in (7, 29, 57, 113, 200):
        for correct in range(n + 1):
            right, said = np.zeros(n, int), np.r_[np.zeros(correct, int), np.ones(n - correct, int)]
            assert accuracy(right.tolist(), said.tolist()) == (said == right).mean() * 100  # simple_accuracy of GLUE


def test_accuracy_of_tags_and_of_nearest_sentences() -> None:
    tags, nearest = metrics.get("tagging", "accuracy"), metrics.get("retrieval", "accuracy")
    for n in (7, 29, 57, 113):
        for correct in range(n + 1):
            said = ["A"] * correct + ["B"] * (n - correct)
            assert tags([["A"] * n], [said]) == correct / n * 100
            assert nearest([["A"]] * n, [[tag] for tag in said]) == float(correct) / n * 100


def test_f1_of_chunks_is_seqevals_expression_for_every_count() -> None:
    for right in range(1, 41):
        for said in range(1, 41):
            for both in range(1, min(right, said) + 1):
                p, r = both / said, both / right
                assert f1_of(both, right, said) == 2 * p * r / (p + r)


def test_chunks_are_scored_in_percent_as_evaluate_py_does() -> None:
    names = ("f1", "precision", "recall", "f1.seqeval1", "precision.seqeval1", "recall.seqeval1")
    for right, said, both in ((29, 7, 3), (3, 57, 2), (43, 41, 29), (7, 9, 0)):
        gold = [["B-A"]] * right + [["O"]] * (said - both)
        guess = [["B-A"]] * both + [["O"]] * (right - both) + [["B-A"]] * (said - both)
        p, r = both / said, both / right
        f1 = 2 * p * r / (p + r) if p + r > 0 else 0
        expected = dict(zip(names, (f1 * 100, p * 100, r * 100) * 2, strict=True))
        assert {name: metrics.get("tagging", name)(gold, guess) for name in names} == expected


def test_mined_pairs_are_bucc_f1s_expression() -> None:
    for gold, said, both in ((29, 7, 3), (3, 57, 2), (43, 41, 29), (58, 57, 57)):
        right = [["a"]] * gold + [[]] * (said - both)
        mined = [["a"]] * both + [[]] * (gold - both) + [["b"]] * (said - both)
        prec, rec = both / said, both / gold
        f1_val = 2 * prec * rec / (prec + rec)
        found = [metrics.get("retrieval", name, "bucc")(right, mined) for name in ("f1", "precision", "recall")]
        assert found == [f1_val * 100, prec * 100, rec * 100]


def test_reciprocal_ranks_are_added_before_they_are_percent() -> None:
    ranks = [1, 3, 7, 11, 13, 17, 19, 6, 9, 14]
    said = [[*(f"x{n}" for n in range(rank - 1)), "a"] for rank in ranks]
    official = sum([1.0 / rank for rank in ranks]) / len(ranks) * 100  # utils_mewslix.py, times 100 in evaluate.py
    assert metrics.get("retrieval", "map@20")([["a"]] * len(ranks), said) == official
    assert metrics.get("retrieval", "mrr@20")([["a"]] * len(ranks), said) == official


def official_f1(prediction: str, ground_truth: str) -> float:
    """``f1_score`` of third_party/evaluate_squad.py, in its own steps."""

    def tokens(text: str) -> list[str]:
        kept = "".join(letter for letter in text.lower() if letter not in set(string.punctuation))
        return re.sub(r"\b(a|an|the)\b", " ", kept).split()

    said, right = tokens(prediction), tokens(ground_truth)
    same = sum((Counter(said) & Counter(right)).values())
    if same == 0:
        return 0
    precision, recall = 1.0 * same / len(said), 1.0 * same / len(right)
    return (2 * precision * recall) / (precision + recall)


answers = st.lists(st.sampled_from(["ash", "bee", "cod", "the"]), max_size=9).map(" ".join)


@given(st.lists(st.tuples(st.lists(answers, min_size=1, max_size=3), answers), min_size=1, max_size=12))
def test_f1_of_answers_is_added_up_as_in_the_script(questions: list[tuple[list[str], str]]) -> None:
    f1 = 0.0
    for accepted, said in questions:
        f1 += max(official_f1(said, right) for right in accepted)
    gold, said = ([question[side] for question in questions] for side in (0, 1))
    assert metrics.get("span_qa", "f1")(gold, said) == 100.0 * f1 / len(questions)


def test_f1_of_labels_is_that_of_scikit_learn() -> None:
    # scikit-learn: (1 + beta²) tp / (beta² true + said), then the mean of the labels
    gold, said = list("aaaabbbcc"), list("aabcbbacb")
    f1 = [2 * tp / (true + guessed) for tp, true, guessed in ((2, 4, 3), (2, 3, 4), (1, 2, 2))]
    assert metrics.get("classification", "macro_f1")(gold, said) == 100 * np.average(f1)
    assert metrics.get("classification", "f1")(gold, said, ("a", "b", "c")) == 100 * f1[2]


def test_f1_of_the_positive_label_is_that_of_scikit_learn_for_every_count() -> None:
    f1 = metrics.get("classification", "f1")
    for tp in range(1, 30):
        for missed, false in ((1, 0), (2, 5), (11, 3)):
            gold = ["yes"] * (tp + missed) + ["no"] * false
            said = ["yes"] * tp + ["no"] * missed + ["yes"] * false
            assert f1(gold, said, ("no", "yes")) == 100 * (2 * tp / ((tp + missed) + (tp + false)))
