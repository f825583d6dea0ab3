"""Search for what a name means (mewslix): a mention in any language finds the description of its entity in another.

Six names are shared by all entities, so a name alone never tells which of them is meant: what a sentence says beside it
does, sort, home and habit, and always fits one entity alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.lab import concepts, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import detokenise, say, words
from xstilts.lab.meaning import Clause, Phrase
from xstilts.lab.speech import SPEECHES
from xstilts.lab.twins.twin import Twin, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.lab.twins.twin import Row

N_ENTITIES = 240
"""Candidates of every mention, 40 for each name."""

_BEINGS = (*concepts.NOUNS["person"], *concepts.NOUNS["animal"])
_SORTS = (*_BEINGS, *concepts.NOUNS["town"])
_HABITS = ("buy", "carry", "find", "lose")
_GOODS = ("food", "tool", "clothing")
_AS_OBJECT = 0.3  # share of mentions to whom something is done
_TOLD = 0.6  # share of the clues beside the name that a sentence tells


@dataclass(frozen=True)
class Entity:
    """Somebody, or a house of people, of the world.

    Attributes:
        name: One of the six names.
        sort: What it is: a person's title, an animal, a building.
        home: Where.
        habit: The verb of what it does.
        goods: To what it does that.
    """

    name: str
    sort: str
    home: str
    habit: str
    goods: str


@lru_cache(maxsize=1)
def entities() -> tuple[Entity, ...]:
    """All entities; two of one name differ in sort or home."""
    found: dict[tuple[str, str, str], Entity] = {}
    attempt = 0
    while len(found) < N_ENTITIES:
        draws = Draws("mentions-entity", attempt)
        attempt += 1
        name = concepts.NAMES[len(found) % len(concepts.NAMES)]
        sort, home = draws.pick(_SORTS), draws.pick(world.PLACES)
        goods = draws.pick(concepts.members(draws.pick(_GOODS)))
        if sort != home:
            found.setdefault((name, sort, home), Entity(name, sort, home, draws.pick(_HABITS), goods))
    return tuple(found.values())


def description(entity: Entity, language: str) -> str:
    """What it is and where, and what it does."""
    name = Phrase(entity.name)
    clauses = (
        Clause(name, state=entity.sort, place=entity.home),
        Clause(name, entity.habit, object=Phrase(entity.goods)),
    )
    return " ".join(say(clause, language) for clause in clauses)


@dataclass(frozen=True)
class Mention:
    """A sentence and the entity that is named in it.

    Attributes:
        clause: What is said.
        role: The part of the clause that names the entity, ``subject`` or ``object``.
        entity: Its number.
    """

    clause: Clause
    role: str
    entity: int


def fits(mention: Mention, entity: Entity) -> bool:
    """Whether what the sentence tells is true of the entity, as far as its description goes."""
    clause = mention.clause
    named = clause.subject if mention.role == "subject" else clause.object
    assert named is not None  # noqa: S101 - for the type checker
    told = {concept for concept in (named.noun, named.adjective) if concept}
    if not told <= {entity.name, entity.sort} or clause.place not in ("", entity.home):
        return False
    habit = clause.verb in _HABITS and mention.role == "subject"
    return not habit or (clause.verb, clause.object) == (entity.habit, Phrase(entity.goods))


def _named(entity: Entity, is_told: bool) -> Phrase:
    """The name, perhaps beside its sort; a building is what has the ending, a title is not."""
    if not is_told:
        return Phrase(entity.name)
    if entity.sort in _BEINGS:
        return Phrase(entity.name, entity.sort)
    return Phrase(entity.sort, entity.name)


def _told(draws: Draws, number: int) -> Mention:
    entity = entities()[number]
    named = _named(entity, draws.chance(_TOLD))
    place = entity.home if draws.chance(_TOLD) else ""
    time = draws.pick(concepts.TIMES) if draws.chance(0.3) else ""
    if draws.chance(_AS_OBJECT):
        other = Phrase(draws.pick(concepts.members(draws.pick(("person", "animal")))))
        verb = draws.pick(("see", "hear", "follow"))
        return Mention(Clause(other, verb, object=named, place=place, time=time), "object", number)
    if draws.chance(_TOLD):
        clause = Clause(named, entity.habit, object=Phrase(entity.goods), place=place, time=time)
    else:
        clause = Clause(named, draws.pick(concepts.INTRANSITIVE), place=place, time=time)
    return Mention(clause, "subject", number)


def mention(item: str) -> Mention:
    """A sentence that can be about one entity only."""
    draws = Draws("mentions", item)
    number = int(draws.uniform() * N_ENTITIES)
    found = _told(draws, number)
    while sum(fits(found, entity) for entity in entities()) > 1:
        found = _told(draws, number)
    return found


def marked(found: Mention, language: str) -> str:
    """The name as the sentence has it, then the sentence with the name in braces, as Mewsli-X is read."""
    line = words(found.clause, language)
    name = entities()[found.entity].name
    here = next(i for i, word in enumerate(line) if word.concept == name and word.role == found.role)
    forms = [word.form for word in line]
    before, said, after = detokenise(forms[:here]), forms[here], detokenise(forms[here + 1 :])
    return f"{said}: {before} {{ {said} }} {after}".replace("  ", " ")


@lru_cache(maxsize=1)
def _pool() -> tuple[Row, ...]:
    """Every entity as a candidate, each described in one language; the same for all who ask."""
    languages = [code for _ in range(N_ENTITIES // len(SPEECHES)) for code in SPEECHES]
    described_in = Draws("mentions-languages").shuffled(languages)
    return tuple(
        {"id": f"mewslix-e{i}", "role": "candidate", "text": description(entity, code), "gold": []}
        for i, (entity, code) in enumerate(zip(entities(), described_in, strict=True))
    )


@lru_cache(maxsize=4)
def _mentions(split: str, size: int) -> tuple[Mention, ...]:
    return tuple(mention(f"mewslix-{split}-{i}") for i in range(size))


def mewslix(language: str, split: str, size: int) -> list[Row]:
    """Mentions in ``language`` as queries, and every entity of the world."""
    queries = [
        {
            "id": f"mewslix-{split}-{i}",
            "role": "query",
            "text": marked(found, language),
            "gold": [f"mewslix-e{found.entity}"],
        }
        for i, found in enumerate(_mentions(split, size))
    ]
    return [*queries, *(dict(row) for row in _pool())]


_SIZES = {"dev": 200, "test": 300}

TWINS: tuple[Twin, ...] = (Twin("mewslix", Kind.RETRIEVAL, _SIZES, trained_in_pivot(_SIZES), mewslix),)
