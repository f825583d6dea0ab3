"""Which names, and on which axis, the words of a text stand for.

``XLM-R gains on Swahili XNLI``  →  model ``xlm-roberta``, language ``sw``, data ``xnli``
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from xstilts.evidence.finding import Scope
from xstilts.languages.table import LANGUAGES
from xstilts.tasks.base import TASKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WORD = re.compile(r"[^\W_]+(?:[@.'’+][^\W_]+)*\+*")
"""A word: letters and digits; hyphens part words, so that ``zero-shot`` and ``zero shot`` are the same."""
_LISTS = ("not_languages", "opposites", "negations", "hedges", "up", "down", "same", "less_is_better")
_LONGEST = 5
_PIVOT = "en"

LIGHT = frozenset([
    "a", "an", "the", "of", "to", "in", "on", "for", "and", "or", "that", "which", "who", "is", "are", "was", "were",
    "be", "been", "being", "this", "these", "those", "it", "its", "they", "their", "we", "our", "us", "as", "at",
    "by", "with", "from", "has", "have", "had", "do", "does", "did", "also", "further", "furthermore", "moreover",
    "thus", "hence", "then", "there", "here", "such", "both", "can", "will", "proposed", "propose", "work", "paper",
    "approach", "method", "model", "framework", "system", "technique", "using", "use",
])  # fmt: skip
"""Words that may come and go in another wording; ``the proposed method`` is ``our approach``."""


@dataclass(frozen=True)
class Mention:
    """Words of a text that stand for a name.

    Attributes:
        axis: ``factor``, ``data``, ``task``, ``metric``, ``language``, ``model`` … (the keys of ``lexicon.yaml``).
        name: The project's own name, or a BCP-47 code.
        start: First character.
        end: One past the last.
    """

    axis: str
    name: str
    start: int
    end: int


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of ``lexicon.yaml`` with those of the tables of tasks and languages.

    Attributes:
        phrases: Folded words to the (axis, name) pairs that they stand for.
        names: Words as written (languages: case matters) to their code.
        sides: Folded word to its opposite pairs: number of the pair, and side 0 or 1.
        lists: ``negations``, ``hedges``, ``up``, ``down``, ``same``, ``less_is_better``.
        first: Words that a phrase or a name begins with, to the words of the longest one; others are passed over.
    """

    phrases: Mapping[tuple[str, ...], tuple[tuple[str, str], ...]]
    names: Mapping[tuple[str, ...], str]
    sides: Mapping[str, tuple[tuple[int, int], ...]]
    lists: Mapping[str, frozenset[str]]
    first: Mapping[str, int]

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Everything that the text names, in the order of the text; of words that overlap on an axis the longest."""
        return _mentions(self, text)

    def _find(self, text: str) -> tuple[Mention, ...]:
        spans = [(match[0], match.start(), match.end()) for match in WORD.finditer(text)]
        folded = [word.casefold() for word, _, _ in spans]
        free: dict[str, int] = {}
        found: list[Mention] = []
        for place in range(len(spans)):
            longest = max(self.first.get(folded[place], 0), self.first.get(spans[place][0], 0))
            for length in range(min(longest, len(spans) - place), 0, -1):
                meant = list(self.phrases.get(tuple(folded[place : place + length]), ()))
                code = self.names.get(tuple(word for word, _, _ in spans[place : place + length]))
                meant += [("language", code)] if code else []
                for axis, name in meant:
                    if place >= free.get(axis, 0):
                        found.append(Mention(axis, name, spans[place][1], spans[place + length - 1][2]))
                for axis, _ in meant:
                    free[axis] = max(free.get(axis, 0), place + length)
        return tuple(found)

    def named(self, text: str, axis: str) -> tuple[str, ...]:
        """The names on one axis, each once, in the order of the text."""
        return tuple(dict.fromkeys(one.name for one in self.mentions(text) if one.axis == axis))

    def words(self, axis: str, name: str) -> tuple[str, ...]:
        """The words that stand for a name, as ``lexicon.yaml`` has them, folded."""
        return tuple(" ".join(phrase) for phrase, meant in self.phrases.items() if (axis, name) in meant)

    def scope(self, text: str) -> Scope:
        """What the text speaks of."""
        by: dict[str, dict[str, None]] = {}
        for one in self.mentions(text):
            by.setdefault(one.axis, {})[one.name] = None
        languages = tuple(by.get("language", ()))
        many = not languages and ("multilingual" in by.get("coverage", ()) or "crossing" in by)
        return Scope(
            factors=tuple(by.get("factor", ())),
            data=(*by.get("data", ()), *by.get("task", ())),
            metrics=tuple(by.get("metric", ())),
            languages=("many",) if many else languages,
            models=tuple(by.get("model", ())),
            split=next(iter(by.get("split", ())), ""),
        )

    def opposite(self, one: str, other: str) -> bool:
        """Whether two words say the contrary of each other."""
        first, second = (self.sides.get(word.casefold(), ()) for word in (one, other))
        return any(pair == again and side != contrary for pair, side in first for again, contrary in second)

    def way(self, word: str) -> int:
        """1 for a word that says that something went up or well, -1 for down or badly, 0 for any other."""
        return (word in self.lists["up"]) - (word in self.lists["down"])


@lru_cache(maxsize=8192)
def _mentions(known: Lexicon, text: str) -> tuple[Mention, ...]:
    """Kept, for a review asks several things of each text."""
    return known._find(text)


@cache
def lexicon() -> Lexicon:
    """The lexicon of this version of xstilts."""
    raw: dict[str, Any] = yaml.safe_load(files("xstilts.evidence").joinpath("lexicon.yaml").read_text(encoding="utf-8"))
    phrases: dict[tuple[str, ...], dict[tuple[str, str], None]] = {}
    for axis, names in raw.items():
        for name, written in names.items() if axis not in _LISTS else ():
            for phrase in written:
                phrases.setdefault(folded(phrase), {})[axis, name] = None
    for task in TASKS:
        known = phrases.setdefault(folded(task.name.replace("_", " ")), {})
        if not any(axis == "data" for axis, _ in known) and task.name not in ("mlm", "copa"):
            known["data", task.name] = None
    sides: dict[str, list[tuple[int, int]]] = {}
    for number, pair in enumerate(raw["opposites"]):
        for side, words in enumerate(pair):
            for word in words:
                sides.setdefault(word, []).append((number, side))
    languages = _languages(frozenset(raw["not_languages"]))
    return Lexicon(
        {key: tuple(meant) for key, meant in phrases.items()},
        languages,
        {word: tuple(found) for word, found in sides.items()},
        {name: frozenset(raw[name]) for name in _LISTS[2:]},
        _longest((*phrases, *languages)),
    )


@cache
def trains(data: str) -> bool | None:
    """Whether a data set trains, in the pivot, what others evaluate (``snli``); None for those that no table has."""
    if data not in TASKS:
        return None
    return tuple(TASKS.get(data).languages) == (_PIVOT,)


def _longest(known: Iterable[tuple[str, ...]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for words in known:
        found[words[0]] = max(found.get(words[0], 0), min(len(words), _LONGEST))
    return found


def folded(text: str) -> tuple[str, ...]:
    """The words of a text without case."""
    return tuple(match[0].casefold() for match in WORD.finditer(text))


def _languages(not_meant: frozenset[str]) -> dict[tuple[str, ...], str]:
    """Names that begin with a capital letter; the first row that has a name keeps it."""
    found: dict[tuple[str, ...], str] = {}
    for language in LANGUAGES:
        for name in (language.name, *language.other_names):
            words = tuple(match[0] for match in WORD.finditer(name.partition("(")[0]))
            if words and words[0] not in not_meant and len(name) > 2:
                found.setdefault(words, language.code)
    return found
