"""Mining translations among two lists of sentences by margin (Artetxe and Schwenk 2019, arXiv 1811.01136).

The rules are those of facebookresearch/LASER:source/mine_bitexts.py and tasks/bucc/bucc.py, which XTREME copies in
google-research/xtreme:third_party/utils_retrieve.py. Three things are settled here that those leave open:

- Ties. Equally similar neighbours, and candidates of equal score, come in the order of their rows; rows are in the
  order of the ids that the caller gives. (The originals sort unstably.) Cosines and scores are rounded to 12 digits, so
  that equal sentences tie.
- The threshold when the best prefix is the whole list: the score of its last pair, so that all of them are kept. (The
  originals stop with an IndexError.)
- A ratio ``a / b`` with b not above 0 never wins: the worst of such pairs would have the largest one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from xstilts.errors import InputError, nearest
from xstilts.search.exact import both_ways

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from xstilts.search.scores import Hits

    Vectors = NDArray[np.floating[Any]]
    Numbers = NDArray[np.float64]

NEIGHBOURS = 4
"""Nearest neighbours that the margin looks at, in each direction."""

_DIGITS = 12


def _ratio(a: Numbers, b: Numbers) -> Numbers:
    return np.divide(a, b, out=np.full_like(a, -np.inf), where=b > 0)


MARGINS: Mapping[str, Callable[[Numbers, Numbers], Numbers]] = MappingProxyType(
    {"ratio": _ratio, "distance": lambda a, b: a - b, "absolute": lambda a, b: a}
)
"""Name to ``(cosine, mean cosine of the neighbourhoods) -> score``."""


class Mined(NamedTuple):
    """One mined pair."""

    source: str
    target: str
    score: float


class Named(NamedTuple):
    """The sentences of one language: ids, each once, and texts in the same order."""

    ids: Sequence[str]
    texts: Sequence[str]


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
        InputError: If there is no such margin, or as :func:`xstilts.search.exact.both_ways`.
    """
    _check_margin(margin)
    yield from pair_rows(*both_ways(source, target, k, digits=_DIGITS), margin, threshold)


def pair_rows(
    forward: Hits, backward: Hits, margin: str = "ratio", threshold: float = 0.0
) -> Iterator[tuple[int, int, float]]:
    """As :func:`mine_rows`, from the neighbours and cosines of each source row, and of each target row.

    Args:
        forward: Targets of each source, ``(n, k)``.
        backward: Sources of each target, ``(m, k)``.
        margin: One of ``MARGINS``.
        threshold: Only pairs that score more are given.
    """
    _check_margin(margin)
    means = forward.scores.mean(axis=1), backward.scores.mean(axis=1)
    best_target, forward_score = _best(forward, means[0], means[1], margin)
    best_source, backward_score = _best(backward, means[1], means[0], margin)
    rows = np.concatenate([np.arange(len(best_target)), best_source])
    columns = np.concatenate([best_target, np.arange(len(best_source))])
    scores = np.concatenate([forward_score, backward_score])
    yield from _one_to_one(rows, columns, scores, threshold)


def _check_margin(margin: str) -> None:
    if margin not in MARGINS:
        hint = nearest(margin, list(MARGINS))
        raise InputError(f"There is no margin {margin!r}.", field="margin", value=margin, allowed=MARGINS, hint=hint)


def _best(found: Hits, own_mean: Numbers, their_mean: Numbers, margin: str) -> tuple[NDArray[np.int64], Numbers]:
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
    order = np.lexsort((columns, rows, -scores))
    order = order[scores[order] > threshold]
    for row, column, score in zip(*(part[order].tolist() for part in (rows, columns, scores)), strict=True):
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
    found = mine_rows(sides[0].vectors, sides[1].vectors, k, margin, threshold)
    return _by_name(found, (sides[0].texts, sides[1].texts), (_names(source), _names(target)))


def mine_hits(
    source: Named, target: Named, forward: Hits, backward: Hits, margin: str = "ratio", threshold: float = 0.0
) -> list[Mined]:
    """Mined pairs by id, best first, where the neighbours are known; rows are in the order of the ids.

    A text that occurs twice (outer white space aside) is in no pair, though its rows were searched.

    Args:
        source: One language, its rows those of ``forward``.
        target: The other, its rows those of ``backward``.
        forward: Targets of each source and their cosines, ``(n, k)``.
        backward: Sources of each target and their cosines, ``(m, k)``.
        margin: ``ratio``, ``distance`` or ``absolute``.
        threshold: Only pairs that score more are given.
    """
    found = pair_rows(forward, backward, margin, threshold)
    return _by_name(found, (source.texts, target.texts), (_names(source), _names(target)))


def _by_name(
    found: Iterator[tuple[int, int, float]],
    texts: tuple[Sequence[str], Sequence[str]],
    names: tuple[dict[str, str], dict[str, str]],
) -> list[Mined]:
    """Pairs of rows as pairs of ids, without those whose text has no name."""
    by_text = ((texts[0][row].strip(), texts[1][column].strip(), score) for row, column, score in found)
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


def _names(side: Side | Named) -> dict[str, str]:
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
