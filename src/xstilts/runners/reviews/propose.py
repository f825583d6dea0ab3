"""``propose``: what a language model proposes of the texts that were read; each proposal is held against its source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.evidence.language_model import LanguageModel, Proposed, client_of, propose
from xstilts.literature.cassette import Cassette
from xstilts.runners.loading import report
from xstilts.runners.reviews.kept import PROPOSED, TEXTS
from xstilts.store.payloads import ProposePayload

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the proposals that hold, why the others do not, and the tokens that they took."""
    asked, places = node.asked(ProposePayload), node.places
    texts = TEXTS.read(context.parent("extract"))
    client = client_of(Cassette(Path(places.answers), "record" if places.asks else "replay"))
    model = LanguageModel(places.language_model, asked.model)
    told: list[Proposed] = []
    for done, text in enumerate(texts):
        report(context, done, len(texts), note=text.work)
        told.append(propose(client, model, asked.question, text))
    found = tuple(one for proposed in told for one in proposed.findings)
    refused = tuple(reason for proposed in told for reason in proposed.refused)
    PROPOSED.write(context.work, Proposed(found, refused, sum(proposed.tokens for proposed in told)))
