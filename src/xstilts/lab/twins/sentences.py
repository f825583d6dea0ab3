"""Single sentences: tagged words (udpos) and sentence retrieval (tatoeba)."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.lab import world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say, words
from xstilts.lab.meaning import Clause, Compound, Meaning, Question
from xstilts.lab.speech import PIVOT
from xstilts.lab.translation import faithful

if TYPE_CHECKING:
    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

TAGS = ("ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ", "VERB")
_TAG_NOISE = 0.02


def sentence(draws: Draws, detail: float = 0.4) -> Meaning:
    """Any sentence of the world: an event, a state, two linked clauses, or a question."""
    shape = draws.weighted({"event": 0.45, "state": 0.15, "and": 0.15, "cause": 0.15, "question": 0.1})
    if shape == "cause":
        cause, effect, _ = world.cause_and_effect(draws)
        return Compound(effect, "because", cause) if draws.chance(0.5) else Compound(cause, "so", effect)
    clause = world.state(draws, detail) if shape == "state" else world.event(draws, detail)
    clause = replace(clause, negated=draws.chance(0.1))
    if shape == "and":
        return Compound(clause, "and", world.event(draws, detail / 2))
    if shape == "question":
        return Question(clause, draws.pick(["subject", "why", *(["place"] if clause.place else [])]))
    return clause


@lru_cache(maxsize=8)
def _tagged(split: str, size: int) -> tuple[Meaning, ...]:
    return tuple(sentence(Draws("udpos", split, i), 0.5) for i in range(size))


def tagged_rows(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Words with their universal tags; one tag in fifty is an annotator's slip."""
    rows = []
    for i, meaning in enumerate(_tagged(split, size)):
        line = words(translate(meaning, f"udpos-{split}-{i}", "tokens"), language)
        draws = Draws("udpos-slips", language, split, i)
        tags = [draws.pick(TAGS) if draws.chance(_TAG_NOISE) else word.tag for word in line]
        rows.append({"id": f"udpos-{split}-{i}", "tokens": [word.form for word in line], "tags": tags})
    return rows


@lru_cache(maxsize=4)
def _distinct(split: str, size: int) -> tuple[Meaning, ...]:
    found: dict[Meaning, None] = {}
    attempt = 0
    while len(found) < size:
        meaning = sentence(Draws("tatoeba", split, attempt), 0.35)
        # four words at least, or two sentences may be told apart by nobody
        if not isinstance(meaning, Clause) or len(words(meaning, PIVOT)) > 4:
            found.setdefault(meaning)
        attempt += 1
    return tuple(found)


def retrieval_rows(language: str, split: str, size: int) -> list[Row]:
    """Queries in the pivot, then their translations as candidates in an order that gives nothing away."""
    meanings = _distinct(split, size)
    name = f"tatoeba-{split}"
    queries = [
        {"id": f"{name}-q{i}", "role": "query", "text": say(meaning, PIVOT), "gold": [f"{name}-c{i}"]}
        for i, meaning in enumerate(meanings)
    ]
    order = Draws("tatoeba-order", split).shuffled(range(size))
    candidates = [
        {"id": f"{name}-c{i}", "role": "candidate", "text": say(meanings[i], language), "gold": []} for i in order
    ]
    return [*queries, *candidates]
