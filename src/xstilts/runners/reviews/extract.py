"""``extract``: what the best of the kept works say, in full where one's own file or a stored copy has it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.evidence import extract, reading
from xstilts.literature.cassette import Cassette
from xstilts.literature.copies import places, shelf
from xstilts.literature.rules import Rules
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
    asked, corpus = node.asked(ExtractPayload), tuple(map(Path, node.places.corpus))
    stored = shelf.client(Cassette(Path(node.places.cassette), "replay"), Rules()) if asked.copies else None
    reached = places.chosen((works[name] for name in kept), asked.full_texts) if stored else {}
    texts: list[Text] = []
    found: list[Finding] = []
    for done, name in enumerate(kept):
        report(context, done, len(kept), note=name)
        text = reading.read(works[name], corpus, stored if reached.get(name) else None)
        beyond = reached.get(name) is False
        texts.append(replace(text, dropped=(*text.dropped, reading.BEYOND)) if beyond else text)
        found += extract.findings(texts[-1])
    TEXTS.write(context.work, tuple(texts))
    FINDINGS.write(context.work, tuple(found))
