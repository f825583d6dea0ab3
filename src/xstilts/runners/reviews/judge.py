"""``judge``: how right each stage was on the lab's invented literature, of which the truth is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import confidence
from xstilts.evidence.against_truth import whole
from xstilts.evidence.against_truth.papers import Reviewed
from xstilts.lab.literature import literature
from xstilts.runners.reviews.kept import CHECKED, FINDINGS, SCREENED, STAGES, TEXTS, WORKS
from xstilts.store.payloads import JudgePayload

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the scores of all stages."""
    screened, extracted = context.parent("screen"), context.parent("extract")
    given = Reviewed(
        literature(node.asked(JudgePayload).seed),
        WORKS.read(screened),
        SCREENED.read(screened),
        TEXTS.read(extracted),
        FINDINGS.read(extracted),
        CHECKED.read(context.parent("check")),
    )
    STAGES.write(context.work, whole.scores(given, confidence.packaged()))
