"""arXiv's query interface: preprints with their versions, as Atom feeds.

From the user manual and the terms of use of arXiv's API (github.com/arXiv/arxiv-docs, ``source/help/api``, copy of
24 Jul 2026): one request every 3 seconds over one connection, at most 2,000 entries a page and 30,000 in all; errors
are feeds with one entry called ``Error``; title, abstract and the like are CC0. A page in the middle is empty at times,
and is then asked for again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from xstilts.errors import SourceError
from xstilts.literature.bodies import GarbledError, text_of
from xstilts.literature.call import Call, Service
from xstilts.literature.databases.base import Answer, Asked, Database, Terms, register
from xstilts.literature.identifiers import arxiv_in, doi_in
from xstilts.literature.query import Query, Spelling, boolean
from xstilts.literature.record import Ids, Record, Revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from xml.etree.ElementTree import Element

    from xstilts.literature.call import Reply
    from xstilts.literature.client import Client

SERVICE = Service("arxiv", "https://export.arxiv.org/api", interval=3.0)
PAPERS = Service("arxiv_papers", "https://export.arxiv.org", interval=3.0)
"""The papers themselves lie on the same host, so both keep one limit."""
PAGE = 200
"""Entries asked for at once; large pages time out more often."""
MOST_IDS = 100
"""Ids asked for at once, so that the address stays short."""
_ATOM = "{http://www.w3.org/2005/Atom}"
_OPEN_SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARED = re.compile(r"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_WITHDRAWN = re.compile(
    r"^\W*(?:withdrawn|retracted)\b"
    r"|^this (?:paper|article|submission|manuscript|work|preprint) (?:has been|is|was) (?:withdrawn|retracted)\b",
    re.IGNORECASE,
)
_ANSWERS = frozenset({200, 400})
"""Errors come with either; the feed tells."""


@dataclass(frozen=True)
class _Feed:
    total: int
    entries: int
    records: tuple[Record, ...]
    fetched_at: str


def spelled(query: Query) -> str:
    """The query as arXiv writes it: ``(all:"a b" OR all:"c") AND submittedDate:[201601010000 TO 202312312359]``."""
    said = boolean(query, Spelling(phrase='all:"{}"'))
    if query.first_year is None and query.last_year is None:
        return said
    span = f"{query.first_year or 1991}01010000 TO {query.last_year or 2999}12312359"
    return f"{said} AND submittedDate:[{span}]"


def search(query: Query, client: Client) -> Answer:
    """Papers by relevance; each is the newest version, with the year of its first."""
    said = spelled(query)
    found: dict[str, Record] = {}
    start, wanted, date = 0, query.limit, ""
    while start < wanted:
        size = min(PAGE, query.limit - start)
        asked = (("search_query", said), ("start", str(start)), ("max_results", str(size)), ("sortBy", "relevance"))
        feed = client.read(Call(SERVICE, "/query", asked, accepts=_ANSWERS), partial(_page, start=start))
        found |= {record.source_id: record for record in feed.records}
        date, wanted, total = date or feed.fetched_at, min(query.limit, feed.total), feed.total
        start += feed.entries  # a page may be short
        if not feed.entries:
            break
    return Answer(tuple(found.values()), (Asked("arxiv", said, date, total, len(found)),))


def find(ids: Sequence[Ids], client: Client) -> Answer:
    """Papers by arXiv id: the version that ``Ids.version`` names, or the newest; ids without arXiv are passed over."""
    names = list(dict.fromkeys(one.arxiv + one.version for one in ids if one.arxiv))
    records: list[Record] = []
    log: list[Asked] = []
    for first in range(0, len(names), MOST_IDS):
        some = names[first : first + MOST_IDS]
        asked = (("id_list", ",".join(some)), ("max_results", str(len(some))))
        feed = client.read(Call(SERVICE, "/query", asked, accepts=_ANSWERS), _feed)
        records += feed.records
        log.append(Asked("arxiv", asked[0][1], feed.fetched_at, None, len(feed.records)))
    return Answer(tuple(records), tuple(log))


def versions(arxiv: str, client: Client) -> Answer:
    """Every version of one paper, oldest first, each with its own title and abstract; empty if there is no such paper.

    Args:
        arxiv: Id without a version.
        client: Asks.
    """
    newest = find([Ids(arxiv=arxiv)], client)
    number = max((int(record.ids.version[1:] or 1) for record in newest.records if record.ids.version), default=1)
    earlier = find([Ids(arxiv=arxiv, version=f"v{one}") for one in range(1, number)], client)
    return Answer(earlier.records + newest.records, newest.log + earlier.log)


def _page(reply: Reply, start: int) -> _Feed:
    feed = _feed(reply)
    if not feed.entries and start < feed.total:
        raise GarbledError(f"entry {start + 1} of {feed.total} should come now, and the page is empty")
    return feed


def _feed(reply: Reply) -> _Feed:
    """A feed with its records.

    Raises:
        GarbledError: If it is no feed.
        SourceError: If it tells of an error.
    """
    root = _root(_NO_XML.sub(" ", text_of(reply)))
    entries = root.findall(f"{_ATOM}entry")
    for entry in entries:
        if "/api/errors" in _text(entry, "id") or (_text(entry, "title") == "Error" and not _text(entry, "published")):
            said = f"arXiv refuses the question: {_text(entry, 'summary') or 'without a word'}."
            raise SourceError(said, field=SERVICE.name, value=reply.status, hint="Look at the query string.")
    if reply.status != 200:
        raise GarbledError(f"it has the status {reply.status} and tells of no error")
    total = root.findtext(f"{_OPEN_SEARCH}totalResults") or ""
    records = tuple(record for entry in entries for record in _record(entry, reply))
    return _Feed(int(total) if total.isdecimal() else len(records), len(entries), records, reply.fetched_at)


def _root(text: str) -> Element:
    if _DECLARED.search(text):
        raise GarbledError("it is no feed, or one with declarations")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (declarations, which bombs are made of, were refused)
    except (ElementTree.ParseError, ValueError) as error:
        raise GarbledError(f"it is no whole feed ({error})") from None
    if root.tag != f"{_ATOM}feed":
        raise GarbledError("it is no feed")
    return root


def _record(entry: Element, reply: Reply) -> Iterator[Record]:
    arxiv, version = arxiv_in(_text(entry, "id"))
    title, updated, published = _text(entry, "title"), _text(entry, "updated"), _text(entry, "published")
    if not arxiv or not title:  # an id that nobody has
        return
    comment, summary = _text(entry, "comment", _ARXIV), _text(entry, "summary")
    doi = _text(entry, "doi", _ARXIV)
    later = version not in ("", "v1")
    yield Record(
        source="arxiv",
        source_id=arxiv + version,
        title=title,
        abstract=summary,
        authors=tuple(filter(None, (_text(author, "name") for author in entry.findall(f"{_ATOM}author")))),
        year=int(published[:4]) if re.match(r"\d{4}-", published) else None,
        venue=_text(entry, "journal_ref", _ARXIV) or "arXiv",
        url=f"https://arxiv.org/abs/{arxiv}{version}",
        ids=Ids(doi=doi_in(doi), arxiv=arxiv, version=version),
        licence="CC0 1.0 (the paper itself has a licence of its own)",
        retracted=next(filter(_WITHDRAWN.search, (comment, summary)), ""),
        revisions=(Revision(version, updated[:10]),) if later else (),
        open_copy=f"https://arxiv.org/pdf/{arxiv}{version}",
        fetched_at=reply.fetched_at,
        raw_sha256=reply.sha256,
    )


def _text(element: Element, name: str, space: str = _ATOM) -> str:
    return " ".join((element.findtext(space + name) or "").split())


register(
    Database(
        name="arxiv",
        title="arXiv",
        terms=Terms(
            "Titles, abstracts and other descriptive metadata are CC0; the papers have licences of their own.",
            "info.arxiv.org/help/api/tou.html, copy of 24 Jul 2026",
        ),
        online=search,
        find=find,
    )
)
