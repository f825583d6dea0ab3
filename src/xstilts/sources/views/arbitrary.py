"""The view ``random-task``: labels that can be learned from the text and mean nothing.

The label is a fixed pseudo-random function of the surface, another one for each seed. Classification: of the first
word of ``text``. Multiple choice: right is the choice whose text has the smallest hash. Tagging: the tag is a function
of the word's form. Span QA: the answer is the first occurrence of the word of the context with the smallest hash; every
question has one, also those that had none.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.errors import DataError
from xstilts.languages.words import word_spans
from xstilts.randomness import stream_key
from xstilts.sources.views.view import Change, View, each, purpose
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    import datasets

    from xstilts.sources.arrow import Example
    from xstilts.tasks.base import Task

NAME = "random-task"


def _hash(seed: int, form: str) -> int:
    return stream_key(seed, purpose(NAME), form)


def _label_of(task: Task, seed: int) -> Callable[[str], str]:
    """A label for each word form, all labels equally likely."""
    labels = task.labels
    if not labels:
        raise DataError(f"{task.name} names no labels, so none can be drawn.", field="view", value=NAME)
    return lambda form: labels[_hash(seed, form) % len(labels)]


def first_word(text: str) -> str:
    """The first word of a text, or "" where it has none."""
    return next((text[start:end] for start, end in word_spans(text)), "")


def _classification(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del examples
    label_of = _label_of(task, seed)
    return lambda example: example | {"label": label_of(first_word(example["text"]))}


def _multiple_choice(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task, examples

    def change(example: Example) -> Example:
        hashes = [_hash(seed, choice) for choice in example["choices"]]
        return example | {"label": hashes.index(min(hashes))}

    return change


def _tagging(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del examples
    label_of = _label_of(task, seed)
    return lambda example: example | {"tags": [label_of(token) for token in example["tokens"]]}


def _span_qa(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    del task, examples

    def change(example: Example) -> Example:
        context = example["context"]
        words = [(_hash(seed, context[start:end]), start, end) for start, end in word_spans(context)]
        if not words:
            return example
        _, start, end = min(words)
        return example | {"answer_texts": [context[start:end]], "answer_starts": [start]}

    return change


VIEW = View(
    NAME,
    "labels that follow from the words and mean nothing",
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
