"""What a later text of a work says otherwise: sentences added, removed and changed, and words that are gone.

    compare("It is fast: A beats B; C is cheap.", "It is fast: C is cheap.")

is one changed sentence whose lost words are ``A beats B;``: a claim that a revision withdrew.
"""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import regex
from rapidfuzz import fuzz

from xstilts.literature import sentences, titles

Kind = Literal["added", "removed", "changed"]
_WORD = regex.compile(r"\S+")
_ALIKE = 55.0
_MOST = 400
"""Sentences of a text that are compared one by one; longer texts are compared by equal sentences alone."""


@dataclass(frozen=True)
class Change:
    """One sentence that differs between two texts.

    Attributes:
        kind: What became of it.
        before: Its offsets in the earlier text; None if it was added.
        after: Its offsets in the later text; None if it was removed.
        lost: Offsets, in the earlier text, of the words that are gone.
        gained: Offsets, in the later text, of the words that are new.
    """

    kind: Kind
    before: tuple[int, int] | None
    after: tuple[int, int] | None
    lost: tuple[tuple[int, int], ...]
    gained: tuple[tuple[int, int], ...]


def compare(earlier: str, later: str) -> tuple[Change, ...]:
    """The differences of two texts, in the order of the later one, removed sentences last.

    Sentences that differ in case, accents or spaces alone are the same.
    """
    old, new = sentences.spans(earlier), sentences.spans(later)
    left, right = _unmatched(_keys(earlier, old), _keys(later, new))
    pairs = _paired([earlier[slice(*old[i])] for i in left], [later[slice(*new[i])] for i in right])
    changed = {right[j]: left[i] for i, j in pairs}
    found = [
        _changed((earlier, old[changed[place]]), (later, new[place]))
        if place in changed
        else Change("added", None, new[place], (), (new[place],))
        for place in right
    ]
    gone = [old[place] for place in left if place not in changed.values()]
    return (*found, *(Change("removed", span, None, (span,), ()) for span in gone))


def withdrawn(start: int, end: int, changes: tuple[Change, ...]) -> bool:
    """Whether more than half of the characters ``start`` to ``end`` of the earlier text are among its lost words."""
    lost = sum(max(0, min(end, last) - max(start, first)) for change in changes for first, last in change.lost)
    return lost * 2 > end - start


def _keys(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, ...]]:
    """Words of each sentence, numbers with their signs: ``5.4`` is not ``54``."""
    return [tuple(_normal(word) for word in text[start:end].split()) for start, end in spans]


def _normal(word: str) -> str:
    return word.strip(".,;:()") if any(letter.isdigit() for letter in word) else titles.key(word) or word


def _unmatched(old: list[tuple[str, ...]], new: list[tuple[str, ...]]) -> tuple[list[int], list[int]]:
    """Places of sentences that have no equal in the other text."""
    return _without_equal(old, new), _without_equal(new, old)


def _without_equal(some: list[tuple[str, ...]], others: list[tuple[str, ...]]) -> list[int]:
    spare, left = Counter(others), []
    for place, sentence in enumerate(some):
        if spare[sentence]:
            spare[sentence] -= 1
        else:
            left.append(place)
    return left


def _paired(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Sentences that are one, reworded: the most alike first, each in one pair."""
    if max(len(old), len(new), 1) > _MOST:
        return []
    alike = [(fuzz.token_sort_ratio(one, other), i, j) for i, one in enumerate(old) for j, other in enumerate(new)]
    pairs: list[tuple[int, int]] = []
    for score, i, j in sorted(alike, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if score >= _ALIKE and all(i != one and j != other for one, other in pairs):
            pairs.append((i, j))
    return pairs


def _changed(before: tuple[str, tuple[int, int]], after: tuple[str, tuple[int, int]]) -> Change:
    old, new = (_words(*side) for side in (before, after))
    match = difflib.SequenceMatcher(
        None, [_normal(text) for _, _, text in old], [_normal(text) for _, _, text in new], autojunk=False
    )
    lost = [(old[i][0], old[j - 1][1]) for name, i, j, _, _ in match.get_opcodes() if name != "equal" and j > i]
    gained = [(new[i][0], new[j - 1][1]) for name, _, _, i, j in match.get_opcodes() if name != "equal" and j > i]
    return Change("changed", before[1], after[1], tuple(lost), tuple(gained))


def _words(text: str, span: tuple[int, int]) -> list[tuple[int, int, str]]:
    return [(match.start(), match.end(), match[0]) for match in _WORD.finditer(text, *span)]
