"""Which papers are kept for a question, and why: words and facets shared.

Where a caller gives likeness, from an encoder, it is a third part of the score. It leaves no paper out: the cosines of
two encoders cannot be compared, since unrelated texts lie near 0.2 for one and near 0.7 for another.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads annotations at run time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from xstilts.evidence.lexicon import lexicon
from xstilts.literature import bm25
from xstilts.statistics.screening import missed_target_p, recall_bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.question import Question
    from xstilts.literature.bm25 import Index
    from xstilts.literature.work import Work

_OFTEN = 3
"""Mentions of several languages that make a paper one about them, though it shares nothing else with the question."""
_FOREIGN = ("video", "speech")
"""Modalities of papers that are left out where the question does not ask for them and the paper speaks of no text."""


@dataclass(frozen=True)
class Screened:
    """One paper before the question.

    Attributes:
        work: Its id.
        kept: Whether it is read.
        rank: By score, from 1, over all papers.
        score: BM25 of the question, over the largest one, plus the share of the question's names that the paper has,
            plus, where likeness was given, its place between the least and the largest of all papers, 0 to 1.
        likeness: What the caller gave; None where nothing was given.
        shared: Axis to the names that both have.
        lacking: Axes of the question on which the paper has none of its names.
        reasons: For people: why it was kept or left out.
    """

    work: str
    kept: bool
    rank: int
    score: float
    likeness: float | None
    shared: Mapping[str, tuple[str, ...]]
    lacking: tuple[str, ...]
    reasons: tuple[str, ...]


def text_of(work: Work) -> str:
    """Title and preferred abstract of a work."""
    abstract = next((one.abstract for one in work.versions if one.label == work.preferred), "")
    titles = [record.title for record in work.records if record.title]
    return f"{titles[0] if titles else ''}\n{abstract or next((r.abstract for r in work.records if r.abstract), '')}"


def screen(
    question: Question, works: Sequence[Work], likeness: Mapping[str, float] | None = None
) -> tuple[Screened, ...]:
    """Judge each work by its title and abstract.

    Args:
        question: What is asked.
        works: All papers that were found; their order does not matter.
        likeness: Work id to cosine with the question, -1 to 1, from any encoder; a work that is not in it has none.

    Returns:
        One entry per work, best first; equal scores in the order of ids.
    """
    ordered = sorted(works, key=lambda work: work.id)
    texts = [text_of(work) for work in ordered]
    words = bm25.index(texts).scores(question.text)
    top = float(words.max()) if len(words) and words.max() > 0 else 1.0
    places = _places(likeness or {})
    judged = [
        _judged(question, work.id, text, float(own) / top, places.get(work.id))
        for work, text, own in zip(ordered, texts, words, strict=True)
    ]
    ranked = sorted(judged, key=lambda one: (-one.score, one.work))
    return tuple(
        Screened(one.work, one.kept, place, one.score, one.likeness, one.shared, one.lacking, one.reasons)
        for place, one in enumerate(ranked, 1)
    )


def _places(likeness: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Each likeness with its place between the least and the largest, 0 to 1; 0 where all are equal."""
    least, most = min(likeness.values(), default=0.0), max(likeness.values(), default=0.0)
    return {name: (own, (own - least) / (most - least) if most > least else 0.0) for name, own in likeness.items()}


def _judged(question: Question, work: str, text: str, words: float, like: tuple[float, float] | None) -> Screened:
    mentions = lexicon().mentions(text)
    named: dict[str, set[str]] = {}
    for one in mentions:
        named.setdefault(one.axis, set()).add(one.name)
    asked = question.facets()
    shared = {
        axis: both for axis in asked if (both := tuple(name for name in asked[axis] if name in named.get(axis, ())))
    }
    lacking = tuple(axis for axis in asked if axis not in shared)
    about = sum((one.axis, one.name) == ("setting", "transfer") for one in mentions)
    against = _against(question, named)
    if not set(shared) - {"setting", "modality"} and about < _OFTEN:
        against += ("it shares no factor, data, task, metric, language or model with the question",)
    names = {(axis, name) for axis, own in asked.items() for name in own if name != "text"}
    score = words + sum(name in named.get(axis, ()) for axis, name in names) / max(1, len(names))
    said = against or tuple(f"{axis}: {', '.join(names)}" for axis, names in shared.items())
    if like is None:
        return Screened(work, not against, 0, score, None, shared, lacking, said)
    given = f"likeness {like[0]:.2f}, which is {like[1]:.0%} of the way from the least to the most alike paper"
    return Screened(work, not against, 0, score + like[1], like[0], shared, lacking, (*said, given))


def _against(question: Question, named: Mapping[str, set[str]]) -> tuple[str, ...]:
    """Why a paper is left out; empty where it is kept."""
    found = []
    if "transfer" in question.named("setting") and "transfer" not in named.get("setting", ()):
        found.append("it does not speak of several languages, and the question does")
    foreign = [
        name for name in _FOREIGN if name in named.get("modality", ()) and name not in question.named("modality")
    ]
    if foreign and not {"transfer", "text"} & named.get("setting", set()):
        found.append(f"it is about {' and '.join(foreign)}, which the question does not ask for")
    return tuple(found)


def next_to_read(works: Sequence[Work], screened: Sequence[Screened], read: Mapping[str, bool]) -> tuple[str, ...]:
    """Ids of the unread works, the most promising first.

    Before anybody has read, the order of ``screened``. Then likeness to the relevant works less likeness to the others
    (Rocchio 1971) is added to the score, so that each reading moves the order.

    Args:
        works: As given to :func:`screen`.
        screened: What it returned.
        read: Work id to whether a reader found it relevant.
    """
    ordered = sorted(works, key=lambda work: work.id)
    score = {one.work: one.score for one in screened}
    places = {work.id: place for place, work in enumerate(ordered)}
    pull = np.zeros(len(ordered))
    if read:
        own: Index = bm25.index([text_of(work) for work in ordered])
        for relevant, sign in ((True, 1.0), (False, -0.5)):
            chosen = [places[work] for work, found in read.items() if found is relevant and work in places]
            pull += sign * own.likeness(own.centre(chosen)) if chosen else 0.0
    total = {work.id: score.get(work.id, 0.0) + 4 * float(pull[places[work.id]]) for work in ordered}
    return tuple(sorted((work for work in total if work not in read), key=lambda work: (-total[work], work)))


@dataclass(frozen=True)
class Stop:
    """Whether reading may stop.

    Attributes:
        stop: Whether recall below ``target`` is rejected at 5 %.
        p: Of "recall is below target".
        recall: Lower bound (95 %) of the recall reached; None where nothing relevant was found.
        reason: One sentence.
    """

    stop: bool
    p: float
    recall: float | None
    reason: str


def may_stop(labels: Sequence[bool], total: int, target: float = 0.95) -> Stop:
    """Whether enough was read (Callaghan & Müller-Hansen 2020).

    Args:
        labels: Whether each work read so far was relevant, in the order of reading.
        total: Works in all.
        target: Recall that is wanted.
    """
    p, bound = missed_target_p(labels, total, target), recall_bound(labels, total)
    reached = "nothing relevant was found" if bound is None else f"recall is {bound:.0%} or more (95 % sure)"
    return Stop(p < 0.05, p, bound, f"{len(labels)} of {total} read, {sum(labels)} relevant: {reached}.")
