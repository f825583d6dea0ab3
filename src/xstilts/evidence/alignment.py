"""A statement beside the sentence of a source that is nearest to it: what is the same, and what differs how.

The words ``We find that it helps in Swahili`` and ``it does not help in Swahili`` differ by a negation alone.
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.evidence import numbers
from xstilts.evidence.lexicon import LIGHT, lexicon
from xstilts.literature import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from xstilts.evidence.finding import Number
    from xstilts.literature.text import Passage, Text

AXES = (
    "language", "model", "data", "task", "metric", "supervision", "coverage", "resource",
    "side", "stage", "level", "quantifier",
)  # fmt: skip
"""Axes on which one name cannot stand for another."""
_TOKEN = re.compile(r"[^\W_]+(?:[-‐‑'’.,@+][^\W_]+)*\+*")
_OTHER = 0.25
"""What another number, or another name, costs a passage: a quarter of the words."""
_HYPHENS = re.compile(r"[-‐‑]")
_SAY = r"(?:show|find|demonstrate|observe|indicate|suggest|report|reveal|argue|confirm|conclude|prove|note|believe)"
_COMPARED = re.compile(r"\b(?:than|with (?:and|or)) without(?: (?:it|them|this|that)\b)?", re.IGNORECASE)
"""A comparison, which denies nothing: ``higher with it than without it``."""
_FRAME = re.compile(
    r"^(?:(?:in this (?:paper|work|study)|moreover|furthermore|finally|additionally|in addition|however|also|notably|"
    r"specifically|overall|in particular|importantly|interestingly|crucially|thus|hence|therefore|more importantly|"
    r"first|second|third|lastly|here|besides|meanwhile|consequently|as a result|surprisingly),?\s+)*"
    r"(?:(?:we|our|the|these|this|it|extensive|experimental|empirical|further|several|paper|study|work|results?|"
    r"experiments?|experimentation|analys[ei]s|findings?|evaluations?)\s+){0,5}"
    rf"(?:\w+ly\s+|also\s+|further\s+|can\s+){{0,3}}{_SAY}(?:s|d|ed)?\s+(?:\w+ly\s+)?that,?\s+",
    re.IGNORECASE,
)


_PAIR = 0.2
"""Share of the words by which two sentences must be nearer to a statement than one."""
_STEM = 4
"""Letters that forms of one word share."""


@dataclass(frozen=True)
class Alignment:
    """How a statement differs from a passage.

    Attributes:
        passage: One sentence, or two that follow each other.
        coverage: Share of the statement's content words that the passage has in the same order, 0 to 1.
        shared: Share of the statement's content words that the passage has in any order, 0 to 1.
        equal: Whether all content words are the same, both ways, in order.
        numbers: Numbers of the statement that the passage lacks, each with the one printed in its place, if any.
        opposed: Words of the statement whose contrary the passage has in their place.
        turned: Contraries that both have, in another order: *helps A and hurts B*.
        renamed: (said, printed): one name put for another that the lexicon does not know.
        replaced: (said, printed): one other word put for another, which may mean the same or not.
        negated: Whether one denies what the other says.
        shifted: (axis, said, printed): names on one axis that were put for others.
        widened: (axis, said): names on an axis on which the passage names nothing.
        added: Content words that the passage lacks.
        unhedged: Whether the passage is careful (*may*, *suggests*) where the statement is not.
    """

    passage: Passage
    coverage: float
    shared: float
    equal: bool
    numbers: tuple[tuple[Number, Number | None], ...]
    opposed: tuple[tuple[str, str], ...]
    turned: tuple[str, ...]
    renamed: tuple[tuple[str, str], ...]
    replaced: tuple[tuple[str, str], ...]
    negated: bool
    shifted: tuple[tuple[str, str, str], ...]
    widened: tuple[tuple[str, str], ...]
    added: tuple[str, ...]
    unhedged: bool


@lru_cache(maxsize=16384)
def words(text: str) -> tuple[str, ...]:
    """Words of a sentence without its frame (*We show that*), folded, without hyphens and plural endings."""
    bare = _COMPARED.sub(" ", _FRAME.sub("", text))
    return tuple(_plain(match[0]) for match in _TOKEN.finditer(bare))


def _plain(word: str) -> str:
    folded = _HYPHENS.sub("", word.casefold()).replace("’", "'").removesuffix("'s")
    if len(folded) > 3 and folded.endswith("s") and not folded.endswith(("ss", "us", "is")):
        return folded[:-1]
    return folded


@lru_cache(maxsize=16384)
def content(text: str) -> frozenset[str]:
    """Content words of a sentence."""
    return frozenset(words(text)) - LIGHT


def candidates(statement: str, texts: Iterable[Text], most: int = 3) -> list[Passage]:
    """The passages that share most words with the statement, best first; equal ones in the order of the texts.

    It is also held against pairs of neighbours, if one of them is nearer by ``_PAIR`` than any sentence; a statement
    that is longer than one sentence, if it is nearer at all.
    """
    wanted = content(statement)
    cost = _PAIR if len(sentences.spans(statement)) <= 1 else 0.0
    singles: list[tuple[float, int, Passage]] = []
    pairs: list[tuple[float, int, Passage]] = []
    for text in texts:
        for passage in _passages(text):
            singles += _scored(passage, wanted, len(singles))
        for passage in _pairs(text):
            pairs += _scored(passage, wanted, len(pairs))
    if not singles or not pairs or min(pairs)[0] + cost > min(singles)[0]:
        pairs = []
    return [
        passage for _, _, passage in sorted([*singles, *((far + cost, -1 - n, one) for far, n, one in pairs)])[:most]
    ]


def _scored(passage: Passage, wanted: frozenset[str], number: int) -> list[tuple[float, int, Passage]]:
    own = content(passage.text)
    both = len(wanted & own)
    return [(-both / len(wanted) + 0.001 * len(own) / (len(own) + 1), number, passage)] if both else []


@lru_cache(maxsize=4096)
def _passages(text: Text) -> tuple[Passage, ...]:
    return sentences.passages(text)


@lru_cache(maxsize=4096)
def _pairs(text: Text) -> tuple[Passage, ...]:
    """Sentences that follow each other, two by two."""
    return tuple(
        replace(one, end=other.end, text=text.body[one.start : other.end])
        for one, other in itertools.pairwise(_passages(text))
    )


def best(statement: str, texts: Sequence[Text]) -> Alignment | None:
    """The statement beside the passage nearest to it; None where no passage shares a content word."""
    found = [align(statement, passage) for passage in candidates(statement, texts)]
    return max(found, key=_nearness, default=None)


def _nearness(one: Alignment) -> tuple[bool, float]:
    """Words shared; of passages in nearly the same words, the one with the same names and numbers is meant."""
    return (one.equal, one.coverage + one.shared - _OTHER * (bool(one.numbers) + bool(one.shifted)))


@lru_cache(maxsize=4096)
def align(statement: str, passage: Passage) -> Alignment:
    """Compare a statement with a passage, word by word."""
    said, printed = words(statement), words(passage.text)
    matcher = difflib.SequenceMatcher(None, said, printed, autojunk=False)
    blocks = [block for block in matcher.get_matching_blocks() if block.size]
    matched = {place for block in blocks for place in range(block.a, block.a + block.size)}
    met = {place for block in blocks for place in range(block.b, block.b + block.size)}
    inner = range(min(met), max(met) + 1) if met else range(0)
    heavy = [place for place, word in enumerate(said) if word not in LIGHT]
    added = Counter(said[place] for place in heavy if place not in matched)
    dropped = Counter(printed[place] for place in inner if place not in met and printed[place] not in LIGHT)
    # words that only changed their place are neither
    new, gone = added - dropped, dropped - added
    own = content(statement)
    lists = lexicon().lists
    lost = Counter(word for place, word in enumerate(printed) if place not in met and word not in LIGHT)
    swapped = [
        (said[a], printed[b])
        for kind, a, last, b, _ in matcher.get_opcodes()
        if kind == "replace" and last - a == 1 and not _alike(said[a], printed[b])
    ]
    names = _names(statement), _names(passage.text)
    renamed = tuple(pair for pair in swapped if pair[0] in names[0] and pair[1] in names[1])
    return Alignment(
        passage=passage,
        coverage=sum(place in matched for place in heavy) / max(1, len(heavy)),
        shared=len(own & content(passage.text)) / max(1, len(own)),
        equal=not added and not lost and bool(heavy),
        numbers=_numbers(statement, passage.text),
        opposed=_opposed(new, gone),
        turned=_turned(said, printed),
        renamed=renamed,
        replaced=tuple(pair for pair in swapped if pair not in renamed),
        negated=(_many(new, lists["negations"]) + _many(gone, lists["negations"])) % 2 == 1,
        shifted=tuple(_shifts(statement, passage.text)),
        widened=tuple(_widened(statement, passage.text)),
        added=tuple(new),
        unhedged=bool(_many(gone, lists["hedges"])) and not _many(new, lists["hedges"]),
    )


def _many(counted: Counter[str], kind: frozenset[str]) -> int:
    return sum(times for word, times in counted.items() if word in kind or word.endswith("n't"))


def _alike(one: str, other: str) -> bool:
    """Whether two words are forms of one, or say little."""
    return {one, other} <= LIGHT or one[:_STEM] == other[:_STEM]


def _names(text: str) -> frozenset[str]:
    """Words with a capital letter or a digit, but for the first."""
    return frozenset(_plain(match[0]) for match in list(_TOKEN.finditer(text))[1:] if match[0] != match[0].lower())


def _turned(said: Sequence[str], printed: Sequence[str]) -> tuple[str, ...]:
    """Words of direction that both sides have, where their order is another."""
    ways = [[word for word in side if word in said and word in printed and _way(word)] for side in (said, printed)]
    return () if ways[0] == ways[1] or Counter(ways[0]) != Counter(ways[1]) else tuple(ways[0])


def _way(word: str) -> int:
    """As the lexicon says, of a word that lost its plural ending."""
    return lexicon().way(word) or lexicon().way(f"{word}s")


def _opposed(new: Counter[str], gone: Counter[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of contraries; words stand here without plural endings, so both forms are tried."""
    known = lexicon()
    eased = any(form in known.lists["less_is_better"] for word in (*new, *gone) for form in (word, f"{word}s"))
    return tuple(
        (one, other)
        for one in new
        for other in gone
        if any(known.opposite(a, b) for a in (one, f"{one}s") for b in (other, f"{other}s"))
        or (_way(one) * _way(other) == -1 and not eased)
    )


