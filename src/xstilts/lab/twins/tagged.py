"""Tagged words: masakhapos (universal tags) and ccg (categories that say what a word asks for)."""

from __future__ import annotations

from functools import lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.lab.draws import Draws
from xstilts.lab.grammar import Word, words
from xstilts.lab.meaning import Clause, Meaning, Question
from xstilts.lab.translation import faithful
from xstilts.lab.twins.sentences import TAGS, sentence
from xstilts.lab.twins.twin import Twin, only_in
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

_SLIPS = 0.04  # share of tags of masakhapos that are an annotator's slip

_AFTER_VERB = "(S\\NP)\\(S\\NP)"
_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "place": "N", "negation": "(S\\NP)/(S\\NP)", "copula": "(S[dcl]\\NP)/(S[adj]\\NP)", "state": "S[adj]\\NP",
        "manner": _AFTER_VERB,
    }
)  # fmt: skip
_TAGS: Mapping[str, str] = MappingProxyType(
    {"DET": "NP/N", "NUM": "N/N", "ADJ": "N/N", "NOUN": "N", "PROPN": "N", "PRON": "NP", "PUNCT": "."}
)
_LINKS: Mapping[str, str] = MappingProxyType({"and": "conj", "because": "(S\\S)/S[dcl]", "so": "conj/S[dcl]"})
_ASKING: Mapping[str, str] = MappingProxyType(
    {"subject": "S[wq]/(S[dcl]\\NP)", "object": "S[wq]/(S[dcl]/NP)", "state": "S[wq]/(S[dcl]/(S[adj]\\NP))"}
)
_INTRANSITIVE, _TRANSITIVE = "S[dcl]\\NP", "(S[dcl]\\NP)/NP"
_WHOLE_CLAUSE = "S[wq]/S[dcl]"

CATEGORIES = tuple(
    sorted(
        {*_ROLES.values(), *_TAGS.values(), *_LINKS.values(), *_ASKING.values(), _INTRANSITIVE, _TRANSITIVE,
         _WHOLE_CLAUSE, _AFTER_VERB, f"({_AFTER_VERB})/NP"}
    )
)  # fmt: skip
"""The lab's categories, in the notation of CCGbank (Hockenmaier and Steedman 2007), for the pivot's order of words."""


def category(word: Word, clause: Clause, asked: str) -> str:
    """The category of one word of a clause in the pivot.

    Args:
        word: The word, with its part of the clause.
        clause: Which clause it stands in.
        asked: What the sentence asks for, or "".
    """
    if word.role == "verb":
        return _TRANSITIVE if clause.object else _INTRANSITIVE
    if word.role == "question":
        return _ASKING.get(asked, _WHOLE_CLAUSE)
    if word.role == "link":
        return _LINKS[word.concept]
    if word.role == "adposition":
        return f"({_AFTER_VERB})/NP"
    if word.role == "time":
        return _AFTER_VERB
    return _ROLES.get(word.role) or _TAGS[word.tag]


def _categories(meaning: Meaning, line: list[Word]) -> list[str]:
    if isinstance(meaning, Question):
        return [category(word, meaning.clause, meaning.asked) for word in line]
    if isinstance(meaning, Clause):
        return [category(word, meaning, "") for word in line]
    cut = next(i for i, word in enumerate(line) if word.role == "link")
    return [category(word, meaning.first if i < cut else meaning.second, "") for i, word in enumerate(line)]


@lru_cache(maxsize=8)
def _sentences(name: str, detail: float, split: str, size: int) -> tuple[Meaning, ...]:
    return tuple(sentence(Draws(name, split, i), detail) for i in range(size))


def category_rows(
    name: str, language: str, split: str, size: int, translate: Translate = faithful
) -> list[Row]:  # fmt: skip
    """Words with their categories; those of a translation are the pivot's, carried over word by word."""
    found = []
    for i, original in enumerate(_sentences(name, 0.45, split, size)):
        meaning = translate(original, f"{name}-{split}-{i}", "tokens")
        line = words(meaning, language)
        tags = _categories(meaning, line)
        found.append({"id": f"{name}-{split}-{i}", "tokens": [word.form for word in line], "tags": tags})
    return found


def universal_rows(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Words with universal tags, in sentences of another kind than udpos's: shorter, and tagged less carefully."""
    found = []
    for i, meaning in enumerate(_sentences("masakhapos", 0.35, split, size)):
        line = words(translate(meaning, f"masakhapos-{split}-{i}", "tokens"), language)
        draws = Draws("masakhapos-slips", language, split, i)
        tags = [draws.pick(TAGS) if draws.chance(_SLIPS) else word.tag for word in line]
        found.append({"id": f"masakhapos-{split}-{i}", "tokens": [word.form for word in line], "tags": tags})
    return found


_POOR = ("qad", "qbc", "qcb", "qda")
_POS_SIZES = {"train": 300, "dev": 100, "test": 200}
_CCG_SIZES = {"train": 1500, "dev": 200, "test": 300}

TWINS: tuple[Twin, ...] = (
    Twin("masakhapos", Kind.TAGGING, _POS_SIZES, only_in(_POOR, _POS_SIZES), universal_rows, TAGS),
    Twin("ccg", Kind.TAGGING, _CCG_SIZES, only_in(("qaa",), _CCG_SIZES), partial(category_rows, "ccg"), CATEGORIES),
)
