"""Crossref: what publishers register with their DOIs, with abstracts in JATS where they give them.

From www.crossref.org's pages on its REST API and notes of its users (copies of 2026): it ranks by words and knows no
Boolean search; cursors end with an empty page; headers say how often it may be asked, and for lists that was 3 times a
second for those who say who they are; bodies of refusals may be pages. A retracted paper names its notice in
``updated-by``. Crossref claims no rights in its data; an abstract may be the publisher's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from xstilts.literature.bodies import GarbledError, json_of
from xstilts.literature.call import FOUND, Call, Key, Service
from xstilts.literature.databases.base import Answer, Asked, Database, Terms, register
from xstilts.literature.databases.fields import address, child, items, number, prose, text
from xstilts.literature.identifiers import completed, doi_in
from xstilts.literature.query import Query, plain
from xstilts.literature.record import Ids, Record
from xstilts.literature.titles import without_markup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.call import Reply
    from xstilts.literature.client import Client

SERVICE = Service(
    "crossref",
    "https://api.crossref.org",
    interval=1.0,
    key=Key("CROSSREF_MAILTO", "User-Agent", "xstilts (mailto:{})"),
    interval_with_key=0.34,
)
PAGE = 100
_NOTE = "ranked by the best word of each concept, for there is no Boolean search"
_UNSHOWN = re.compile(r"<(?:jats:)?tex-math\b.*?</(?:jats:)?tex-math\s*>", re.DOTALL)
_HEADING = re.compile(r"<(?:jats:)?title\b[^>]*>\s*(?:abstract|summary)\s*</(?:jats:)?title\s*>", re.IGNORECASE)
_BLOCK = re.compile(r"</?(?:jats:)?(?:p|title|sec|list|list-item|disp-formula|break)\b[^>]*>", re.IGNORECASE)
_RETRACTIONS = ("retraction", "withdrawal", "removal", "partial_retraction")


@dataclass(frozen=True)
class _Page:
    total: int | None
    records: tuple[Record, ...]
    count: int
    cursor: str
    fetched_at: str


def search(query: Query, client: Client) -> Answer:
    """Works ranked by the words of the query, from the years that it names."""
    said = plain(query)
    bounds = (("from-pub-date", query.first_year), ("until-pub-date", query.last_year))
    span = ",".join(f"{name}:{year}" for name, year in bounds if year is not None)
    asked = (("query.bibliographic", said), *((("filter", span),) if span else ()), ("rows", str(PAGE)))
    records: dict[str, Record] = {}
    cursor, date = "*", ""
    while True:
        page = client.read(Call(SERVICE, "/works", (*asked, ("cursor", cursor))), _page)
        records |= {record.source_id: record for record in page.records}
        date = date or page.fetched_at
        if page.count < PAGE or not page.cursor or len(records) >= query.limit:
            break
        cursor = page.cursor
    kept = tuple(records.values())[: query.limit]
    shown = " ".join(f"{name}={value}" for name, value in asked if name != "rows")
    return Answer(kept, (Asked("crossref", shown, date, page.total, len(kept), note=_NOTE),))


def find(ids: Sequence[Ids], client: Client) -> Answer:
    """Works by DOI; ids without one are passed over."""
    records: list[Record] = []
    log: list[Asked] = []
    for doi in dict.fromkeys(one.doi for one in ids if one.doi):
        call = Call(SERVICE, f"/works/{quote(doi, safe='/')}", accepts=FOUND | {404})
        found, date = client.read(call, _single)
        records += found
        log.append(Asked("crossref", doi, date, len(found), len(found)))
    return Answer(tuple(records), tuple(log))


def abstract_of(jats: str) -> str:
    """The words of an abstract in JATS, on one line, without its heading and without formulas that are told twice."""
    shown = _HEADING.sub(" ", _UNSHOWN.sub(" ", jats))
    return without_markup(_BLOCK.sub(" ", shown))


def _page(reply: Reply) -> _Page:
    message = child(json_of(reply), "message")
    works = child(message, "items")
    if not isinstance(works, list):
        raise GarbledError("it has no list of items")
    records = tuple(record for work in works if (record := _record(work, reply)) is not None)
    return _Page(number(message, "total-results"), records, len(works), text(message, "next-cursor"), reply.fetched_at)


def _single(reply: Reply) -> tuple[list[Record], str]:
    if reply.status == 404:
        return [], reply.fetched_at
    record = _record(child(json_of(reply), "message"), reply)
    return [] if record is None else [record], reply.fetched_at


def _record(work: object, reply: Reply) -> Record | None:
    """A record; None for a work without a DOI or a title."""
    doi = doi_in(text(work, "DOI"))
    title = " : ".join(filter(None, (_first(work, "title"), _first(work, "subtitle"))))
    if not doi or not title:
        return None
    return Record(
        source="crossref",
        source_id=doi,
        title=title.replace(" : ", ": "),
        abstract=abstract_of(text(work, "abstract")),
        authors=tuple(filter(None, map(_author, items(work, "author")))),
        year=_year(work),
        venue=_first(work, "container-title"),
        url=f"https://doi.org/{doi}",
        ids=completed(Ids(doi=doi)),
        licence="no rights claimed by Crossref; the abstract may be the publisher's",
        retracted=_retraction(work, title),
        open_copy=_open_copy(work),
        fetched_at=reply.fetched_at,
        raw_sha256=reply.sha256,
    )


def _first(work: object, name: str) -> str:
    return next(filter(None, (prose(one) for one in items(work, name))), "")


def _author(author: object) -> str:
    return " ".join(filter(None, (prose(author, "given"), prose(author, "family")))) or prose(author, "name")


def _year(work: object) -> int | None:
    """Of the first publication, from ``{"date-parts": [[2020, 7]]}``; null parts are no year."""
    parts = next(iter(items(work, "issued", "date-parts")), None)
    first = parts[0] if isinstance(parts, list) and parts else None
    return first if isinstance(first, int) and 1000 <= first <= 2999 else None


def _retraction(work: object, title: str) -> str:
    for notice in items(work, "updated-by"):
        if text(notice, "type") in _RETRACTIONS:
            label, doi = text(notice, "label") or text(notice, "type"), text(notice, "DOI")
            return f"{label}: {doi}" if doi else label
    return title if re.match(r"(?:RETRACTED|WITHDRAWN)\b", title) else ""


def _open_copy(work: object) -> str:
    """A link for text mining, if a Creative Commons licence is named beside it."""
    free = any("creativecommons.org" in text(one, "URL") for one in items(work, "license"))
    links = (address(link, "URL") for link in items(work, "link") if "pdf" in text(link, "content-type"))
    return next(filter(None, links), "") if free else ""


register(
    Database(
        name="crossref",
        title="Crossref",
        terms=Terms(
            "Metadata may be stored and passed on; abstracts may be the publishers'.",
            "www.crossref.org/documentation/retrieve-metadata/rest-api, copies of 2026",
        ),
        online=search,
        find=find,
    )
)
