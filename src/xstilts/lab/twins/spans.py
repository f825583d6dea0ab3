"""Questions on a short text whose answer is a part of it: squad and xquad."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from xstilts.lab import relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say, span
from xstilts.lab.meaning import Clause, Question
from xstilts.lab.translation import faithful

if TYPE_CHECKING:
    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row


class Reading(NamedTuple):
    """A text, which of its sentences is asked about, and the question."""

    story: tuple[Clause, ...]
    target: int
    question: Question


def _rival(draws: Draws, target: Clause) -> Clause:
    """A sentence that looks like the answer's: the same verb or the same subject, never both."""
    if draws.chance(0.5):
        other = world.event(draws, 0.35, verb=target.verb)
        while other.subject.noun == target.subject.noun:
            other = world.event(draws, 0.35, verb=target.verb)
        return other
    other = world.event(draws, 0.35)
    while other.verb == target.verb:
        other = world.event(draws, 0.35)
    return replace(other, subject=target.subject) if draws.chance(0.4) else other


def reading(item: str) -> Reading:
    """One text with its question; the question may use other words than the text."""
    draws = Draws("squad", item)
    target = world.event(draws, 0.5)
    parts = [part for part in ("object", "place", "time") if getattr(target, part)]
    asked = draws.pick([*parts, "subject"])
    story = [_rival(draws, target) for _ in range(2 + draws.chance(0.5))]
    position = int(draws.uniform() * (len(story) + 1))
    story.insert(position, target)
    wording = replace(target, manner="", fronted="")
    if draws.chance(0.5):
        wording = relations.apply(draws, wording, {relations.reword: 0.6, relations.generalise: 0.4}) or wording
    if asked != "time":
        wording = replace(wording, time="" if draws.chance(0.6) else wording.time)
    return Reading(tuple(story), position, Question(wording, asked))


@lru_cache(maxsize=8)
def _readings(name: str, split: str, size: int) -> tuple[Reading, ...]:
    return tuple(reading(f"{name}-{split}-{i}") for i in range(size))


def row(item: Reading, identity: str, language: str, asked_in: str, translate: Translate = faithful) -> Row:
    """One span row; the offset counts characters of the context.

    Args:
        item: Text and question.
        identity: The row's id.
        language: Of the context and the answer.
        asked_in: Language of the question.
        translate: Is asked for each sentence of the text once, so that the answer is what the text has of it.
    """
    story = [translate(clause, identity, f"context.{n}") for n, clause in enumerate(item.story)]
    lines = [say(clause, language) for clause in story]
    answer, offset = span(story[item.target], language, item.question.asked)
    start = sum(len(line) + 1 for line in lines[: item.target]) + offset
    return {
        "id": identity,
        "context": " ".join(lines),
        "question": say(translate(item.question, identity, "question"), asked_in),
        "answer_texts": [answer],
        "answer_starts": [start],
    }


def rows(name: str, language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Span rows of one of the data sets of this module."""
    found = _readings(name, split, size)
    return [row(item, f"{name}-{split}-{i}", language, language, translate) for i, item in enumerate(found)]
