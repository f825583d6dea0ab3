"""``synthesise``: effects put together, the certainty of the answer, and whether enough was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xstilts.evidence import gate
from xstilts.evidence.synthesis import certainty, effects, synthesise
from xstilts.runners.reviews.kept import ANSWER, ASSESSMENT, CERTAINTY, CHECKED, EFFECTS, SCREENED, STOP, TEXTS, WORKS
from xstilts.store.payloads import SynthesisePayload

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write effects, certainty and the stopping rule's verdict."""
    screened, reviewed = context.parent("screen"), context.parent("review")
    checked, texts = CHECKED.read(context.parent("check")), TEXTS.read(context.parent("extract"))
    read = {text.work: text.version for text in texts}
    versions = {work.id: read.get(work.id, work.preferred) for work in WORKS.read(screened)}
    groups = synthesise(effects(checked), versions)
    EFFECTS.write(context.work, groups)
    CERTAINTY.write(context.work, certainty(checked, ANSWER.read(reviewed), groups, ASSESSMENT.read(reviewed).remarks))
    relevant = {one.finding.passage.work for one in checked if one.verified and one.bears != "none"}
    kept = sum(one.kept for one in SCREENED.read(screened))
    labels = [text.work in relevant for text in texts]
    STOP.write(context.work, gate.may_stop(labels, kept, node.asked(SynthesisePayload).recall))
