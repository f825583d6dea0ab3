"""Pairs of sentences with a label: inference (mnli, xnli, snli) and duplicate questions (qqp)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from xstilts.lab import relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say
from xstilts.lab.meaning import Clause, Compound, Meaning, Phrase, Question
from xstilts.lab.translation import faithful

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

NLI_LABELS = ("entailment", "neutral", "contradiction")
QQP_LABELS = ("not_duplicate", "duplicate")


@dataclass(frozen=True)
class Inference:
    """Parameters of one inference data set.

    Attributes:
        draws: Name of its stream; XNLI uses MNLI's generator with other ids.
        detail: How much is told in a premise.
        states: Share of premises that describe a state.
        negated: Share of premises that are denied.
        compound: Share of premises with a second clause.
        noise: Share of labels that are drawn anew.
    """

    draws: str
    detail: float
    states: float
    negated: float
    compound: float
    noise: float


MNLI = Inference("nli-multi", detail=0.45, states=0.2, negated=0.12, compound=0.3, noise=0.06)
SNLI = Inference("nli-caption", detail=0.3, states=0.1, negated=0.0, compound=0.0, noise=0.08)

_CHANGES = {
    "entailment": relations.weaken,
    "neutral": relations.diverge,
    "contradiction": relations.contradict,
}

Pair = tuple[Meaning, Meaning, str]


def inference(style: Inference, item: str) -> Pair:
    """Premise, hypothesis and label of one item."""
    draws = Draws(style.draws, item)
    told = world.state(draws, style.detail) if draws.chance(style.states) else world.event(draws, style.detail)
    told = replace(told, negated=draws.chance(style.negated))
    label = draws.pick(NLI_LABELS)
    hypothesis = _CHANGES[label](draws, told)
    premise: Meaning = told
    if draws.chance(style.compound):
        premise = Compound(told, "and", world.event(draws, style.detail / 2))
    return premise, hypothesis, draws.pick(NLI_LABELS) if draws.chance(style.noise) else label


def _asked(draws: Draws, clause: Clause) -> str:
    parts = [p for p in ("object", "place", "time", "state") if getattr(clause, p)]
    return draws.pick([*parts, "subject", "why"])


def duplicate(item: str) -> Pair:
    """Two questions and whether they ask the same."""
    draws = Draws("questions", item)
    clause = world.event(draws, 0.5)
    while relations.reword(draws, clause) is None:
        clause = world.event(draws, 0.5)
    asked = _asked(draws, clause)
    label = draws.pick(QQP_LABELS)
    other, other_asked = clause, asked
    if label == "not_duplicate":
        if draws.chance(0.2):
            other_asked = draws.pick([p for p in ("subject", "why", "object") if p != asked and _has(clause, p)])
        else:
            other = _differ(draws, clause, asked)
    if label == "duplicate" or draws.chance(0.6):
        other = _rephrased(draws, other, other_asked)
    label = draws.pick(QQP_LABELS) if draws.chance(0.06) else label
    return _question(clause, asked), _question(other, other_asked), label


def _rephrased(draws: Draws, clause: Clause, asked: str) -> Clause:
    """The clause in other words, seen outside the part that is asked for where that can be."""
    for _ in range(8):
        changed = relations.paraphrase(draws, clause, 0.5)
        if _shown(changed, asked) != _shown(clause, asked):
            break
    return changed


def _shown(clause: Clause, asked: str) -> Clause:
    """What a question shows of the clause."""
    fronted = "" if clause.fronted == asked else clause.fronted
    if asked == "subject":
        return replace(clause, subject=Phrase("it"), fronted=fronted)
    hidden = {"object": {"object": None}, "place": {"place": ""}, "time": {"time": ""}, "state": {"state": ""}}
    return replace(clause, **hidden.get(asked, {}), fronted=fronted)  # type: ignore[arg-type]


_DIFFERENT: dict[relations.Change, float] = {
    relations.recast: 0.35,
    relations.oppose: 0.2,
    relations.move: 0.25,
    relations.deny: 0.1,
    relations.swap_roles: 0.1,
}


def _differ(draws: Draws, clause: Clause, asked: str) -> Clause:
    """Another clause whose difference is not hidden by the part that is asked for."""
    while True:
        changed = relations.apply(draws, clause, _DIFFERENT)
        if changed is not None and _shown(changed, asked) != _shown(clause, asked):
            return changed


def _has(clause: Clause, part: str) -> bool:
    return part == "why" or bool(getattr(clause, part))


def _question(clause: Clause, asked: str) -> Question:
    return Question(replace(clause, fronted="") if clause.fronted == asked else clause, asked)


@lru_cache(maxsize=16)
def _pairs(name: str, split: str, size: int) -> tuple[Pair, ...]:
    items = [f"{name}-{split}-{i}" for i in range(size)]
    if name == "qqp":
        return tuple(duplicate(item) for item in items)
    return tuple(inference(SNLI if name == "snli" else MNLI, item) for item in items)


def rows(name: str, language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Classification rows of one of the data sets of this module."""
    return written(name, language, split, _pairs(name, split, size), translate)


def written(name: str, language: str, split: str, pairs: Sequence[Pair], translate: Translate) -> list[Row]:
    """Pairs in the columns of classification, the two sentences translated each for itself."""
    found = []
    for i, (first, second, label) in enumerate(pairs):
        item = f"{name}-{split}-{i}"
        text = say(translate(first, item, "text"), language)
        text_pair = say(translate(second, item, "text_pair"), language)
        found.append({"id": item, "text": text, "text_pair": text_pair, "label": label})
    return found
