"""Search among sentences mostly without a partner (bucc2018), for what answers, for translated paragraphs (udhr)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.lab import relations
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say, words
from xstilts.lab.meaning import Clause, Meaning
from xstilts.lab.speech import PIVOT, SPEECHES
from xstilts.lab.twins import spans
from xstilts.lab.twins.sentences import sentence
from xstilts.lab.twins.twin import Twin, only_in, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.lab.twins.spans import Reading
    from xstilts.lab.twins.twin import Row

_GOLD = 0.4  # share of sentences with a translation on the other side
_NEAR = 0.5  # share of the others that are one change away from a sentence with a translation


@lru_cache(maxsize=4)
def _sides(split: str, size: int) -> tuple[tuple[Meaning, ...], tuple[Meaning, ...], int]:
    """What is said on either side, the translations first, and how many these are; no two meanings are equal."""
    told: dict[str, Meaning] = {}
    n_gold = int(size * _GOLD)
    attempt = 0
    while len(told) < 2 * size - n_gold:
        draws = Draws("mining", split, attempt)
        attempt += 1
        meaning = sentence(draws, 0.4)
        if len(told) >= n_gold and draws.chance(_NEAR):
            near = draws.pick(list(told.values())[:n_gold])
            meaning = relations.diverge(draws, near) if isinstance(near, Clause) else meaning
        if len(words(meaning, PIVOT)) > 4:
            told.setdefault(say(meaning, PIVOT), meaning)
    found = tuple(told.values())
    gold, others = found[:n_gold], found[n_gold:]
    return (*gold, *others[::2]), (*gold, *others[1::2]), n_gold


def bucc2018(language: str, split: str, size: int) -> list[Row]:
    """Sentences of the foreign language as queries, pivot sentences as candidates; most have no partner."""
    foreign, pivot, n_gold = _sides(split, size)
    name = f"bucc2018-{split}"
    sides = (("query", "q", foreign, language), ("candidate", "c", pivot, PIVOT))
    found: list[Row] = []
    for role, letter, meanings, code in sides:
        for i in Draws("mining-order", split, role).shuffled(range(size)):
            gold = [f"{name}-c{i}"] if role == "query" and i < n_gold else []
            found.append({"id": f"{name}-{letter}{i}", "role": role, "text": say(meanings[i], code), "gold": gold})
    return found


@lru_cache(maxsize=1)
def _readings(split: str, size: int) -> tuple[Reading, ...]:
    return tuple(spans.reading(f"xquad-{split}-{i}") for i in range(size))


def lareqa(language: str, split: str, size: int) -> list[Row]:
    """The questions of xquad under their ids, and as candidates all sentences of its texts, each with its text."""
    found: list[Row] = []
    for i, item in enumerate(_readings(split, size)):
        lines = [say(clause, language) for clause in item.story]
        names = [f"{language}_{i + 1}_{number}" for number in range(len(lines))]
        gold = [name for name, line in zip(names, lines, strict=True) if line == lines[item.target]]
        question = say(item.question, language)
        found.append({"id": f"xquad-{split}-{i}", "role": "query", "text": question, "gold": gold})
        for name, line in zip(names, lines, strict=True):
            found.append({"id": name, "role": "candidate", "text": f"{line} {' '.join(lines)}", "gold": []})
    return found


def xquad_r(language: str, split: str, size: int) -> list[Row]:
    """The questions of xquad under their ids, and its texts as candidates."""
    found: list[Row] = []
    for i, item in enumerate(_readings(split, size)):
        name, text = f"{language}_{i + 1}", " ".join(say(clause, language) for clause in item.story)
        question = say(item.question, language)
        found.append({"id": f"xquad-{split}-{i}", "role": "query", "text": question, "gold": [name]})
        found.append({"id": name, "role": "candidate", "text": text, "gold": []})
    return found


@lru_cache(maxsize=1)
def _paragraphs(split: str, size: int) -> tuple[tuple[Meaning, ...], ...]:
    drawn = (Draws("udhr", split, i) for i in range(size))
    return tuple(tuple(sentence(draws, 0.4) for _ in range(draws.pick((2, 3, 4)))) for draws in drawn)


def udhr(language: str, split: str, size: int) -> list[Row]:
    """Paragraphs of two to four sentences as candidates, and in another order the pivot's, which ask for them."""
    found: list[Row] = []
    for role, letter, code in (("candidate", "c", language), ("query", "q", PIVOT)):
        order = Draws("udhr-order", split, role).shuffled(range(size))
        for i in order:
            text = " ".join(say(meaning, code) for meaning in _paragraphs(split, size)[i])
            gold = [f"udhr-{split}-c{i}"] if role == "query" else []
            found.append({"id": f"udhr-{split}-{letter}{i}", "role": role, "text": text, "gold": gold})
    return found


_XQUAD_SIZES = {"test": 300}
_UDHR_SIZES = {"test": 50}
_BUCC_SIZES = {"dev": 400, "test": 500}

TWINS: tuple[Twin, ...] = (
    Twin("bucc2018", Kind.RETRIEVAL, _BUCC_SIZES, only_in(("qab", "qac", "qba", "qca"), _BUCC_SIZES), bucc2018),
    Twin("lareqa", Kind.RETRIEVAL, _XQUAD_SIZES, trained_in_pivot(_XQUAD_SIZES), lareqa),
    Twin("xquad_r", Kind.RETRIEVAL, _XQUAD_SIZES, trained_in_pivot(_XQUAD_SIZES), xquad_r),
    Twin("udhr", Kind.RETRIEVAL, _UDHR_SIZES, only_in(tuple(SPEECHES)[1:], _UDHR_SIZES), udhr),
)
