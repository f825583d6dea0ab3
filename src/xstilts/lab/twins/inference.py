"""More inference: anli (adversarial), sets written in one language, and translations of the pivot's sets."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from xstilts.lab import concepts, relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.meaning import Clause, Compound
from xstilts.lab.translation import faithful
from xstilts.lab.twins import pairs
from xstilts.lab.twins.pairs import NLI_LABELS, Inference, Pair
from xstilts.lab.twins.twin import Twin, only_in, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

ANLI = Inference("nli-adversarial", detail=0.5, states=0.1, negated=0.25, compound=0.85, noise=0.04)

WRITTEN: dict[str, Inference] = {
    "ocnli": Inference("nli-ocnli", detail=0.4, states=0.25, negated=0.2, compound=0.15, noise=0.1),
    "indonli": Inference("nli-indonli", detail=0.5, states=0.15, negated=0.1, compound=0.5, noise=0.05),
    "farstail": Inference("nli-farstail", detail=0.55, states=0.3, negated=0.08, compound=0.2, noise=0.03),
}
"""Sets that were written in their own language, each with its own stream and parameters."""

Origin = tuple[tuple[str, str, int], ...]
"""Twin, its split, and how many of its items, one after the other."""

_OF_XNLI: dict[str, Origin] = {"dev": (("xnli", "dev", 300),), "test": (("xnli", "test", 400),)}

TRANSLATED: dict[str, dict[str, Origin]] = {
    "americasnli": {"dev": (("xnli", "dev", 200),), "test": (("xnli", "test", 300),)},
    "myxnli": _OF_XNLI,
    "xnli_eu": _OF_XNLI,
    "c_xnli": _OF_XNLI,
    "kornli": {"train": (("mnli", "train", 1000), ("snli", "train", 500)), **_OF_XNLI},
}
"""Sets that are translations of others: split to where its items are from."""


def adversarial(item: str) -> Pair:
    """A premise of two clauses that look alike, and a hypothesis made of the words of both."""
    draws = Draws(ANLI.draws, item)
    told = world.state(draws, ANLI.detail) if draws.chance(ANLI.states) else world.event(draws, ANLI.detail)
    told = replace(told, negated=draws.chance(ANLI.negated))
    other = _lookalike(draws, told)
    label = draws.pick(NLI_LABELS)
    if label == "entailment":
        hypothesis = relations.weaken(draws, relations.weaken(draws, told))
    elif label == "contradiction":
        hypothesis = relations.contradict(draws, told)
    else:
        hypothesis = _mixture(draws, told, other)
    both = (told, other) if draws.chance(0.5) else (other, told)
    premise = Compound(both[0], "and", both[1]) if draws.chance(ANLI.compound) else told
    return premise, hypothesis, draws.pick(NLI_LABELS) if draws.chance(ANLI.noise) else label


def _lookalike(draws: Draws, told: Clause) -> Clause:
    """Another event; beside an event, one by the same subject, or with the same verb by another subject."""
    if told.state:
        return world.event(draws, ANLI.detail)
    if draws.chance(0.5):
        other = world.event(draws, ANLI.detail)
        while other.verb in (told.verb, concepts.SAME.get(told.verb)):
            other = world.event(draws, ANLI.detail)
        return replace(other, subject=told.subject)
    other = world.event(draws, ANLI.detail, told.verb)
    while other.subject.noun == told.subject.noun or _object(other) == _object(told) != "":
        other = world.event(draws, ANLI.detail, told.verb)
    return other


def _object(clause: Clause) -> str:
    return clause.object.noun if clause.object else ""


def _mixture(draws: Draws, told: Clause, other: Clause) -> Clause:
    """What was told, with another participant or one more detail from the clause beside it: possible, not said."""
    if told.negated:  # a detail more would follow from a denial
        return relations.recast(draws, told) or relations.diverge(draws, replace(told, negated=False))
    if other.subject != told.subject and told.object and draws.chance(0.5):
        return replace(told, subject=other.subject)
    if other.place and not told.place:
        return replace(told, place=other.place)
    return relations.diverge(draws, told)


@lru_cache(maxsize=16)
def _pairs(name: str, split: str, size: int) -> tuple[Pair, ...]:
    items = [f"{name}-{split}-{i}" for i in range(size)]
    if name == "anli":
        return tuple(adversarial(item) for item in items)
    return tuple(pairs.inference(WRITTEN[name], item) for item in items)


def rows(name: str, language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of a set with items of its own."""
    return pairs.written(name, language, split, _pairs(name, split, size), translate)


def translated_rows(
    name: str, language: str, split: str, size: int, translate: Translate = faithful
) -> list[Row]:  # fmt: skip
    """Rows of a set that is a translation: other sets' items in another language, under ids of their own."""
    found = [row for twin, part, n in TRANSLATED[name][split] for row in pairs.rows(twin, language, part, n, translate)]
    return [{**row, "id": f"{name}-{split}-{i}"} for i, row in enumerate(found[:size])]


def _twin(name: str, languages: tuple[str, ...], splits: Mapping[str, int]) -> Twin:
    made = partial(translated_rows if name in TRANSLATED else rows, name)
    return Twin(name, Kind.CLASSIFICATION, splits, only_in(languages, splits), made, NLI_LABELS)


def _sizes(name: str) -> Mapping[str, int]:
    return {split: sum(n for _, _, n in origin) for split, origin in TRANSLATED[name].items()}


_WRITTEN_SIZES = {"train": 1500, "dev": 200, "test": 300}
_ANLI_SIZES = {"train": 2000, "dev": 300, "test": 300}

TWINS: tuple[Twin, ...] = (
    Twin("anli", Kind.CLASSIFICATION, _ANLI_SIZES, trained_in_pivot(_ANLI_SIZES), partial(rows, "anli"), NLI_LABELS),
    _twin("ocnli", ("qba",), _WRITTEN_SIZES),
    _twin("indonli", ("qcb",), _WRITTEN_SIZES),
    _twin("farstail", ("qac",), _WRITTEN_SIZES),
    _twin("americasnli", ("qad", "qbc", "qcb", "qda"), _sizes("americasnli")),
    _twin("myxnli", ("qcb",), _sizes("myxnli")),
    _twin("xnli_eu", ("qda",), _sizes("xnli_eu")),
    _twin("kornli", ("qbb",), _sizes("kornli")),
    _twin("c_xnli", ("qab",), _sizes("c_xnli")),
)
