"""How one meaning relates to another: says the same, follows from it, contradicts it, or is merely possible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from xstilts.lab import concepts, world

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from xstilts.lab.draws import Draws
    from xstilts.lab.meaning import Clause, Phrase

    Change = Callable[[Draws, Clause], Clause | None]


def with_part(clause: Clause, part: str, value: Phrase | str) -> Clause:
    """The clause with one attribute changed whose name is drawn."""
    change: dict[str, Any] = {part: value}
    return replace(clause, **change)


def _swap(clause: Clause, old: str, new: str) -> Clause:
    """The clause with one concept replaced wherever it stands."""

    def phrase(item: Phrase) -> Phrase:
        return replace(
            item,
            noun=new if item.noun == old else item.noun,
            adjective=new if item.adjective == old else item.adjective,
        )

    changed: dict[str, Any] = {
        name: new for name in ("verb", "state", "place", "time", "manner") if getattr(clause, name) == old
    }
    return replace(clause, subject=phrase(clause.subject), object=clause.object and phrase(clause.object), **changed)


def content(clause: Clause) -> list[str]:
    """The concepts of a clause, function words left out."""
    phrases = [clause.subject, *([clause.object] if clause.object else [])]
    found = [concept for phrase in phrases for concept in (phrase.noun, phrase.adjective)]
    found += [clause.verb, clause.state, clause.place, clause.time, clause.manner]
    return [concept for concept in found if concept]


def reword(draws: Draws, clause: Clause) -> Clause | None:
    """A synonym for one word; None if no word has one."""
    known = [concept for concept in content(clause) if concept in concepts.SAME]
    if not known:
        return None
    old = draws.pick(known)
    return _swap(clause, old, concepts.SAME[old])


def reorder(draws: Draws, clause: Clause) -> Clause | None:
    """Another order of the same words; None if place and time are both absent."""
    options = [part for part in ("place", "time") if getattr(clause, part)]
    if not options:
        return None
    return replace(clause, fronted="" if clause.fronted else draws.pick(options))


def _one_word_by(others: Mapping[str, str], draws: Draws, clause: Clause) -> Clause | None:
    """Another word for one of the clause's; None under negation, or where ``others`` has none."""
    known = [concept for concept in content(clause) if concept in others]
    if clause.negated or not known:
        return None
    old = draws.pick(known)
    return _swap(clause, old, others[old])


def generalise(draws: Draws, clause: Clause) -> Clause | None:
    """A hypernym for one word; None under negation, where it would not follow, or if no word has one."""
    return _one_word_by(concepts.HYPERNYMS, draws, clause)


def shorten(draws: Draws, clause: Clause) -> Clause | None:
    """One modifier less; None under negation or if there is none."""
    options = [part for part in ("place", "time", "manner") if getattr(clause, part)]
    options += ["subject"] if clause.subject.adjective else []
    options += ["object"] if clause.object and clause.object.adjective else []
    if clause.negated or not options:
        return None
    part = draws.pick(options)
    if part in ("subject", "object"):
        return with_part(clause, part, replace(getattr(clause, part), adjective=""))
    return with_part(replace(clause, fronted="" if clause.fronted == part else clause.fronted), part, "")


def deny(draws: Draws, clause: Clause) -> Clause | None:
    """The clause denied, or the denial taken back."""
    return replace(clause, negated=not clause.negated)


def oppose(draws: Draws, clause: Clause) -> Clause | None:
    """An antonym for one word; None under negation or if no word has one."""
    return _one_word_by(concepts.ANTONYMS, draws, clause)


def move(draws: Draws, clause: Clause) -> Clause | None:
    """The same event at another place or time; None under negation or if none is told."""
    options = [part for part in ("place", "time") if getattr(clause, part)]
    if clause.negated or not options:
        return None
    part = draws.pick(options)
    here = getattr(clause, part)
    if part == "time":
        others = [time for time in concepts.TIMES if time != here]
    else:
        ruled_out = (here, concepts.SAME.get(here), concepts.HYPERNYMS.get(here))
        others = [place for place in world.PLACES if place not in ruled_out]
    return with_part(clause, part, draws.pick(others))


