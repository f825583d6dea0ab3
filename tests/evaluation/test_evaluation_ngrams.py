"""Character n-grams against counts worked out by hand, and the baseline of each kind on cases small enough to see."""

from __future__ import annotations

import datasets
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xstilts.encoding.subwords import arrow_type
from xstilts.errors import DataError
from xstilts.evaluation.baselines import BASELINE_KINDS, LEARNING_KINDS, learn, longest_run, split_sentences
from xstilts.evaluation.ngrams import NaiveBayes, char_ngrams, search, similarity
from xstilts.tasks.base import COLUMNS, Kind

TEXTS = st.text(alphabet="ab é字.", max_size=8)


def examples(kind: Kind, rows: list[dict]) -> datasets.Dataset:
    import pyarrow as pa

    schema = pa.schema([(name, arrow_type(type_name)) for name, type_name in COLUMNS[kind].items()])
    numbered = [{"id": f"e{number}", **row} for number, row in enumerate(rows)]
    return datasets.Dataset(pa.Table.from_pylist(numbered, schema=schema))


def pairs(*rows: tuple[str, str, str]) -> datasets.Dataset:
    return examples(
        Kind.CLASSIFICATION, [{"text": text, "text_pair": pair, "label": label} for text, pair, label in rows]
    )


def predictions(kind: Kind, test: datasets.Dataset, training=(), labels=()) -> list:
    return learn(kind, training, labels)(test).column("prediction").to_pylist()


def test_counts_are_those_of_the_padded_text():
    """`` aa ``: single letters space 2 and a 2; pairs " a", "aa", "a "; each text on its own."""
    counts = char_ngrams(["AA", "", "a  a"], sizes=(1, 2))
    assert sorted(counts.values[counts.starts[0] : counts.starts[1]]) == [1, 1, 1, 2, 2]
    assert sorted(counts.values[counts.starts[1] : counts.starts[2]]) == [1, 2]  # two spaces, one pair of them
    assert sorted(counts.values[counts.starts[2] :]) == [2, 2, 2, 3]  # " a a ": 3 spaces, 2 a, 2 " a", 2 "a "


def test_similarity_is_the_cosine():
    """Single letters, padding included: `` ab `` is (2, 1, 1) and `` ac `` too, sharing spaces and a: 5 / 6."""
    first, second = char_ngrams(["ab", "ab", "xy"], (1,)), char_ngrams(["ac", "AB", "xy"], (1,))
    assert similarity(first, second) == pytest.approx([5 / 6, 1, 1])
    nothing = char_ngrams(["ab"], (7,))
    assert similarity(nothing, nothing).tolist() == [0]


def test_search_weighs_rare_ngrams_higher():
    """Single letters; q shares a common letter with the first candidate and a rare one with the second."""
    queries, candidates = char_ngrams(["ab"], (1,)), char_ngrams(["ad", "be", "af", "ag"], (1,))
    numbers, cosines = search(queries, candidates, 3)
    assert numbers.tolist() == [[1, 0, 2]]
    # df of " ", a, b over the five texts: 5, 4, 2; each other letter 1
    space, a, b, rare = (np.log(6 / (1 + df)) + 1 for df in (5, 4, 2, 1))
    own = np.sqrt(4 * space**2 + a**2 + b**2)
    assert cosines[0, 0] == pytest.approx((4 * space**2 + b**2) / own / np.sqrt(4 * space**2 + b**2 + rare**2))


def test_naive_bayes_smooths_by_one_and_ignores_what_it_never_saw():
    """Letters, padding included: label 0 saw 2 spaces and 2 a, label 1 saw 2 spaces and b; three n-grams in all."""
    bayes = NaiveBayes.learn(char_ngrams(["aa", "b"], (1,)), np.array([0, 1]), 2)
    scores = bayes.scores(char_ngrams(["a", "zz"], (1,)))
    space, prior = 2 * np.log([3 / 7, 3 / 6]), np.log([0.5, 0.5])
    assert scores[0] == pytest.approx(prior + space + np.log([3 / 7, 1 / 6]))
    assert scores[1] == pytest.approx(prior + space)


def test_pairs_are_labelled_by_how_alike_they_are():
    training = pairs(*[("abcd", "abcd", "same"), ("abcd", "wxyz", "other")] * 4)
    test = pairs(("слово", "слово", "same"), ("слово", "дерево", "same"), ("q", "x", "other"))
    table = learn(Kind.CLASSIFICATION, [training], ("other", "same"))(test)
    assert table.column("prediction").to_pylist() == ["same", "other", "other"]
    assert table.column("scores").to_pylist() == [[0, 1], [1, 0], [1, 0]]


def test_single_texts_are_labelled_by_their_ngrams():
    training = pairs(("good fine", "", "pos"), ("good nice", "", "pos"), ("bad awful", "", "neg"))
    test = pairs(("awfully bad", "", "neg"), ("goodness", "", "pos"), ("字", "", "neg"))
    assert predictions(Kind.CLASSIFICATION, test, [training], ("neg", "pos")) == ["neg", "pos", "pos"]


def test_training_without_a_label_of_the_task_is_refused():
    with pytest.raises(DataError, match="neg, pos"):
        learn(Kind.CLASSIFICATION, [pairs(("a", "", "else"))], ("neg", "pos"))


