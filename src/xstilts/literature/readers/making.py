"""One way from what a file says of a paper to a record: ids found, markup gone, a withdrawal in the title seen."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import regex

from xstilts.literature import identifiers
from xstilts.literature.record import Ids, Record
from xstilts.literature.titles import without_markup

_WITHDRAWN = regex.compile(
    r"^\s*[\[(]?\s*(?P<word>retracted|withdrawn|retraction notice|retraction)(?:\s+(?:article|paper|chapter))?\s*[\])]?\s*[:.–—-]\s*"
    r"|^\s*[\[(](?P<boxed>retracted|withdrawn)[\])]\s*",
    regex.IGNORECASE,
)
_YEAR = regex.compile(r"(?<!\d)(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)")
_LONGEST = 100_000


@dataclass(frozen=True)
class Said:
    """What a file says of a paper, as it says it; "" where it does not.

    Attributes:
        title: May hold tags.
        authors: ``Given Family``.
        abstract: May hold tags.
        date: Any text with a year.
        venue: Of publication.
        doi: Or an address that holds one.
        arxiv: Id, with a version or not.
        acl: Id in the Anthology.
        pmid: In PubMed.
        url: Where a person reads it.
        licence: Of title and abstract.
    """

    title: str = ""
    authors: tuple[str, ...] = ()
    abstract: str = ""
    date: str = ""
    venue: str = ""
    doi: str = ""
    arxiv: str = ""
    acl: str = ""
    pmid: str = ""
    url: str = ""
    licence: str = ""


def record(source_id: str, said: Said, raw: bytes) -> Record:
    """The record of one paper in a file of one's own.

    Args:
        source_id: File and place in it.
        said: What the file says.
        raw: The bytes that say it, for their hash.
    """
    title = without_markup(said.title[:_LONGEST])
    withdrawn = _WITHDRAWN.match(title)
    word = (withdrawn["word"] or withdrawn["boxed"]).lower() if withdrawn else ""
    return Record(
        source="folder",
        source_id=source_id,
        title=title[withdrawn.end() :] if withdrawn else title,
        abstract=_abstract(said.abstract),
        authors=tuple(filter(None, (without_markup(name) for name in said.authors))),
        year=year_in(said.date),
        venue=without_markup(said.venue),
        url=_address(said.url),
        ids=_ids(said),
        licence=said.licence,
        retracted=f"its title says {word!r}" if withdrawn else "",
        raw_sha256=hashlib.sha256(raw).hexdigest(),
    )


def _abstract(text: str) -> str:
    plain = without_markup(text[:_LONGEST])
    return regex.sub(r"^(?:abstract|summary)\s*[:.—–-]?\s+(?=\p{Lu})", "", plain, flags=regex.IGNORECASE)


def year_in(text: str) -> int | None:
    """The first year of four digits in a text; None if there is none."""
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def _address(text: str) -> str:
    """An address that a browser may be sent to: nothing but ``http`` and ``https``."""
    return text.strip() if regex.match(r"https?://[^\s\"'<>]+$", text.strip(), regex.IGNORECASE) else ""


def _ids(said: Said) -> Ids:
    arxiv, version = identifiers.arxiv_in(said.arxiv)
    if not arxiv:
        arxiv, version = identifiers.arxiv_in(said.url) if "arxiv" in said.url.lower() else ("", "")
    acl = identifiers.acl_in(said.acl) or (identifiers.acl_in(said.url) if _in_anthology(said.url) else "")
    doi = identifiers.doi_in(said.doi) or identifiers.doi_in(said.url)
    ids = Ids(doi=doi, arxiv=arxiv, version=version, acl=acl, pmid=said.pmid if said.pmid.isdecimal() else "")
    return identifiers.completed(ids)


def _in_anthology(url: str) -> bool:
    return "aclanthology.org/" in url or "aclweb.org/anthology" in url


def renamed(records: list[Record]) -> list[Record]:
    """Records with a number after a source id that another one in the file has too."""
    seen: dict[str, int] = {}
    told = []
    for one in records:
        seen[one.source_id] = number = seen.get(one.source_id, 0) + 1
        told.append(one if number == 1 else replace(one, source_id=f"{one.source_id} ({number})"))
    return told
