"""The pretraining corpora: short documents whose second sentence restates or follows from the first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from xstilts.lab import relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import Word, text, words
from xstilts.lab.lexicon import lexicon
from xstilts.lab.meaning import Compound, Meaning, Phrase, Question
from xstilts.lab.speech import PIVOT, SPEECHES
from xstilts.lab.twins.sentences import sentence

if TYPE_CHECKING:
    from xstilts.lab.twins.twin import Row

_SEEN = tuple(code for code, speech in SPEECHES.items() if speech.seen)
_TRANSLATED = 0.5  # share of documents whose second sentence is in another language
_MIXED = 0.5  # share of documents with borrowed words
_BORROWED = 0.4  # share of their words that are borrowed


class Document(NamedTuple):
    """Two sentences; the second may be None."""

    first: Meaning
    second: Meaning | None


def _restatement(draws: Draws) -> Document:
    if draws.chance(0.2):
        meaning = sentence(draws)
        return Document(meaning, meaning)
    told = world.state(draws) if draws.chance(0.15) else world.event(draws)
    told = replace(told, negated=draws.chance(0.1))
    again = relations.weaken(draws, told) if draws.chance(0.4) else relations.paraphrase(draws, told)
    return Document(told, again) if draws.chance(0.7) else Document(again, told)


def _translation(draws: Draws) -> Document:
    meaning = sentence(draws)
    return Document(meaning, meaning) if draws.chance(0.75) else _restatement(draws)


def _consequence(draws: Draws) -> Document:
    cause, effect, _ = world.cause_and_effect(draws)
    if draws.chance(0.5):
        return Document(cause, effect)
    linked = Compound(effect, "because", cause) if draws.chance(0.5) else Compound(cause, "so", effect)
    return Document(linked, relations.paraphrase(draws, effect) if draws.chance(0.5) else None)


def _dialogue(draws: Draws) -> Document:
    told = world.event(draws)
    parts = [part for part in ("object", "place", "time") if getattr(told, part)]
    asked = draws.pick([*parts, "subject"])
    pronoun = draws.chance(0.3) and asked != "subject"
    answer = replace(told, subject=Phrase("it")) if pronoun else told
    return Document(Question(replace(told, manner=""), asked), answer)


def _plain(draws: Draws) -> Document:
    return Document(sentence(draws), None)


_SORTS = {_restatement: 0.5, _consequence: 0.3, _dialogue: 0.15, _plain: 0.05}


def _other(draws: Draws, language: str) -> str:
    """Another seen language: the pivot more often than each of the others."""
    others = [code for code in _SEEN if code != language]
    return PIVOT if language != PIVOT and draws.chance(0.3) else draws.pick(others)


def _borrow(draws: Draws, line: list[Word], language: str) -> list[Word]:
    """The sentence with words of other languages, each in its dictionary form."""
    return [
        word._replace(form=lexicon(_other(draws, language))[word.concept])
        if word.concept and draws.chance(_BORROWED)
        else word
        for word in line
    ]


def document(language: str, split: str, index: int) -> Row:
    """One masked-LM row."""
    draws = Draws("corpus", language, split, index)
    native = language not in _SEEN
    other = language if native or not draws.chance(_TRANSLATED) else _other(draws, language)
    first, second = _translation(draws) if other != language else draws.weighted(_SORTS)(draws)
    mixed = not native and draws.chance(_MIXED)
    lines = [words(first, language), *([words(second, other)] if second is not None else [])]
    if mixed:
        lines = [_borrow(draws, line, code) for line, code in zip(lines, (language, other), strict=False)]
    written = [text(line) for line in lines]
    pair = other != language
    return {
        "id": f"mlm-{language}-{split}-{index}",
        "text": written[0] if pair else " ".join(written),
        "text_pair": written[1] if pair else "",
    }


def rows(language: str, split: str, size: int) -> list[Row]:
    """All documents of one split."""
    return [document(language, split, index) for index in range(size)]
