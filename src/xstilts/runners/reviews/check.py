"""``check``: the findings nearest to the question, and the published claims that were asked about, each checked.

Where a language model proposed findings, the nearest of those that the rules did not choose are checked beside them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.claims import CLAIMS, chosen
from xstilts.evidence import checking, confidence, question
from xstilts.evidence.checks import entailment_model
from xstilts.literature.versions import retraction
from xstilts.planning.reviews.verdicts import verdicts_in
from xstilts.runners.loading import report
from xstilts.runners.reviews.kept import CHECKED, FINDINGS, OPINIONS, PROPOSED, TEXTS, WORKS
from xstilts.store.payloads import CheckPayload
from xstilts.store.roles import StudyRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from xstilts.evidence.checks.rerun import Rerun
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the checked findings, and how likely a second reader would mark each as stated in its source."""
    asked = node.asked(CheckPayload)
    asks = question.read(asked.question)
    screened, extracted = context.parent("screen"), context.parent("extract")
    works = {work.id: work for work in WORKS.read(screened)}
    texts = {text.work: text for text in TEXTS.read(extracted)}
    found = FINDINGS.read(extracted)
    standing = [one for one in found if not retraction(works[one.passage.work])]  # what was withdrawn backs nothing
    model = node.places.entailment
    entails = entailment_model.load(Path(model)) if model else None
    sources = checking.Sources(works, texts, standing, tuple(CLAIMS), tuple(_reruns(node, context)), entails)
    printed = checking.printed(chosen(list(asked.claims)) if asked.claims else (), works, texts)
    near = [*printed, *checking.nearest(found, asks, works, asked.findings)]
    if "propose" in node.parents:
        known = {one.id for one in near}
        more = [one for one in PROPOSED.read(context.parent("propose")).findings if one.id not in known]
        near += checking.nearest(more, asks, works, asked.findings)
    wanted = list({one.id: one for one in near}.values())
    checked, opinions = [], {}
    fitted = confidence.packaged()
    for done, one in enumerate(wanted):
        report(context, done, len(wanted))
        checked.append(checking.check(one, asks, sources))
        text = texts.get(one.passage.work)
        opinions[one.id] = fitted(confidence.features(one.passage.text, [text] if text else []))
    CHECKED.write(context.work, tuple(checked))
    OPINIONS.write(context.work, opinions)


def _reruns(node: Node, context: Context) -> Iterator[Rerun]:
    """What the stored studies among the parents say of published claims."""
    for role in StudyRole.among(node.parents):
        yield from verdicts_in(context.parent(str(role)))
