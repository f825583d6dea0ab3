"""The view ``shuffled-labels``: the task's text and its label frequencies, without anything to learn from them.

Classification: the labels are permuted among the examples of the split, so that each label stays as frequent as it was.
Multiple choice: the right choice is drawn, all choices equally likely. Tagging: the tags are permuted within each
sentence. Span QA: each answer becomes a span of as many words somewhere in its context, all places equally likely;
which questions have no answer stays as it was.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from xstilts.languages.words import word_spans
from xstilts.randomness import hash_ids, permutation
from xstilts.sources.views.view import Change, View, draws, each, purpose
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    import datasets

    from xstilts.sources.arrow import Example
    from xstilts.tasks.base import Task

NAME = "shuffled-labels"


def _classification(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task
    ids, labels = list(examples["id"]), list(examples["label"])
    hashed = hash_ids(ids)
    # two orders that depend on ids alone: the result is the same whatever the order of the examples
    takers, givers = permutation(seed, purpose(NAME), hashed, 0), np.argsort(hashed, kind="stable")
    given = {ids[taker]: labels[giver] for taker, giver in zip(takers, givers, strict=True)}
    return lambda example: example | {"label": given[example["id"]]}


def _multiple_choice(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task, examples
    return lambda example: example | {"label": int(draws(seed, NAME, example).integers(len(example["choices"])))}


def _tagging(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task, examples

    def change(example: Example) -> Example:
        tags = example["tags"]
        return example | {"tags": [tags[place] for place in draws(seed, NAME, example).permutation(len(tags))]}

    return change


def _span_qa(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task, examples

    def change(example: Example) -> Example:
        context, words, drawn = example["context"], list(word_spans(example["context"])), draws(seed, NAME, example)
        texts, starts = [], []
        for text in example["answer_texts"] if words else ():
            n = min(max(1, sum(1 for _ in word_spans(text))), len(words))
            first = int(drawn.integers(len(words) - n + 1))
            start, end = words[first][0], words[first + n - 1][1]
            texts.append(context[start:end])
            starts.append(start)
        # a context without a word, such as a lone mark, has no other answer to offer
        return example | {"answer_texts": texts, "answer_starts": starts} if words else example

    return change


VIEW = View(
    NAME,
    "labels shuffled",
    MappingProxyType(
        {
            Kind.CLASSIFICATION: each(_classification),
            Kind.VISUAL_CLASSIFICATION: each(_classification),
            Kind.MULTIPLE_CHOICE: each(_multiple_choice),
            Kind.TAGGING: each(_tagging),
            Kind.SPAN_QA: each(_span_qa),
        }
    ),
)
