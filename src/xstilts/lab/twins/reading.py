"""More questions on a text: squad_v2, mlqa, tydiqa, sets written in one language, and translations of squad."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from xstilts.lab import concepts, relations, world
from xstilts.lab.draws import Draws
from xstilts.lab.grammar import say
from xstilts.lab.meaning import Clause, Phrase, Question
from xstilts.lab.speech import SPEECHES
from xstilts.lab.translation import faithful
from xstilts.lab.twins import spans
from xstilts.lab.twins.spans import Reading
from xstilts.lab.twins.twin import Twin, only_in, trained_in_pivot
from xstilts.tasks.base import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xstilts.lab.translation import Translate
    from xstilts.lab.twins.twin import Row

PARTS = ("object", "place", "time")


@dataclass(frozen=True)
class ReadingStyle:
    """Parameters of one data set.

    Attributes:
        draws: Name of its stream.
        detail: How much a sentence tells.
        others: Fewest and most sentences beside the one that is asked about.
        alike: Share of these that have the verb or the subject of the one that is asked about.
        reworded: Share of questions in other words than the text, with two changes at most.
        brief: Share of the details beside the verb that a question leaves out.
    """

    draws: str
    detail: float
    others: tuple[int, int]
    alike: float
    reworded: float
    brief: float


STYLES: dict[str, ReadingStyle] = {
    "mlqa": ReadingStyle("reading-multi", detail=0.5, others=(2, 4), alike=0.7, reworded=0.4, brief=0.3),
    "tydiqa": ReadingStyle("reading-wanted", detail=0.4, others=(3, 4), alike=0.4, reworded=1.0, brief=0.8),
    "arcd": ReadingStyle("reading-arcd", detail=0.45, others=(2, 3), alike=0.5, reworded=0.3, brief=0.4),
    "jaquad": ReadingStyle("reading-jaquad", detail=0.55, others=(2, 3), alike=0.8, reworded=0.5, brief=0.4),
    "cmrc2018": ReadingStyle("reading-cmrc", detail=0.4, others=(3, 4), alike=0.6, reworded=0.6, brief=0.5),
}


def answers(clause: Clause, question: Question) -> bool:
    """Whether a sentence could be taken for the answer: it tells what is asked for, and nothing speaks against it.

    A part that only one of the two tells does not; the verb, and subject and object where the question has them, must
    agree, if need be by a synonym or the more general word in the question.
    """
    asked, wanted = question.asked, question.clause
    if not getattr(clause, asked) or not _agree(clause.verb, wanted.verb):
        return False
    for part in ("subject", "object"):
        told, sought = getattr(clause, part), getattr(wanted, part)
        if part != asked and sought is not None and not _same_thing(told, sought):
            return False
    pairs = [(getattr(clause, part), getattr(wanted, part)) for part in ("place", "time") if part != asked]
    return all(not told or not sought or _agree(told, sought) for told, sought in pairs)


def _agree(told: str, sought: str) -> bool:
    names = {told, concepts.SAME.get(told, told)}
    return sought in names or sought in {concepts.HYPERNYMS.get(name) for name in names}


def _same_thing(told: Phrase | None, sought: Phrase) -> bool:
    if told is None or not _agree(told.noun, sought.noun):
        return False
    return not told.adjective or not sought.adjective or _agree(told.adjective, sought.adjective)


def reading(style: ReadingStyle, item: str) -> Reading:
    """One text with a question that exactly one of its sentences answers."""
    draws = Draws(style.draws, item)
    target = world.event(draws, style.detail)
    asked = draws.pick([*(part for part in PARTS if getattr(target, part)), "subject"])
    question = Question(_wording(draws, style, target, asked), asked)
    low, high = style.others
    count = low + int(draws.uniform() * (high - low + 1))
    story: list[Clause] = []
    while len(story) < count:
        other = _other(draws, style, target)
        if not answers(other, question):
            story.append(other)
    position = int(draws.uniform() * (count + 1))
    story.insert(position, target)
    return Reading(tuple(story), position, question)


def _other(draws: Draws, style: ReadingStyle, target: Clause) -> Clause:
    """Another sentence of the text, perhaps with the verb or the subject of the one that is asked about."""
    if not draws.chance(style.alike):
        return world.event(draws, style.detail)
    if draws.chance(0.5):
        return world.event(draws, style.detail, target.verb)
    other = world.event(draws, style.detail)
    while other.object and other.object.noun == target.subject.noun:
        other = world.event(draws, style.detail)
    return replace(other, subject=target.subject)


def _wording(draws: Draws, style: ReadingStyle, target: Clause, asked: str) -> Clause:
    """What the question takes for granted."""
    wording = replace(target, manner="", fronted="")
    for part in ("place", "time"):
        if part != asked and draws.chance(style.brief):
            wording = relations.with_part(wording, part, "")
    if draws.chance(style.brief):
        bare = wording.object and replace(wording.object, adjective="", number="", this=False)
        wording = replace(wording, subject=replace(wording.subject, adjective="", number="", this=False), object=bare)
    for _ in range(2):
        if draws.chance(style.reworded):
            changed = relations.apply(draws, wording, _REWORDED)
            # a second change may make a word more general than the text allows
            wording = changed if changed and answers(target, Question(changed, asked)) else wording
    return wording


def unanswerable(draws: Draws, item: Reading) -> Question | None:
    """A question much like the text's own that no sentence of it answers; None if none was found."""
    for _ in range(8):
        asked, clause = item.question.asked, item.question.clause
        missing = [part for part in ("place", "time") if not getattr(item.story[item.target], part)]
        if missing and draws.chance(0.4):
            asked = draws.pick(missing)
        else:
            clause = relations.apply(draws, clause, _TURNED) or clause
        if asked == "object" and clause.object is None:
            continue
        question = Question(replace(clause, fronted=""), asked)
        if not any(answers(told, question) for told in item.story):
            return question
    return None


