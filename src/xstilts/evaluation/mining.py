"""Mining translations among two lists of sentences by margin (Artetxe and Schwenk 2019, arXiv 1811.01136).

The rules are those of facebookresearch/LASER:source/mine_bitexts.py and tasks/bucc/bucc.py, which XTREME copies in
google-research/xtreme:third_party/utils_retrieve.py. Three things are settled here that those leave open:

- Ties. Equally similar neighbours, and candidates of equal score, come in the order of their rows; rows are in the
  order of the ids that the caller gives. (The originals sort unstably.) Cosines and scores are rounded to 12 digits, so
  that equal sentences tie.
- The threshold when the best prefix is the whole list: the score of its last pair, so that all of them are kept. (The
  originals stop with an IndexError.)
- A margin that cannot be computed, ``a / b`` with b = 0, never wins.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.floating[Any]]
    Numbers = NDArray[np.float64]

NEIGHBOURS = 4
"""Nearest neighbours that the margin looks at, in each direction."""

_DIGITS = 12
_CELLS_AT_ONCE = 1 << 24
"""Cosines held at a time: 128 MiB."""


def _ratio(a: Numbers, b: Numbers) -> Numbers:
    return np.divide(a, b, out=np.full_like(a, -np.inf), where=b != 0)


MARGINS: Mapping[str, Callable[[Numbers, Numbers], Numbers]] = MappingProxyType(
    {"ratio": _ratio, "distance": lambda a, b: a - b, "absolute": lambda a, b: a}
)
"""Name to ``(cosine, mean cosine of the neighbourhoods) -> score``."""


class Mined(NamedTuple):
    """One mined pair."""

    source: str
    target: str
    score: float


@dataclass(frozen=True)
class Side:
    """The sentences of one language.

    Attributes:
        ids: Their ids, each once.
        texts: Their texts, in the same order.
        vectors: Their vectors, shape ``(n, h)``, in the same order; need not be normalised.
    """

    ids: Sequence[str]
    texts: Sequence[str]
    vectors: Vectors

    def __post_init__(self) -> None:
        """Refuse parts that do not belong together."""
        if not len(self.ids) == len(self.texts) == len(self.vectors):
            sizes = f"{len(self.ids)} ids, {len(self.texts)} texts and {len(self.vectors)} vectors"
            raise InputError(f"A side needs one of each for every sentence, not {sizes}.", field="vectors")
        if not len(self.ids):
            raise InputError("There is no sentence to mine from.", field="ids")
        if len(set(self.ids)) < len(self.ids):
            raise InputError("A side has an id twice; ids must be unique.", field="ids")


def neighbours(queries: Vectors, pool: Vectors, k: int) -> tuple[NDArray[np.int64], Numbers]:
    """The ``k`` nearest of ``pool`` for each query by cosine, nearest first, equal ones in the order of the pool.

    Args:
        queries: Unit vectors, shape ``(q, h)``.
        pool: Unit vectors, shape ``(p, h)``.
        k: How many; all of them where the pool has fewer.

    Returns:
        Row numbers of the pool and cosines, both ``(q, min(k, p))``.
    """
    k = min(k, len(pool))
    numbers = np.empty((len(queries), k), dtype=np.int64)
    cosines = np.empty((len(queries), k))
    step = max(1, _CELLS_AT_ONCE // len(pool))
    for start in range(0, len(queries), step):
        far = -np.round(queries[start : start + step] @ pool.T, _DIGITS)
        farthest = np.partition(far, k - 1, axis=1)[:, k - 1]
        for row, (distances, limit) in enumerate(zip(far, farthest, strict=True), start=start):
            near = np.flatnonzero(distances <= limit)
            near = near[np.argsort(distances[near], kind="stable")][:k]
            numbers[row], cosines[row] = near, -distances[near]
    return numbers, cosines


def mine_rows(
    source: Vectors, target: Vectors, k: int = NEIGHBOURS, margin: str = "ratio", threshold: float = 0.0
) -> Iterator[tuple[int, int, float]]:
    """Pairs of rows, one-to-one, best first.

    Candidates are the best target of each source row and the best source of each target row, among ``k`` neighbours.
    A pair scores ``margin(a, b)``: a its cosine, b the mean of the mean cosines of both rows to their neighbours. They
    are taken greedily from the best on, each row once.

    Args:
        source: Shape ``(n, h)``; need not be normalised.
        target: Shape ``(m, h)``.
        k: Neighbours in each direction.
        margin: One of ``MARGINS``.
        threshold: Only pairs that score more are given.

    Yields:
        Source row, target row, score.

    Raises:
        InputError: If there is no such margin, or ``k`` is less than 1.
    """
    if margin not in MARGINS:
        hint = nearest(margin, list(MARGINS))
        raise InputError(f"There is no margin {margin!r}.", field="margin", value=margin, allowed=MARGINS, hint=hint)
    if k < 1:
        raise InputError(f"{k} neighbours are too few.", field="k", value=k, allowed=["1 or more"])
    x, y = _unit(source), _unit(target)
    forward, backward = neighbours(x, y, k), neighbours(y, x, k)
    means = forward[1].mean(axis=1), backward[1].mean(axis=1)
    best_target, forward_score = _best(forward, means[0], means[1], margin)
    best_source, backward_score = _best(backward, means[1], means[0], margin)
    rows = np.concatenate([np.arange(len(x)), best_source])
    columns = np.concatenate([best_target, np.arange(len(y))])
    scores = np.concatenate([forward_score, backward_score])
    yield from _one_to_one(rows, columns, scores, threshold)


def _unit(vectors: Vectors) -> Numbers:
    """Vectors of length one; a zero vector stays zero."""
    wide = np.asarray(vectors, dtype=np.float64)
    norms = np.linalg.norm(wide, axis=1, keepdims=True)
    unit: Numbers = wide / np.where(norms == 0, 1, norms)
    return unit


def _best(
    found: tuple[NDArray[np.int64], Numbers], own_mean: Numbers, their_mean: Numbers, margin: str
) -> tuple[NDArray[np.int64], Numbers]:
    """The neighbour of the best margin for each row (of equal ones the nearest), and that margin."""
    numbers, cosines = found
    scores = np.round(MARGINS[margin](cosines, (own_mean[:, None] + their_mean[numbers]) / 2), _DIGITS)
    place = scores.argmax(axis=1)
    rows = np.arange(len(numbers))
    return numbers[rows, place], scores[rows, place]


def _one_to_one(
    rows: NDArray[np.int64], columns: NDArray[np.int64], scores: Numbers, threshold: float
) -> Iterator[tuple[int, int, float]]:
    seen_rows: set[int] = set()
    seen_columns: set[int] = set()
    for place in np.lexsort((columns, rows, -scores)):
        row, column, score = int(rows[place]), int(columns[place]), float(scores[place])
        if not score > threshold:
            return
        if row not in seen_rows and column not in seen_columns:
            seen_rows.add(row)
            seen_columns.add(column)
            yield row, column, score


def mine(source: Side, target: Side, k: int = NEIGHBOURS, margin: str = "ratio", threshold: float = 0.0) -> list[Mined]:
    """Mined pairs by id, best first.

    Equal texts of a side are searched as one, with the vector of the last of them. As nobody could say which of them
    is meant, a text that occurs twice (outer white space aside) is in no pair.

    Args:
        source: One language.
        target: The other.
        k: Neighbours in each direction.
        margin: ``ratio``, ``distance`` or ``absolute``.
        threshold: Only pairs that score more are given.

    Raises:
        InputError: As :func:`mine_rows`.
    """
    sides = _merged(source), _merged(target)
    names = _names(source), _names(target)
    found = mine_rows(sides[0].vectors, sides[1].vectors, k, margin, threshold)
    by_text = ((sides[0].texts[row].strip(), sides[1].texts[column].strip(), score) for row, column, score in found)
    return [
        Mined(names[0][one], names[1][other], score)
        for one, other, score in by_text
        if one in names[0] and other in names[1]
    ]


def _merged(side: Side) -> Side:
    """Each text once, in the order of the ids, with the vector of the last sentence that has it."""
    last = {text: row for row, text in enumerate(side.texts)}
    rows = sorted(last.values(), key=side.ids.__getitem__)
    return Side([side.ids[row] for row in rows], [side.texts[row] for row in rows], side.vectors[rows])


def _names(side: Side) -> dict[str, str]:
    """Stripped text to id, without the texts that occur twice."""
    stripped = [text.strip() for text in side.texts]
    counts = Counter(stripped)
    return {text: name for text, name in zip(stripped, side.ids, strict=True) if counts[text] == 1}


def best_threshold(mined: Sequence[Mined], gold: Collection[tuple[str, str]]) -> float:
    """The threshold that is best for the F1 of ``mined`` against ``gold``: to be found on dev and used on test.

    Halfway between the last score of the best prefix of the sorted pairs (of equally good ones the shortest) and the
    next score; the last score itself where the best prefix is the whole list; 0 where no pair is right.

    Args:
        mined: Pairs with scores, in any order.
        gold: Right (source id, target id) pairs, also those that no mining can find.
    """
    right = set(gold)
    ranked = sorted(mined, key=lambda pair: (-pair.score, pair.source, pair.target))
    best, threshold, correct = 0.0, 0.0, 0
    for taken, pair in enumerate(ranked, start=1):
        correct += (pair.source, pair.target) in right
        f1 = _f1(correct, taken, len(right))
        if f1 > best:
            following = ranked[taken].score if taken < len(ranked) else pair.score
            best, threshold = f1, (pair.score + following) / 2
    return threshold


def _f1(correct: int, taken: int, n_gold: int) -> float:
    """As the originals round it, which decides between prefixes that are equally good."""
    if not correct:
        return 0.0
    precision, recall = correct / taken, correct / n_gold
    return 2 * precision * recall / (precision + recall)


def keep(mined: Sequence[Mined], threshold: float) -> list[Mined]:
    """The pairs that score at least ``threshold``."""
    return [pair for pair in mined if pair.score >= threshold]
