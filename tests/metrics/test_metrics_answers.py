"""Labels, choices, answers, rankings and masked tokens against values worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.errors import InputError, UnknownNameError
from xstilts.metrics.answer_words import exact, word_f1
from xstilts.metrics.span_qa import normalise

words = st.text(alphabet="ab, theAN.'", max_size=12)


def pair_f1(gold: str, prediction: str) -> float:
    return word_f1(normalise(gold), normalise(prediction))


def test_accuracy_is_percent_of_equal_labels() -> None:
    assert metrics.get("classification", "accuracy")(["a", "b", "a"], ["a", "a", "a"]) == pytest.approx(200 / 3)
    assert metrics.get("multiple_choice", "accuracy")([0, 1], [0, 0]) == 50


def test_f1_is_that_of_the_last_label() -> None:
    f1 = metrics.get("classification", "f1")
    gold, said = ["yes", "yes", "no", "no"], ["yes", "no", "yes", "no"]
    assert f1(gold, said, ("no", "yes")) == 50  # one found, one missed, one false
    assert f1(["yes", "yes", "no"], ["yes", "yes", "yes"], ("no", "yes")) == pytest.approx(80)
    assert f1(["no"], ["no"], ("no", "yes")) == 0
    with pytest.raises(InputError, match="positive"):
        f1(gold, said)


def test_macro_f1_averages_over_labels_that_occur() -> None:
    macro = metrics.get("classification", "macro_f1")
    # a: 2 of 2 gold, 3 said: 0.8; b: never said: 0; c: right: 1
    assert macro(["a", "a", "b", "c"], ["a", "a", "a", "c"], ("a", "b", "c", "d")) == pytest.approx(60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Cat!", "cat"),
        ("a.b", "ab"),  # punctuation goes before articles are looked for
        ("an-the a", "anthe"),
        ("die Katze", "die katze"),
        ("«quoted»", "«quoted»"),  # only ASCII punctuation
        ("The!", ""),
    ],
)
def test_answers_normalise_as_in_squad(text: str, expected: str) -> None:
    assert normalise(text) == expected


def test_two_empty_answers_match_exactly_but_share_no_word() -> None:
    assert (exact(normalise("the"), normalise("a!")), pair_f1("the", "a!")) == (1, 0)


def test_f1_counts_repeated_words_once_each() -> None:
    assert pair_f1("new new york", "new york city") == pytest.approx(2 / 3)


def test_the_best_accepted_answer_counts_and_a_missing_one_scores_nothing() -> None:
    f1, exact = metrics.get("span_qa", "f1"), metrics.get("span_qa", "exact_match")
    gold = [["Berlin", "in Berlin"], ["the"]]
    assert exact(gold, ["in berlin", None]) == 50
    assert exact(gold, ["in berlin", ""]) == 100  # an empty answer normalises to the same nothing as "the"
    assert f1(gold, ["in berlin", ""]) == 50
    with pytest.raises(InputError, match="Question 0 has no gold"):
        exact([[]], ["x"])


@settings(deadline=None)
@given(words, words)
def test_f1_is_symmetric_and_one_for_equal_answers(left: str, right: str) -> None:
    assert pair_f1(left, right) == pair_f1(right, left)
    assert 0 <= pair_f1(left, right) <= 1
    assert pair_f1(left, left) == (1 if normalise(left) else 0)


@settings(deadline=None)
@given(words)
def test_normalising_keeps_no_article_and_no_punctuation(text: str) -> None:
    assert not {"a", "an", "the"} & set(normalise(text).split())
    assert not set(",.'") & set(normalise(text))


def test_rankings() -> None:
    gold = [["a"], ["b"], ["x", "y"]]
    said = [["a", "b"], ["a", "b"], [f"c{rank}" for rank in range(9)] + ["y"]]
    assert metrics.get("retrieval", "accuracy")(gold, said) == pytest.approx(100 / 3)
    assert metrics.get("retrieval", "hit@10")(gold, said) == 100
    assert metrics.get("retrieval", "recall@10")(gold, said) == pytest.approx(100 * 2.5 / 3)
    assert metrics.get("retrieval", "mrr@20")(gold, said) == pytest.approx(100 * (1 + 0.5 + 0.1) / 3)


def test_perplexity_is_the_exponential_of_the_loss_per_token() -> None:
    loss, perplexity = metrics.get("masked_lm", "loss"), metrics.get("masked_lm", "perplexity")
    assert loss([3, 1], [6.0, 2.0]) == 2
    assert perplexity([3, 1], [6.0, 2.0]) == pytest.approx(math.e**2)
    assert perplexity([1], [1e6]) == math.inf
    assert perplexity([1], [709.0]) == math.exp(709)
    assert perplexity([1], [710.0]) == math.inf  # where a double ends
    with pytest.raises(InputError, match="masked"):
        loss([0], [0.0])


def test_a_misspelt_metric_is_answered_with_those_of_the_kind() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'accuracy'") as caught:
        metrics.get("tagging", "acuracy")
    assert "mrr@20" not in str(caught.value)


def test_hits_by_chance_follow_the_urn() -> None:
    chance = metrics.get("retrieval", "hit@10").chance
    draws = np.random.default_rng(0).permuted(np.tile(np.arange(30), (20000, 1)), axis=1)[:, :10]
    assert chance([["a", "b", "c"]], range(30)) == pytest.approx(100 * (draws < 3).any(axis=1).mean(), abs=1.5)
    assert chance([["a"]], range(5)) == pytest.approx(100)
