"""``screen``: records → works, each kept or left out with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import gate, question
from xstilts.literature.works import merge
from xstilts.runners.reviews.kept import RECORDS, SCREENED, WORKS
from xstilts.store.payloads import ScreenPayload

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the works, and what became of each."""
    works = merge(RECORDS.read(context.parent("search")))
    WORKS.write(context.work, works)
    SCREENED.write(context.work, gate.screen(question.read(node.asked(ScreenPayload).question), works))
