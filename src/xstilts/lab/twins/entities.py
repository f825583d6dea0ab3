"""Names in sentences: panx, masakhaner and masakhaner2.

A name alone is a person, or a place where a place is told; beside a title it is a person, beside a building an
organisation, beside a piece of land a place. So the same six names need their context.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from xstilts.lab import concepts, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import Word, words
from xstilts.lab.lexicon import lexicon
from xstilts.lab.meaning import Clause, Phrase
from xstilts.lab.speech import SPEECHES
from xstilts.lab.translation import faithful
from xstilts.lab.twins.twin import Twin, only_in, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

PANX_LABELS = ("O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC")
MASAKHANER_LABELS = (*PANX_LABELS, "B-DATE", "I-DATE")

_TO_OTHERS = ("see", "hear", "follow", "find")
_TO_THINGS = ("buy", "lose", "carry")
_ALONE = ("walk", "run", "sing", "sleep", "laugh", "cry")
_TITLES = concepts.NOUNS["person"]


@dataclass(frozen=True)
class EntityStyle:
    """Parameters of one data set.

    Attributes:
        draws: Name of its stream.
        named: Share of subjects and objects that are names.
        linked: Share of sentences with a second clause.
        timed: Share of clauses that tell a time.
        missed: Share of names that an annotator, or a machine, left without a tag.
        labels: Its tags; times are tagged where it has a tag for them.
    """

    draws: str
    named: float
    linked: float
    timed: float
    missed: float
    labels: tuple[str, ...]


PANX = EntityStyle("names", named=0.5, linked=0.3, timed=0.2, missed=0.05, labels=PANX_LABELS)
MASAKHANER = EntityStyle("names-news", named=0.4, linked=0.5, timed=0.5, missed=0.01, labels=MASAKHANER_LABELS)


@dataclass(frozen=True)
class Told:
    """A clause with what its names name.

    Attributes:
        clause: What is said.
        classes: Part of the clause to the class of the name that it is.
        place_name: The name of the place beside its noun, or "".
        this_time: Whether the time is pointed at and so has two words.
    """

    clause: Clause
    classes: dict[str, str]
    place_name: str
    this_time: bool


def _participant(draws: Draws, style: EntityStyle) -> tuple[Phrase, str]:
    """Somebody or something, and the class of its name ("" for none)."""
    if not draws.chance(style.named):
        noun = draws.pick(concepts.members(draws.pick(("person", "animal"))))
        return Phrase(noun, draws.pick(concepts.QUALITIES) if draws.chance(0.3) else ""), ""
    name = draws.pick(concepts.NAMES)
    sort = draws.weighted({"PER": 0.6, "ORG": 0.3, "LOC": 0.1})
    if sort == "ORG":
        return Phrase(draws.pick(concepts.NOUNS["town"]), name), sort
    if sort == "LOC":
        return Phrase(draws.pick(concepts.NOUNS["wild"]), name), sort
    return Phrase(name, draws.pick(_TITLES) if draws.chance(0.4) else ""), sort


def _told(draws: Draws, style: EntityStyle) -> Told:
    subject, sort = _participant(draws, style)
    classes = {"subject": sort} if sort else {}
    clause = Clause(subject, draws.pick(draws.pick((_TO_OTHERS, _TO_THINGS, _ALONE))))
    if clause.verb in _TO_OTHERS:
        target, sort = _participant(draws, style)
        while target.noun == subject.noun:
            target, sort = _participant(draws, style)
        clause = replace(clause, object=target)
        classes |= {"object": sort} if sort else {}
    elif clause.verb in _TO_THINGS:
        clause = replace(clause, object=world.phrase(draws, ("food", "tool", "clothing"), 0.3))
    place, place_name = _place(draws)
    if place_name or place in concepts.NAMES:
        classes |= {"place": "LOC"}
    time = draws.pick(concepts.TIMES) if draws.chance(style.timed) else ""
    if time and "B-DATE" in style.labels:
        classes |= {"time": "DATE"}
    classes = {part: sort for part, sort in classes.items() if not draws.chance(style.missed)}
    return Told(replace(clause, place=place, time=time), classes, place_name, draws.chance(0.3))


def _place(draws: Draws) -> tuple[str, str]:
    """A place or none, and the name beside its noun."""
    name = draws.pick(concepts.NAMES)
    sort = draws.weighted({"none": 0.4, "plain": 0.2, "lone": 0.2, "land": 0.2})
    if sort == "land":
        return draws.pick(concepts.NOUNS["wild"]), name
    return {"none": "", "plain": draws.pick(world.PLACES), "lone": name}[sort], ""


def _line(told: Told, language: str) -> list[Word]:
    """The clause's words without its mark; names beside places and words that point at times are put in."""
    name_last = SPEECHES[language].adjective_after
    found: list[Word] = []
    for word in words(told.clause, language)[:-1]:
        beside = []
        if word.role == "place" and told.place_name:
            beside = [Word(lexicon(language)[told.place_name], "PROPN", "place", told.place_name)]
        if word.role == "time" and told.this_time:
            found.append(Word(lexicon(language)["this"], "DET", "time", "this"))
        found += [word, *beside] if name_last else [*beside, word]
    return found


