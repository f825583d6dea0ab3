"""The character-n-gram baseline: for each kind, answers from spelling alone, in the table that a model would give.

It learns from the pivot's training examples where a kind has something to learn (classification, tagging), and answers
in every language. A model that is no better than this has not shown that it understands anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from xstilts.encoding.subwords import softmax
from xstilts.errors import DataError
from xstilts.evaluation.ngrams import NaiveBayes, char_ngrams, similarity
from xstilts.evaluation.retrieval import retrieve_by_ngrams
from xstilts.languages.sentences import split_sentences
from xstilts.languages.words import word_spans
from xstilts.randomness import hash_ids, permutation
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    Examples = Mapping[str, Any]
    Answer = Callable[[Examples], pa.Table]

LEARN_AT_MOST = 4000
"""Training examples that are looked at: those with the smallest draws, whatever their order."""

N_BINS = 10
"""Parts into which the similarities of the training pairs are cut, of equal size where there are no ties."""


def learn(kind: str, training: Sequence[Examples], labels: Sequence[str]) -> Answer:
    """The baseline of a task.

    Args:
        kind: One of ``BASELINE_KINDS``.
        training: The pivot's training sets in the kind's columns; read only for the kinds in ``LEARNING_KINDS``.
        labels: The task's label names; training examples with another label, or none, are left out.

    Returns:
        A function from examples to the kind's predictions table, with the columns that ``decode`` of the kind's
        encoding gives; nothing is ever truncated or lost.

    Raises:
        DataError: If nothing in ``training`` can be learned from, or examples to search lack queries or candidates.
    """
    return _LEARNERS[Kind(kind)](training, tuple(labels))


def _classification(training: Sequence[Examples], labels: tuple[str, ...]) -> Answer:
    firsts, seconds, names = _drawn(training, ("text", "text_pair", "label"))
    known = [row for row, name in enumerate(names) if name in labels]
    numbers = _numbers([names[row] for row in known], labels)
    firsts, seconds = ([texts[row] for row in known] for texts in (firsts, seconds))
    if any(seconds):
        scores = _by_similarity(_similarity(firsts, seconds), numbers, len(labels))
        return lambda examples: _labelled(
            examples, scores(_similarity(examples["text"], examples["text_pair"])), labels
        )
    bayes = NaiveBayes.learn(char_ngrams(firsts), numbers, len(labels))
    return lambda examples: _labelled(examples, softmax(bayes.scores(char_ngrams(list(examples["text"])))), labels)


def _similarity(firsts: Sequence[str], seconds: Sequence[str]) -> NDArray[np.float64]:
    return similarity(char_ngrams(list(firsts)), char_ngrams(list(seconds)))


def _by_similarity(
    found: NDArray[np.float64], numbers: NDArray[np.int64], n_labels: int
) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """From similarities to the shares of the labels among training pairs of like similarity, shape ``(n, L)``."""
    edges = np.unique(np.quantile(found, np.arange(1, N_BINS) / N_BINS))
    bins = np.searchsorted(edges, found, side="right")
    counts = np.bincount(bins * n_labels + numbers, minlength=(len(edges) + 1) * n_labels).reshape(-1, n_labels)
    counts[~counts.any(axis=1)] = counts.sum(axis=0)  # a bin without training pairs says what all of them say
    shares = counts / counts.sum(axis=1, keepdims=True)
    return lambda asked: shares[np.searchsorted(edges, asked, side="right")]


def _labelled(examples: Examples, scores: NDArray[Any], labels: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    best = [labels[number] for number in scores.argmax(axis=1)]
    gold = pa.array(list(examples["label"]), pa.string())
    return _table(examples["id"], gold, pa.array(best, pa.string()), scores=_score_lists(scores))


def _multiple_choice(training: Sequence[Examples], labels: tuple[str, ...]) -> Answer:
    """The choice most like its context and question; the earlier one among equals."""
    return _most_similar_choice


def _most_similar_choice(examples: Examples) -> pa.Table:
    import pyarrow as pa

    choices = [list(given) for given in examples["choices"]]
    asked = [
        f"{context} {question}" for context, question in zip(examples["context"], examples["question"], strict=True)
    ]
    repeated = [text for text, given in zip(asked, choices, strict=True) for _ in given]
    found = _similarity(repeated, [choice for given in choices for choice in given])
    ends = np.cumsum([len(given) for given in choices])
    scores = [
        part / part.sum() if part.any() else np.full(len(part), 1 / len(part)) for part in np.split(found, ends[:-1])
    ]
    gold = pa.array(list(examples["label"]), pa.int64())
    best = pa.array([int(part.argmax()) for part in scores], pa.int64())
    return _table(examples["id"], gold, best, scores=_score_lists(scores))


def _tagging(training: Sequence[Examples], labels: tuple[str, ...]) -> Answer:
    """Each word's tag from its n-grams alone, its beginning and end among them."""
    sentences, tags = _drawn(training, ("tokens", "tags"))
    pairs = [pair for words, own in zip(sentences, tags, strict=True) for pair in zip(words, own, strict=False)]
    known = [(word, tag) for word, tag in pairs if tag in labels]
    numbers = _numbers([tag for _, tag in known], labels)
    bayes = NaiveBayes.learn(char_ngrams([word for word, _ in known]), numbers, len(labels))
    return lambda examples: _tagged(examples, bayes, labels)


