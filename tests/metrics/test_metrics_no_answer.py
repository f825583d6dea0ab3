"""SQuAD v2's rule against values worked out by hand, and against a plain reading of the rule on hostile strings."""

from __future__ import annotations

import re
import string
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.errors import InputError
from xstilts.metrics.answer_words import exact
from xstilts.metrics.no_answer import BestThreshold, Reply, best_threshold, pair_f1


def score(name: str, gold, said) -> float:
    return metrics.get("span_qa", name, "squad2")(gold, said)


def test_without_an_answer_only_an_empty_one_is_right() -> None:
    gold = [[], [], [], ["Ada"]]
    said = ["", "Ada", "the!", ""]  # "the!" normalises to nothing, which counts as empty
    assert score("exact_match", gold, said) == 50
    assert score("f1", gold, said) == 50
    assert score("exact_match.no_answer", gold, said) == pytest.approx(200 / 3)
    assert score("exact_match.has_answer", gold, said) == 0


def test_accepted_answers_that_normalise_to_nothing_are_dropped() -> None:
    gold = [["the", "Ada"], ["a"]]
    assert score("exact_match", gold, ["", ""]) == 50  # "the" is no accepted answer; where only "a" is, "" is right
    assert score("f1", gold, ["Ada", "an"]) == 100
    assert score("f1.has_answer", gold, ["Ada", "an"]) == 100  # both questions have answers as far as the file tells


def test_f1_is_one_where_both_are_empty_unlike_in_the_first_version() -> None:
    assert score("f1", [["a"]], ["the"]) == 100
    assert metrics.get("span_qa", "f1")([["a"]], ["the"]) == 0


def test_words_are_compared_as_in_the_first_version() -> None:
    # "the" is an article: 2 of 3 gold words, 2 of 2 predicted
    assert score("f1", [["new york city"]], ["the new york"]) == pytest.approx(80)
    assert score("exact_match", [["New York"]], ["the new york."]) == 100


def test_a_missing_prediction_scores_nothing_and_is_counted() -> None:
    assert score("exact_match", [[], ["Ada"], ["Ada"]], [None, None, "Ada"]) == pytest.approx(100 / 3)
    assert score("best_exact_match", [[], ["Ada"]], [Reply(None, 0.0), Reply("Ada", 0.1)]) == 50


def test_a_reply_above_its_threshold_says_that_there_is_no_answer() -> None:
    gold = [[], ["Ada"], ["a"]]
    assert score("exact_match", gold, [Reply("Ada", 0.5, 0.0), Reply("Ada", -0.5, 0.0), Reply("x", -1, 0)]) == (
        pytest.approx(200 / 3)
    )
    # the official threshold is 1, which no probability exceeds, but the difference of two logits may
    assert score("exact_match", gold[:2], [Reply("Ada", 1.0), Reply("Ada", 1.5)]) == 0
    # declined: right only if the question has no accepted answer at all, not even one that normalises to nothing
    assert score("f1", gold[2:], [Reply("", 2.0)]) == 0
    assert score("f1", gold[2:], [Reply("", 0.0)]) == 100


def test_the_best_threshold_is_found_by_answering_one_question_after_the_other() -> None:
    gold = [["Ada"], [], ["Bo"], []]
    said = [Reply("Ada", 0.2), Reply("Ada", 0.4), Reply("Bo", 0.6), Reply("x", 0.8)]
    # answered so far: none 2, Ada 3, + wrong 2, + Bo 3, + wrong 2
    assert best_threshold(gold, said, exact) == BestThreshold(75, 0.2)
    assert score("best_exact_match", gold, said) == 75
    # exact match 0 but F1 2/3 for "Bo Li": 2 + 2/3 beats 2
    assert best_threshold([["Bo Li"], [], []], [Reply("Bo", 0.3), Reply("", 0.1), Reply("x", 0.9)], pair_f1) == (
        pytest.approx((100 * (2 + 2 / 3) / 3, 0.3))
    )