def _tagged(told: Told, language: str) -> list[tuple[str, str]]:
    """Forms with their tags: B- where a part of the clause begins, I- where it goes on."""
    found, before = [], ""
    for word in _line(told, language):
        sort = told.classes.get(word.role, "")
        found.append((word.form, f"{'I' if word.role == before else 'B'}-{sort}" if sort else "O"))
        before = word.role
    return found


@lru_cache(maxsize=8)
def _sentences(style: EntityStyle, name: str, split: str, size: int) -> tuple[tuple[Told, ...], ...]:
    found = []
    for i in range(size):
        draws = Draws(style.draws, f"{name}-{split}-{i}")
        found.append(tuple(_told(draws, style) for _ in range(1 + draws.chance(style.linked))))
    return tuple(found)


def _row(identity: str, sentence: tuple[Told, ...], language: str, translate: Translate) -> Row:
    told_so = [
        replace(told, clause=translate(told.clause, identity, f"tokens.{n}")) for n, told in enumerate(sentence)
    ]  # fmt: skip
    tagged = _tagged(told_so[0], language)
    for told in told_so[1:]:
        tagged += [(lexicon(language)["and"], "O"), *_tagged(told, language)]
    tagged.append((".", "O"))
    return {"id": identity, "tokens": [form for form, _ in tagged], "tags": [tag for _, tag in tagged]}


def rows(
    style: EntityStyle, name: str, language: str, split: str, size: int, translate: Translate = faithful
) -> list[Row]:  # fmt: skip
    """Rows of panx or masakhaner; a translator keeps the names, and the tags with them."""
    found = _sentences(style, name, split, size)
    return [_row(f"{name}-{split}-{i}", sentence, language, translate) for i, sentence in enumerate(found)]


@lru_cache(maxsize=1)
def _second_edition() -> tuple[tuple[Told, ...], ...]:
    """All sentences of masakhaner and new ones, in a drawn order: the splits are not those of the first edition."""
    first = [
        sentence
        for split, size in _MASAKHANER_SIZES.items()
        for sentence in _sentences(MASAKHANER, "masakhaner", split, size)
    ]
    n_new = sum(_MASAKHANER2_SIZES.values()) - len(first)
    new = _sentences(MASAKHANER, "masakhaner2", "new", n_new)
    return tuple(Draws("names-news-splits").shuffled([*first, *new]))


def second_edition(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of masakhaner2."""
    splits = list(_MASAKHANER2_SIZES)
    begin = sum(_MASAKHANER2_SIZES[before] for before in splits[: splits.index(split)])
    found = _second_edition()[begin : begin + size]
    return [_row(f"masakhaner2-{split}-{i}", sentence, language, translate) for i, sentence in enumerate(found)]


_PANX_SIZES = {"train": 1500, "dev": 200, "test": 300}
_MASAKHANER_SIZES = {"train": 400, "dev": 100, "test": 200}
_MASAKHANER2_SIZES = {"train": 600, "dev": 150, "test": 300}
_FIRST = ("qad", "qcb", "qda")
_SECOND = ("qad", "qbc", "qcb")

TWINS: tuple[Twin, ...] = (
    Twin(
        "panx", Kind.TAGGING, _PANX_SIZES, trained_in_pivot(_PANX_SIZES), partial(rows, PANX, "panx"), PANX_LABELS
    ),
    Twin(
        "masakhaner", Kind.TAGGING, _MASAKHANER_SIZES, only_in(_FIRST, _MASAKHANER_SIZES),
        partial(rows, MASAKHANER, "masakhaner"), MASAKHANER_LABELS,
    ),
    Twin(
        "masakhaner2", Kind.TAGGING, _MASAKHANER2_SIZES, only_in(_SECOND, _MASAKHANER2_SIZES), second_edition,
        MASAKHANER_LABELS,
    ),
)  # fmt: skip
