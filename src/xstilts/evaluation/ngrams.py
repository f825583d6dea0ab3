"""Character n-grams of texts as sparse counts, and what they can be compared and learned by: cosine, TF-IDF, Bayes.

Nothing here knows words, languages or models, so its scores show how far spelling alone goes. Sums run in the order of
the n-grams within one text, so that no result depends on the order of the texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SIZES = (1, 2, 3, 4)
"""Lengths of the n-grams, in characters."""

BUCKETS = 2**18
"""N-grams are known by a hash below this number; two that share one count as equal."""

_TEXTS_AT_ONCE = 1024
_DIGITS = 9
"""Cosines are rounded to this many digits, so that equal texts tie on every machine."""


@dataclass(frozen=True)
class Counts:
    """The n-grams of ``n`` texts, text by text (compressed sparse rows).

    Attributes:
        starts: Where each text begins in the other two, int64, shape ``(n + 1,)``.
        buckets: Hashes of the n-grams, ascending within a text, int64, from 0 to ``BUCKETS - 1``.
        values: How often each occurs (or its weight), float64.
    """

    starts: NDArray[np.int64]
    buckets: NDArray[np.int64]
    values: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rows(self) -> NDArray[np.int64]:
        """The text that each entry belongs to."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))

    def take(self, rows: NDArray[np.int64]) -> Counts:
        """The texts of some rows, in their order."""
        sizes = np.diff(self.starts)[rows]
        at = _ranges(self.starts[:-1][rows], sizes)
        return Counts(np.concatenate([np.zeros(1, np.int64), sizes]).cumsum(), self.buckets[at], self.values[at])

    def norms(self) -> NDArray[np.float64]:
        """Euclidean length of each text's vector, shape ``(n,)``."""
        return np.sqrt(np.bincount(self.rows(), weights=self.values**2, minlength=len(self)))


def char_ngrams(texts: Sequence[str], sizes: Sequence[int] = SIZES) -> Counts:
    """Count the character n-grams of texts; case and the kind of white space do not matter.

    Each text is read with one space before and after it, so that n-grams know where it begins and ends.

    Args:
        texts: The texts.
        sizes: Lengths of n-grams.
    """
    parts = [_counted(texts[at : at + _TEXTS_AT_ONCE], sizes) for at in range(0, len(texts), _TEXTS_AT_ONCE)]
    lengths = np.concatenate([np.zeros(1, np.int64), *(np.diff(part.starts) for part in parts)])
    buckets = np.concatenate([np.zeros(0, np.int64), *(part.buckets for part in parts)])
    return Counts(lengths.cumsum(), buckets, np.concatenate([np.zeros(0), *(part.values for part in parts)]))


def _counted(texts: Sequence[str], sizes: Sequence[int]) -> Counts:
    padded = [f" {' '.join(text.casefold().split())} " for text in texts]
    lengths = np.array([len(text) for text in padded], dtype=np.int64)
    letters = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    owner = np.repeat(np.arange(len(texts), dtype=np.int64), lengths)
    keys = [np.zeros(0, np.int64)]
    for size in sizes:
        if size <= len(letters):
            last = len(letters) - size + 1
            inside = owner[:last] == owner[size - 1 :]
            keys.append((owner[:last] * BUCKETS + _hashes(letters, size))[inside])
    found, counts = np.unique(np.concatenate(keys), return_counts=True)
    starts = np.searchsorted(found, np.arange(len(texts) + 1, dtype=np.int64) * BUCKETS)
    return Counts(starts.astype(np.int64), found % BUCKETS, counts.astype(np.float64))


def _hashes(letters: NDArray[np.uint64], size: int) -> NDArray[np.int64]:
    """A bucket for the n-gram that begins at each letter: FNV-1a over code points, its high bits mixed in."""
    last = len(letters) - size + 1
    state = np.full(last, 0xCBF29CE484222325 + size, dtype=np.uint64)
    for place in range(size):
        state = (state ^ letters[place : place + last]) * np.uint64(0x100000001B3)
    return ((state ^ (state >> np.uint64(32))) % np.uint64(BUCKETS)).astype(np.int64)


