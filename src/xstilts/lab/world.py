"""What happens in the world: which events make sense, and which cause which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.lab import concepts
from xstilts.lab.meaning import Clause, Phrase

if TYPE_CHECKING:
    from collections.abc import Callable

    from xstilts.lab.draws import Draws

PLACES = (*concepts.NOUNS["town"], *concepts.NOUNS["wild"])


def noun_of(draws: Draws, categories: tuple[str, ...]) -> str:
    """A noun from one of the categories; a person is a name in a third of the cases."""
    category = draws.pick(categories)
    if category == "person" and draws.chance(0.3):
        return draws.pick(concepts.NAMES)
    return draws.pick(concepts.members(category))


def phrase(draws: Draws, categories: tuple[str, ...], detail: float) -> Phrase:
    """A thing; ``detail`` is the probability that a quality is told (names have none)."""
    noun = noun_of(draws, categories)
    if noun in concepts.NAMES:
        return Phrase(noun)
    adjective = draws.pick(concepts.QUALITIES) if draws.chance(detail) else ""
    number = draws.pick(concepts.NUMBERS) if draws.chance(detail / 5) else ""
    return Phrase(noun, adjective, number, this=not number and draws.chance(detail / 5))


def event(draws: Draws, detail: float = 0.4, verb: str | None = None) -> Clause:
    """Something that happens.

    Args:
        draws: Where chance comes from.
        detail: Probability of each modifier (quality, place, time, manner).
        verb: The verb, if it is given.
    """
    verb = verb or draws.pick((*concepts.TRANSITIVE, *concepts.INTRANSITIVE))
    agents, patients = concepts.TRANSITIVE.get(verb, (("person", "animal"), ()))
    subject = phrase(draws, agents, detail)
    target = phrase(draws, patients, detail) if patients else None
    while target and target.noun == subject.noun:
        target = phrase(draws, patients, detail)
    return Clause(
        subject, verb, object=target,
        place=draws.pick(PLACES) if draws.chance(detail + 0.15) else "",
        time=draws.pick(concepts.TIMES) if draws.chance(detail * 0.75) else "",
        manner=draws.pick(concepts.MANNERS) if draws.chance(detail / 3) else "",
    )  # fmt: skip


def state(draws: Draws, detail: float = 0.4) -> Clause:
    """Somebody who feels somehow, or something that is somehow."""
    if draws.chance(0.6):
        subject = phrase(draws, ("person", "animal"), detail / 2)
        quality = draws.pick(concepts.FEELINGS)
    else:
        subject = Phrase(noun_of(draws, ("tool", "clothing", "food", "animal")))
        quality = draws.pick(concepts.QUALITIES)
    return Clause(subject, state=quality, time=draws.pick(concepts.TIMES) if draws.chance(detail / 2) else "")


def _thing(draws: Draws, *categories: str) -> Phrase:
    return phrase(draws, categories, 0.2)


def _does(who: Phrase, verb: str, what: Phrase | None = None) -> Clause:
    return Clause(who, verb, object=what)


def _is(who: Phrase, state_: str) -> Clause:
    return Clause(who, state=state_)


Rule = tuple[tuple[str, ...], tuple[str, ...], "Callable[[Phrase, Phrase], tuple[Clause, Clause]]"]

_GOODS = ("food", "tool", "clothing")

RULES: dict[str, Rule] = {
    "hungry-eat": (("person", "animal"), ("food",), lambda x, y: (_is(x, "hungry"), _does(x, "eat", y))),
    "hungry-buy": (("person",), ("food",), lambda x, y: (_is(x, "hungry"), _does(x, "buy", y))),
    "cut-eat": (("person",), ("food",), lambda x, y: (_does(x, "cut", y), _does(x, "eat", y))),
    "lose-sad": (("person",), _GOODS, lambda x, y: (_does(x, "lose", y), _is(x, "sad"))),
    "sad-cry": (("person",), _GOODS, lambda x, y: (_is(x, "sad"), _does(x, "cry"))),
    "find-happy": (("person", "animal"), _GOODS, lambda x, y: (_does(x, "find", y), _is(x, "happy"))),
    "happy-sing": (("person",), _GOODS, lambda x, y: (_is(x, "happy"), _does(x, "sing"))),
    "happy-laugh": (("person",), _GOODS, lambda x, y: (_is(x, "happy"), _does(x, "laugh"))),
    "tired-sleep": (("person", "animal"), _GOODS, lambda x, y: (_is(x, "tired"), _does(x, "sleep"))),
    "run-tired": (("person", "animal"), _GOODS, lambda x, y: (_does(x, "run"), _is(x, "tired"))),
    "carry-tired": (("person", "animal"), _GOODS, lambda x, y: (_does(x, "carry", y), _is(x, "tired"))),
    "break-angry": (("person",), ("tool",), lambda x, y: (_does(x, "break", y), _is(x, "angry"))),
    "fall-cry": (("person",), _GOODS, lambda x, y: (_does(x, "fall"), _does(x, "cry"))),
    "fall-dirty": (("person", "animal"), _GOODS, lambda x, y: (_does(x, "fall"), _is(x, "dirty"))),
    "dirty-wash": (("person",), ("tool", "clothing"), lambda x, y: (_is(y, "dirty"), _does(x, "wash", y))),
    "wash-clean": (("person",), ("tool", "clothing"), lambda x, y: (_does(x, "wash", y), _is(y, "clean"))),
    "follow-run": (("person", "animal"), ("animal",), lambda x, y: (_does(x, "follow", y), _does(y, "run"))),
}
"""Name to (who can be x, who can be y, cause and effect): the causal knowledge of the world."""


def cause_and_effect(draws: Draws, rule: str | None = None) -> tuple[Clause, Clause, str]:
    """A cause, its effect, and the name of the rule that links them."""
    name = rule or draws.pick(tuple(RULES))
    agents, patients, build = RULES[name]
    who, what = _thing(draws, *agents), _thing(draws, *patients)
    while what.noun == who.noun:
        what = _thing(draws, *patients)
    # what has just been washed or dirtied is not called clean or dirty as well
    if name in ("dirty-wash", "wash-clean") and what.adjective in ("clean", "dirty"):
        what = replace(what, adjective="")
    if name == "fall-dirty" and who.adjective in ("clean", "dirty"):
        who = replace(who, adjective="")
    cause, effect = build(who, what)
    if cause.verb and draws.chance(0.35):
        cause = replace(cause, place=draws.pick(PLACES))
    if draws.chance(0.2):
        cause = replace(cause, time=draws.pick(concepts.TIMES))
    return cause, effect, name


def outcomes(cause: Clause) -> set[tuple[str, str]]:
    """What the rules let follow from a clause of this verb or state: pairs (verb, state)."""
    here = (cause.verb, cause.state)
    found = set()
    for _, _, build in RULES.values():
        first, second = build(Phrase("x"), Phrase("y"))
        if (first.verb, first.state) == here:
            found.add((second.verb, second.state))
    return found
