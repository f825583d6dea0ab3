"""What comes next and what goes without saying: hellaswag (4 endings) and commonsenseqa (5 answers)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from xstilts.lab import concepts, relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say, text, words
from xstilts.lab.lexicon import lexicon
from xstilts.lab.meaning import Clause, Compound, Phrase, Question
from xstilts.lab.translation import faithful
from xstilts.lab.twins.choices import options
from xstilts.lab.twins.twin import Twin, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

_NOISE = 0.05


class Story(NamedTuple):
    """A sentence, a cause that breaks off after "so", and four endings."""

    scene: Clause
    cause: Clause
    endings: tuple[Clause, ...]
    label: int


class Quiz(NamedTuple):
    """A question without a text; answers are clauses or single nouns."""

    question: Question
    answers: tuple[Clause | str, ...]
    label: int


def story(item: str) -> Story:
    """A scene and the beginning of what follows from it."""
    draws = Draws("endings", item)
    cause, effect, _ = world.cause_and_effect(draws)
    scene = world.event(draws, 0.35)
    if draws.chance(0.5):
        scene = replace(scene, subject=cause.subject) if scene.object is None else scene
    endings, label = options(draws, cause, effect, True, 4)
    return Story(scene, cause, endings, label)


def quiz(item: str) -> Quiz:
    """A question on who does what to what, or on why."""
    draws = Draws("quiz", item)
    if draws.chance(0.4):
        cause, effect, _ = world.cause_and_effect(draws)
        answers, label = options(draws, effect, cause, False, 5)
        return Quiz(Question(replace(effect, place="", time=""), "why"), answers, label)
    return _selection(draws)


_CHOOSY = {
    "object": ("eat", "cut", "break", "hear", "follow", "wash", "carry"),
    "subject": ("eat", "cut", "buy", "lose", "break", "wash"),
}
"""Part of the clause to the verbs that do not go with every noun in that part."""


def _selection(draws: Draws) -> Quiz:
    """Which noun can be in this part of such a clause; the wrong ones never can."""
    asked = draws.pick(("object", "subject"))
    verb = draws.pick(_CHOOSY[asked])
    clause = world.event(draws, 0.2, verb)
    possible = concepts.TRANSITIVE[verb][asked == "object"]
    fitting = {noun for category in possible for noun in concepts.members(category)}
    others = [n for category in concepts.NOUNS for n in concepts.members(category) if n not in fitting]
    told = clause.subject if asked == "object" else clause.object
    right = draws.pick(sorted(fitting - {told.noun if told else ""}))
    wrong = [noun for noun in draws.shuffled(others) if told is None or noun != told.noun][:4]
    label = int(draws.uniform() * 5)
    answers = (*wrong[:label], right, *wrong[label:])
    shown = relations.with_part(replace(clause, place="", fronted=""), asked, Phrase(right))
    return Quiz(Question(shown, asked), answers, int(draws.uniform() * 5) if draws.chance(_NOISE) else label)


@lru_cache(maxsize=8)
def _stories(split: str, size: int) -> tuple[Story, ...]:
    return tuple(story(f"hellaswag-{split}-{i}") for i in range(size))


@lru_cache(maxsize=8)
def _quizzes(split: str, size: int) -> tuple[Quiz, ...]:
    return tuple(quiz(f"commonsenseqa-{split}-{i}") for i in range(size))


def hellaswag(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows whose context breaks off in the middle of a sentence."""
    found = []
    for i, item in enumerate(_stories(split, size)):
        name = f"hellaswag-{split}-{i}"
        scene = translate(item.scene, name, "context.0")
        line = words(Compound(translate(item.cause, name, "context.1"), "so", item.endings[0]), language)
        broken = line[: next(n for n, word in enumerate(line) if word.role == "link") + 1]
        endings = [translate(ending, name, f"choices.{n}") for n, ending in enumerate(item.endings)]
        found.append(
            {
                "id": name,
                "context": f"{say(scene, language)} {text(broken)}",
                "question": "",
                "choices": [say(ending, language) for ending in endings],
                "label": item.label,
            }
        )
    return found


def commonsenseqa(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows without a context."""
    found = []
    for i, item in enumerate(_quizzes(split, size)):
        name = f"commonsenseqa-{split}-{i}"
        answers = [translate(answer, name, f"choices.{n}") for n, answer in enumerate(item.answers)]
        found.append(
            {
                "id": name,
                "context": "",
                "question": say(translate(item.question, name, "question"), language),
                "choices": [_answer(answer, language) for answer in answers],
                "label": item.label,
            }
        )
    return found


def _answer(answer: Clause | str, language: str) -> str:
    return lexicon(language)[answer] if isinstance(answer, str) else say(answer, language)


def _twin(name: str, made: Callable[..., list[Row]]) -> Twin:
    sizes = {"train": 1500, "dev": 200, "test": 300}
    return Twin(name, Kind.MULTIPLE_CHOICE, sizes, trained_in_pivot(sizes), made)


TWINS: tuple[Twin, ...] = (_twin("hellaswag", hellaswag), _twin("commonsenseqa", commonsenseqa))