def similarity(first: Counts, second: Counts) -> NDArray[np.float64]:
    """Cosine of each text of ``first`` with the text of ``second`` in the same place; 0 for an empty text.

    Args:
        first: ``n`` texts.
        second: As many.

    Returns:
        From 0 to 1, rounded to 9 digits, shape ``(n,)``.
    """
    keys, others = (side.rows() * BUCKETS + side.buckets for side in (first, second))
    shared, here, there = np.intersect1d(keys, others, assume_unique=True, return_indices=True)
    products = first.values[here] * second.values[there]
    dots = np.bincount(shared // BUCKETS, weights=products, minlength=len(first))
    return _cosines(dots, first.norms() * second.norms())


def search(queries: Counts, candidates: Counts, top: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The ``top`` candidates of each query by cosine of TF-IDF vectors; equal ones in the order of ``candidates``.

    Weights are ``tf * (ln((1 + n) / (1 + df)) + 1)`` over all queries and candidates, the smooth form of scikit-learn
    (user guide, 6.2.3.4, "Tf-idf term weighting").

    Args:
        queries: ``q`` texts.
        candidates: ``c`` texts.
        top: How many to return; fewer where there are fewer candidates.

    Returns:
        Row numbers of candidates and their cosines, best first, both ``(q, min(top, c))``.
    """
    used = np.concatenate([queries.buckets, candidates.buckets])
    idf = np.log((1 + len(queries) + len(candidates)) / (1 + np.bincount(used, minlength=BUCKETS))) + 1
    asked, offered = (
        Counts(side.starts, side.buckets, side.values * idf[side.buckets]) for side in (queries, candidates)
    )
    order = np.argsort(offered.buckets, kind="stable")
    rows, values = offered.rows()[order], offered.values[order]
    begins = np.searchsorted(offered.buckets[order], np.arange(BUCKETS + 1))
    sizes, lengths, norms = np.diff(begins), offered.norms(), asked.norms()
    top = min(top, len(offered))
    numbers, cosines = np.empty((len(asked), top), np.int64), np.empty((len(asked), top))
    for query in range(len(asked)):
        entries = slice(asked.starts[query], asked.starts[query + 1])
        own = asked.buckets[entries]
        at = _ranges(begins[own], sizes[own])
        products = np.repeat(asked.values[entries], sizes[own]) * values[at]
        found = _cosines(np.bincount(rows[at], weights=products, minlength=len(offered)), norms[query] * lengths)
        best = np.argsort(-found, kind="stable")[:top]
        numbers[query], cosines[query] = best, found[best]
    return numbers, cosines


def _ranges(begins: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """``begin, begin + 1, …`` for each pair of a beginning and a size, joined."""
    joined: NDArray[np.int64] = np.arange(sizes.sum()) + np.repeat(begins - (sizes.cumsum() - sizes), sizes)
    return joined


def _cosines(dots: NDArray[Any], norms: NDArray[np.float64]) -> NDArray[np.float64]:
    cosines: NDArray[np.float64] = np.round(dots / np.where(norms > 0, norms, 1), _DIGITS)
    return cosines


@dataclass(frozen=True)
class NaiveBayes:
    """Multinomial naive Bayes over n-grams with add-one smoothing (Manning, Raghavan & Schütze 2008, section 13.2).

    N-grams that training never saw say nothing, so a text in another script gets the most frequent label.

    Attributes:
        prior: Log probability of each label, shape ``(L,)``.
        given: Log probability of each n-gram given each label, 0 for n-grams never seen, shape ``(BUCKETS, L)``.
    """

    prior: NDArray[np.float64]
    given: NDArray[np.float64]

    @classmethod
    def learn(cls, counts: Counts, labels: NDArray[np.int64], n_labels: int) -> NaiveBayes:
        """Learn from texts and the number of each one's label, shape ``(n,)``; a label never seen keeps its place."""
        cells = counts.buckets * n_labels + labels[counts.rows()]
        table = np.bincount(cells, weights=counts.values, minlength=BUCKETS * n_labels).reshape(BUCKETS, n_labels)
        seen = table.any(axis=1)
        given = np.zeros((BUCKETS, n_labels))
        given[seen] = np.log((table[seen] + 1) / (table.sum(axis=0) + seen.sum()))
        frequency = np.bincount(labels, minlength=n_labels) + 1.0
        return cls(np.log(frequency / frequency.sum()), given)

    def scores(self, counts: Counts) -> NDArray[np.float64]:
        """Log probability of each label for each text, up to a constant, shape ``(n, L)``."""
        rows, n_labels = counts.rows(), len(self.prior)
        sums = [
            np.bincount(rows, weights=counts.values * self.given[counts.buckets, label], minlength=len(counts))
            for label in range(n_labels)
        ]
        return np.stack(sums, axis=1) + self.prior