_REWORDED: dict[relations.Change, float] = {relations.reword: 0.6, relations.generalise: 0.4}

_TURNED: dict[relations.Change, float] = {
    relations.recast: 0.45, relations.oppose: 0.2, relations.move: 0.2, relations.swap_roles: 0.15,
}  # fmt: skip

_UNANSWERABLE = 0.36  # of the attempts; about one in eight finds no such question


@lru_cache(maxsize=4)
def _second_edition(split: str, size: int) -> tuple[tuple[Reading, Question | None], ...]:
    """The items of squad, and for some of them the question that takes the place of theirs."""
    found = []
    for i in range(size):
        item, draws = spans.reading(f"squad-{split}-{i}"), Draws("unanswerable", split, i)
        found.append((item, unanswerable(draws, item) if draws.chance(_UNANSWERABLE) else None))
    return tuple(found)


def squad_v2(language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of squad_v2: squad's texts, most with squad's question, others with one that has no answer."""
    found = []
    for i, (item, question) in enumerate(_second_edition(split, size)):
        name = f"squad_v2-{split}-{i}"
        row = spans.row(item, name, language, language, translate)
        if question is not None:
            asked = say(translate(question, name, "question"), language)
            row |= {"question": asked, "answer_texts": [], "answer_starts": []}
        found.append(row)
    return found


@lru_cache(maxsize=8)
def _readings(name: str, split: str, size: int) -> tuple[Reading, ...]:
    return tuple(reading(STYLES[name], f"{name}-{split}-{i}") for i in range(size))


def rows(name: str, language: str, split: str, size: int, translate: Translate = faithful) -> list[Row]:
    """Rows of a set of ``STYLES``; the language may be a pair ``context+question`` of two languages."""
    told_in, _, asked_in = language.partition("+")
    return [
        spans.row(item, f"{name}-{split}-{i}", told_in, asked_in or told_in, translate)
        for i, item in enumerate(_readings(name, split, size))
    ]


def translated_rows(
    name: str, language: str, split: str, size: int, translate: Translate = faithful
) -> list[Row]:  # fmt: skip
    """Rows of a translation of squad: its training set; as dev and test sets its dev set, which holds xquad's items."""
    origin = (("squad", "train", size),) if split == "train" else (("squad", "dev", 100), ("xquad", split, size - 100))
    found = [row for twin, part, n in origin for row in spans.rows(twin, language, part, n, translate)]
    return [{**row, "id": f"{name}-{split}-{i}"} for i, row in enumerate(found)]


def _twin(
    name: str, splits: Mapping[str, int], languages: Mapping[str, tuple[str, ...]], made: Callable[..., list[Row]]
) -> Twin:
    return Twin(name, Kind.SPAN_QA, splits, languages, made)


MLQA_LANGUAGES = ("qaa", "qab", "qac", "qba", "qbb", "qca", "qda")
_PAIRS = tuple(f"{text}+{asked}" for text in MLQA_LANGUAGES for asked in MLQA_LANGUAGES if asked != text)

_TRAINED = {"train": 1500, "dev": 200, "test": 300}
_SMALL = {"train": 400, "dev": 200, "test": 200}
_SCORED = {"dev": 200, "test": 300}
_EVERYWHERE = only_in(tuple(SPEECHES), _TRAINED)

TWINS: tuple[Twin, ...] = (
    _twin("squad_v2", _TRAINED, trained_in_pivot(_TRAINED), squad_v2),
    _twin("mlqa", _SCORED, only_in((*MLQA_LANGUAGES, *_PAIRS), _SCORED), partial(rows, "mlqa")),
    _twin("tydiqa", _TRAINED, _EVERYWHERE, partial(rows, "tydiqa")),
    _twin("arcd", _SMALL, only_in(("qca",), _SMALL), partial(rows, "arcd")),
    _twin("jaquad", _TRAINED, only_in(("qbb",), _TRAINED), partial(rows, "jaquad")),
    _twin("cmrc2018", _TRAINED, only_in(("qba",), _TRAINED), partial(rows, "cmrc2018")),
    _twin("squad_it", _TRAINED, only_in(("qab",), _TRAINED), partial(translated_rows, "squad_it")),
    _twin("squad_es", _TRAINED, only_in(("qad",), _TRAINED), partial(translated_rows, "squad_es")),
)
