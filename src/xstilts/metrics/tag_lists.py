"""The tags of many sentences in two arrays, so that millions are read and scored without a loop over words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np

from xstilts.metrics.chunks import OUTSIDE, step

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Codes = NDArray[np.int32]
    Places = NDArray[np.int64]


_FEW = 2000
"""Tags of which all pairs are counted."""


class _Chunks(NamedTuple):
    """Chunks in the order of their last words: first and last position, and the number of their type in ``types``."""

    first: Places
    last: Places
    kind: Places
    types: dict[str, int]


class TagLists(Sequence[list[str]]):
    """One list of tags per sentence.

    Args:
        words: The tags that occur, each once.
        codes: Their numbers, word after word, shape ``(w,)``.
        ends: Where each sentence ends in ``codes``, shape ``(n,)``.
    """

    def __init__(self, words: Sequence[str], codes: Codes, ends: Places) -> None:
        self.words = list(words)
        self.codes = codes
        self.ends = ends
        self._chunks: dict[Callable[[str], str], _Chunks] = {}

    @classmethod
    def of(cls, sentences: Sequence[Sequence[str]]) -> TagLists:
        """The same sentences, where they are not such arrays already."""
        if isinstance(sentences, cls):
            return sentences
        numbers: dict[str, int] = {}
        flat = (numbers.setdefault(tag, len(numbers)) for tag in chain.from_iterable(sentences))
        codes = np.fromiter(flat, np.int32)
        return cls(list(numbers), codes, np.cumsum([len(tags) for tags in sentences], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    @overload
    def __getitem__(self, index: int) -> list[str]: ...
    @overload
    def __getitem__(self, index: slice) -> list[list[str]]: ...
    def __getitem__(self, index: int | slice) -> list[str] | list[list[str]]:
        """The tags of one sentence, or of several."""
        if isinstance(index, slice):
            return [self[place] for place in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        begin = 0 if place == 0 else int(self.ends[place - 1])
        return [self.words[code] for code in self.codes[begin : int(self.ends[place])]]

    @property
    def lengths(self) -> Places:
        """Words of each sentence, shape ``(n,)``."""
        return np.diff(self.ends, prepend=0)

    def mapped(self, change: Callable[[str], str]) -> TagLists:
        """The sentences with every tag changed."""
        return TagLists.coded([change(word) for word in self.words], self.codes, self.ends)

    @classmethod
    def coded(cls, words: Sequence[str], codes: Codes, ends: Places) -> TagLists:
        """From words that may be there twice."""
        numbers: dict[str, int] = {}
        again = np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int32)
        return cls(list(numbers), again[codes] if len(again) else codes, ends)

    def hits(self, said: TagLists) -> Places:
        """In how many words of each sentence another has the same tag, shape ``(n,)``; sentences of equal lengths."""
        numbers = {word: number for number, word in enumerate(self.words)}
        same = np.array([numbers.get(word, -1) for word in said.words], dtype=np.int32)
        equal = self.codes == (same[said.codes] if len(same) else said.codes)
        return np.diff(np.concatenate([[0], np.cumsum(equal)])[self.ends], prepend=0)

    def agreement(self, said: TagLists, type_of: Callable[[str], str]) -> Places:
        """How many chunks of each sentence are in both, in these, and in the others, shape ``(n, 3)``."""
        own, other = self._found(type_of), said._found(type_of)
        _, here, there = np.intersect1d(own.last, other.last, assume_unique=True, return_indices=True)
        known = np.array([own.types.get(name, -1) for name in other.types], dtype=np.int64)
        same = own.first[here] == other.first[there]
        if len(known):
            same &= own.kind[here] == known[other.kind[there]]
        both = own.last[here][same]
        return np.stack([self._by_sentence(last) for last in (both, own.last, other.last)], axis=1)

    def chunks(self, type_of: Callable[[str], str]) -> set[tuple[str, int, int]]:
        """Type, first and last word of every chunk; positions count words, with one more after a sentence."""
        found = self._found(type_of)
        names = list(found.types)
        places = zip(found.kind.tolist(), found.first.tolist(), found.last.tolist(), strict=True)
        return {(names[kind], first, last) for kind, first, last in places}

    def _by_sentence(self, last: Places) -> Places:
        stops = self.ends + np.arange(len(self))
        return np.bincount(np.searchsorted(stops, last), minlength=len(self))

    def _found(self, type_of: Callable[[str], str]) -> _Chunks:
        """The chunks by a rule for types; positions count words, with one more after a sentence."""
        if type_of not in self._chunks:
            self._chunks[type_of] = self._read(type_of)
        return self._chunks[type_of]

    def _read(self, type_of: Callable[[str], str]) -> _Chunks:
        tags = [*self.words, OUTSIDE, None]
        outside = len(self.words)
        seen = np.insert(self.codes, self.ends, outside)
        before = np.concatenate([[outside + 1], seen[:-1]]).astype(np.int64)
        followed = before * len(tags) + seen
        few = len(tags) <= _FEW  # then counting is faster than sorting
        pairs = np.flatnonzero(np.bincount(followed)) if few else np.unique(followed)
        where = np.searchsorted(pairs, followed)
        steps = [step(tags[pair // len(tags)], str(tags[pair % len(tags)]), type_of) for pair in pairs]
        types = {name: number for number, name in enumerate(dict.fromkeys(one.kind for one in steps))}
        starts = np.flatnonzero(np.array([one.starts for one in steps], dtype=bool)[where])
        after = np.flatnonzero(np.array([one.ends for one in steps], dtype=bool)[where])
        kinds = np.array([types[one.kind] for one in steps], dtype=np.int64)[where[after]]
        place = np.searchsorted(starts, after) - 1  # a chunk begins where one last started before its end
        first = np.where(place >= 0, starts[np.maximum(place, 0)], 0) if len(starts) else np.zeros(len(after), np.int64)
        return _Chunks(first, after - 1, kinds, types)