def test_answering_nothing_may_be_best_and_has_the_threshold_zero() -> None:
    assert best_threshold([[], ["Ada"]], [Reply("x", 0.1), Reply("y", 0.2)], exact) == BestThreshold(50, 0.0)


def test_an_answer_of_articles_counts_as_one_when_the_threshold_is_chosen() -> None:
    # "the" scores 1 as an empty answer, but to give it costs the point that giving none would have
    assert score("exact_match", [[]], [Reply("the", 0.0)]) == 100
    assert best_threshold([[], ["Ada"]], [Reply("the", 0.1), Reply("Ada", 0.2)], exact) == BestThreshold(50, 0.0)
    assert best_threshold([[], ["Ada"]], [Reply("", 0.1), Reply("Ada", 0.2)], exact) == BestThreshold(100, 0.2)


def test_equally_sure_replies_are_answered_in_the_given_order() -> None:
    gold, said = [["Ada"], []], [Reply("Ada", 0.5), Reply("x", 0.5)]
    assert score("best_exact_match", gold, said) == 100  # a cut between the two, though no threshold could make it
    assert score("best_exact_match", gold[::-1], said[::-1]) == 50


def test_what_cannot_be_scored_is_said() -> None:
    with pytest.raises(InputError, match="Prediction 1 does not say how likely"):
        score("best_f1", [[], []], [Reply("", 0.1), ""])
    with pytest.raises(InputError, match="no question that has no answer"):
        score("f1.no_answer", [["x"]], ["x"])
    with pytest.raises(InputError, match="no question that has an answer"):
        score("f1.has_answer", [[]], [""])


# --- the rule, read plainly -------------------------------------------------------------------------------------------


def by_hand(text: str) -> str:
    kept = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def f1_by_hand(right: str, said: str) -> float:
    first, second = by_hand(right).split(), by_hand(said).split()
    if not first or not second:
        return float(first == second)
    shared = sum((Counter(first) & Counter(second)).values())
    return 2 * shared / (len(first) + len(second))


def all_by_hand(gold: list[list[str]], said: list[tuple[str, float]]) -> dict[str, float]:
    """Every number of the rule, question by question with dictionaries."""
    result = {}
    for name, pair in (("f1", f1_by_hand), ("exact_match", lambda right, text: float(by_hand(right) == by_hand(text)))):
        raw = {}
        for number, accepted in enumerate(gold):
            kept = [answer for answer in accepted if by_hand(answer)] or [""]
            raw[number] = max(pair(answer, said[number][0]) for answer in kept)
        final = {n: (float(not gold[n]) if said[n][1] > 1 else value) for n, value in raw.items()}
        result[name] = 100 * sum(final.values()) / len(gold)
        for part, rows in (
            (".has_answer", [n for n in final if gold[n]]), (".no_answer", [n for n in final if not gold[n]]),
        ):  # fmt: skip
            if rows:
                result[name + part] = 100 * sum(final[n] for n in rows) / len(rows)
        current = best = sum(1.0 for accepted in gold if not accepted)
        for n in sorted(raw, key=lambda n: said[n][1]):
            current += raw[n] if gold[n] else (-1 if said[n][0] else 0)
            best = max(best, current)
        result[f"best_{name}"] = 100 * best / len(gold)
    return result


PIECES = ("the", "a", "An", "Ada", "ada", "Bo", " ", "\u00a0", "\u200b", ".", "«", "北京", "البيت", "e\u0301", "\x1c")
texts = st.lists(st.sampled_from(PIECES), max_size=5).map("".join)
questions = st.lists(
    st.tuples(st.lists(texts, max_size=3), texts, st.sampled_from([0.0, 0.25, 0.25, 0.5, 1.0, 1.5, -3.0])),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(questions)
def test_scores_are_those_of_the_plain_reading(asked: list[tuple[list[str], str, float]]) -> None:
    gold, said = [gold for gold, _, _ in asked], [(text, doubt) for _, text, doubt in asked]
    expected = all_by_hand(gold, said)
    for name, value in expected.items():
        assert score(name, gold, [Reply(*reply) for reply in said]) == pytest.approx(value, abs=1e-9), name
