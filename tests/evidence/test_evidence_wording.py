"""Words tell two meanings apart where most others agree, and in another wording they do not."""

from __future__ import annotations

import pytest

from xstilts.evidence import alignment
from xstilts.evidence.checks.numbers import consistent
from xstilts.evidence.checks.wording import worded
from xstilts.literature.text import Section, Text

PRINTED = "Mixing English with translated data hurts languages that are close to English and helps distant ones."
SCORES = "Question answering improves sentence retrieval from 61.0 to 74.5 recall on average."


def text(body: str) -> Text:
    return Text("w", "v1", "abstract", body, (Section("Abstract", 0, len(body)),))


@pytest.mark.parametrize(
    ("statement", "printed", "said"),
    [
        ("Mixing English with translated data helps languages that are close to English and hurts distant ones.",
         PRINTED,
         "another order"),
        ("Question answering reduces sentence retrieval recall on average.",
         "Question answering improves sentence retrieval recall on average.", "“reduce”, the passage “improve”"),
        ("The corpus has many sentences from the languages of Asia.",
         "The corpus has many sentences from the languages of Africa, all translated by hand.", "“asia”"),
        ("Swahili F1 goes up by 3 points with adapters.", "In Yoruba, adapters raise F1 by 3 points.", "(language)"),
        ("A random order leads to worse scores.", "A random order leads to the same scores.", "“worse”"),
        ("The tagger is not robust to typing errors.", "The tagger is robust to typing errors.", "denies"),
        ("It works for 12 languages.", "It works for 13 languages.", "12"),
    ],
)  # fmt: skip
def test_a_change_of_meaning_in_nearly_the_same_words_is_no(statement: str, printed: str, said: str) -> None:
    found = worded(statement, [text(printed)])
    assert found.verdict == "no"
    assert said in found.reason
    assert worded(printed, [text(printed)]).verdict == "yes"


@pytest.mark.parametrize(
    ("statement", "printed"),
    [
        ("Small encoders profit more from intermediate training than large encoders do.",
         "Larger encoders benefit less from intermediate training than smaller ones."),
        ("Scores do not change when source sentences are put in random order.",
         "A random order of the source sentences leads to the same scores."),
        ("For speech translation, background noise is half as harmful as accents.",
         "Speech translation suffers twice as much from accents as from background noise."),
        ("Adapters improve accuracy by reducing parsing errors.", "Adapters reduce errors of parsing."),
    ],
)  # fmt: skip
def test_an_honest_rewording_is_not_no(statement: str, printed: str) -> None:
    assert worded(statement, [text(printed)]).verdict == "undecided"
    assert consistent(statement, [text(printed)]).verdict != "no"


def test_numbers_that_changed_their_ends_are_not_the_same() -> None:
    turned = "Question answering improves sentence retrieval from 74.5 to 61.0 recall on average."
    assert consistent(turned, [text(SCORES)]).verdict == "no"
    assert consistent(SCORES, [text(SCORES)]).verdict == "yes"


def test_one_word_for_another_may_mean_the_same_or_not() -> None:
    found = alignment.align(
        "Our tagger withstands typing errors in all settings.",
        _passage("Our tagger survives typing errors in all settings."),
    )
    assert found.replaced == (("withstand", "survive"),)
    assert (found.renamed, found.opposed) == ((), ())
    assert (
        worded(
            "Our tagger withstands typing errors in all settings.",
            [text("Our tagger survives typing errors in all settings.")],
        ).verdict
        == "undecided"
    )


def test_a_statement_may_join_two_sentences_of_the_source() -> None:
    body = "The model has two encoders. It was trained on 40 languages. Parrots were fed."
    found = worded("The model, which has two encoders, was trained on 40 languages.", [text(body)])
    assert found.evidence[0].text == "The model has two encoders. It was trained on 40 languages."
    assert found.verdict != "no"
    alone = alignment.candidates("It was trained on 40 languages.", [text(body)])
    assert alone[0].text == "It was trained on 40 languages."


def _passage(body: str) -> alignment.Passage:
    return alignment.candidates(body, [text(body)])[0]
