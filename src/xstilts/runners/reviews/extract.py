"""``extract``: what the best of the kept works say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.evidence import extract, reading
from xstilts.runners.loading import report
from xstilts.runners.reviews.kept import FINDINGS, SCREENED, TEXTS, WORKS
from xstilts.store.payloads import ExtractPayload

if TYPE_CHECKING:
    from xstilts.evidence.finding import Finding
    from xstilts.literature.text import Text
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the texts that were read, in the order of their works' rank, and everything that they assert."""
    folder = context.parent("screen")
    works = {work.id: work for work in WORKS.read(folder)}
    kept = [one.work for one in SCREENED.read(folder) if one.kept][: node.asked(ExtractPayload).papers]
    corpus = tuple(map(Path, node.places.corpus))
    texts: list[Text] = []
    found: list[Finding] = []
    for done, name in enumerate(kept):
        report(context, done, len(kept), note=name)
        texts.append(reading.read(works[name], corpus))
        found += extract.findings(texts[-1])
    TEXTS.write(context.work, tuple(texts))
    FINDINGS.write(context.work, tuple(found))
