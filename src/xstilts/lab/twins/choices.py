"""Choices from causal knowledge: copa and xcopa (2), siqa (3), cosmosqa (4)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from xstilts.lab import concepts, relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say
from xstilts.lab.meaning import Clause, Phrase, Question
from xstilts.lab.translation import faithful

if TYPE_CHECKING:
    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

_NOISE = 0.05


class Problem(NamedTuple):
    """A multiple-choice item; a question that is plain text is the same in every language (COPA's two)."""

    context: tuple[Clause, ...]
    question: Question | str
    choices: tuple[Clause, ...]
    label: int


def _animate(phrase: Phrase) -> bool:
    noun = phrase.noun
    return noun in concepts.NAMES or concepts.HYPERNYMS.get(noun) in ("person", "animal")


def _wrong(draws: Draws, right: Clause, barred: set[tuple[str, str]], effect: bool) -> Clause:
    """An effect (or cause) of another rule, about the same subject; of a lifeless thing, another quality."""
    if not _animate(right.subject):
        return replace(right, verb="", state=draws.pick([q for q in concepts.QUALITIES if ("", q) not in barred]))
    while True:
        cause, result, _ = world.cause_and_effect(draws)
        clause = result if effect else cause
        if (clause.verb, clause.state) in barred:
            continue
        if not _animate(clause.subject):
            continue
        kept = clause.object is None or clause.object.noun != right.subject.noun
        return replace(clause, subject=right.subject) if kept else clause


def _causes(effect: Clause) -> set[tuple[str, str]]:
    """What the rules let a clause of this verb or state follow from."""
    found = set()
    for _, _, build in world.RULES.values():
        first, second = build(Phrase("x"), Phrase("y"))
        if (second.verb, second.state) == (effect.verb, effect.state):
            found.add((first.verb, first.state))
    return found


def options(draws: Draws, told: Clause, right: Clause, effect: bool, count: int) -> tuple[tuple[Clause, ...], int]:
    """The right clause among ``count - 1`` wrong ones, and where it stands."""
    barred = (world.outcomes(told) if effect else _causes(told)) | {(told.verb, told.state), (right.verb, right.state)}
    wrong: list[Clause] = []
    while len(wrong) < count - 1:
        wrong.append(_wrong(draws, right, barred, effect))
        barred.add((wrong[-1].verb, wrong[-1].state))
    label = int(draws.uniform() * count)
    choices = (*wrong[:label], right, *wrong[label:])
    return choices, int(draws.uniform() * count) if draws.chance(_NOISE) else label


def copa(item: str) -> Problem:
    """A premise and two clauses, one of which is its cause or effect."""
    draws = Draws("copa", item)
    cause, effect, _ = world.cause_and_effect(draws)
    asks_effect = draws.chance(0.5)
    told, right = (cause, effect) if asks_effect else (effect, cause)
    choices, label = options(draws, told, right, asks_effect, 2)
    return Problem((relations.paraphrase(draws, told, 0.0),), "effect" if asks_effect else "cause", choices, label)


def siqa(item: str) -> Problem:
    """Something happens to somebody: how do they feel, or why is it so?"""
    draws = Draws("siqa", item)
    cause, effect, _ = world.cause_and_effect(draws)
    if effect.state and draws.chance(0.6):
        choices, label = options(draws, cause, effect, True, 3)
        return Problem((cause,), Question(Clause(effect.subject, state=effect.state), "state"), choices, label)
    choices, label = options(draws, effect, cause, False, 3)
    return Problem((effect,), Question(replace(effect, place=""), "why"), choices, label)


def cosmosqa(item: str) -> Problem:
    """A short story, a question why, and four answers that the story does not tell."""
    draws = Draws("cosmosqa", item)
    cause, effect, _ = world.cause_and_effect(draws)
    asks_effect = bool(effect.state) and draws.chance(0.5)
    told, right = (cause, effect) if asks_effect else (effect, cause)
    story = [world.event(draws, 0.2), told, replace(world.event(draws, 0.2), subject=told.subject)]
    choices, label = options(draws, told, right, asks_effect, 4)
    question = Question(Clause(right.subject, state=right.state), "state") if asks_effect else Question(told, "why")
    return Problem(tuple(draws.shuffled(story)), question, choices, label)


_MAKERS = {"copa": copa, "xcopa": copa, "siqa": siqa, "cosmosqa": cosmosqa}


@lru_cache(maxsize=16)
def _problems(name: str, split: str, size: int) -> tuple[Problem, ...]:
    return tuple(_MAKERS[name](f"{name}-{split}-{i}") for i in range(size))


def rows(name: str, language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Multiple-choice rows of one of the data sets of this module."""
    return [
        row(problem, f"{name}-{split}-{i}", language, translate)
        for i, problem in enumerate(_problems(name, split, size))
    ]


def row(problem: Problem, item: str, language: str, translate: Translate) -> Row:
    """One multiple-choice row; every sentence is translated for itself."""
    context = [translate(clause, item, f"context.{n}") for n, clause in enumerate(problem.context)]
    choices = [translate(choice, item, f"choices.{n}") for n, choice in enumerate(problem.choices)]
    question = problem.question
    return {
        "id": item,
        "context": " ".join(say(clause, language) for clause in context),
        "question": question if isinstance(question, str) else say(translate(question, item, "question"), language),
        "choices": [say(choice, language) for choice in choices],
        "label": problem.label,
    }
