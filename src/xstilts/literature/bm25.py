"""How well texts answer a query by its words (Okapi BM25, Robertson & Zaragoza 2009), and how alike texts are."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+")
_STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "being",
        "by",
        "can",
        "could",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "more",
        "most",
        "no",
        "not",
        "of",
        "on",
        "one",
        "or",
        "other",
        "our",
        "over",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "through",
        "to",
        "under",
        "up",
        "upon",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "whether",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "within",
        "would",
        "you",
        "your",
        "show",
        "shows",
        "shown",
        "using",
        "use",
        "used",
        "paper",
        "propose",
        "proposed",
        "present",
        "based",
        "also",
        "both",
        "between",
        "new",
        "results",
    ]
)
K1, B = 1.2, 0.75


def terms(text: str) -> list[str]:
    """Words that may tell texts apart: folded, without function words and plural endings."""
    return [
        _stem(word)
        for word in _WORD.findall(text.casefold().replace("cross-lingual", "crosslingual"))
        if word not in _STOP
    ]


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


@dataclass(frozen=True)
class Index:
    """Texts by their words.

    Attributes:
        postings: Term to the places of the texts that hold it, and how often.
        lengths: Terms of each text, shape (n,).
    """

    postings: Mapping[str, tuple[NDArray[np.int64], NDArray[np.float64]]]
    lengths: NDArray[np.float64]

    def rarity(self, term: str) -> float:
        """``log(1 + (n - d + 0.5) / (d + 0.5))`` of a term that d of n texts hold; 0 where none does."""
        if term not in self.postings:
            return 0.0
        held = len(self.postings[term][0])
        return math.log(1 + (len(self.lengths) - held + 0.5) / (held + 0.5))

    def scores(self, query: str) -> NDArray[np.float64]:
        """BM25 of each text, shape (n,); 0 where no word is shared."""
        found = np.zeros(len(self.lengths))
        average = self.lengths.mean() if len(self.lengths) else 1.0
        for term, times in Counter(terms(query)).items():
            if term in self.postings:
                places, often = self.postings[term]
                damped = often + K1 * (1 - B + B * self.lengths[places] / average)
                found[places] += times * self.rarity(term) * often * (K1 + 1) / damped
        return found

    def likeness(self, weights: Mapping[str, float]) -> NDArray[np.float64]:
        """Inner product of each text's unit vector (log count times rarity) with given weights, shape (n,)."""
        own, norms = np.zeros(len(self.lengths)), np.zeros(len(self.lengths))
        for term, (places, often) in self.postings.items():
            values = (1 + np.log(often)) * self.rarity(term)
            norms[places] += values**2
            if term in weights:
                own[places] += values * weights[term]
        return own / np.sqrt(np.maximum(norms, 1e-12))

    def centre(self, places: Sequence[int]) -> dict[str, float]:
        """Mean unit vector of some texts, as weights of their terms."""
        chosen = np.zeros(len(self.lengths), dtype=bool)
        chosen[list(places)] = True
        norms, values = np.zeros(len(self.lengths)), {}
        for term, (held, often) in self.postings.items():
            weighed = (1 + np.log(often)) * self.rarity(term)
            norms[held] += weighed**2
            if chosen[held].any():
                values[term] = (held[chosen[held]], weighed[chosen[held]])
        size = max(1, int(chosen.sum()))
        return {term: float((own / np.sqrt(norms[held])).sum() / size) for term, (held, own) in values.items()}


def index(texts: Sequence[str]) -> Index:
    """The index of texts, by place."""
    found: dict[str, tuple[list[int], list[float]]] = {}
    lengths = np.zeros(len(texts))
    for place, text in enumerate(texts):
        counted = Counter(terms(text))
        lengths[place] = sum(counted.values())
        for term, often in counted.items():
            held, counts = found.setdefault(term, ([], []))
            held.append(place)
            counts.append(float(often))
    arrays = {term: (np.array(held, dtype=np.int64), np.array(counts)) for term, (held, counts) in found.items()}
    return Index(arrays, lengths)