def test_the_choice_most_like_its_context_is_taken():
    rows = [
        {"context": "The river froze.", "question": "Why?", "choices": ["Rivers freeze.", "Xylophone."], "label": 0},
        {"context": "The river froze.", "question": "Why?", "choices": ["Xylophone.", "Rivers freeze."], "label": 0},
        {"context": "ab", "question": "", "choices": ["x", "x"], "label": 1},
    ]
    table = learn(Kind.MULTIPLE_CHOICE, (), ())(examples(Kind.MULTIPLE_CHOICE, rows))
    assert table.column("prediction").to_pylist() == [0, 1, 0]
    assert table.column("scores").to_pylist()[2] == [0.5, 0.5]


def test_words_are_tagged_by_their_endings_too():
    training = examples(
        Kind.TAGGING,
        [{"tokens": ["talking", "dog"], "tags": ["V", "N"]}, {"tokens": ["walking", "cat"], "tags": ["V", "N"]}],
    )
    test = examples(Kind.TAGGING, [{"tokens": ["singing", "cats"], "tags": ["V", "N"]}])
    table = learn(Kind.TAGGING, [training], ("N", "V"))(test)
    assert table.column("prediction").to_pylist() == [["V", "N"]]
    assert table.column("lost").to_pylist() == [0]


def test_the_answer_is_what_the_question_leaves_out():
    context = "Rome is old. The tower of Paris was built by Gustave Eiffel (1889). He was born in Dijon!"
    row = {"context": context, "question": "Who built the tower of Paris?", "answer_texts": ["x"], "answer_starts": [0]}
    table = learn(Kind.SPAN_QA, (), ())(examples(Kind.SPAN_QA, [row, {**row, "context": "", "answer_starts": []}]))
    assert table.column("prediction").to_pylist() == ["by Gustave Eiffel (1889", ""]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("It cost 3.5. Why? No!", ["It cost 3.5.", "Why?", "No!"]),
        ("一。二？三", ["一。", "二？", "三"]),
        ("यह है। वह", ["यह है।", "वह"]),
        ("هل؟ نعم\nلا", ["هل؟", "نعم", "لا"]),
        ("  ", []),
    ],
)
def test_sentences_end_at_the_marks_of_many_scripts(text: str, parts: list[str]):
    assert list(split_sentences(text)) == parts


@pytest.mark.parametrize(
    ("sentence", "question", "run"),
    [
        ("a B c d.", "b?", "c d"),
        ("a b c", "B", "a"),
        ("a b.", "b a", "a b."),
        ("他在北京。", "他在?", "北京"),
        ("किताब पढ़ी", "पढ़ी", "किताब"),
    ],
)
def test_the_longest_run_is_cut_as_written(sentence: str, question: str, run: str):
    assert longest_run(sentence, question) == run


def test_retrieval_ranks_by_spelling_and_ties_by_id():
    rows = [
        {"id": "q", "role": "query", "text": "der hund", "gold": ["c"]},
        {"id": "b", "role": "candidate", "text": "xyz", "gold": []},
        {"id": "c", "role": "candidate", "text": "the hund", "gold": []},
        {"id": "a", "role": "candidate", "text": "xyz", "gold": []},
    ]
    assert predictions(Kind.RETRIEVAL, examples(Kind.RETRIEVAL, rows)) == [["c", "a", "b"]]
    with pytest.raises(DataError, match="here are 0 and 1"):
        predictions(Kind.RETRIEVAL, examples(Kind.RETRIEVAL, rows[1:2]))


def test_only_kinds_with_answers_have_a_baseline():
    assert set(Kind) - BASELINE_KINDS == {Kind.MASKED_LM, Kind.VISUAL_CLASSIFICATION}
    assert LEARNING_KINDS < BASELINE_KINDS


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS, st.sampled_from("xyz")), min_size=1, max_size=12), st.randoms())
def test_the_order_of_the_training_set_does_not_matter(rows: list[tuple[str, str, str]], shuffle):
    """Examples keep their ids, so the same training set in another order draws and learns the same."""
    training, labels = pairs(*rows), ("x", "y", "z")
    order = list(range(len(rows)))
    shuffle.shuffle(order)
    test = pairs(("ab", "aé", "x"), ("字", "", "y"), ("", "", "z"))
    table = learn(Kind.CLASSIFICATION, [training], labels)(test)
    assert table.equals(learn(Kind.CLASSIFICATION, [training.select(order)], labels)(test))
    assert set(table.column("prediction").to_pylist()) <= set(labels)


@settings(max_examples=40, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=12), st.randoms())
def test_a_texts_neighbours_change_nothing(texts: list[str], shuffle):
    order = list(range(len(texts)))
    shuffle.shuffle(order)
    mixed = [texts[place] for place in order]
    together, apart = char_ngrams(texts), char_ngrams(mixed)
    for place, row in enumerate(order):
        for column in ("buckets", "values"):
            mine = getattr(together, column)[together.starts[row] : together.starts[row + 1]]
            assert mine.tolist() == getattr(apart, column)[apart.starts[place] : apart.starts[place + 1]].tolist()
    found = similarity(together, char_ngrams(texts[::-1]))
    assert ((found >= 0) & (found <= 1)).all()


@settings(max_examples=40, deadline=None)
@given(TEXTS, TEXTS)
def test_an_answer_is_cut_from_its_context(context: str, question: str):
    row = {"context": context, "question": question, "answer_texts": [], "answer_starts": []}
    assert predictions(Kind.SPAN_QA, examples(Kind.SPAN_QA, [row]))[0] in context
