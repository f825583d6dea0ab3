"""OpenAlex: works of all publishers, with prices since 2026.

From developers.openalex.org (copies of 2026): until 12 Feb 2026 it was free with an e-mail address; since 13 Feb 2026 a
key is asked for, and use is priced: a search $0.001, a list by filters $0.0001, a single work nothing, with $0.10 a day
without a key and $1 a day with a free one. Pages hold at most 100 works. Since 15 Oct 2026 paging by cursor without a
key is refused with 401 (changelog of a third party); pages by number then reach 10,000 works. An address may have about
4,000 characters. Titles, abstracts and all else are CC0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from xstilts.errors import InputError
from xstilts.literature.bodies import json_of
from xstilts.literature.call import FOUND, Call, Key, Service
from xstilts.literature.databases.base import Answer, Asked, Database, Terms, register
from xstilts.literature.databases.fields import address, child, items, listed, number, prose, text, year
from xstilts.literature.identifiers import arxiv_in, completed
from xstilts.literature.query import Query, Spelling, boolean, years
from xstilts.literature.record import Ids, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.call import Reply
    from xstilts.literature.client import Client

SERVICE = Service(
    "openalex", "https://api.openalex.org", interval=0.1, key=Key("OPENALEX_API_KEY", "Authorization", "Bearer {}")
)
PAGE, MOST_BY_NUMBER, LONGEST_TARGET = 100, 10_000, 4_000
SEARCH_PRICE = 0.001
"""Dollars for one page of a search."""
FIELDS = (
    "id,doi,title,publication_year,ids,authorships,primary_location,best_oa_location,locations,is_retracted,"
    "abstract_inverted_index"
)
_REFUSED = 401
_LONGEST_ABSTRACT = 100_000
"""Words that an abstract has at most; more are a mistake or worse."""


@dataclass(frozen=True)
class _Page:
    total: int
    records: tuple[Record, ...]
    cursor: str
    fetched_at: str
    cost: float


def spelled(query: Query) -> str:
    """The filter: ``title_and_abstract.search:("a b" OR "c") AND ("d"),publication_year:2016-2023``."""
    span = years(query)
    return f"title_and_abstract.search:{boolean(query, Spelling())}" + (f",publication_year:{span}" if span else "")


def search(query: Query, client: Client) -> Answer:
    """Works whose title or abstract fits, the best first: by cursor, or by number of page where that is refused.

    Raises:
        InputError: If the query is too long for an address.
    """
    said = spelled(query)
    pages, refused = _by_cursor(said, query.limit, client)
    if refused:
        pages = _by_number(said, query.limit, client)
    records = {record.source_id: record for page in pages for record in page.records}
    kept = tuple(records.values())[: query.limit]
    cost = sum(page.cost for page in pages)
    note = "by number of page, for paging by cursor needs a key" if refused else ""
    return Answer(kept, (Asked("openalex", said, pages[0].fetched_at, pages[0].total, len(kept), cost, note),))


def _by_cursor(said: str, limit: int, client: Client) -> tuple[list[_Page], bool]:
    pages: list[_Page] = []
    cursor = "*"
    while cursor and sum(len(page.records) for page in pages) < limit:
        call = _listing(said, ("cursor", cursor), FOUND | {_REFUSED})
        page = client.read(call, lambda reply: None if reply.status == _REFUSED else _page(reply))
        if page is None:
            return [], True
        pages.append(page)
        cursor = page.cursor if page.records else ""
    return pages, False


def _by_number(said: str, limit: int, client: Client) -> list[_Page]:
    pages: list[_Page] = []
    for number_of_page in range(1, MOST_BY_NUMBER // PAGE + 1):
        pages.append(client.read(_listing(said, ("page", str(number_of_page)), FOUND), _page))
        if number_of_page * PAGE >= min(limit, pages[-1].total):
            break
    return pages


def _listing(said: str, place: tuple[str, str], accepts: frozenset[int]) -> Call:
    asked = (("filter", said), ("select", FIELDS), ("per_page", str(PAGE)), place)
    call = Call(SERVICE, "/works", asked, price=SEARCH_PRICE, accepts=accepts)
    if len(call.target) > LONGEST_TARGET:
        message = f"OpenAlex reads addresses of {LONGEST_TARGET} characters; this one has {len(call.target)}."
        raise InputError(message, field="concepts", hint="Take fewer synonyms.")
    return call


def find(ids: Sequence[Ids], client: Client) -> Answer:
    """Works by id (its own, DOI, arXiv, PubMed), without a price; one that was merged into another comes as that."""
    records: list[Record] = []
    log: list[Asked] = []
    for name in dict.fromkeys(filter(None, map(_named, ids))):
        call = Call(SERVICE, f"/works/{quote(name, safe=':/')}", (("select", FIELDS),), accepts=FOUND | {404})
        found, date = client.read(call, _single)
        records += found
        merged = [record.source_id for record in found if name.startswith("W") and record.source_id != name]
        note = f"{name} was merged into {merged[0]}" if merged else ""
        log.append(Asked("openalex", name, date, len(found), len(found), note=note))
    return Answer(tuple(records), tuple(log))


def _page(reply: Reply) -> _Page:
    data = json_of(reply)
    records = tuple(record for work in listed(data, "results") if (record := _record(work, reply)) is not None)
    total = number(data, "meta", "count")
    cursor = text(data, "meta", "next_cursor")
    return _Page(len(records) if total is None else total, records, cursor, reply.fetched_at, reply.cost)


def _single(reply: Reply) -> tuple[list[Record], str]:
    record = None if reply.status == 404 else _record(json_of(reply), reply)
    return [] if record is None else [record], reply.fetched_at


def _record(work: object, reply: Reply) -> Record | None:
    """A record; None for a work without an id or a title."""
    own, title = text(work, "id").rpartition("/")[2], prose(work, "title")
    if not re.fullmatch(r"W[0-9]+", own) or not title:
        return None
    landing = (text(place, "landing_page_url") for place in items(work, "locations"))
    arxiv, version = next((found for found in map(arxiv_in, landing) if found[0]), ("", ""))
    ids = Ids(
        doi=text(work, "doi"),
        arxiv=arxiv,
        version=version,
        openalex=own,
        pmid=text(work, "ids", "pmid").rstrip("/").rpartition("/")[2],
    )
    return Record(
        source="openalex",
        source_id=own,
        title=title,
        abstract=abstract_of(child(work, "abstract_inverted_index")),
        authors=tuple(filter(None, (text(one, "author", "display_name") for one in items(work, "authorships")))),
        year=year(work, "publication_year"),
        venue=text(work, "primary_location", "source", "display_name"),
        url=address(work, "primary_location", "landing_page_url") or f"https://openalex.org/{own}",
        ids=completed(ids),
        licence="CC0 1.0",
        retracted="OpenAlex marks it as retracted." if child(work, "is_retracted") is True else "",
        open_copy=address(work, "best_oa_location", "pdf_url") or address(work, "best_oa_location", "landing_page_url"),
        fetched_at=reply.fetched_at,
        raw_sha256=reply.sha256,
    )


def abstract_of(inverted: object) -> str:
    """The abstract from an index of words to their places: ``{"a": [0, 2], "b": [1]}`` → ``a b a``.

    Gaps close up; what is no index gives "".
    """
    if not isinstance(inverted, dict):
        return ""
    placed = [
        (place, word)
        for word, places in inverted.items()
        if isinstance(places, list)
        for place in places
        if isinstance(place, int)
    ]
    return prose(" ".join(word for _, word in sorted(placed)[:_LONGEST_ABSTRACT]))


def _named(ids: Ids) -> str:
    """The id as OpenAlex reads it; "" where it reads none of them."""
    arxiv = f"doi:10.48550/arxiv.{ids.arxiv}" if ids.arxiv else ""
    return ids.openalex or (f"doi:{ids.doi}" if ids.doi else "") or arxiv or (f"pmid:{ids.pmid}" if ids.pmid else "")


register(
    Database(
        name="openalex",
        title="OpenAlex",
        terms=Terms("All data are CC0. A search costs $0.001 a page.", "developers.openalex.org, copies of 2026"),
        online=search,
        find=find,
    )
)
