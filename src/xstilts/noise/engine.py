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
from typing import TYPE_CHECKING, NamedTuple

from xstilts.noise import clusters
from xstilts.noise.edits import applied
from xstilts.randomness import hash_ids, uniforms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from xstilts.noise.clusters import Span
    from xstilts.noise.noise import Edit, EditAt, Way

_SPARE = 8
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


@dataclass(frozen=True)
class Corrupted:
    """One text after a noise.

    Attributes:
        text: The text.
        edits: What was changed, in order of place in the clean text; none overlap.
    """

    text: str
    edits: tuple[Edit, ...] = ()


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
    asked = [
        _Asked(text, way.edit, way.places(text) if way.places else None, rate * clusters.count(text), spans)
        for text, spans in zip(texts, kept or [()] * len(texts), strict=True)
    ]
    hashed = hash_ids(ids)
    found = [Corrupted(text) for text in texts]
    for rows, drawn in _drawn(asked, stream, hashed):
        for row, draws in zip(rows, drawn, strict=True):
            edits = _edits(asked[row], draws)
            if edits is None:  # more tries than were drawn
                edits = _patiently(asked[row], stream, hashed[row : row + 1])
            if edits:
                found[row] = Corrupted(applied(texts[row], edits), tuple(edits))
    return found


class _Asked(NamedTuple):
    """What is asked of one text: how to edit it, where (None: nearly everywhere), what all may cost, what stays."""

    text: str
    edit: EditAt
    places: Sequence[int] | None
    budget: float
    kept: Sequence[Span]


def _drawn(
    asked: Sequence[_Asked], stream: Stream, hashed: NDArray[np.uint64]
) -> Iterator[tuple[list[int], list[list[float]]]]:
    """Rows that want about as many draws together, with their draws."""
    groups: dict[int, list[int]] = {}
    for row, one in enumerate(asked):
        wanted = _SPARE + int(2 * one.budget) if one.places is None else 1 + len(one.places)
        groups.setdefault(max(16, 1 << (wanted - 1).bit_length()), []).append(row)
    for width, rows in groups.items():
        step = max(1, (1 << 20) // width)
        for start in range(0, len(rows), step):
            some = rows[start : start + step]
            yield some, stream.of(hashed[some], width).tolist()


def _patiently(asked: _Asked, stream: Stream, hashed: NDArray[np.uint64]) -> list[Edit]:
    """The edits of a text with few places to spoil, by more and more draws."""
    most, width = int(_MOST_TRIES * (asked.budget + 1)), 64
    while True:
        width = min(4 * width, most)
        edits = _edits(asked, stream.of(hashed, width)[0].tolist(), final=width == most)
        if edits is not None:
            return edits


def _edits(asked: _Asked, draws: Sequence[float], *, final: bool = False) -> list[Edit] | None:
    """The edits of one text, sorted; None where the draws do not suffice and are not final."""
    text, edit_at, places, budget, kept = asked
    length = len(text)
    if not text:
        return []
    if places is None:
        tries: Iterable[tuple[int, float]] = ((int(draw * length), draw * length % 1.0) for draw in draws[1:])
    else:
        # each place once, in an order of draws that a place has whatever the others are
        order = sorted(range(len(places)), key=draws[1:].__getitem__)
        tries = ((places[at], draws[1 + at] * 4096.0 % 1.0) for at in order)
        final = True
    taken = {place for start, end in kept for place in range(start, end)}
    spent, edits = 0.0, []
    for place, draw in tries:
        if place in taken:
            continue
        edit = edit_at(text, place, draw)
        if edit is None:
            continue
        start, end, _, cost = edit
        touched = (start,) if end - start <= 1 else range(start, end)
        if not taken.isdisjoint(touched):
            continue
        if spent + cost > budget and draws[0] * cost >= budget - spent:
            break
        taken.update(touched)
        edits.append(edit)
        spent += cost
        if spent >= budget:
            break
    else:
        if not final:
            return None
    edits.sort()
    return edits
