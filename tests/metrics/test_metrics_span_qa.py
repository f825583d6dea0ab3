"""SQuAD v1.1's rule against a plain reading of it, on hostile strings, and its corner cases by hand."""

from __future__ import annotations

import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics

F1, EM = metrics.get("span_qa", "f1"), metrics.get("span_qa", "exact_match")

PIECES = (
    *("the", "The", "a", "AN", "an", "theatre", "b", "İ", "ß", "北京", "ไทย", "البيت", "e\u0301", "\u0301", "１９"),
    *(" ", "\t", "\n", "\x0b", "\x1c", "\x1f", "\x85", "\u00a0", "\u1680", "\u2009", "\u2028", "\u3000"),
    *("\u200b", "\u200d", "\ufeff", "\u180e"),  # no white space
    *(".", "'", "_", "-", "|", "«", "。", "،", "…", "’"),
)
answers = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)


def by_hand(text: str) -> str:
    kept = "".join(letter for letter in text.lower() if letter not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def f1_by_hand(gold: str, said: str) -> float:
    right, words = by_hand(gold).split(), by_hand(said).split()
    left, shared = list(right), 0
    for word in words:
        if word in left:
            left.remove(word)
            shared += 1
    if shared == 0:
        return 0.0
    precision, recall = shared / len(words), shared / len(right)
    return 2 * precision * recall / (precision + recall)


questions = st.lists(st.tuples(st.lists(answers, min_size=1, max_size=3), answers | st.none()), min_size=1, max_size=4)


@settings(deadline=None)
@given(questions)
def test_scores_are_those_of_the_plain_reading(asked: list[tuple[list[str], str | None]]) -> None:
    f1 = exact = 0.0
    for gold, said in asked:
        if said is not None:
            f1 += max(f1_by_hand(right, said) for right in gold)
            exact += max(by_hand(right) == by_hand(said) for right in gold)
    golds, predictions = [gold for gold, _ in asked], [said for _, said in asked]
    assert F1(golds, predictions) == pytest.approx(100 * f1 / len(asked), abs=1e-9)
    assert EM(golds, predictions) == pytest.approx(100 * exact / len(asked), abs=1e-9)


@pytest.mark.parametrize(
    ("gold", "said", "f1", "exact"),
    [
        ("new\u00a0york", "New York", 100, 100),  # a no-break space, and every other white space, divides words
        ("new\x1cyork", "new york", 100, 100),
        ("new\u200byork", "new york", 0, 0),  # zero width is none
        ("the", "", 0, 100),  # nothing left on either side: F1 below exact match
        ("", "", 0, 100),
        ("«Ada»", "Ada", 0, 0),  # only ASCII punctuation goes
        ("a-n", "an", 0, 100),  # punctuation first: "an" then is an article
        ("theatre", "the atre", 0, 0),
        ("e\u0301t\u00e9", "\u00e9t\u00e9", 0, 0),  # composed and decomposed letters are not the same
        ("STRASSE", "straße", 0, 0),  # lower case, not case folding
        ("北京 市", "北京市", 0, 0),  # no segmentation
        ("b b c", "b b b", 200 / 3, 0),  # repeated words count as often as in both
    ],
)
def test_corner_cases(gold: str, said: str, f1: float, exact: float) -> None:
    assert F1([[gold]], [said]) == pytest.approx(f1)
    assert EM([[gold]], [said]) == exact


def test_the_same_accepted_answer_twice_changes_nothing() -> None:
    assert F1([["x y", "x y", "z"]], ["x"]) == F1([["x y", "z"]], ["x"]) == pytest.approx(200 / 3)
