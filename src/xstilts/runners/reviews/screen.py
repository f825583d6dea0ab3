"""``screen``: records → works, each kept or left out with its reasons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.evidence import gate, likeness, question
from xstilts.literature.works import merge
from xstilts.runners.loading import report
from xstilts.runners.reviews.kept import RECORDS, SCREENED, WORKS
from xstilts.store.payloads import ScreenPayload

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.evidence.question import Question
    from xstilts.literature.work import Work
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the works, and what became of each."""
    works = merge(RECORDS.read(context.parent("search")))
    asks = question.read(node.asked(ScreenPayload).question)
    alike = _alike(Path(node.places.encoder), asks, works, context) if node.places.encoder else None
    WORKS.write(context.work, works)
    SCREENED.write(context.work, gate.screen(asks, works, alike))


def _alike(encoder: Path, asks: Question, works: Sequence[Work], context: Context) -> dict[str, float]:
    """Id of a work to the cosine of its title and abstract with the question."""
    found = likeness.load(encoder)(
        asks.text, [gate.text_of(work) for work in works], lambda done, total: report(context, done, total)
    )
    return {work.id: own for work, own in zip(works, found, strict=True)}