def _numbers(statement: str, passage: str) -> tuple[tuple[Number, Number | None], ...]:
    """Numbers that are in the statement and not, with this unit, in the passage."""
    left = list(numbers.read(passage))
    missing: list[Number] = []
    for number in numbers.read(statement):
        same = next((one for one in left if same_number(number, one)), None)
        if same is None:
            missing.append(number)
        else:
            left.remove(same)
    return tuple((number, _stead(number, left)) for number in missing)


def same_number(one: Number, other: Number) -> bool:
    """Whether two numbers have one size and one unit; a unit that is not printed fits all but points and percent.

    The sign of a change is left to the words that say its direction, unless it is printed.
    """
    if {one.role, other.role} == {"from", "to"}:
        return False
    signs = [number.raw[0] in "-−–" for number in (one, other)]
    units = {one.unit, other.unit}
    return (
        abs(abs(one.value) - abs(other.value)) <= 1e-9 * abs(one.value)
        and signs[0] == signs[1]
        and (len(units) == 1 or not units <= {"points", "percent", "ratio"})
    )


def _stead(number: Number, left: Sequence[Number]) -> Number | None:
    """The number of the passage that stands for one of the statement: same unit and metric, else same unit."""
    alike = [one for one in left if abs(one.value) == abs(number.value)] or [
        one for one in left if (one.unit, one.metric) == (number.unit, number.metric)
    ]
    return next(iter([*alike, *(one for one in left if one.unit == number.unit)]), None)


def _named(text: str) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {axis: Counter() for axis in AXES}
    for one in lexicon().mentions(text):
        if one.axis in found:
            found[one.axis][one.name] += 1
    return found


def _shifts(statement: str, passage: str) -> Iterable[tuple[str, str, str]]:
    said, printed = _named(statement), _named(passage)
    for axis in AXES:
        new, gone = said[axis] - printed[axis], printed[axis] - said[axis]
        if new and gone:
            yield axis, " ".join(sorted(new)), " ".join(sorted(gone))


def _widened(statement: str, passage: str) -> Iterable[tuple[str, str]]:
    said, printed = _named(statement), _named(passage)
    return [(axis, name) for axis in AXES for name in said[axis] if not printed[axis]]
