"""What two data sets have in common, as 64-bit hashes: ids, whole texts and n-grams of tokens.

Hashes of the evaluated set are kept, sorted; the other set, of any size, is passed by in pieces. Two different texts
share a hash with a probability of about ``n * m / 2**64`` for sets of ``n`` and ``m`` entries.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from xstilts.randomness import hash_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

NGRAM = 13
"""Tokens of an n-gram: the largest N of Brown et al. 2020 (arXiv 2005.14165, appendix C), who count words; tokens of
the model serve scripts without spaces too."""
SHORTEST = 5
"""Tokens from which a text that is shorter than an n-gram is compared as a whole; what is shorter still says little."""

_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_BARE_NUMBER = re.compile(r"\W*\d{1,9}\W*")


class Hashes(NamedTuple):
    """Hashes and what they belong to.

    Attributes:
        values: uint64, shape ``(n,)``.
        owners: Number of the example that each comes from, int64, shape ``(n,)``.
    """

    values: NDArray[np.uint64]
    owners: NDArray[np.int64]


class Held:
    """The hashes of an evaluated set, and which of them other data was seen to share.

    Args:
        hashes: Hashes of its examples; one example may have many, or none.
        size: Number of its examples.
    """

    def __init__(self, hashes: Hashes, size: int) -> None:
        self.size = size
        self._owners = hashes.owners
        self._known, self._place = np.unique(hashes.values, return_inverse=True)
        self._seen = np.zeros(len(self._known), dtype=bool)

    def meet(self, values: NDArray[np.uint64]) -> None:
        """Mark what is among ``values``; call as often as there are pieces."""
        if len(self._known) and len(values):
            place = np.minimum(np.searchsorted(self._known, values), len(self._known) - 1)
            self._seen[place[self._known[place] == values]] = True

    def share(self) -> float:
        """Percent of the examples with at least one shared hash since the last ``forget``; 0 for an empty set."""
        met = np.unique(self._owners[self._seen[self._place]])
        return 100.0 * len(met) / self.size if self.size else 0.0

    def forget(self) -> None:
        """Start anew with other data."""
        self._seen[:] = False


def id_hashes(ids: Sequence[str], first: int = 0) -> Hashes:
    """Hashes of the ids that name an item.

    A bare number of up to nine digits only counts the rows of its file, and two files count alike; it is left out.

    Args:
        ids: The ids.
        first: Number of the first example.
    """
    telling = [row for row, name in enumerate(ids) if not _BARE_NUMBER.fullmatch(name)]
    return Hashes(hash_ids(ids[row] for row in telling), first + np.array(telling, dtype=np.int64))


def text_hashes(texts: Iterable[Sequence[str]], first: int = 0) -> Hashes:
    """Hashes of whole texts, one an example; those without any text are left out.

    Args:
        texts: The fields of each example; they are joined, without regard to case and to how much white space there is.
        first: Number of the first example.
    """
    whole = [normalised(fields) for fields in texts]
    filled = [row for row, text in enumerate(whole) if text]
    return Hashes(hash_ids(whole[row] for row in filled), first + np.array(filled, dtype=np.int64))


def normalised(fields: Sequence[str]) -> str:
    """Fields as one text: casefolded, white space squeezed to single spaces."""
    return " ".join(" ".join(fields).casefold().split())


def ngram_hashes(
    tokens: NDArray[np.integer],
    starts: NDArray[np.int64],
    owners: NDArray[np.int64],
    breaks: Sequence[int],
    size: int = NGRAM,
    shortest: int = SHORTEST,
) -> Hashes:
    """Hashes of all n-grams of token lists.

    A list falls into pieces at the tokens of ``breaks`` (specials, the unknown token). A piece of at least ``size``
    tokens gives every run of ``size``; one of at least ``shortest`` gives itself as a whole; the rest gives nothing.

    Args:
        tokens: All lists end to end, ids from 0, shape ``(starts[-1],)`` or longer.
        starts: List ``i`` is ``tokens[starts[i]:starts[i + 1]]``; shape ``(n + 1,)``.
        owners: Number of the example that each list belongs to, shape ``(n,)``.
        breaks: Token ids that no n-gram holds.
        size: Tokens of an n-gram.
        shortest: Tokens of the shortest whole piece.
    """
    begins, lengths, lists = _pieces(tokens[starts[0] : starts[-1]], starts - starts[0], breaks)
    coded = _token_hashes(tokens[starts[0] : starts[-1]])
    values, found = [np.empty(0, dtype=np.uint64)], [np.empty(0, dtype=np.int64)]
    for length in range(shortest, size + 1):
        if length < size:
            chosen = np.flatnonzero(lengths == length)
            at, which = begins[chosen], lists[chosen]
        else:
            chosen = np.flatnonzero(lengths >= size)
            runs = lengths[chosen] - size + 1
            inside = np.arange(runs.sum()) - np.repeat(np.cumsum(runs) - runs, runs)
            at, which = np.repeat(begins[chosen], runs) + inside, np.repeat(lists[chosen], runs)
        values.append(_runs(coded, at, length))
        found.append(owners[which])
    return Hashes(np.concatenate(values), np.concatenate(found).astype(np.int64))


def _pieces(
    tokens: NDArray[np.integer], starts: NDArray[np.int64], breaks: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Begin, length and list of every run of tokens between breaks."""
    lists = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    kept = ~np.isin(tokens, np.asarray(breaks, dtype=np.int64))
    joined = kept[1:] & kept[:-1] & (lists[1:] == lists[:-1])
    begins = np.flatnonzero(kept & ~np.concatenate(([False], joined))[: len(kept)])
    ends = np.flatnonzero(kept & ~np.concatenate((joined, [False]))[: len(kept)])
    return begins, ends - begins + 1, lists[begins]


def _token_hashes(tokens: NDArray[np.integer]) -> NDArray[np.uint64]:
    """A well-mixed 64-bit number for each token, the same wherever and whenever the token comes."""
    distinct, place = np.unique(tokens, return_inverse=True)
    return hash_ids(map(str, distinct.tolist()))[place]


def _runs(coded: NDArray[np.uint64], at: NDArray[np.int64], length: int) -> NDArray[np.uint64]:
    """A polynomial over each run of ``length`` tokens, modulo 2**64; the length takes part too."""
    total = np.full(len(at), length, dtype=np.uint64)
    for step in range(length):
        total = total * _FACTOR + coded[at + step]
    return total
