"""``search``: what the databases hold on a question, from one's own files and from stored answers alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.evidence import question, searching
from xstilts.literature.cassette import Cassette
from xstilts.literature.client import Client
from xstilts.literature.databases.asking import Places, ask
from xstilts.literature.query import Concept, Query
from xstilts.runners.reviews.kept import LOG, RECORDS
from xstilts.store.payloads import SearchPayload

if TYPE_CHECKING:
    from xstilts.runners.context import Context
    from xstilts.store.node import Node


def run(node: Node, context: Context) -> None:
    """Write the records, and what each database was asked."""
    asked, places = node.asked(SearchPayload), node.places
    folder = Path(places.cassette) if places.cassette else None
    cassette = Cassette(folder, "replay" if folder else "off")
    corpus = tuple(map(Path, places.corpus))
    answer = ask(asked.databases, queries_of(asked), Places(corpus, Client(cassette)))
    RECORDS.write(context.work, answer.records)
    LOG.write(context.work, answer.log)


def queries_of(asked: SearchPayload) -> tuple[Query, ...]:
    """What the databases are asked."""
    bounds = Query((Concept("any", ("any",)),), asked.first_year, asked.last_year, asked.records)
    return searching.queries(question.read(asked.question), bounds)
