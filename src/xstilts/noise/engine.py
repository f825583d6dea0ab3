"""Many texts through one noise: how many edits each gets, where, and what must stay.

The edits of a text are drawn one after the other until they cost ``rate`` times its clusters. An edit that would cost
more than is left is made with the chance that makes the expected cost right, and is the last. So the realised rate of
many texts is the rate that was asked for, in every language and for cheap and dear edits alike, as far as a text has
places to spoil.

Draws depend on (seed, noise, language, id) alone, and not on the rate: what a low severity spoils, a higher one
spoils too, save the last edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from xstilts.noise import clusters
from xstilts.noise.edits import Corrupted, applied
from xstilts.noise.together import corrupted_together
from xstilts.randomness import hash_ids, uniforms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from xstilts.noise.clusters import Span
    from xstilts.noise.noise import Edit, EditAt, Way

_SPARE, _STEP = 6, 8
_MOST_TRIES = 64
"""Tries for each edit that is wanted, before a text is taken for one without places to spoil."""


@dataclass(frozen=True)
class Stream:
    """The draws of one noise in one language.

    Attributes:
        seed: Seed of all of them.
        noise: Name of the noise.
        language: Language code.
        epoch: Which copy of the text: two of them are corrupted independently.
    """

    seed: int
    noise: str
    language: str
    epoch: int = 0

    def of(self, ids: NDArray[np.uint64], draws: int) -> NDArray[np.float64]:
        """Uniforms in [0, 1), shape ``(n, draws)``; the first ones do not depend on ``draws``."""
        return uniforms(self.seed, f"noise:{self.noise}:{self.language}", ids, self.epoch, draws)


def corrupt(
    texts: Sequence[str], ids: Iterable[str], way: Way, rate: float, stream: Stream, kept: Sequence[Sequence[Span]] = ()
) -> list[Corrupted]:
    """Each text with as many edits as the rate asks for.

    Args:
        texts: The texts.
        ids: What each is called; texts of one example need ids of their own.
        way: How the noise works in their language.
        rate: Edits for each grapheme cluster, 0 to 1.
        stream: The draws.
        kept: Of each text, spans of code points that stay as they are; empty: none of any text.

    Returns:
        As many, in the same order; a text without places to spoil as it was.
    """
    if rate == 0:
        return [Corrupted(text) for text in texts]
    places = [way.places(text) for text in texts] if way.places else None
    budgets = [rate * clusters.count(text) for text in texts]
    hashed = hash_ids(ids)
    found: list[Corrupted | None] = [None] * len(texts)
    if way.together:
        takes = way.together.takes
        plain = [row for row, text in enumerate(texts) if text and not (kept and kept[row]) and takes(text)]
        for some, draws in _drawn(plain, [_tries(budgets[row]) for row in plain], stream, hashed):
            own = [texts[row] for row in some], [budgets[row] for row in some]
            for row, one in zip(some, corrupted_together(*own, draws, way.together.propose), strict=True):
                found[row] = one
    rest = [row for row, one in enumerate(found) if one is None]
    wanted = [1 + len(places[row]) if places else _tries(budgets[row]) for row in rest]
    for some, draws in _drawn(rest, wanted, stream, hashed):
        tried = _at([places[row] for row in some], draws) if places else _anywhere([texts[row] for row in some], draws)
        for row, last, tries in zip(some, draws[:, 0].tolist(), tried, strict=True):
            run = partial(_edits, texts[row], way.edit, kept=kept[row] if kept else (), budget=budgets[row], last=last)
            made, is_over = run(tries)
            if not is_over and places is None:  # more tries than were drawn
                made = _patiently(texts[row], budgets[row], run, partial(stream.of, hashed[row : row + 1]))
            edits = tuple(sorted(made))
            found[row] = Corrupted(applied(texts[row], edits), edits)
    return [one for one in found if one is not None]


Tries: TypeAlias = "Iterable[tuple[int, float]]"
"""Places in the order in which they are tried, each with a draw for what happens there."""

Run: TypeAlias = "Callable[[Tries], tuple[list[Edit], bool]]"
"""``tries -> (edits, whether these are all)``, of one text."""


def _tries(budget: float) -> int:
    """How many tries edits that cost so much want as a rule, and a draw for the last of them."""
    return _SPARE + int(2 * budget)


def _drawn(
    rows: Sequence[int], wanted: Sequence[int], stream: Stream, hashed: NDArray[np.uint64]
) -> Iterator[tuple[list[int], NDArray[np.float64]]]:
    """Rows that want about as many draws together, with their draws."""
    groups: dict[int, list[int]] = {}
    for row, draws in zip(rows, wanted, strict=True):
        groups.setdefault(_STEP * -(-draws // _STEP), []).append(row)
    for width, together in groups.items():
        step = max(1, (1 << 16) // width)
        for start in range(0, len(together), step):
            some = together[start : start + step]
            yield some, stream.of(hashed[some], width)


def _anywhere(texts: Sequence[str], draws: NDArray[np.float64]) -> Iterator[Tries]:
    """Tries at random places of texts."""
    drawn = draws[:, 1:] * np.fromiter(map(len, texts), np.int64, len(texts))[:, None]
    spots = drawn.astype(np.int64)
    return map(zip, spots.tolist(), (drawn - spots).tolist())


def _at(places: Sequence[Sequence[int]], draws: NDArray[np.float64]) -> Iterator[Tries]:
    """Each place of a text once, in an order of draws that a place has whatever the others are."""
    for own, row in zip(places, draws[:, 1:].tolist(), strict=True):
        order = sorted(range(len(own)), key=row.__getitem__)
        yield [(own[at], row[at] * 4096.0 % 1.0) for at in order]


def _patiently(text: str, budget: float, run: Run, draw: Callable[[int], NDArray[np.float64]]) -> list[Edit]:
    """The edits of a text with few places to spoil, by more and more draws."""
    most, width = int(_MOST_TRIES * (budget + 1)), 64
    while True:
        width = min(4 * width, most)
        (tries,) = _anywhere([text], draw(width))
        edits, is_over = run(tries)
        if is_over or width == most:
            return edits


def _edits(
    text: str, edit_at: EditAt, tries: Tries, kept: Sequence[Span], budget: float, last: float
) -> tuple[list[Edit], bool]:
    """The edits of one text, and whether they are all; if not, there were too few tries.

    ``last`` is the draw for the edit that would cost more than is left.
    """
    left = budget
    edits: list[Edit] = []
    taken = {place for start, end in kept for place in range(start, end)} if kept else set()
    for place, draw in tries if text else ():
        if place in taken:
            continue
        edit = edit_at(text, place, draw)
        if edit is None:
            continue
        start, end, _, cost = edit
        if (start in taken) if end - start <= 1 else not taken.isdisjoint(range(start, end)):
            continue
        if cost > left and last * cost >= left:
            return edits, True
        if end - start <= 1:
            taken.add(start)
        else:
            taken.update(range(start, end))
        edits.append(edit)
        left -= cost
        if left <= 0:
            return edits, True
    return edits, not text
