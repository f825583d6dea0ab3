"""What is looked for, in each database's own spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xstilts.errors import InputError
from xstilts.literature.databases import arxiv, openalex
from xstilts.literature.query import Concept, Query, Spelling, boolean, cleaned, plain, years

TRAINING = Concept("training", ("intermediate task", "intermediate-training"))
TRANSFER = Concept("transfer", ("zero-shot", "cross-lingual"))
QUERY = Query((TRAINING, TRANSFER), 2016, 2023)


def test_each_database_has_its_spelling() -> None:
    both = '("intermediate task" OR "intermediate-training") AND ("zero-shot" OR "cross-lingual")'
    assert boolean(QUERY, Spelling()) == both
    assert openalex.spelled(QUERY) == f"title_and_abstract.search:{both},publication_year:2016-2023"
    assert arxiv.spelled(QUERY) == (
        '(all:"intermediate task" OR all:"intermediate-training") AND (all:"zero-shot" OR all:"cross-lingual")'
        " AND submittedDate:[201601010000 TO 202312312359]"
    )
    assert plain(QUERY) == "intermediate task zero-shot"


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [(None, None, ""), (2016, None, "2016-"), (None, 2020, "-2020"), (2016, 2016, "2016-2016")],
)
def test_years(first: int | None, last: int | None, said: str) -> None:
    query = Query((TRAINING,), first, last)
    assert years(query) == said
    assert query.admits(None)
    assert query.admits(2016)
    assert query.admits(2024) is (last is None)
    assert query.admits(2015) is (first is None)


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ('"noise" OR all:*', "noise OR all"),
        ("NLI/QA", "NLI QA"),
        ("mBERT (base)", "mBERT base"),
        ("a,b|c!d", "a b c d"),
        ("-exclude", "exclude"),
        ("word2vec", "word2vec"),
        ("Bahdanau's", "Bahdanau's"),
        ("語 模型", "語 模型"),
        ("x AND submittedDate:[1 TO 2]", "x AND submittedDate 1 TO 2"),
        ("GPT-3.5", "GPT-3.5"),
        ("...", ""),
    ],
)
def test_words_hold_no_language_of_a_database(word: str, kept: str) -> None:
    assert cleaned(word) == kept


@given(st.text(max_size=40))
def test_cleaning_leaves_no_signs_and_is_done_once(word: str) -> None:
    kept = cleaned(word)
    assert not set(kept) & set('"()[]{}:,|!+*~^\\/&<>=%?;')
    assert cleaned(kept) == kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"concepts": ()},
        {"concepts": (Concept("empty", ("...",)),)},
        {"limit": 0},
        {"limit": 10_001},
        {"first_year": 2020, "last_year": 2016},
        {"first_year": 20},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        Query(**{"concepts": (TRAINING,), **wrong})
