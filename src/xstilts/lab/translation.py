"""Machine translation in the lab: the same meaning, save that a word is now and then taken for another of its kind.

A translator of the lab knows every grammar and makes its mistakes before anything is said, so offsets of answers, tags
and choices always fit the text that a reader sees. What its mistakes spoil is the label: that of the original stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from xstilts.lab import concepts
from xstilts.lab.draws import Draws
from xstilts.lab.meaning import Clause, Compound, Meaning, Phrase, Question
from xstilts.lab.speech import PIVOT, SPEECHES

if TYPE_CHECKING:
    from collections.abc import Mapping

RATES: Mapping[str, float] = MappingProxyType({"rich": 0.04, "medium": 0.08, "poor": 0.16, "none": 0.32})
"""Resource class of the language beside the pivot to the share of its content words that come out wrong."""

Said = TypeVar("Said", bound=Meaning | str)


class Translate(Protocol):
    """What a translator does to what is about to be said: ``item`` and ``field`` (``text_pair``) name its draws."""

    def __call__(self, meaning: Said, item: str, field: str) -> Said:
        """The meaning as it comes out."""
        ...


def faithful(meaning: Said, item: str, field: str) -> Said:
    """No translation: the meaning itself."""
    del item, field
    return meaning


@dataclass(frozen=True)
class Translator:
    """A machine translator between the pivot and one other language; how good it is, is the same in both directions.

    Attributes:
        language: The other language; of a pair ``context+question``, fields called ``question`` are in the second.
    """

    language: str

    def __call__(self, meaning: Said, item: str, field: str) -> Said:
        """The meaning with this translator's mistakes, a function of the item's id, the language and the field."""
        told_in, _, asked_in = self.language.partition("+")
        code = asked_in if asked_in and field == "question" else told_in
        if code == PIVOT:
            return meaning
        return mistaken(meaning, Draws("translation", item, code, field), RATES[SPEECHES[code].resource])


def mistaken(meaning: Said, draws: Draws, rate: float) -> Said:
    """The meaning with some of its content concepts replaced.

    Args:
        meaning: A sentence, or a single concept.
        draws: Where chance comes from.
        rate: Probability, 0 to 1, that a mention of a content concept becomes another of its class (``OTHERS``), all
            equally likely. Every mention is drawn for itself; names and function words always come out right.

    Returns:
        As many concepts in the same parts; what was told, denied, asked or put first stays so.
    """
    found: Meaning | str
    if isinstance(meaning, Clause):
        found = _clause(meaning, draws, rate)
    elif isinstance(meaning, Compound):
        found = replace(
            meaning, first=_clause(meaning.first, draws, rate), second=_clause(meaning.second, draws, rate)
        )  # fmt: skip
    elif isinstance(meaning, Question):
        found = replace(meaning, clause=_clause(meaning.clause, draws, rate))
    else:
        found = _concept(cast("str", meaning), draws, rate)
    return cast("Said", found)


def _clause(clause: Clause, draws: Draws, rate: float) -> Clause:
    single: dict[str, Any] = {
        part: _concept(getattr(clause, part), draws, rate) for part in ("verb", "state", "place", "time", "manner")
    }
    target = clause.object and _phrase(clause.object, draws, rate)
    return replace(clause, subject=_phrase(clause.subject, draws, rate), object=target, **single)


def _phrase(phrase: Phrase, draws: Draws, rate: float) -> Phrase:
    noun, adjective, number = (_concept(c, draws, rate) for c in (phrase.noun, phrase.adjective, phrase.number))
    return replace(phrase, noun=noun, adjective=adjective, number=number)


def _concept(concept: str, draws: Draws, rate: float) -> str:
    others = OTHERS.get(concept)
    return draws.pick(others) if others and draws.chance(rate) else concept


def _classes() -> tuple[tuple[str, ...], ...]:
    intransitive = (*concepts.INTRANSITIVE, "move")
    transitive = (*concepts.TRANSITIVE, *(v for v in concepts.VERB_HYPERNYMS.values() if v not in intransitive))
    named = (
        *concepts.NOUNS.values(), tuple(concepts.NOUNS), transitive, intransitive, concepts.FEELINGS,
        concepts.QUALITIES, concepts.TIMES, concepts.MANNERS, concepts.NUMBERS,
    )  # fmt: skip
    both = ((*members, *(concepts.SYNONYMS[m] for m in members if m in concepts.SYNONYMS)) for members in named)
    return tuple(tuple(dict.fromkeys(members)) for members in both)


OTHERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        concept: tuple(other for other in members if other not in (concept, concepts.SAME.get(concept)))
        for members in _classes()
        for concept in members
    }
)
"""Content concept to those it can be taken for: members of its category (people, tools, towns …) for a noun, verbs with
or without an object, feelings, qualities, times, manners, numbers; never one that means the same."""