def add(draws: Draws, clause: Clause) -> Clause | None:
    """One modifier more; None if there is no room."""
    options = [part for part in ("place", "time") if not getattr(clause, part)]
    phrases = [p for p in ("subject", "object") if (item := getattr(clause, p)) and not item.adjective]
    options += [part for part in phrases if getattr(clause, part).noun not in concepts.NAMES]
    if not options:
        return None
    part = draws.pick(options)
    if part == "time":
        return replace(clause, time=draws.pick(concepts.TIMES))
    if part == "place":
        return replace(clause, place=draws.pick(world.PLACES))
    quality = draws.pick(concepts.QUALITIES)
    return with_part(clause, part, replace(getattr(clause, part), adjective=quality))


def recast(draws: Draws, clause: Clause) -> Clause | None:
    """Another participant of the same sort; None if no noun has a sibling."""
    phrases = [p for p in ("subject", "object") if getattr(clause, p) is not None]
    known = [p for p in phrases if concepts.siblings(getattr(clause, p).noun) or _is_name(getattr(clause, p))]
    if not known:
        return None
    part = draws.pick(known)
    old = getattr(clause, part)
    others = concepts.siblings(old.noun) or [name for name in concepts.NAMES if name != old.noun]
    return with_part(clause, part, replace(old, noun=draws.pick(others)))


def react(draws: Draws, clause: Clause) -> Clause | None:
    """Something else that the same subject does or feels."""
    other = world.event(draws, 0.2) if draws.chance(0.6) else world.state(draws, 0.2)
    if {other.verb, other.state} & {clause.verb, clause.state} - {""} or other.verb == concepts.SAME.get(clause.verb):
        return None
    return replace(other, subject=clause.subject)


def swap_roles(draws: Draws, clause: Clause) -> Clause | None:
    """Subject and object changed for one another; None unless both can act."""
    animate = (*concepts.NOUNS["person"], *concepts.NOUNS["animal"], *concepts.NAMES)
    if clause.object is None or clause.object.noun not in animate:
        return None
    return replace(clause, subject=clause.object, object=clause.subject)


def _is_name(phrase: Phrase) -> bool:
    return phrase.noun in concepts.NAMES


def apply(draws: Draws, clause: Clause, weights: dict[Change, float]) -> Clause | None:
    """One drawn change that fits the clause; None if none does."""
    left = dict(weights)
    while left:
        change = draws.weighted(left)
        if (changed := change(draws, clause)) is not None and changed != clause:
            return changed
        del left[change]
    return None


SURFACE: dict[Change, float] = {reword: 0.7, reorder: 0.3}
WEAKER: dict[Change, float] = {generalise: 0.4, shorten: 0.3, reword: 0.3}
CONTRARY: dict[Change, float] = {deny: 0.25, oppose: 0.4, move: 0.35}
POSSIBLE: dict[Change, float] = {add: 0.4, recast: 0.3, react: 0.15, swap_roles: 0.15}


def paraphrase(draws: Draws, clause: Clause, repeat: float = 0.4) -> Clause:
    """Other words or another order; a second change with probability ``repeat``. May return the clause unchanged."""
    changed = apply(draws, clause, SURFACE) or clause
    again = apply(draws, changed, SURFACE) if draws.chance(repeat) else None
    # a second change may take the first one back
    return changed if again is None or again == clause else again


def weaken(draws: Draws, clause: Clause) -> Clause:
    """Something that follows from the clause."""
    changed = apply(draws, clause, WEAKER) or paraphrase(draws, clause)
    return paraphrase(draws, changed, 0.0) if draws.chance(0.3) else changed


def contradict(draws: Draws, clause: Clause) -> Clause:
    """Something that cannot be true beside the clause; :func:`deny` fits every clause, so there always is one."""
    changed = apply(draws, clause, CONTRARY) or replace(clause, negated=not clause.negated)
    return paraphrase(draws, changed, 0.0) if draws.chance(0.4) else changed


def diverge(draws: Draws, clause: Clause) -> Clause:
    """Something that may or may not be true beside the clause."""
    changed = apply(draws, clause, POSSIBLE)
    while changed is None:
        changed = react(draws, clause)
    return paraphrase(draws, changed, 0.0) if draws.chance(0.4) else changed
