"""The view ``real-or-fake``: tell the task's text from text in which some words were replaced.

After Chang and Lu 2021 ("Rethinking why intermediate-task fine-tuning works", Findings of EMNLP 2021), who let a model
tell real text from text that GPT-2 wrote and found that this helped about as much as other intermediate tasks. This
view departs from theirs: no language model writes the fakes. They are the task's own texts with words drawn from all
words of the split, each as likely as it is frequent there, so the view costs nothing, works in every language and holds
the domain fixed; its fakes are easier to tell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.languages.words import word_spans
from xstilts.sources.arrow import Example, rows
from xstilts.sources.views.running_text import TEXTS
from xstilts.sources.views.view import Change, View, draws, each
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import datasets
    import numpy as np

    from xstilts.tasks.base import Task

NAME = "real-or-fake"
LABELS = ("real", "fake")
FAKES = 0.5
"""Share of examples that become fakes, each by a draw of its own."""

REPLACED = 0.3
"""Share of a fake's words that are replaced; at least one is."""


@dataclass(frozen=True)
class Frequencies:
    """How often each word occurs in a split.

    Attributes:
        words: All words, sorted.
        ends: For each, how often it and the words before it occur together.
        places: Word to its place.
    """

    words: Sequence[str]
    ends: Sequence[int]
    places: Mapping[str, int]

    @classmethod
    def of(cls, counts: Mapping[str, int]) -> Frequencies:
        """The frequencies of counted words; their order does not matter."""
        words = sorted(counts)
        ends = list(accumulate(counts[word] for word in words))
        return cls(words, ends, {word: place for place, word in enumerate(words)})

    def other(self, word: str, draw: float) -> str:
        """A word that is not ``word``, as likely as it is frequent; ``draw`` lies in [0, 1). ``word`` if alone."""
        place = self.places[word]
        end = self.ends[place]
        begin = self.ends[place - 1] if place else 0
        rest = self.ends[-1] - (end - begin)
        if not rest:
            return word
        at = min(int(draw * rest), rest - 1)
        at += (end - begin) if at >= begin else 0
        return self.words[bisect_right(self.ends, at)]


def _real_or_fake(task: Task, examples: datasets.Dataset, seed: int) -> Change:
    texts = TEXTS[task.kind]
    counts: Counter[str] = Counter()
    for example in rows(examples):
        for text in texts(example):
            counts.update(text[start:end] for start, end in word_spans(text))
    frequencies = Frequencies.of(counts)

    def change(example: Example) -> Example:
        first, second = texts(example)
        drawn = draws(seed, NAME, example)
        made = faked((first, second), frequencies, drawn) if drawn.random() < FAKES else (first, second)
        # an example without words, or with the only word there is, cannot be faked
        label = LABELS[made != (first, second)]
        return {"id": example["id"], "text": made[0], "text_pair": made[1], "label": label}

    return change


def faked(texts: tuple[str, str], frequencies: Frequencies, drawn: np.random.Generator) -> tuple[str, str]:
    """Both texts with ``REPLACED`` of their words replaced by others; everything between words stays."""
    words = [(number, *span) for number, text in enumerate(texts) for span in word_spans(text)]
    n = min(len(words), max(1, round(REPLACED * len(words))))
    places = sorted(drawn.permutation(len(words))[:n], reverse=True)
    made = list(texts)
    for place, draw in zip(places, drawn.random(n), strict=True):  # from the back, so that offsets stay true
        number, start, end = words[place]
        text = made[number]
        made[number] = text[:start] + frequencies.other(text[start:end], float(draw)) + text[end:]
    return made[0], made[1]


VIEW = View(
    NAME,
    "real text or text with replaced words",
    MappingProxyType(dict.fromkeys(TEXTS, each(_real_or_fake))),
    kind=Kind.CLASSIFICATION,
    labels=LABELS,
)
