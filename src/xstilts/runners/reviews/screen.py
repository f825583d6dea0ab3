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
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the works, and what became of each."""
    works = merge(RECORDS.read(context.parent("search")))
    asks = question.read(node.asked(ScreenPayload).question)
    encoder = Path(node.places.encoder) if node.places.encoder else None
    alike = likeness.of_works(encoder, asks, works, lambda done, total: report(context, done, total))
    WORKS.write(context.work, works)
    SCREENED.write(context.work, gate.screen(asks, works, alike))
