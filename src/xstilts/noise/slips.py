"""Slips on a keyboard at many places of texts at once: what ``types.keyboard`` does at one place.

Letters are numbers of keys here; what is on no key has the number after the last.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.noise.noise import Proposals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from xstilts.noise.keyboards import Key

_BLANKS = np.array([code for code in range(0x3001) if chr(code).isspace()], np.uint32)
"""All code points that ``str.isspace`` takes for blanks."""


@dataclass(frozen=True)
class Slips:
    """How often which slip happens; the shares need not sum to 1.

    Attributes:
        delete, insert, replace, transpose: Their shares.
        beside: Share of the neighbours hit that are in the same row; None: all neighbours alike.
        careful: Whether the first letter of a word is safe, and letters change places only between two hands.
    """

    delete: float = 1.0
    insert: float = 1.0
    replace: float = 1.0
    transpose: float = 1.0
    beside: float | None = None
    careful: bool = False

    @property
    def bounds(self) -> tuple[float, float, float]:
        """The shares of the first three, of 1."""
        total = self.delete + self.insert + self.replace + self.transpose
        return self.delete / total, self.insert / total, self.replace / total


class SlipsTogether:
    """The slips of one keyboard, as tables over its keys."""

    def __init__(self, keys: Mapping[str, Key], slips: Slips) -> None:
        letters = sorted(letter for letter in keys if len(letter) == 1)
        own = [keys[letter] for letter in letters]
        self._slips = slips
        self._numbers = np.full(ord(max(letters)) + 2, len(own), np.int64)
        self._numbers[[ord(letter) for letter in letters]] = range(len(own))
        self._known = np.array([True] * len(own) + [False])
        self._left = np.array([*(key.left for key in own), False])
        self._near = _Neighbours([*(key.near for key in own), ""])
        self._beside = _Neighbours([*(key.beside for key in own), ""])
        self._above = _Neighbours([*(key.above for key in own), ""])

    def _keys(self, letters: NDArray[np.uint32]) -> NDArray[np.int64]:
        return self._numbers[np.minimum(letters, len(self._numbers) - 1)]

    def propose(self, letters: NDArray[np.uint32], places: NDArray[np.int64], draws: NDArray[np.float64]) -> Proposals:
        """The slips at places; see ``noise.ProposeAt``."""
        letter, following = letters[places], letters[places + 1]
        here, beyond = self._keys(letter), self._keys(following)
        deletes, inserts, replaces = self._slips.bounds
        is_deleted, draws = draws < deletes, draws - deletes
        is_put_in, after = draws < inserts, draws - inserts
        is_replaced = ~is_put_in & (after < replaces)
        is_exchanged = ~is_put_in & ~is_replaced
        twice = draws / (inserts or 1.0) * 2
        found = self._found(here, np.where(is_put_in, twice - np.floor(twice), after / (replaces or 1.0)))
        exchanges = self._known[beyond] & (following != letter)
        if self._slips.careful:
            exchanges &= self._left[beyond] != self._left[here]
        can = self._known[here] & (is_deleted | np.where(is_exchanged, exchanges, found > 0))
        if self._slips.careful:
            can &= ~np.isin(letters[places - 1], _BLANKS)
        is_put_in &= ~is_deleted
        start = places + (is_put_in & (twice >= 1.0))
        end = start + np.where(is_put_in, 0, np.where(is_exchanged, 2, 1))
        new = np.empty((*places.shape, 2), np.uint32)
        new[..., 0] = np.where(is_deleted, 0, np.where(is_exchanged, following, found))
        new[..., 1] = np.where(is_exchanged, letter, 0)
        return Proposals(start, end, new, np.where(can, np.where(is_exchanged, 2, 1), 0))

    def _found(self, here: NDArray[np.int64], draws: NDArray[np.float64]) -> NDArray[np.uint32]:
        """Neighbours of keys by draws; 0 where there are none."""
        share = self._slips.beside
        if share is None:
            return self._near.at(here, draws)
        is_beside = draws < share
        rest = np.where(is_beside, draws / share, (draws - share) / (1 - share))
        chosen = np.where(is_beside, self._beside.at(here, rest), self._above.at(here, rest))
        has_both = (self._beside.counts[here] > 0) & (self._above.counts[here] > 0)
        return np.where(has_both, chosen, self._near.at(here, draws))


class _Neighbours:
    """The neighbours of each key, as a table."""

    def __init__(self, near: Sequence[str]) -> None:
        self.counts = np.array([len(letters) for letters in near])
        self._table = np.zeros((len(near), 1 + int(self.counts.max())), np.uint32)
        for key, letters in enumerate(near):
            self._table[key, : len(letters)] = [ord(letter) for letter in letters]

    def at(self, here: NDArray[np.int64], draws: NDArray[np.float64]) -> NDArray[np.uint32]:
        """A neighbour of each key; 0 for none. Draws outside [0, 1) give any."""
        number = (draws.clip(0.0, 1.0) * self.counts[here]).astype(np.int64)
        found: NDArray[np.uint32] = self._table[here, number]
        return found
