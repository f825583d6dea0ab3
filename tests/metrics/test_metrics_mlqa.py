"""MLQA's rule against values worked out by hand, and against a plain reading of the rule on hostile strings."""

from __future__ import annotations

import re
import string
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts import metrics
from xstilts.errors import InputError
from xstilts.metrics.mlqa import ARTICLES, normalise, normalise_corrected

F1, EM = metrics.get("span_qa", "f1", "mlqa"), metrics.get("span_qa", "exact_match", "mlqa")
PIECES = (
    *("the", "a", "El", "la", "der", "DES", "của", "những", "chiếc", "c\u0309ua", "ال", "البيت", "كالبيت", "في", "قال"),
    *("北", "京", "龥", "龦", "〇", "㐀", "hello", "Straße", "İ", "हिन्दी", "क\u094d", "e\u0301", "１９", "8"),
    *(" ", "\t", "\u00a0", "\u3000", "\u200b", "\u200d", "\u2028", "\x1c", "\ufeff", "\n"),
    *(".", "$", "+", "^", "«", "»", "،", "؟", "。", "、", "…", "“", "।", "-", "_", "—", "|", "`", "€"),
)
answers = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=8).map("".join)
languages = st.sampled_from(list(ARTICLES))


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "The «Cat», a dog!", "cat dog"),  # guillemets are punctuation here, in SQuAD's rule they are not
        ("en", "5 € + $3", "5 € 3"),  # + and $ are no punctuation for Unicode, but for ASCII; € is neither
        ("en", "die Katze", "die katze"),
        ("de", "Der Hund und DIE Katze", "hund und katze"),
        ("de", "dem-des", "demdes"),  # punctuation goes first, so no article is left to find
        ("es", "¿Los niños?", "niños"),
        ("es", "un el unos", ""),
        ("hi", "एक घर।", "एक घर"),  # no articles; the danda is punctuation
        ("vi", "những cái nhà của tôi", "nhà tôi"),
        ("ar", "البيت", "بيت"),
        ("ar", "كالبيت", "ك بيت"),  # the article's letters go from inside words too, and leave a gap
        ("ar", "قال", "ق"),  # even where they are no article at all
        ("zh", "我住在北京 Beijing 2008年。", "我 住 在 北 京 beijing 2008 年"),
        ("zh", "龥a龦", "龥 a龦"),  # U+9FA5 is the last ideograph of the rule
        ("zh", "the 北", "the 北"),
    ],
)
def test_answers_normalise_as_in_mlqa(language: str, text: str, expected: str) -> None:
    assert normalise(text, language) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("البيت", "بيت"), ("كالبيت", "كالبيت"), ("قال", "قال"), ("في البيت", "في بيت")]
)
def test_the_corrected_rule_takes_only_leading_articles(text: str, expected: str) -> None:
    assert normalise_corrected(text, "ar") == expected


def test_the_arabic_rule_tears_words_apart_and_the_corrected_one_does_not() -> None:
    gold, said = [["كالبيت"]], ["بيت"]  # official: "ك بيت" against "بيت": precision 1, recall 1/2
    assert F1(gold, said, (), "ar") == pytest.approx(200 / 3)
    assert EM(gold, said, (), "ar") == 0
    assert metrics.get("span_qa", "f1.mlqa_corrected", "mlqa")(gold, said, (), "ar") == 0
    assert EM([["ك بيت"]], ["كالبيت"], (), "ar") == 100
    assert metrics.get("span_qa", "exact_match.mlqa_corrected", "mlqa")([["ك بيت"]], ["كالبيت"], (), "ar") == 0


def test_chinese_is_scored_by_character() -> None:
    assert F1([["北京市"]], ["北京"], (), "zh") == pytest.approx(80)  # 2 of 2 and 2 of 3
    assert metrics.get("span_qa", "f1")([["北京市"]], ["北京"]) == 0  # by SQuAD's rule each is one word


def test_the_best_accepted_answer_counts_and_a_missing_one_scores_nothing() -> None:
    gold = [["der Hund", "Hund und Katze"], ["das"]]
    assert EM(gold, ["Hund!", None], (), "de") == 50
    assert EM(gold, ["Hund!", ""], (), "de") == 100  # both normalise to nothing: exact match 1 …
    assert F1(gold, ["Hund!", ""], (), "de") == 50  # … and F1 0


def test_the_language_is_needed_and_must_be_one_of_seven() -> None:
    assert set(ARTICLES) == {"ar", "de", "en", "es", "hi", "vi", "zh"}
    with pytest.raises(InputError, match="none was named"):
        F1([["x"]], ["x"])
    with pytest.raises(InputError, match="'fr'") as caught:
        F1([["x"]], ["x"], (), "fr")
    assert "zh" in str(caught.value)
    assert F1([["der Hund"]], ["Der «Hund»"], (), "qab") == 100  # an invented language has no articles


def by_hand(text: str, language: str) -> str:
    """The rule, step by step and character by character."""
    kept = "".join(
        letter
        for letter in text.lower()
        if not unicodedata.category(letter).startswith("P") and letter not in string.punctuation
    )
    articles = {
        "en": "a an the", "es": "un una unos unas el la los las", "vi": "của là cái chiếc những",
        "de": "ein eine einen einem eines einer der die das den dem des",
    }  # fmt: skip
    if language in articles:
        kept = re.sub(r"\b(" + "|".join(articles[language].split()) + r")\b", " ", kept)
    if language == "ar":
        kept = kept.replace("ال", " ")
    words: list[str] = []
    piece = ""
    for letter in kept:
        if language == "zh" and 0x4E00 <= ord(letter) <= 0x9FA5:
            words += [*piece.split(), letter]
            piece = ""
        else:
            piece += letter
    return " ".join([*words, *piece.split()])


def f1_by_hand(gold: str, said: str, language: str) -> float:
    right, words = by_hand(gold, language).split(), by_hand(said, language).split()
    left = list(right)
    shared = 0
    for word in words:
        if word in left:
            left.remove(word)
            shared += 1
    if shared == 0:
        return 0.0
    precision, recall = shared / len(words), shared / len(right)
    return 2 * precision * recall / (precision + recall)


@settings(deadline=None)
@given(answers, languages)
def test_normalising_is_the_plain_reading_of_the_rule(text: str, language: str) -> None:
    assert normalise(text, language) == by_hand(text, language)


questions = st.lists(st.tuples(st.lists(answers, min_size=1, max_size=3), answers | st.none()), min_size=1, max_size=4)


@settings(deadline=None)
@given(questions, languages)
def test_scores_are_those_of_the_plain_reading(asked: list[tuple[list[str], str | None]], language: str) -> None:
    f1 = exact = 0.0
    for gold, said in asked:
        if said is not None:
            f1 += max(f1_by_hand(right, said, language) for right in gold)
            exact += max(by_hand(right, language) == by_hand(said, language) for right in gold)
    golds, predictions = [gold for gold, _ in asked], [said for _, said in asked]
    assert F1(golds, predictions, (), language) == pytest.approx(100 * f1 / len(asked), abs=1e-9)
    assert EM(golds, predictions, (), language) == pytest.approx(100 * exact / len(asked), abs=1e-9)
