"""Sentences and what they are about: sib200, whose topics are domains of the lab's concepts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from xstilts.lab import concepts, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say
from xstilts.lab.meaning import Clause, Compound, Phrase
from xstilts.lab.translation import faithful
from xstilts.lab.twins.twin import Twin, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.lab.meaning import Meaning
    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

_NOISE = 0.04
_STRAY = 0.25  # share of sentences with a second clause about nothing in particular


@dataclass(frozen=True)
class Domain:
    """What sentences on one topic speak of.

    Attributes:
        subjects: Nouns that do something; names may stand for them.
        acts: Verb to the nouns it may have as object; none for verbs without object.
        states: How the subjects may be.
        places: Where it happens.
    """

    subjects: tuple[str, ...]
    acts: Mapping[str, tuple[str, ...]]
    states: tuple[str, ...]
    places: tuple[str, ...]


_TOOLS = concepts.NOUNS["tool"]
_PEOPLE = concepts.NOUNS["person"]

DOMAINS: Mapping[str, Domain] = MappingProxyType(
    {
        "science/technology": Domain(
            ("teacher", "boy"), {"find": _TOOLS, "break": _TOOLS, "wash": _TOOLS, "see": ("bird", "fish")},
            (), ("school",),
        ),
        "travel": Domain(
            ("girl", "farmer"), {"carry": concepts.NOUNS["clothing"], "walk": (), "lose": ("coat", "shoe", "hat")},
            ("tired",), ("market", "house"),
        ),
        "politics": Domain(
            ("king", "farmer"), {"hear": ("king", "teacher", "farmer"), "follow": ("king",), "see": ("king",)},
            ("angry", "old"), ("market", "town"),
        ),
        "sports": Domain(
            ("boy", "horse", "dog"), {"run": (), "follow": ("horse", "boy", "dog"), "fall": ()},
            ("young", "tired"), ("field",),
        ),
        "health": Domain(
            ("doctor", "girl"),
            {"cry": (), "sleep": (), "see": ("doctor",), "eat": ("apple", "egg"), "hear": ("doctor",)},
            ("sad", "hungry", "tired"), ("house",),
        ),
        "entertainment": Domain(
            ("girl", "boy", "bird"), {"sing": (), "laugh": (), "hear": ("bird", "girl"), "eat": ("cake",)}, ("happy",),
            ("school", "house"),
        ),
        "geography": Domain(
            concepts.NOUNS["animal"], {"walk": (), "see": concepts.NOUNS["animal"], "find": concepts.NOUNS["food"]},
            ("big", "small", "green"), concepts.NOUNS["wild"],
        ),
    }
)  # fmt: skip
"""Topic to its domain; the domains share words, as topics do."""

LABELS = tuple(DOMAINS)


def _clause(draws: Draws, domain: Domain) -> Clause:
    noun = draws.pick(domain.subjects)
    named = noun in _PEOPLE and draws.chance(0.2)
    quality = draws.pick(concepts.QUALITIES) if not named and draws.chance(0.25) else ""
    subject = Phrase(draws.pick(concepts.NAMES) if named else noun, quality)
    time = draws.pick(concepts.TIMES) if draws.chance(0.3) else ""
    if domain.states and draws.chance(0.2):
        return Clause(subject, state=draws.pick(domain.states), time=time)
    verb = draws.pick(tuple(domain.acts))
    patients = [noun for noun in domain.acts[verb] if noun != subject.noun]
    target = Phrase(draws.pick(patients)) if patients else None
    return Clause(subject, verb, object=target, place=draws.pick(domain.places) if draws.chance(0.5) else "", time=time)


def on_topic(item: str) -> tuple[Meaning, str]:
    """A sentence and its topic."""
    draws = Draws("topics", item)
    label = draws.pick(LABELS)
    first = _clause(draws, DOMAINS[label])
    second = world.event(draws, 0.2) if draws.chance(_STRAY) else _clause(draws, DOMAINS[label])
    both = (first, second) if draws.chance(0.5) else (second, first)
    return Compound(both[0], "and", both[1]), draws.pick(LABELS) if draws.chance(_NOISE) else label


@lru_cache(maxsize=4)
def _sentences(split: str, size: int) -> tuple[tuple[Meaning, str], ...]:
    return tuple(on_topic(f"sib200-{split}-{i}") for i in range(size))


def rows(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of sib200."""
    found = []
    for i, (meaning, label) in enumerate(_sentences(split, size)):
        item = f"sib200-{split}-{i}"
        text = say(translate(meaning, item, "text"), language)
        found.append({"id": item, "text": text, "text_pair": "", "label": label})
    return found


_SIZES = {"train": 700, "dev": 100, "test": 200}

TWINS: tuple[Twin, ...] = (
    Twin("sib200", Kind.CLASSIFICATION, _SIZES, trained_in_pivot(_SIZES), rows, LABELS),
)  # fmt: skip