def _tagged(examples: Examples, bayes: NaiveBayes, labels: tuple[str, ...]) -> pa.Table:
    import pyarrow as pa

    sentences = [list(words) for words in examples["tokens"]]
    distinct = sorted({word for words in sentences for word in words})
    best = bayes.scores(char_ngrams(distinct)).argmax(axis=1)
    tag_of = {word: labels[number] for word, number in zip(distinct, best, strict=True)}
    texts = pa.list_(pa.string())
    gold = pa.array(list(examples["tags"]), texts)
    found = pa.array([[tag_of[word] for word in words] for words in sentences], texts)
    return _table(examples["id"], gold, found, lost=pa.array([0] * len(sentences), pa.int32()))


def _span_qa(training: Sequence[Examples], labels: tuple[str, ...]) -> Answer:
    """The sentence most like the question, and in it the longest run of words that the question does not have."""
    return _most_similar_sentence


def _most_similar_sentence(examples: Examples) -> pa.Table:
    import pyarrow as pa

    questions = list(examples["question"])
    pieces = [list(split_sentences(context)) or [""] for context in examples["context"]]
    repeated = [question for question, own in zip(questions, pieces, strict=True) for _ in own]
    found = _similarity(repeated, [piece for own in pieces for piece in own])
    ends = np.cumsum([len(own) for own in pieces])
    answers, scores = [], []
    for question, own, likeness in zip(questions, pieces, np.split(found, ends[:-1]), strict=True):
        best = int(likeness.argmax())
        answers.append(longest_run(own[best], question))
        scores.append(float(likeness[best]))
    gold = pa.array(list(examples["answer_texts"]), pa.list_(pa.string()))
    return _table(examples["id"], gold, pa.array(answers, pa.string()), score=pa.array(scores, pa.float64()))


def longest_run(sentence: str, question: str) -> str:
    """The longest run of words of a sentence that are not in the question, as written, the first among equals.

    Words are compared without case and outer punctuation; in scripts without spaces each letter is a word. Where every
    word is in the question the whole sentence is returned.
    """
    asked = {question[start:end].casefold() for start, end in word_spans(question)}
    best: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    for start, end in word_spans(sentence):
        run = [] if sentence[start:end].casefold() in asked else [*run, (start, end)]
        best = run if len(run) > len(best) else best
    return sentence[best[0][0] : best[-1][1]] if best else sentence


def _retrieval(training: Sequence[Examples], labels: tuple[str, ...]) -> Answer:
    """The candidates most like each query."""
    return lambda examples: next(retrieve_by_ngrams({"": examples})).table


def _drawn(training: Sequence[Examples], columns: Sequence[str]) -> list[list[Any]]:
    """The columns of the training examples that are looked at."""
    ids, *given = ([value for part in training for value in part[name]] for name in ("id", *columns))
    chosen = permutation(0, "char-ngrams", hash_ids(ids), 0)[:LEARN_AT_MOST]
    return [[values[row] for row in chosen] for values in given]


def _numbers(names: Sequence[str], labels: tuple[str, ...]) -> NDArray[np.int64]:
    if not names:
        raise DataError(
            "The training sets have no example with one of the task's labels.", field="label", allowed=labels
        )
    places = {label: place for place, label in enumerate(labels)}
    return np.array([places[name] for name in names], dtype=np.int64)


def _score_lists(scores: Sequence[NDArray[Any]] | NDArray[Any]) -> pa.Array:
    import pyarrow as pa

    return pa.array([np.asarray(row, dtype=np.float32) for row in scores], pa.list_(pa.float32()))


def _table(ids: Sequence[str], gold: pa.Array, prediction: pa.Array, **more: pa.Array) -> pa.Table:
    import pyarrow as pa

    columns = {"id": pa.array(list(ids), pa.string()), "gold": gold, "prediction": prediction}
    return pa.table({**columns, "truncated": pa.array([False] * len(gold), pa.bool_()), **more})


_LEARNERS: Mapping[Kind, Callable[[Sequence[Examples], tuple[str, ...]], Answer]] = {
    Kind.CLASSIFICATION: _classification,
    Kind.MULTIPLE_CHOICE: _multiple_choice,
    Kind.TAGGING: _tagging,
    Kind.SPAN_QA: _span_qa,
    Kind.RETRIEVAL: _retrieval,
}

BASELINE_KINDS = frozenset(_LEARNERS)
"""Kinds that have a baseline."""

LEARNING_KINDS = frozenset({Kind.CLASSIFICATION, Kind.TAGGING})
"""Kinds whose baseline reads training examples."""
