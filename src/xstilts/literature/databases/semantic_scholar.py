"""Semantic Scholar's Academic Graph: Boolean search in bulk, ranked search, papers by id, and passages of full texts.

From the service's OpenAPI description (copy of 22 Aug 2026): 100 records a page and 1,000 in all by relevance, 1,000 a
page in bulk, 500 ids at once; errors say ``error`` or ``message``. Without a key all users of the world share 100
requests in 5 minutes, so refusals are the rule; with a free key it is one request a second (third party, 12 Jun 2026).
It knows no versions of arXiv papers.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xstilts.disk import parsed
from xstilts.errors import SourceError
from xstilts.literature.bodies import GarbledError, json_of, text_of, words_of
from xstilts.literature.call import FOUND, Call, Key, Service
from xstilts.literature.databases.base import Answer, Asked, Database, Terms, register
from xstilts.literature.databases.fields import address, child, items, listed, number, prose, text, year
from xstilts.literature.identifiers import completed
from xstilts.literature.query import Query, Spelling, boolean, years
from xstilts.literature.record import Ids, Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xstilts.literature.call import Reply
    from xstilts.literature.client import Client

SERVICE = Service(
    "semantic_scholar",
    "https://api.semanticscholar.org/graph/v1",
    interval=3.0,
    key=Key("SEMANTIC_SCHOLAR_API_KEY", "x-api-key"),
    interval_with_key=1.0,
)
FIELDS = "externalIds,url,title,abstract,venue,year,openAccessPdf,authors"
RANKED_PAGE, MOST_RANKED, MOST_IDS, MOST_SNIPPETS = 100, 1000, 500, 1000
_SPELLING = Spelling(either=" | ", both=" + ")
_LICENCE = "Semantic Scholar API licence: for reading, not for sharing"


@dataclass(frozen=True)
class Snippet:
    """A passage that fits a question, from a title, an abstract or a full text.

    Attributes:
        text: The passage.
        kind: ``title``, ``abstract`` or ``body``.
        section: Title of its section; "" where there is none.
        start: First character in the service's text of the paper.
        end: One past the last.
        corpus_id: The service's number of the paper.
        title: Of the paper.
        licence: Of the paper's open copy; "" where unknown.
        score: How well it fits, on the service's own scale.
    """

    text: str
    kind: str
    section: str
    start: int
    end: int
    corpus_id: str
    title: str
    licence: str
    score: float


@dataclass(frozen=True)
class _Page:
    total: int
    records: tuple[Record, ...]
    following: str
    fetched_at: str


def search(query: Query, client: Client) -> Answer:
    """Papers that a Boolean search finds in bulk, the most cited first, which is the one order that is stable."""
    said = boolean(query, _SPELLING)
    span = years(query)
    years_asked = (("year", span),) if span else ()
    asked = (("query", said), ("fields", FIELDS), *years_asked, ("sort", "citationCount:desc"))
    return _paged(client, "/paper/search/bulk", asked, query.limit)


def ranked(words: str, client: Client, limit: int = RANKED_PAGE) -> Answer:
    """At most 1,000 papers by relevance to plain words; hyphens are spaces, for hyphenated words find nothing."""
    asked = (("query", words.replace("-", " ")), ("fields", FIELDS))
    return _paged(client, "/paper/search", asked, min(limit, MOST_RANKED))


def _paged(client: Client, path: str, asked: tuple[tuple[str, str], ...], limit: int) -> Answer:
    records: list[Record] = []
    extra: tuple[tuple[str, str], ...] = ()
    date, bulk = "", path.endswith("/bulk")
    while True:
        size = min(RANKED_PAGE, limit - len(records))
        rest = extra if bulk else (*extra, ("limit", str(size)))
        page = client.read(Call(SERVICE, path, (*asked, *rest)), _page)
        records += page.records
        date = date or page.fetched_at
        if not page.following or not page.records or len(records) >= limit:
            break
        extra = (("token" if bulk else "offset", page.following),)
    kept = tuple(records[:limit])
    said = " ".join(f"{name}={value}" for name, value in asked if name in ("query", "year"))
    return Answer(kept, (Asked("semantic_scholar", said, date, page.total, len(kept)),))


def find(ids: Sequence[Ids], client: Client) -> Answer:
    """Papers by any id that the service reads (its own, DOI, arXiv, Anthology, PubMed); unknown ones are left out."""
    names = list(dict.fromkeys(filter(None, map(_named, ids))))
    records: list[Record] = []
    log: list[Asked] = []
    for first in range(0, len(names), MOST_IDS):
        body = json.dumps({"ids": names[first : first + MOST_IDS]}).encode()
        call = Call(SERVICE, "/paper/batch", (("fields", FIELDS),), body, accepts=FOUND | {400})
        found, date = client.read(call, _batch)
        records += found
        log.append(Asked("semantic_scholar", " ".join(names[first : first + MOST_IDS]), date, None, len(found)))
    return Answer(tuple(records), tuple(log))


def match(title: str, client: Client) -> Record | None:
    """The paper whose title fits best, or None where the service finds none."""
    call = Call(SERVICE, "/paper/search/match", (("query", title), ("fields", FIELDS)), accepts=FOUND | {404})
    page = client.read(call, lambda reply: None if reply.status == 404 else _page(reply))
    return page.records[0] if page and page.records else None


def snippets(words: str, client: Client, limit: int = 10) -> tuple[Snippet, ...]:
    """Passages that fit plain words, the best first, at most 1,000."""
    asked = (("query", words), ("limit", str(min(limit, MOST_SNIPPETS))))
    return client.read(Call(SERVICE, "/snippet/search", asked), _snippets)


def _page(reply: Reply) -> _Page:
    data = json_of(reply)
    papers = listed(data, "data")
    token, following = text(data, "token"), number(data, "next")
    records = tuple(record for paper in papers if (record := _record(paper, reply)) is not None)
    total = number(data, "total")
    offset = token or ("" if following is None else str(following))
    return _Page(len(papers) if total is None else total, records, offset, reply.fetched_at)


def _batch(reply: Reply) -> tuple[list[Record], str]:
    """Records of the ids that are known, and the time.

    Raises:
        SourceError: If it is an error other than that it knows none of the ids.
    """
    if reply.status == 400:
        if "no valid paper ids" in words_of(reply).lower():
            return [], reply.fetched_at
        raise SourceError(f"Semantic Scholar refuses the ids: {words_of(reply)}.", field=SERVICE.name, value=400)
    try:
        papers = parsed(text_of(reply).encode())
    except ValueError as error:
        raise GarbledError(f"it is no whole JSON ({error})") from None
    if not isinstance(papers, list):
        raise GarbledError("it is no list")
    return [record for paper in papers if (record := _record(paper, reply)) is not None], reply.fetched_at


def _record(paper: object, reply: Reply) -> Record | None:
    """A record; None for the null of an unknown id, and for a paper without a title."""
    own, title = text(paper, "paperId"), prose(paper, "title")
    if not re.fullmatch(r"[0-9a-f]{40}", own) or not title:
        return None
    ids = Ids(
        doi=text(paper, "externalIds", "DOI"),
        arxiv=text(paper, "externalIds", "ArXiv"),
        acl=text(paper, "externalIds", "ACL"),
        s2=own,
        pmid=text(paper, "externalIds", "PubMed"),
    )
    url = address(paper, "url") or f"https://www.semanticscholar.org/paper/{own}"
    return Record(
        source="semantic_scholar",
        source_id=own,
        title=title,
        abstract=text(paper, "abstract"),
        authors=tuple(filter(None, (text(author, "name") for author in items(paper, "authors")))),
        year=year(paper, "year"),
        venue=text(paper, "venue"),
        url=f"{url}?utm_source=api" if "?" not in url else url,  # its terms ask for this mark
        ids=completed(ids),
        licence=_LICENCE,
        open_copy=address(paper, "openAccessPdf", "url"),
        fetched_at=reply.fetched_at,
        raw_sha256=reply.sha256,
    )


def _snippets(reply: Reply) -> tuple[Snippet, ...]:
    return tuple(_snippet(one) for one in listed(json_of(reply), "data") if text(one, "snippet", "text"))


def _snippet(one: object) -> Snippet:
    passage, offsets = child(one, "snippet", "text"), ("snippet", "snippetOffset")
    score = child(one, "score")
    return Snippet(
        text=passage if isinstance(passage, str) else "",
        kind=text(one, "snippet", "snippetKind"),
        section=text(one, "snippet", "section"),
        start=number(one, *offsets, "start") or 0,
        end=number(one, *offsets, "end") or 0,
        corpus_id=text(one, "paper", "corpusId") or str(number(one, "paper", "corpusId") or ""),
        title=prose(one, "paper", "title"),
        licence=text(one, "paper", "openAccessInfo", "license"),
        score=float(score) if isinstance(score, int | float) else 0.0,
    )


def _named(ids: Ids) -> str:
    """The id as the service reads it; "" where it reads none of them."""
    prefixes = (("", ids.s2), ("DOI:", ids.doi), ("ARXIV:", ids.arxiv), ("ACL:", ids.acl), ("PMID:", ids.pmid))
    return next((prefix + value for prefix, value in prefixes if value), "")


register(
    Database(
        name="semantic_scholar",
        title="Semantic Scholar",
        terms=Terms(
            "Answers are for reading with a link back; abstracts may not be passed on.",
            "www.semanticscholar.org/product/api/license; api.semanticscholar.org, copies of 2026",
        ),
        online=search,
        find=find,
    )
)
